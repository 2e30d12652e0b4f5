/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "md.h"
#include "parts.h"
#include "partuuid.h"
#include "path.h"

/* "KEY=value" lines of a uevent file: the value of one, or "". */
static void
value(const char *text, const char *key, char *to, size_t size)
{
	size_t len = strlen(key);

	*to = '\0';
	for (; *text != '\0'; text += strcspn(text, "\n") + 1) {
		if (strncmp(text, key, len) == 0) {
			text += len;
			snprintf(to, size, "%.*s", (int)strcspn(text, "\n"),
			    text);
			return;
		}
		if (strchr(text, '\n') == NULL)
			return;
	}
}

/* /sys/class/block/sda3 leads to .../block/sda/sda3: its disk is above it. */
static void
disk_of(const char *dir, struct part *part)
{
	char real[PATH_MAX], *name, *end;
	struct path path;
	struct err e;

	if (realpath(path_of(&path, "%s/..", dir), real) == NULL)
		return;
	name = basename(real);
	snprintf(part->disk, sizeof(part->disk), "%.31s", name);
	path_of(&path, "%s/../device/model", dir);
	if (file_line(path.text, part->model, sizeof(part->model), &e) == -1)
		part->model[0] = '\0';
	for (end = part->model + strlen(part->model);
	    end > part->model && end[-1] == ' '; end--)
		end[-1] = '\0';
}

/*
 * A member of a RAID of ours looks like a disk with the same partitions, but
 * what is written there alone would tear the RAID.
 */
static bool
is_member(const char *sysfs, const char *disk)
{
	struct md_super super;
	struct path path;
	char array[32], text[32];
	struct err e;
	bool is;
	int fd;

	md_of(sysfs, disk, array);
	path_of(&path, "%s/class/block/%s/size", sysfs, disk);
	if (array[0] != '\0' || file_line(path.text, text, sizeof(text), &e)
	    == -1)
		return array[0] != '\0';
	fd = open(path_of(&path, "/dev/%s", disk), O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	is = md_read(fd, strtoull(text, NULL, 10) * 512, &super, &e) == 1 &&
	    strcmp(super.name, MD_NAME) == 0;
	close(fd);
	return is;
}

static bool
part_read(const char *sysfs, const char *dir, const char *name,
    struct part *part)
{
	char type[16], *text;
	struct path path;
	struct err e;

	*part = (struct part){ 0 };
	path_of(&path, "%s/uevent", dir);
	if (file_read(path.text, 1 << 14, &text, NULL, &e) == -1)
		return false;	/* gone since the directory was read */
	value(text, "DEVTYPE=", type, sizeof(type));
	value(text, "PARTNAME=", part->label, sizeof(part->label));
	value(text, "PARTUUID=", part->uuid, sizeof(part->uuid));
	free(text);
	if (strcmp(type, "partition") != 0)
		return false;
	snprintf(part->name, sizeof(part->name), "%.31s", name);
	disk_of(dir, part);
	if (part->uuid[0] == '\0')
		partuuid(part->name, part->uuid);
	return strncmp(part->label, "domus-", 6) != 0 ||
	    !is_member(sysfs, part->disk);
}

static int
part_add(struct parts *p, const struct part *part, struct err *e)
{
	struct part *list;

	list = reallocarray(p->list, p->n + 1, sizeof(*list));
	if (list == NULL)
		return err_set(e, "out of memory");
	p->list = list;
	list[p->n++] = *part;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct part *)a)->name,
	    ((const struct part *)b)->name);
}

int
parts_read(const char *sysfs, struct parts *p, struct err *e)
{
	struct path class, dir;
	struct dirent *d;
	struct part part;
	DIR *all;
	int rc = 0;

	all = opendir(path_of(&class, "%s/class/block", sysfs));
	if (all == NULL)
		return errno == ENOENT ? 0 : err_sys(e, "%s", class.text);
	while (rc == 0 && (d = readdir(all)) != NULL) {
		path_of(&dir, "%s/%s", class.text, d->d_name);
		if (d->d_name[0] != '.' && part_read(sysfs, dir.text,
		    d->d_name, &part))
			rc = part_add(p, &part, e);
	}
	closedir(all);
	if (p->n > 1)
		qsort(p->list, p->n, sizeof(*p->list), by_name);
	return rc;
}

const struct part *
parts_by_uuid(const struct parts *p, const char *uuid)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcasecmp(p->list[i].uuid, uuid) == 0)
			return &p->list[i];
	return NULL;
}

size_t
parts_labelled(const struct parts *p, const char *label)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += strcmp(p->list[i].label, label) == 0;
	return n;
}

/* "sda3 (QEMU HARDDISK), sdb3" */
static void
say_all(const struct parts *p, const char *label, struct buf *to)
{
	const struct part *part;

	for (part = p->list; part < p->list + p->n; part++) {
		if (strcmp(part->label, label) != 0)
			continue;
		buf_printf(to, "%s%s", to->len > 0 ? ", " : "", part->name);
		if (part->model[0] != '\0')
			buf_printf(to, " (%s)", part->model);
	}
}

/* The only one labelled as state, on that disk (NULL: any); else NULL. */
static const struct part *
only_state(const struct parts *p, const char *disk)
{
	const struct part *found = NULL, *part;

	for (part = p->list; part < p->list + p->n; part++) {
		if (strcmp(part->label, STATE_LABEL) != 0 || (disk != NULL &&
		    strcmp(part->disk, disk) != 0))
			continue;
		if (found != NULL)
			return NULL;
		found = part;
	}
	return found;
}

/* A disk that was copied whole carries its UUIDs a second time. */
int
parts_named(const struct parts *p, const char *uuid,
    const struct part **part_r, struct err *e)
{
	const struct part *part;

	*part_r = parts_by_uuid(p, uuid);
	if (*part_r == NULL)
		return err_set(e, "no partition has the UUID %s", uuid);
	for (part = *part_r + 1; part < p->list + p->n; part++)
		if (strcasecmp(part->uuid, uuid) == 0)
			return err_set(e, "%s and %s have the same UUID %s: "
			    "one disk is a copy", (*part_r)->name, part->name,
			    uuid);
	return 0;
}

int
parts_state(const struct parts *p, const char *uuid, const char *slot,
    const struct part **part_r, struct err *e)
{
	const struct part *from = *slot != '\0' ? parts_by_uuid(p, slot) : NULL;
	struct buf found = { 0 };
	size_t n;

	if (*uuid != '\0')
		return parts_named(p, uuid, part_r, e);
	*part_r = only_state(p, NULL);
	if (*part_r == NULL && from != NULL)
		*part_r = only_state(p, from->disk);
	if (*part_r != NULL)
		return 0;
	n = parts_labelled(p, STATE_LABEL);
	if (n == 0)
		return err_set(e, "no partition is labelled %s", STATE_LABEL);
	say_all(p, STATE_LABEL, &found);
	err_set(e, "%zu partitions are labelled %s: %s", n, STATE_LABEL,
	    buf_str(&found));
	buf_free(&found);
	return -1;
}

void
parts_free(struct parts *p)
{
	free(p->list);
	*p = (struct parts){ 0 };
}
