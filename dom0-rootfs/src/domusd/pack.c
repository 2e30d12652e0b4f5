/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

#include "pack.h"

#define ROOM ((size_t)128 << 10)
#define GZIP_WINDOW (15 + 16)	/* zlib.h: 16 more means gzip */
#define GZIP_LEVEL 1		/* a disk is much, and a host has guests */

struct pack {
	enum pack_kind kind;
	int (*fn)(void *, const void *, size_t, struct err *);
	void *arg;
	z_stream z;
	ZSTD_CCtx *zstd;
	unsigned char room[ROOM];
};

enum pack_kind
pack_named(const char *name)
{
	static const char *const names[PACK_KINDS] = { "none", "gzip",
		"zstd" };
	enum pack_kind k;

	for (k = 0; k < PACK_KINDS && strcmp(names[k], name) != 0; k++)
		;
	return k;
}

struct pack *
pack_open(enum pack_kind kind, int (*fn)(void *, const void *, size_t,
    struct err *), void *arg)
{
	struct pack *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->fn = fn;
	p->arg = arg;
	if (kind == PACK_ZSTD && (p->zstd = ZSTD_createCCtx()) == NULL)
		kind = PACK_KINDS;
	if (kind == PACK_GZIP && deflateInit2(&p->z, GZIP_LEVEL, Z_DEFLATED,
	    GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		kind = PACK_KINDS;
	if (kind == PACK_ZSTD)
		ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1);
	if (kind == PACK_KINDS) {
		free(p);
		return NULL;
	}
	p->kind = kind;
	return p;
}

void
pack_close(struct pack *p)
{
	if (p == NULL)
		return;
	if (p->kind == PACK_GZIP)
		deflateEnd(&p->z);
	ZSTD_freeCCtx(p->zstd);
	free(p);
}

static int
gzip_write(struct pack *p, const void *data, size_t len, int flush,
    struct err *e)
{
	p->z.next_in = (unsigned char *)(uintptr_t)data;
	p->z.avail_in = (unsigned int)len;
	do {
		p->z.next_out = p->room;
		p->z.avail_out = ROOM;
		deflate(&p->z, flush);
		if (p->fn(p->arg, p->room, ROOM - p->z.avail_out, e) == -1)
			return -1;
	} while (p->z.avail_out == 0);
	return 0;
}

static int
zstd_write(struct pack *p, const void *data, size_t len,
    ZSTD_EndDirective how, struct err *e)
{
	ZSTD_inBuffer in = { data, len, 0 };
	ZSTD_outBuffer out;
	size_t left;

	do {
		out = (ZSTD_outBuffer){ p->room, ROOM, 0 };
		left = ZSTD_compressStream2(p->zstd, &out, &in, how);
		if (ZSTD_isError(left))
			return err_set(e, "zstd: %s",
			    ZSTD_getErrorName(left));
		if (p->fn(p->arg, p->room, out.pos, e) == -1)
			return -1;
	} while (how == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

int
pack_write(struct pack *p, const void *data, size_t len, struct err *e)
{
	switch (p->kind) {
	case PACK_GZIP:
		return gzip_write(p, data, len, Z_NO_FLUSH, e);
	case PACK_ZSTD:
		return zstd_write(p, data, len, ZSTD_e_continue, e);
	default:
		return p->fn(p->arg, data, len, e);
	}
}

int
pack_end(struct pack *p, struct err *e)
{
	switch (p->kind) {
	case PACK_GZIP:
		return gzip_write(p, "", 0, Z_FINISH, e);
	case PACK_ZSTD:
		return zstd_write(p, "", 0, ZSTD_e_end, e);
	default:
		return 0;
	}
}
