/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "disk_file.h"
#include "disk_image.h"
#include "disk_move.h"
#include "disk_parts.h"
#include "frame.h"
#include "mover.h"
#include "vhd.h"

#define PIECE ((size_t)1 << 20)

/* One disk that comes in. */
struct import {
	struct image fresh, place;	/* a new file, and the disk's own */
	const struct image *to;		/* one of these */
	bool vhd;
	uint64_t length;		/* of the body, or 0 */
	struct body *body;
	struct progress progress;
};

static ssize_t
from_body(void *arg, void *data, size_t len, struct err *e)
{
	return body_read(arg, data, len, e);
}

static int
vhd_begin(void *arg, uint64_t size, enum vhd_type type, struct err *e)
{
	struct import *im = arg;

	im->to = type == VHD_DIFFERENCING ? &im->place : &im->fresh;
	if (size <= im->to->size)
		return 0;
	e->sys = 0;
	return err_set(e, "the image's disk of %llu bytes is larger than the "
	    "disk, which has %llu", (unsigned long long)size,
	    (unsigned long long)im->to->size);
}

static int
vhd_data(void *arg, uint64_t at, const void *data, size_t len, struct err *e)
{
	struct import *im = arg;

	progress_tell(&im->progress, at, im->to->size);
	return image_write(im->to, at, data, len, e);
}

static int
import_vhd(struct import *im, struct err *e)
{
	const struct vhd_sink sink = { vhd_begin, vhd_data, im };

	return vhd_read(from_body, im->body, im->length, &sink, e);
}

/* As much as the disk holds, or less; nothing at all changes nothing. */
static int
import_raw(struct import *im, struct moved *m, struct err *e)
{
	uint64_t at = 0;
	char *data = malloc(PIECE);
	ssize_t n = 0;
	size_t want;
	int rc = 0;

	im->to = &im->fresh;
	if (data == NULL)
		return err_set(e, "out of memory");
	do {
		want = im->to->size - at < PIECE ?
		    (size_t)(im->to->size - at) : PIECE;
		n = body_read(im->body, data, want, e);
		rc = n == -1 ? -1 : image_write(im->to, at, data, (size_t)n,
		    e);
		if (rc == 0)
			at += (uint64_t)n;
		progress_tell(&im->progress, at, im->to->size);
	} while (rc == 0 && want > 0 && (size_t)n == want);
	free(data);
	m->nothing = at == 0;
	return rc;
}

/* In the child. */
static void
take_in(void *arg, struct moved *m)
{
	struct import *im = arg;
	struct err e = { 0 };
	int rc;

	rc = im->vhd ? import_vhd(im, &e) : import_raw(im, m, &e);
	m->in_place = im->to == &im->place;
	/* some clients do not know the length of an image, and cut the
	 * connection behind it */
	if (rc == 0 && body_drain(im->body) > 0 && !im->vhd) {
		e.sys = 0;
		rc = err_set(&e, "the image is larger than the disk, which has "
		    "%llu bytes", (unsigned long long)im->to->size);
	}
	if (rc == -1)
		moved_fail(m, &e);
}

static int
import_failed(struct reply *r, int dir, const char *location, uint64_t size,
    const struct moved *m)
{
	if (m->sys != 0)
		return disk_failed(r, dir, location, size, m->sys);
	reply_fail(r, "IMPORT_ERROR", m->text, NULL);
	return -1;
}

/* Make it last, as the disk or not at all. */
static int
settle(const struct import *im, int dir, const char *location,
    const struct moved *m)
{
	bool keep = m->failed == 0 && !m->in_place && !m->nothing;
	int rc = disk_file_end(dir, location, im->fresh.fd, keep ? 0 :
	    ECANCELED);

	if (m->in_place && fsync(im->place.fd) == -1)
		return errno;
	return keep ? rc : 0;
}

static int
import_to(const char *root, int dir, const char *location, struct import *im,
    struct reply *r)
{
	struct moved m;
	int error;

	im->fresh = (struct image){ disk_file_begin(dir, location,
	    im->place.size), im->place.size, true };
	if (im->fresh.fd < 0)
		return disk_failed(r, dir, location, im->place.size,
		    -im->fresh.fd);
	mover_run(strcmp(root, DISK_ROOT) == 0, take_in, im, &m);
	error = settle(im, dir, location, &m);
	if (m.failed)
		return import_failed(r, dir, location, im->place.size, &m);
	return error != 0 ? disk_failed(r, dir, location, im->place.size,
	    error) : disk_answer(r, dir, location);
}

int
disk_import(const char *root, const struct value *v, struct disk_talk *talk,
    struct reply *r)
{
	const char *location = disk_text(v, "location");
	struct import im = { .vhd = strcmp(disk_text(v, "format"),
	    "vhd") == 0, .progress = { .talk = talk }, .place = { .fd = -1 } };
	struct err ignored;
	int64_t length = 0;
	int dir, rc = -1;

	if (!disk_location_ok(location) || talk->body == -1)
		return disk_bad_question(r);
	value_as_int(value_get(v, "length"), &length, &ignored);
	im.length = length > 0 ? (uint64_t)length : 0;
	dir = disk_open_sr(root, disk_text(v, "sr"), r);
	if (dir == -1)
		return -1;
	im.body = body_open(talk->body);
	if (im.body != NULL &&
	    disk_open_image(dir, location, O_RDWR, &im.place, r) == 0)
		rc = import_to(root, dir, location, &im, r);
	if (im.place.fd != -1)
		close(im.place.fd);
	body_close(im.body);
	close(dir);
	return rc;
}
