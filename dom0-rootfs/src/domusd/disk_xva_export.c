/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "disk_image.h"
#include "disk_move.h"
#include "disk_parts.h"
#include "frame.h"
#include "mover.h"
#include "msg.h"
#include "pack.h"
#include "xmlrpc.h"
#include "xva.h"

/* One VM that goes out. */
struct out {
	const struct value *header, *disks;
	struct image images[XVA_DISKS];
	size_t n;			/* of them that are open */
	enum pack_kind kind;
	struct body *body;
	struct pack *pack;
	struct progress progress;
	uint64_t done, all;
	char *data;			/* room for a block */
};

static int
to_body(void *arg, const void *data, size_t len, struct err *e)
{
	return len == 0 ? 0 : body_write(arg, data, len, e);
}

static int
put_member(struct out *o, const char *name, const void *data, size_t len,
    struct err *e)
{
	static const unsigned char zeros[TAR_HEAD];
	unsigned char head[TAR_HEAD];

	tar_put(head, name, len);
	if (pack_write(o->pack, head, sizeof(head), e) == -1 ||
	    pack_write(o->pack, data, len, e) == -1)
		return -1;
	return pack_write(o->pack, zeros, tar_padding(len), e);
}

static int
put_header(struct out *o, struct err *e)
{
	struct buf xml = { 0 };
	int rc;

	buf_str_add(&xml, "<?xml version=\"1.0\"?>");
	xmlrpc_value_put(&xml, o->header);
	rc = buf_ok(&xml, e) == -1 ? -1 :
	    put_member(o, "ova.xml", xml.data, xml.len, e);
	buf_free(&xml);
	return rc;
}

static int
put_block(struct out *o, const char *disk, uint64_t i, size_t len,
    struct err *e)
{
	char name[64], sum_name[80], sum[XVA_SUM];

	snprintf(name, sizeof(name), "%.32s/%08llu", disk,
	    (unsigned long long)i);
	snprintf(sum_name, sizeof(sum_name), "%s" XVA_SUFFIX, name);
	xva_xxhash(o->data, len, sum);
	if (put_member(o, name, o->data, len, e) == -1)
		return -1;
	return put_member(o, sum_name, sum, strlen(sum), e);
}

static int
put_disk(struct out *o, const struct image *im, const char *name,
    struct err *e)
{
	uint64_t last = im->size == 0 ? 0 : (im->size - 1) / XVA_BLOCK, at;
	size_t len;
	bool must;
	int rc = 0;

	for (uint64_t i = 0; i <= last && im->size > 0 && rc == 0; i++) {
		at = i * XVA_BLOCK;
		len = im->size - at < XVA_BLOCK ? (size_t)(im->size - at) :
		    XVA_BLOCK;
		must = i == 0 || i == last;
		progress_tell(&o->progress, o->done + at, o->all);
		if (!must && !image_has(im, at, len))
			continue;
		rc = image_read(im, at, o->data, len, e);
		if (rc == 0 && (must || !image_is_zero(o->data, len)))
			rc = put_block(o, name, i, len, e);
	}
	o->done += im->size;
	return rc;
}

static int
put_all(struct out *o, struct err *e)
{
	static const unsigned char zeros[2 * TAR_HEAD];

	if (put_header(o, e) == -1)
		return -1;
	for (size_t i = 0; i < o->n; i++)
		if (put_disk(o, &o->images[i], disk_text(value_at(o->disks,
		    i), "name"), e) == -1)
			return -1;
	if (pack_write(o->pack, zeros, sizeof(zeros), e) == -1 ||
	    pack_end(o->pack, e) == -1)
		return -1;
	return body_end(o->body, e);
}

/* In the child. */
static void
send_out(void *arg, struct moved *m)
{
	struct out *o = arg;
	struct err e = { 0 };

	o->data = malloc(XVA_BLOCK);
	o->pack = pack_open(o->kind, to_body, o->body);
	if (o->data == NULL || o->pack == NULL)
		err_set(&e, "out of memory");
	else if (put_all(o, &e) == 0)
		return;
	moved_fail(m, &e);
}

static int
open_one(struct out *o, const char *root, const struct value *disk,
    struct reply *r)
{
	const char *location = disk_text(disk, "location");
	int dir, rc;

	if (!disk_location_ok(location) || o->n == XVA_DISKS)
		return disk_bad_question(r);
	dir = disk_open_sr(root, disk_text(disk, "sr"), r);
	if (dir == -1)
		return -1;
	rc = disk_open_image(dir, location, O_RDONLY, &o->images[o->n], r);
	close(dir);
	if (rc == -1)
		return -1;
	o->all += o->images[o->n++].size;
	return 0;
}

static int
tell_begin(const struct disk_talk *talk, struct err *e)
{
	struct value *v = value_new_struct();
	int rc;

	value_set_int(v, "length", -1);
	rc = msg_put(talk->port, MSG_NOTE, talk->id, v, e);
	value_free(v);
	return rc == -1 || msg_flush(talk->port, e) == -1 ? -1 : 0;
}

static int
export_all(struct out *o, bool drop, struct reply *r)
{
	struct moved m;
	struct err e = { 0 };

	o->body = body_open(o->progress.talk->body);
	if (o->body == NULL || tell_begin(o->progress.talk, &e) == -1)
		return disk_sys_failed(r, "export", ENOMEM);
	mover_run(drop, send_out, o, &m);
	if (m.failed) {
		reply_fail(r, "VDI_IO_ERROR", m.text, NULL);
		return -1;
	}
	reply_set(r, value_new_struct());
	return 0;
}

int
disk_xva_export(const char *root, const struct value *v,
    struct disk_talk *talk, struct reply *r)
{
	struct out o = { .header = value_get(v, "header"),
	    .disks = value_get(v, "disks"),
	    .kind = pack_named(disk_text(v, "pack")),
	    .progress = { .talk = talk } };
	int rc = 0;

	if (talk->body == -1 || o.kind == PACK_KINDS)
		return disk_bad_question(r);
	for (size_t i = 0; i < value_len(o.disks) && rc == 0; i++)
		rc = open_one(&o, root, value_at(o.disks, i), r);
	if (rc == 0)
		rc = export_all(&o, strcmp(root, DISK_ROOT) == 0, r);
	for (size_t i = 0; i < o.n; i++)
		close(o.images[i].fd);
	body_close(o.body);
	return rc;
}
