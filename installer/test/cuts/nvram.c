/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fat_volume.h"
#include "file.h"
#include "nvram.h"

#define GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define ATTRIBUTES 4u		/* bytes before a value */

static struct var *
find(const struct nvram *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->list[i].name, name) == 0)
			return (struct var *)&v->list[i];
	return NULL;
}

static int
set(struct nvram *v, const char *name, const unsigned char *data, size_t len,
    struct err *e)
{
	struct var *to = find(v, name);

	if (to == NULL && v->n < NVRAM_VARS)
		to = &v->list[v->n++];
	if (to == NULL || len < ATTRIBUTES ||
	    len - ATTRIBUTES > sizeof(to->data))
		return err_set(e, "variable %s: no room", name);
	snprintf(to->name, sizeof(to->name), "%s", name);
	to->len = len - ATTRIBUTES;
	memcpy(to->data, data + ATTRIBUTES, to->len);
	return 0;
}

int
nvram_load(struct nvram *v, const char *dir, struct err *e)
{
	char path[PATH_MAX], *data;
	struct dirent *d;
	size_t len;
	int rc = 0;
	DIR *list;

	*v = (struct nvram){ .is = true };
	list = opendir(dir);
	if (list == NULL)
		return err_sys(e, "%s", dir);
	while (rc == 0 && (d = readdir(list)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
		rc = file_read(path, 65536, &data, &len, e);
		if (rc == 0) {
			rc = set(v, d->d_name, (unsigned char *)data, len, e);
			free(data);
		}
	}
	closedir(list);
	return rc;
}

int
nvram_apply(struct nvram *v, const struct op *op, struct err *e)
{
	const char *name = (const char *)op->data;
	size_t skip = strlen(name) + 1;
	struct var *old = find(v, name);

	if (op->kind == RECORD_VAR)
		return set(v, name, op->data + skip, op->len - skip, e);
	if (old != NULL)
		*old = v->list[--v->n];
	return 0;
}

bool
nvram_same(const struct nvram *a, const struct nvram *b)
{
	const struct var *other;

	for (size_t i = 0; i < a->n; i++) {
		other = find(b, a->list[i].name);
		if (other == NULL || other->len != a->list[i].len ||
		    memcmp(other->data, a->list[i].data, other->len) != 0)
			return false;
	}
	return a->n == b->n;
}

/* UEFI 2.10, 3.1.3 and 10.3.5.1: attributes, length, title, device path. */
static void
leads_to(const struct var *entry, unsigned char guid[16])
{
	const unsigned char *d = entry->data;
	size_t at = 6, n;

	memset(guid, 0, 16);
	while (at + 2 <= entry->len && le16(d + at) != 0)
		at += 2;
	for (at += 2; at + 4 <= entry->len && d[at] != 0x7f; at += n) {
		n = le16(d + at + 2);
		if (n < 4 || n > entry->len - at)
			return;
		if (d[at] == 4 && d[at + 1] == 1 && n >= 42 && d[at + 41] == 2)
			memcpy(guid, d + at + 24, 16);
	}
}

static bool
nth_of(const struct nvram *v, const char *list, size_t nth,
    unsigned char guid[16])
{
	const struct var *order = find(v, list), *entry;
	char name[80];

	if (order == NULL || 2 * nth + 2 > order->len)
		return false;
	snprintf(name, sizeof(name), "Boot%04X" GLOBAL,
	    le16(order->data + 2 * nth));
	entry = find(v, name);
	memset(guid, 0, 16);
	if (entry != NULL)
		leads_to(entry, guid);
	return true;
}

bool
nvram_next(const struct nvram *v, unsigned char guid[16])
{
	return nth_of(v, "BootNext" GLOBAL, 0, guid);
}

bool
nvram_order(const struct nvram *v, size_t nth, unsigned char guid[16])
{
	return nth_of(v, "BootOrder" GLOBAL, nth, guid);
}
