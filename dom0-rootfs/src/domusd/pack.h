/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_PACK_H
#define DOMUSD_PACK_H

#include <stddef.h>

#include "err.h"

/* A stream that is plain, gzip (RFC 1952) or zstd (RFC 8878). */
enum pack_kind { PACK_NONE, PACK_GZIP, PACK_ZSTD, PACK_KINDS };

/* "none" "gzip" "zstd"; PACK_KINDS when it is none of them. */
enum pack_kind pack_named(const char *name);

/*
 * What comes out goes to fn.  pack_close() frees, and may be given
 * NULL.  All others: -1 and e when fn failed or memory is out.
 */
struct pack;
struct pack *pack_open(enum pack_kind kind, int (*fn)(void *arg,
    const void *data, size_t len, struct err *e), void *arg);
int pack_write(struct pack *p, const void *data, size_t len, struct err *e);
int pack_end(struct pack *p, struct err *e);
void pack_close(struct pack *p);

#endif
