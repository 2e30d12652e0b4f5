/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_FRAME_H
#define DOMUSD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

/*
 * The bytes of a body between [net] and who makes or takes them: frames of a
 * u32 length (little-endian) and that many bytes.  One of length 0 says that
 * this was all; a conversation that ends without it was cut off.
 */
#define FRAME_HEAD 4

struct frames {
	uint32_t left;		/* of the frame that is being read */
	unsigned int nhead;
	unsigned char head[FRAME_HEAD];
	bool ended;		/* that was all */
};

/*
 * The next bytes of the body in data: how many, with *at_r where they are;
 * *used_r of data has been used.  0: there are none in it, or it has ended.
 */
size_t frames_take(struct frames *f, const char *data, size_t len,
    size_t *at_r, size_t *used_r);

void frame_head(unsigned char head[FRAME_HEAD], uint32_t len);

/*
 * The body in a blocking socket, read and written in larger pieces.  Reading
 * fails (-1, e) when it was cut off, unless that is allowed.
 */
struct body;

struct body *body_open(int fd);		/* NULL: no memory */
void body_close(struct body *b);	/* not its descriptor; b may be NULL */

/* So many bytes, or fewer at the end.  -1 and e: cut off. */
ssize_t body_read(struct body *b, void *data, size_t len, struct err *e);
/* Read what is left and forget it; how much that was. */
uint64_t body_drain(struct body *b);

/* All of it, or -1 and e: nobody reads any more. */
int body_write(struct body *b, const void *data, size_t len, struct err *e);
/* That was all. */
int body_end(struct body *b, struct err *e);

#endif
