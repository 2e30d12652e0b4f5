/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FETCH_PART_H
#define INSTALLER_FETCH_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <curl/curl.h>

#include "err.h"

/*
 * The rest of a file of which some has come: RFC 9110, 14.  What says which
 * version it was (a strong ETag, else the time of its last change) goes with
 * the request, so that a file that was changed meanwhile comes whole.
 */
struct fetch_part {
	uint64_t from;		/* asked for; 0: all of it */
	uint64_t whole;		/* the file's length; 0: not known */
	char etag[256], modified[64];	/* "" for none */
	struct curl_slist *headers;

	/* Of the answer that is being read. */
	long status;
	uint64_t got_from, got_whole;
	bool known;		/* the two */
};

/* Ask for what follows the first have bytes, if that can be asked for. */
int fetch_part_ask(CURL *c, struct fetch_part *p, uint64_t have,
    struct err *e);

/* For CURLOPT_HEADERFUNCTION. */
size_t fetch_part_header(char *line, size_t one, size_t n, void *part);

/*
 * When the answer's first byte is there: where it belongs, *at_r, which is
 * from, or 0: the file comes whole, as the server has no parts of it or it is
 * another one now.  -1: what comes is no part that was asked for.
 */
int fetch_part_place(struct fetch_part *p, uint64_t *at_r, struct err *e);

void fetch_part_free(struct fetch_part *p);

#endif
