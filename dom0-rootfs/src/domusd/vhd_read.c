/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "vhd.h"

#define PIECE ((size_t)1 << 20)
#define ENTRIES_MAX ((uint64_t)VHD_MAX / VHD_BLOCK)
#define BLOCK_MAX ((uint32_t)64 << 20)

/* One image being read. */
struct reader {
	vhd_read_fn *read;
	void *arg;
	const struct vhd_sink *sink;
	uint64_t at;		/* how much has been read */
	uint64_t size, table_at;
	enum vhd_type type;
	uint32_t entries, block;	/* of the table; bytes of a block */
	struct place *places;	/* the blocks, in the image's order */
	size_t nplaces;
	unsigned char *data;	/* PIECE */
	unsigned char *bitmap;
};

struct place {
	uint64_t at;		/* in the image */
	uint32_t block;
};

/* All of len, or -1. */
static int
take(struct reader *r, void *data, size_t len, struct err *e)
{
	ssize_t n = r->read(r->arg, data, len, e);

	if (n == -1)
		return -1;
	r->at += (uint64_t)n;
	if ((size_t)n < len)
		return err_set(e, "VHD: it ends too early, at byte %llu",
		    (unsigned long long)r->at);
	return 0;
}

static int
skip_to(struct reader *r, uint64_t at, struct err *e)
{
	size_t n;

	if (at < r->at)
		return err_set(e, "VHD: its parts are not in the order of a "
		    "stream");
	while (r->at < at) {
		n = at - r->at < PIECE ? (size_t)(at - r->at) : PIECE;
		if (take(r, r->data, n, e) == -1)
			return -1;
	}
	return 0;
}

static bool
footer_ok(const unsigned char *f)
{
	return memcmp(f, "conectix", 8) == 0 &&
	    vhd_get32(f + FOOTER_SUM) == vhd_sum(f, VHD_SECTOR, FOOTER_SUM);
}

static int
take_footer(struct reader *r, const unsigned char *f, struct err *e)
{
	uint32_t type = vhd_get32(f + FOOTER_TYPE);

	r->size = vhd_get64(f + FOOTER_SIZE);
	if (type < VHD_FIXED || type > VHD_DIFFERENCING)
		return err_set(e, "VHD: unknown type %u", type);
	if (vhd_get32(f + FOOTER_VERSION) >> 16 != 1)
		return err_set(e, "VHD: a version that is not 1");
	if (r->size > VHD_MAX || r->size % VHD_SECTOR != 0)
		return err_set(e, "VHD: a disk of %llu bytes",
		    (unsigned long long)r->size);
	r->type = (enum vhd_type)type;
	return 0;
}

static int
read_header(struct reader *r, uint64_t at, struct err *e)
{
	unsigned char h[HEADER_LENGTH];

	if (skip_to(r, at, e) == -1 || take(r, h, sizeof(h), e) == -1)
		return -1;
	if (memcmp(h, "cxsparse", 8) != 0 ||
	    vhd_get32(h + HEADER_SUM) != vhd_sum(h, sizeof(h), HEADER_SUM))
		return err_set(e, "VHD: the header's checksum is wrong");
	r->entries = vhd_get32(h + HEADER_ENTRIES);
	r->block = vhd_get32(h + HEADER_BLOCK);
	if (r->block < VHD_SECTOR || r->block > BLOCK_MAX ||
	    (r->block & (r->block - 1)) != 0)
		return err_set(e, "VHD: blocks of %u bytes", r->block);
	if (r->entries > VHD_MAX / r->block || r->entries > 16 * ENTRIES_MAX ||
	    (uint64_t)r->entries * r->block < r->size)
		return err_set(e, "VHD: a table of %u blocks", r->entries);
	r->table_at = vhd_get64(h + HEADER_TABLE);
	return 0;
}

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* Where the bitmap and the data of a block end. */
static uint64_t
bitmap_length(const struct reader *r)
{
	uint64_t bytes = (r->block / VHD_SECTOR + 7) / 8;

	return (bytes + VHD_SECTOR - 1) / VHD_SECTOR * VHD_SECTOR;
}

/* A table larger than what comes costs no more memory than what has come. */
static int
read_table(struct reader *r, struct err *e)
{
	unsigned char entry[4 * 128];
	size_t n, room = 0;
	struct place *more;
	uint32_t at;

	if (skip_to(r, r->table_at, e) == -1)
		return -1;
	for (uint32_t i = 0; i < r->entries; i += (uint32_t)n) {
		n = r->entries - i < 128 ? r->entries - i : 128;
		if (take(r, entry, 4 * n, e) == -1)
			return -1;
		for (size_t k = 0; k < n; k++) {
			at = vhd_get32(entry + 4 * k);
			if (at == VHD_NONE)
				continue;
			if (r->nplaces == room) {
				room = room * 2 + 64;
				more = reallocarray(r->places, room,
				    sizeof(*more));
				if (more == NULL)
					return err_set(e, "out of memory");
				r->places = more;
			}
			r->places[r->nplaces++] = (struct place){
			    (uint64_t)at * VHD_SECTOR, i + (uint32_t)k };
		}
	}
	if (r->nplaces > 0)
		qsort(r->places, r->nplaces, sizeof(*r->places), by_place);
	return 0;
}

/* The sectors of a piece of a block that its bitmap has. */
static int
put_marked(struct reader *r, uint64_t disk_at, size_t first, size_t sectors,
    struct err *e)
{
	size_t from, to;

	for (from = 0; from < sectors; from = to) {
		to = from + 1;
		if ((r->bitmap[(first + from) / 8] &
		    0x80 >> (first + from) % 8) == 0)
			continue;
		while (to < sectors && (r->bitmap[(first + to) / 8] &
		    0x80 >> (first + to) % 8) != 0)
			to++;
		if (r->sink->data(r->sink->arg, disk_at + from * VHD_SECTOR,
		    r->data + from * VHD_SECTOR, (to - from) * VHD_SECTOR,
		    e) == -1)
			return -1;
	}
	return 0;
}

static int
read_block(struct reader *r, const struct place *p, struct err *e)
{
	uint64_t disk_at = (uint64_t)p->block * r->block;
	size_t n, use;

	if (disk_at >= r->size)
		return err_set(e, "VHD: a block beyond the disk's end");
	if (skip_to(r, p->at, e) == -1 ||
	    take(r, r->bitmap, bitmap_length(r), e) == -1)
		return -1;
	for (size_t done = 0; done < r->block; done += n) {
		n = r->block - done < PIECE ? r->block - done : PIECE;
		if (take(r, r->data, n, e) == -1)
			return -1;
		use = disk_at + done >= r->size ? 0 :
		    r->size - disk_at - done < n ?
		    (size_t)(r->size - disk_at - done) : n;
		if (put_marked(r, disk_at + done, done / VHD_SECTOR,
		    use / VHD_SECTOR, e) == -1)
			return -1;
	}
	return 0;
}

static int
read_sparse(struct reader *r, const unsigned char *footer, struct err *e)
{
	unsigned char last[VHD_SECTOR];

	if (read_header(r, vhd_get64(footer + FOOTER_OFFSET), e) == -1 ||
	    read_table(r, e) == -1)
		return -1;
	r->bitmap = malloc(bitmap_length(r));
	if (r->bitmap == NULL)
		return err_set(e, "out of memory");
	if (r->sink->begin(r->sink->arg, r->size, r->type, e) == -1)
		return -1;
	for (size_t i = 0; i < r->nplaces; i++)
		if (read_block(r, &r->places[i], e) == -1)
			return -1;
	/* some writers leave room in front of the last footer */
	do
		if (take(r, last, sizeof(last), e) == -1)
			return -1;
	while (memcmp(last, "conectix", 8) != 0);
	return footer_ok(last) ? 0 :
	    err_set(e, "VHD: the last footer's checksum is wrong");
}

/* The disk itself; its last sector, the footer, says what it was. */
static int
read_fixed(struct reader *r, uint64_t length, const unsigned char *first,
    struct err *e)
{
	unsigned char footer[VHD_SECTOR];
	size_t n;

	if (length < 2 * VHD_SECTOR || length % VHD_SECTOR != 0)
		return err_set(e, "VHD: no footer at its start, and no "
		    "length to find one at its end");
	r->size = length - VHD_SECTOR;
	if (r->sink->begin(r->sink->arg, r->size, VHD_FIXED, e) == -1 ||
	    r->sink->data(r->sink->arg, 0, first, VHD_SECTOR, e) == -1)
		return -1;
	while (r->at < r->size) {
		n = r->size - r->at < PIECE ? (size_t)(r->size - r->at) :
		    PIECE;
		if (take(r, r->data, n, e) == -1 ||
		    r->sink->data(r->sink->arg, r->at - n, r->data, n,
		    e) == -1)
			return -1;
	}
	if (take(r, footer, sizeof(footer), e) == -1)
		return -1;
	if (!footer_ok(footer) || vhd_get32(footer + FOOTER_TYPE) != VHD_FIXED)
		return err_set(e, "VHD: no footer, neither at its start nor "
		    "at its end");
	return 0;
}

int
vhd_read(vhd_read_fn *read, void *arg, uint64_t length,
    const struct vhd_sink *sink, struct err *e)
{
	struct reader r = { .read = read, .arg = arg, .sink = sink,
	    .data = malloc(PIECE) };
	unsigned char footer[VHD_SECTOR];
	int rc = -1;

	if (r.data == NULL)
		err_set(e, "out of memory");
	else if (take(&r, footer, sizeof(footer), e) == -1)
		;
	else if (memcmp(footer, "conectix", 8) != 0)
		rc = read_fixed(&r, length, footer, e);
	else if (!footer_ok(footer))
		err_set(e, "VHD: the footer's checksum is wrong");
	else if (take_footer(&r, footer, e) == 0)
		rc = r.type == VHD_FIXED ? err_set(e, "VHD: a fixed disk that "
		    "begins with its footer") : read_sparse(&r, footer, e);
	free(r.data);
	free(r.bitmap);
	free(r.places);
	return rc;
}
