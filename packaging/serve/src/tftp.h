/* SPDX-License-Identifier: ISC */
#ifndef SERVE_TFTP_H
#define SERVE_TFTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One file by TFTP: RFC 1350 with options (2347), blksize (2348), tsize and
 * timeout (2349) and windowsize (7440).  Reading only, and bytes as they are.
 * No sockets and no clock here: packets go out by a function, and the caller
 * says when it has waited long enough.
 */
#define TFTP_PATH 256
#define TFTP_PACKET 65536
#define TFTP_TRIES 6

enum tftp_error { TFTP_OTHER, TFTP_NOT_FOUND, TFTP_ACCESS, TFTP_FULL,
	TFTP_ILLEGAL };

struct tftp_request {
	char path[TFTP_PATH];
	unsigned int blksize, window, timeout;	/* bytes, blocks, seconds */
	bool tsize, has_blksize, has_window, has_timeout;
};

/* 0, or -1 with an error packet's code and text: what came was no request
 * that is served. */
int tftp_parse(const void *data, size_t len, struct tftp_request *r,
    enum tftp_error *code, const char **why);

/* An error packet; its length. */
size_t tftp_error(enum tftp_error code, const char *why, void *to, size_t size);

struct tftp {
	struct tftp_request how;
	int fd;				/* -1: */
	const char *text;
	uint64_t size, blocks, acked;	/* bytes; blocks in all; those there */
	bool greeted;			/* its options were answered for */
	unsigned int tries;		/* since the last one that was new */
	enum { TFTP_GOING, TFTP_DONE, TFTP_FAILED } state;
	void (*send)(void *arg, const void *data, size_t len);
	void *arg;
};

/* how, fd or text, size, send and arg are set: answer the request. */
void tftp_begin(struct tftp *t);

/* What the machine sends. */
void tftp_take(struct tftp *t, const void *data, size_t len);

/* Nothing came for tftp_patience() seconds. */
void tftp_again(struct tftp *t);
unsigned int tftp_patience(const struct tftp *t);

#endif
