/* SPDX-License-Identifier: ISC */
#ifndef SERVE_TOKENS_H
#define SERVE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "dhcp.h"
#include "err.h"

/*
 * Tokens that let machines join a pool, each one machine: the first that asks
 * gets the first, and the same again when it asks again.
 */
#define TOKENS_MAX 256
#define TOKENS_MARK "${pool-token}"

struct tokens {
	size_t n;
	struct {
		char text[129];
		char mac[DHCP_MAC_TEXT];	/* "": nobody's yet */
	} list[TOKENS_MAX];
};

/* A file with one a line. */
int tokens_read(const char *path, struct tokens *t, struct err *e);

/* Answers with that machine's token in each place that wants one.  False:
 * there is none left, or mac is "". */
bool tokens_fill(struct tokens *t, const char *mac, const char *text,
    size_t len, struct buf *to);

#endif
