/* SPDX-License-Identifier: ISC */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/*
 * Bytes that grow.  A zeroed struct is an empty buf.  data is always followed
 * by a NUL that len does not count, so text can be used as a string; an empty
 * buf's data may be NULL (use buf_str()).
 *
 * Running out of memory sets `failed' and makes every later call do nothing,
 * so that a caller may build a whole text and look once, with buf_ok().
 */
struct buf {
	char *data;
	size_t len, cap;
	bool failed;
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_str_add(struct buf *b, const char *s);
void buf_char(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Room for that many more bytes, which the caller puts there, then the NUL, and
 * counts them in len.  NULL: out of memory. */
char *buf_room(struct buf *b, size_t more);

/* The text so far; "" when empty.  Valid until the next call. */
const char *buf_str(const struct buf *b);

/* 0, or -1 with "out of memory" when any call before failed. */
int buf_ok(const struct buf *b, struct err *e);

/* Forget the first n bytes (n <= len). */
void buf_drop(struct buf *b, size_t n);

/* Hand the bytes over: the caller frees them.  The buf is empty afterwards. */
char *buf_take(struct buf *b);

/* Make len 0 and keep the memory. */
void buf_reset(struct buf *b);

/*
 * For a daemon whose bufs are large now and then: the memory of two that were
 * freed is kept for the next ones, since memory that is new to the kernel costs
 * more than what is done with it.  The second buf_age_spares() after that gives
 * it back; it says whether there is any.  Of this thread.
 */
void buf_keep_spares(void);
bool buf_age_spares(void);

/* b may be empty, zeroed, or freed before. */
void buf_free(struct buf *b);

#endif
