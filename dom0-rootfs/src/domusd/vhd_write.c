/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "vhd.h"

#define BITMAP VHD_SECTOR	/* 4096 sectors of a block */
#define AT_HEADER ((uint64_t)VHD_SECTOR)
#define AT_TABLE (AT_HEADER + HEADER_LENGTH)

uint32_t
vhd_get32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

uint64_t
vhd_get64(const unsigned char *p)
{
	return (uint64_t)vhd_get32(p) << 32 | vhd_get32(p + 4);
}

void
vhd_put32(unsigned char *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(n >> (24 - 8 * i));
}

void
vhd_put64(unsigned char *p, uint64_t n)
{
	vhd_put32(p, (uint32_t)(n >> 32));
	vhd_put32(p + 4, (uint32_t)n);
}

uint32_t
vhd_sum(const unsigned char *p, size_t len, size_t sum_at)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		if (i < sum_at || i >= sum_at + 4)
			sum += p[i];
	return ~sum;
}

/* Cylinders, heads and sectors, as the specification's appendix has them. */
static uint32_t
geometry(uint64_t size)
{
	uint64_t total = size / VHD_SECTOR, tracks;
	unsigned int sectors, heads;

	if (total > 65535U * 16 * 255)
		total = 65535U * 16 * 255;
	if (total >= 65535U * 16 * 63) {
		sectors = 255;
		heads = 16;
		tracks = total / sectors;
	} else {
		sectors = 17;
		tracks = total / sectors;
		heads = (unsigned int)((tracks + 1023) / 1024);
		if (heads < 4)
			heads = 4;
		if (tracks >= heads * 1024 || heads > 16) {
			sectors = 31;
			heads = 16;
			tracks = total / sectors;
		}
		if (tracks >= heads * 1024) {
			sectors = 63;
			heads = 16;
			tracks = total / sectors;
		}
	}
	return (uint32_t)(tracks / heads) << 16 | heads << 8 | sectors;
}

static void
make_footer(const struct vhd_make *m, unsigned char f[VHD_SECTOR])
{
	memset(f, 0, VHD_SECTOR);
	memcpy(f, "conectix", 8);
	vhd_put32(f + FOOTER_FEATURES, 2);	/* reserved, always set */
	vhd_put32(f + FOOTER_VERSION, 0x10000);
	vhd_put64(f + FOOTER_OFFSET, AT_HEADER);
	vhd_put32(f + FOOTER_TIME, m->created);
	/* readers take the size from size, not from the geometry, when the
	 * image comes from where Xen's do */
	memcpy(f + FOOTER_CREATOR, "tap\0", 4);
	vhd_put32(f + FOOTER_CREATOR_VERSION, 0x10003);
	vhd_put64(f + FOOTER_ORIGINAL, m->size);
	vhd_put64(f + FOOTER_SIZE, m->size);
	vhd_put32(f + FOOTER_GEOMETRY, geometry(m->size));
	vhd_put32(f + FOOTER_TYPE, m->differencing ? VHD_DIFFERENCING :
	    VHD_DYNAMIC);
	memcpy(f + FOOTER_UUID, m->uuid, 16);
	vhd_put32(f + FOOTER_SUM, vhd_sum(f, VHD_SECTOR, FOOTER_SUM));
}

static void
make_header(const struct vhd_make *m, unsigned char h[HEADER_LENGTH])
{
	memset(h, 0, HEADER_LENGTH);
	memcpy(h, "cxsparse", 8);
	vhd_put64(h + HEADER_DATA, UINT64_MAX);
	vhd_put64(h + HEADER_TABLE, AT_TABLE);
	vhd_put32(h + HEADER_VERSION, 0x10000);
	vhd_put32(h + HEADER_ENTRIES, (uint32_t)VHD_BLOCKS(m->size));
	vhd_put32(h + HEADER_BLOCK, (uint32_t)VHD_BLOCK);
	if (m->differencing)
		memcpy(h + HEADER_PARENT, m->parent, 16);
	vhd_put32(h + HEADER_SUM, vhd_sum(h, HEADER_LENGTH, HEADER_SUM));
}

/* The table's entries fill whole sectors. */
static uint64_t
table_length(uint64_t size)
{
	return (VHD_BLOCKS(size) * 4 + VHD_SECTOR - 1) / VHD_SECTOR *
	    VHD_SECTOR;
}

uint64_t
vhd_length(const struct vhd_make *m)
{
	uint64_t n = AT_TABLE + table_length(m->size) + VHD_SECTOR;

	for (uint64_t i = 0; i < VHD_BLOCKS(m->size); i++)
		if (VHD_BIT(m->present, i))
			n += BITMAP + VHD_BLOCK;
	return n;
}

static unsigned char *
make_table(const struct vhd_make *m)
{
	uint64_t len = table_length(m->size), at = AT_TABLE + len;
	unsigned char *t = malloc(len > 0 ? len : 1);

	if (t == NULL)
		return NULL;
	memset(t, 0xff, len);
	for (uint64_t i = 0; i < VHD_BLOCKS(m->size); i++) {
		if (!VHD_BIT(m->present, i))
			continue;
		vhd_put32(t + 4 * i, (uint32_t)(at / VHD_SECTOR));
		at += BITMAP + VHD_BLOCK;
	}
	return t;
}

static int
write_blocks(const struct vhd_make *m, vhd_write_fn *write, void *arg,
    int (*block)(void *, uint64_t, void *, struct err *), void *block_arg,
    struct err *e)
{
	unsigned char *b = malloc(BITMAP + VHD_BLOCK);
	int rc = 0;

	if (b == NULL)
		return err_set(e, "out of memory");
	memset(b, 0xff, BITMAP);
	for (uint64_t i = 0; rc == 0 && i < VHD_BLOCKS(m->size); i++) {
		if (!VHD_BIT(m->present, i))
			continue;
		rc = block(block_arg, i, b + BITMAP, e);
		if (rc == 0)
			rc = write(arg, b, BITMAP + VHD_BLOCK, e);
	}
	free(b);
	return rc;
}

int
vhd_write(const struct vhd_make *m, vhd_write_fn *write, void *arg,
    int (*block)(void *, uint64_t, void *, struct err *), void *block_arg,
    struct err *e)
{
	unsigned char footer[VHD_SECTOR], header[HEADER_LENGTH];
	unsigned char *table;
	int rc = -1;

	if (m->size > VHD_MAX)
		return err_set(e, "a VHD holds no more than 2040 GiB");
	table = make_table(m);
	if (table == NULL)
		return err_set(e, "out of memory");
	make_footer(m, footer);
	make_header(m, header);
	if (write(arg, footer, sizeof(footer), e) == 0 &&
	    write(arg, header, sizeof(header), e) == 0 &&
	    write(arg, table, table_length(m->size), e) == 0 &&
	    write_blocks(m, write, arg, block, block_arg, e) == 0 &&
	    write(arg, footer, sizeof(footer), e) == 0)
		rc = 0;
	free(table);
	return rc;
}
