/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cidata.h"
#include "fat.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define CLUSTER 512u
#define SMALLEST (256u << 10)	/* no disk of a few sectors to stumble over */

/* What NoCloud reads.  The text may be a secret: nobody logs it. */
static const char *const names[] = { "meta-data", "network-config",
	"user-data", "vendor-data" };

static bool
known(const char *name)
{
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* How much room the texts take, in whole clusters. */
static int
check(const struct value *v, uint32_t *bytes_r, struct err *e)
{
	const struct value *text;
	size_t all = 0;

	*bytes_r = 0;
	for (size_t i = 0; i < value_len(v); i++) {
		text = value_at(v, i);
		if (!known(value_name_at(v, i)))
			return err_set(e, "%.64s: none of cloud-init's files",
			    value_name_at(v, i));
		if (!value_is(text, VALUE_STRING))
			return err_set(e, "%s: no text", value_name_at(v, i));
		all += value_len(text);
		if (all > CIDATA_MAX)
			return err_set(e, "more than %zu bytes", CIDATA_MAX);
		*bytes_r += (uint32_t)(value_len(text) + CLUSTER - 1) /
		    CLUSTER * CLUSTER;
	}
	return 0;
}

int
cidata_image(int fd, const struct value *v, struct err *e)
{
	struct fat *fat = NULL;
	uint32_t bytes;
	int rc = 0;

	if (!value_is(v, VALUE_STRUCT))
		return err_set(e, "no files");
	if (check(v, &bytes, e) == -1 ||
	    fat_format(fd, bytes > SMALLEST ? bytes : SMALLEST, "CIDATA",
	    e) == -1 ||
	    fat_open(fd, 0, &fat, e) == -1)
		return -1;
	for (size_t i = 0; i < value_len(v) && rc == 0; i++)
		rc = fat_save(fat, value_name_at(v, i),
		    value_str(value_at(v, i)), value_len(value_at(v, i)), e);
	fat_close(fat);
	return rc;
}

static bool
has_device(const struct vm_config *c, const char *device)
{
	for (size_t i = 0; i < c->nvbds; i++)
		if (strcmp(c->vbds[i].device, device) == 0)
			return true;
	return false;
}

static int
failed(struct reply *r, const char *why)
{
	char text[256];

	snprintf(text, sizeof(text), "cloud-init's drive: %.200s", why);
	reply_fail(r, "INTERNAL_ERROR", text, NULL);
	return -1;
}

int
cidata_add(const struct value *v, struct vm_config *c, char path_r[VM_PATH],
    struct reply *r)
{
	struct vbd_config *d = &c->vbds[c->nvbds];
	struct err e = { .text = "" };
	int fd, rc;

	*path_r = '\0';
	if (v == NULL)
		return 0;
	if (c->nvbds == VM_VBDS)
		return failed(r, "the guest has too many devices");
	*d = (struct vbd_config){ .device = "xvdz", .readonly = true,
	    .location = "cloud-init" };
	while (has_device(c, d->device))
		if (d->device[3]-- == 'a')
			return failed(r, "no device is free");
	snprintf(path_r, VM_PATH, "/run/domus-cidata.XXXXXX");
	fd = mkstemp(path_r);
	if (fd == -1) {
		err_sys(&e, "/run");
		*path_r = '\0';
		return failed(r, e.text);
	}
	rc = cidata_image(fd, v, &e);
	close(fd);
	snprintf(d->path, sizeof(d->path), "%s", path_r);
	c->nvbds++;
	return rc == -1 ? failed(r, e.text) : 0;
}
