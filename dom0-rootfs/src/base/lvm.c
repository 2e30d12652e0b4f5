/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lvm.h"
#include "lvm_disk.h"

uint32_t
lvm_crc(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t crc = 0xf597a6cf;

	for (; len > 0; len--) {
		crc ^= *p++;
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

void
lvm_sr_group(char to[LVM_NAME], const char *sr_uuid, bool ext)
{
	snprintf(to, LVM_NAME, "%s-%.36s", ext ? "XSLocalEXT" :
	    "VG_XenStorage", sr_uuid);
}

static uint32_t
get32(const unsigned char *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static uint64_t
get64(const unsigned char *p)
{
	return get32(p) | (uint64_t)get32(p + 4) << 32;
}

static void
get_id(const unsigned char *p, char id[LVM_ID])
{
	size_t n = 0;

	for (int i = 0; i < 32; i++) {
		if (i == 6 || (i > 6 && i < 30 && (i - 6) % 4 == 0))
			id[n++] = '-';
		id[n++] = (char)p[i];
	}
	id[n] = '\0';
}

/* The first of the metadata areas that a label lists, or 0. */
static uint64_t
area_of(const unsigned char *label)
{
	const unsigned char *p = label + get32(label + 20) + 40;

	while (p + 32 <= label + 512 && get64(p) != 0)
		p += 16;		/* data areas */
	return p + 32 <= label + 512 ? get64(p + 16) : 0;
}

/* The newest text in the ring, which begins behind the area's header. */
static int
ring_read(const unsigned char *area, size_t len, struct buf *to, struct err *e)
{
	uint64_t size = get64(area + 32), at = get64(area + 40);
	uint64_t n = get64(area + 48), first;

	if (memcmp(area + 4, LVM_AREA_MAGIC, 16) != 0 ||
	    get32(area) != lvm_crc(area + 4, 512 - 4))
		return err_set(e, "LVM: the metadata's header is damaged");
	if (at == 0)
		return err_set(e, "LVM: in no volume group");
	if (size > len || size <= 512 || at < 512 || at >= size ||
	    n > size - 512)
		return err_set(e, "LVM: the metadata lies out of its area");
	first = n < size - at ? n : size - at;
	buf_add(to, area + at, first);
	buf_add(to, area + 512, n - first);
	if (buf_ok(to, e) == -1)
		return -1;
	return lvm_crc(to->data, n) == get32(area + 56) ? 0 :
	    err_set(e, "LVM: the metadata is damaged");
}

/* The label is in one of the first four sectors. */
int
lvm_text(const void *data, size_t len, char id[LVM_ID], struct buf *to,
    struct err *e)
{
	const unsigned char *p = data;
	uint64_t area;

	for (size_t at = 0; at < 4 * 512 && at + 512 <= len; at += 512) {
		const unsigned char *label = p + at;

		if (memcmp(label, LVM_LABEL_MAGIC, 8) != 0 ||
		    memcmp(label + 24, LVM_LABEL_TYPE, 8) != 0)
			continue;
		if (get32(label + 16) != lvm_crc(label + 20, 512 - 20) ||
		    get32(label + 20) > 256)
			return err_set(e, "LVM: the label is damaged");
		get_id(label + get32(label + 20), id);
		area = area_of(label);
		if (area == 0 || area > len || len - area < 512)
			return err_set(e, "LVM: no metadata at the start");
		return ring_read(p + area, len - area, to, e);
	}
	return err_set(e, "not a physical volume of LVM");
}

int
lvm_read(const char *node, char id[LVM_ID], struct lvm_vg *vg,
    const char *lv_name, struct lvm_lv *lv_r, struct err *e)
{
	char *data = malloc(LVM_START);
	struct buf text = { 0 };
	ssize_t n = -1;
	int fd, rc = -1;

	fd = open(node, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || data == NULL ||
	    (n = pread(fd, data, LVM_START, 0)) == -1)
		err_sys(e, "%s", node);
	else if (lvm_text(data, (size_t)n, id, &text, e) == -1 ||
	    lvm_parse(text.data, text.len, vg, lv_name, lv_r, e) == -1)
		err_in(e, "%s", node);
	else
		rc = 0;
	if (fd != -1)
		close(fd);
	buf_free(&text);
	free(data);
	return rc;
}
