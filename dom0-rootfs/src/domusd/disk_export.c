/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk_image.h"
#include "disk_move.h"
#include "disk_parts.h"
#include "frame.h"
#include "mover.h"
#include "msg.h"
#include "vhd.h"

#define PIECE ((size_t)1 << 20)

/* One disk that goes out. */
struct export {
	struct image disk, base;	/* base.fd -1: all of it */
	struct body *body;
	struct progress progress;
	uint64_t from, to;		/* of a raw one */
	char *data;			/* room for two blocks */
};

/* How long it will be; the first byte follows. */
static int
tell_length(struct export *ex, uint64_t length, struct err *e)
{
	struct value *v = value_new_struct();
	int rc;

	value_set_int(v, "length", (int64_t)length);
	rc = msg_put(ex->progress.talk->port, MSG_NOTE, ex->progress.talk->id,
	    v, e);
	value_free(v);
	return rc == -1 || msg_flush(ex->progress.talk->port, e) == -1 ? -1 :
	    0;
}

static int
export_raw(struct export *ex, struct err *e)
{
	size_t n;

	if (tell_length(ex, ex->to - ex->from, e) == -1)
		return -1;
	for (uint64_t at = ex->from; at < ex->to; at += n) {
		n = ex->to - at < PIECE ? (size_t)(ex->to - at) : PIECE;
		if (image_read(&ex->disk, at, ex->data, n, e) == -1 ||
		    body_write(ex->body, ex->data, n, e) == -1)
			return -1;
		progress_tell(&ex->progress, at - ex->from,
		    ex->to - ex->from);
	}
	return body_end(ex->body, e);
}

static int
to_body(void *arg, const void *data, size_t len, struct err *e)
{
	struct export *ex = arg;

	return body_write(ex->body, data, len, e);
}

static int
get_block(void *arg, uint64_t i, void *data, struct err *e)
{
	struct export *ex = arg;

	progress_tell(&ex->progress, i * VHD_BLOCK, ex->disk.size);
	return image_read(&ex->disk, i * VHD_BLOCK, data, VHD_BLOCK, e);
}

/* 1 when the block is to be in the image, 0, or -1 and e. */
static int
wanted(struct export *ex, uint64_t i, struct err *e)
{
	uint64_t at = i * VHD_BLOCK;
	char *other = ex->data + VHD_BLOCK;

	if (ex->base.fd == -1)
		return image_has(&ex->disk, at, VHD_BLOCK);
	if (!image_has(&ex->disk, at, VHD_BLOCK) &&
	    !image_has(&ex->base, at, VHD_BLOCK))
		return 0;
	if (image_read(&ex->disk, at, ex->data, VHD_BLOCK, e) == -1 ||
	    image_read(&ex->base, at, other, VHD_BLOCK, e) == -1)
		return -1;
	return memcmp(ex->data, other, VHD_BLOCK) != 0;
}

/* The bits of a text like an uuid's. */
static void
uuid_bytes(const char *text, unsigned char to[16])
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;
	const char *d;

	for (; *text != '\0' && n < 32; text++) {
		d = strchr(digits, *text | 0x20);
		if (d == NULL)
			continue;
		to[n / 2] = (unsigned char)(to[n / 2] << 4 | (d - digits));
		n++;
	}
}

static int
export_vhd(struct export *ex, const struct value *v, struct err *e)
{
	uint64_t blocks = VHD_BLOCKS(ex->disk.size);
	unsigned char *present = calloc(blocks / 8 + 1, 1);
	struct vhd_make m = { .size = ex->disk.size, .present = present,
	    .differencing = ex->base.fd != -1 };
	int is = 0, rc = -1;

	if (present == NULL)
		return err_set(e, "out of memory");
	uuid_bytes(disk_text(v, "uuid"), m.uuid);
	uuid_bytes(disk_text(v, "base_uuid"), m.parent);
	for (uint64_t i = 0; i < blocks && is != -1; i++) {
		is = wanted(ex, i, e);
		if (is == 1)
			present[i / 8] |= (unsigned char)(1 << i % 8);
	}
	if (is != -1 && tell_length(ex, vhd_length(&m), e) == 0 &&
	    vhd_write(&m, to_body, ex, get_block, ex, e) == 0)
		rc = body_end(ex->body, e);
	free(present);
	return rc;
}

/* A part of a raw disk: from, and to, which is not in it. */
static int
part_of(struct export *ex, const struct value *v, struct reply *r)
{
	int64_t from = 0, to = -1;
	struct err ignored;

	value_as_int(value_get(v, "from"), &from, &ignored);
	value_as_int(value_get(v, "to"), &to, &ignored);
	ex->to = to < 0 || (uint64_t)to > ex->disk.size ? ex->disk.size :
	    (uint64_t)to;
	ex->from = (uint64_t)from;
	if (from >= 0 && ex->from <= ex->to)
		return 0;
	reply_fail(r, "INVALID_VALUE", "range", "beyond the disk's end", NULL);
	return -1;
}

static int
export_from(struct export *ex, const struct value *v, int dir,
    struct reply *r)
{
	const char *location = disk_text(v, "location");
	struct err e = { 0 };
	int rc;

	ex->data = malloc(2 * VHD_BLOCK);
	ex->body = body_open(ex->progress.talk->body);
	if (ex->data == NULL || ex->body == NULL)
		return disk_failed(r, dir, location, 0, ENOMEM);
	if (part_of(ex, v, r) == -1)
		return -1;
	rc = strcmp(disk_text(v, "format"), "vhd") == 0 ?
	    export_vhd(ex, v, &e) : export_raw(ex, &e);
	if (rc == 0)
		return disk_answer(r, dir, location);
	if (e.sys != 0)
		return disk_failed(r, dir, location, 0, e.sys);
	reply_fail(r, "VDI_IO_ERROR", e.text, NULL);
	return -1;
}

int
disk_export(const char *root, const struct value *v, struct disk_talk *talk,
    struct reply *r)
{
	const char *location = disk_text(v, "location");
	const char *base = disk_text(v, "base");
	struct export ex = { .progress = { .talk = talk },
	    .disk = { .fd = -1 }, .base = { .fd = -1 } };
	int dir, rc = -1;

	if (!disk_location_ok(location) || talk->body == -1 ||
	    (*base != '\0' && !disk_location_ok(base)))
		return disk_bad_question(r);
	dir = disk_open_sr(root, disk_text(v, "sr"), r);
	if (dir == -1)
		return -1;
	if (disk_open_image(dir, location, O_RDONLY, &ex.disk, r) == 0 &&
	    (*base == '\0' ||
	    disk_open_image(dir, base, O_RDONLY, &ex.base, r) == 0))
		rc = export_from(&ex, v, dir, r);
	if (ex.disk.fd != -1)
		close(ex.disk.fd);
	if (ex.base.fd != -1)
		close(ex.base.fd);
	body_close(ex.body);
	free(ex.data);
	close(dir);
	return rc;
}
