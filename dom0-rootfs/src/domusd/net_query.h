/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_QUERY_H
#define DOMUSD_NET_QUERY_H

#include <stdbool.h>
#include <stddef.h>

/* What a request says besides its path: its query, its cookies. */

/* The path of a URL without its query. */
bool query_path_is(const char *url, const char *path);

/* A parameter's value, decoded; false: not there, or longer than size - 1. */
bool query_get(const char *url, const char *name, char *to, size_t size);

/* The same in a Cookie header. */
bool query_cookie(const char *header, const char *name, char *to,
    size_t size);

/* Whether a header's list ("gzip, br;q=0.5") has that word. */
bool query_lists(const char *header, const char *word);

#endif
