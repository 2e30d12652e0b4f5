/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "frame.h"

#define ROOM ((size_t)256 << 10)
#define STRAIGHT ((size_t)16 << 10)	/* worth a read(2) of its own */

void
frame_head(unsigned char head[FRAME_HEAD], uint32_t len)
{
	for (int i = 0; i < FRAME_HEAD; i++)
		head[i] = (unsigned char)(len >> (8 * i));
}

size_t
frames_take(struct frames *f, const char *data, size_t len, size_t *at_r,
    size_t *used_r)
{
	size_t at = 0, n;

	while (f->left == 0 && !f->ended && at < len) {
		f->head[f->nhead++] = (unsigned char)data[at++];
		if (f->nhead < FRAME_HEAD)
			continue;
		f->nhead = 0;
		for (int i = 0; i < FRAME_HEAD; i++)
			f->left |= (uint32_t)f->head[i] << (8 * i);
		f->ended = f->left == 0;
	}
	n = len - at < f->left ? len - at : f->left;
	f->left -= (uint32_t)n;
	*at_r = at;
	*used_r = at + n;
	return n;
}

struct body {
	int fd;
	struct frames frames;
	bool over;		/* nothing more comes */
	char room[ROOM];
	size_t at, len;		/* read and not used; or to be written */
};

struct body *
body_open(int fd)
{
	struct body *b = calloc(1, sizeof(*b));

	if (b != NULL)
		b->fd = fd;
	return b;
}

void
body_close(struct body *b)
{
	free(b);
}

/* More into the room, which is empty.  -1 and e: cut off. */
static int
fill(struct body *b, struct err *e)
{
	ssize_t n;

	do
		n = read(b->fd, b->room, ROOM);
	while (n == -1 && errno == EINTR);
	b->at = 0;
	b->len = n > 0 ? (size_t)n : 0;
	if (n > 0)
		return 0;
	b->over = true;
	return err_set(e, "the transfer was cut off");
}

/* A large piece of a frame goes where it shall be at once. */
static ssize_t
read_straight(struct body *b, void *data, size_t len, struct err *e)
{
	ssize_t n;

	if (len > b->frames.left)
		len = b->frames.left;
	do
		n = read(b->fd, data, len);
	while (n == -1 && errno == EINTR);
	if (n > 0) {
		b->frames.left -= (uint32_t)n;
		return n;
	}
	b->over = true;
	return err_set(e, "the transfer was cut off");
}

ssize_t
body_read(struct body *b, void *data, size_t len, struct err *e)
{
	size_t done = 0, at, used, n;
	ssize_t got;

	while (done < len && !b->frames.ended) {
		if (b->at == b->len && b->frames.left >= STRAIGHT &&
		    len - done >= STRAIGHT) {
			got = read_straight(b, (char *)data + done,
			    len - done, e);
			if (got == -1)
				return -1;
			done += (size_t)got;
			continue;
		}
		if (b->at == b->len && fill(b, e) == -1)
			return -1;
		n = b->len - b->at;
		if (b->frames.left > 0 && n > len - done)
			n = len - done;
		/* a frame's start may bring more than is wanted */
		if (b->frames.left == 0 && n > FRAME_HEAD)
			n = FRAME_HEAD;
		n = frames_take(&b->frames, b->room + b->at, n, &at, &used);
		memcpy((char *)data + done, b->room + b->at + at, n);
		b->at += used;
		done += n;
	}
	return (ssize_t)done;
}

uint64_t
body_drain(struct body *b)
{
	char data[16384];
	uint64_t all = 0;
	struct err ignored;
	ssize_t n;

	while (!b->over && (n = body_read(b, data, sizeof(data),
	    &ignored)) > 0)
		all += (uint64_t)n;
	return all;
}

static int
send_all(int fd, struct iovec *iov, size_t n, struct err *e)
{
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = n };
	ssize_t w;

	while (h.msg_iovlen > 0) {
		w = sendmsg(fd, &h, MSG_NOSIGNAL);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			return err_set(e, "the transfer was cut off");
		while (h.msg_iovlen > 0 && (size_t)w >= h.msg_iov->iov_len) {
			w -= (ssize_t)h.msg_iov->iov_len;
			h.msg_iov++;
			h.msg_iovlen--;
		}
		if (h.msg_iovlen > 0) {
			h.msg_iov->iov_base = (char *)h.msg_iov->iov_base + w;
			h.msg_iov->iov_len -= (size_t)w;
		}
	}
	return 0;
}

static int
write_frame(struct body *b, const void *data, size_t len, struct err *e)
{
	unsigned char head[FRAME_HEAD];
	struct iovec iov[2] = { { head, sizeof(head) },
		{ (void *)(uintptr_t)data, len } };

	frame_head(head, (uint32_t)len);
	return send_all(b->fd, iov, len > 0 ? 2 : 1, e);
}

static int
flush(struct body *b, struct err *e)
{
	size_t len = b->len;

	b->len = 0;
	return len == 0 ? 0 : write_frame(b, b->room, len, e);
}

int
body_write(struct body *b, const void *data, size_t len, struct err *e)
{
	if (b->len + len > ROOM && flush(b, e) == -1)
		return -1;
	if (len < ROOM / 4) {
		memcpy(b->room + b->len, data, len);
		b->len += len;
		return 0;
	}
	return flush(b, e) == -1 ? -1 : write_frame(b, data, len, e);
}

int
body_end(struct body *b, struct err *e)
{
	return flush(b, e) == -1 ? -1 : write_frame(b, NULL, 0, e);
}
