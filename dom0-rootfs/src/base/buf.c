/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define SPARES 2
#define SPARE_MIN ((size_t)1 << 20)
#define SPARE_MAX ((size_t)16 << 20)

/* Memory of large bufs that were freed, for the next large ones. */
static _Thread_local struct {
	char *data;
	size_t cap;
	bool idle;
} spares[SPARES];
static _Thread_local bool keep;

/* A large buf goes into a spare's memory, if one is large enough. */
static bool
use_spare(struct buf *b, size_t cap)
{
	for (size_t i = 0; i < SPARES && cap >= SPARE_MIN; i++) {
		if (spares[i].cap < cap || b->cap >= SPARE_MIN)
			continue;
		if (b->data != NULL)
			memcpy(spares[i].data, b->data, b->len + 1);
		free(b->data);
		b->data = spares[i].data;
		b->cap = spares[i].cap;
		spares[i].data = NULL;
		spares[i].cap = 0;
		return true;
	}
	return false;
}

static bool
make_spare(const struct buf *b)
{
	for (size_t i = 0; i < SPARES && keep && b->cap >= SPARE_MIN &&
	    b->cap <= SPARE_MAX; i++) {
		if (spares[i].data != NULL)
			continue;
		spares[i].data = b->data;
		spares[i].cap = b->cap;
		spares[i].idle = false;
		return true;
	}
	return false;
}

void
buf_keep_spares(void)
{
	keep = true;
}

bool
buf_age_spares(void)
{
	bool left = false;

	for (size_t i = 0; i < SPARES; i++) {
		if (spares[i].idle) {
			free(spares[i].data);
			spares[i].data = NULL;
			spares[i].cap = 0;
		}
		spares[i].idle = spares[i].data != NULL;
		left |= spares[i].idle;
	}
	return left;
}

/* Make room for more bytes and a NUL. */
static bool
room(struct buf *b, size_t more)
{
	size_t cap = b->cap != 0 ? b->cap : 64;
	char *data;

	if (b->failed)
		return false;
	if (more >= SIZE_MAX / 2 - b->len) {
		b->failed = true;
		return false;
	}
	if (b->len + more + 1 <= b->cap)
		return true;
	while (cap < b->len + more + 1)
		cap *= 2;
	if (use_spare(b, cap))
		return true;
	data = realloc(b->data, cap);
	if (data == NULL) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	if (!room(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

char *
buf_room(struct buf *b, size_t more)
{
	return room(b, more) ? b->data + b->len : NULL;
}

void
buf_str_add(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	if ((b->failed || b->len + 1 >= b->cap) && !room(b, 1))
		return;
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		b->failed = true;
	else if (room(b, (size_t)n)) {
		vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	va_end(ap);
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

int
buf_ok(const struct buf *b, struct err *e)
{
	if (!b->failed)
		return 0;
	err_set(e, "out of memory");
	e->sys = ENOMEM;
	return -1;
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	b->len -= n;
	memmove(b->data, b->data + n, b->len + 1);
}

char *
buf_take(struct buf *b)
{
	char *data = b->data;

	*b = (struct buf){ 0 };
	return data;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_free(struct buf *b)
{
	if (!make_spare(b))
		free(b->data);
	*b = (struct buf){ 0 };
}
