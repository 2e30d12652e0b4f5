/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "identity.h"
#include "probe.h"

/*
 * A descriptor stays one disk's, whatever names become others': what it is
 * is looked up by its number.
 */
static int
find_name(const char *root, const char *number, const struct disk *d,
    struct err *e)
{
	struct buf b = { 0 };
	int rc = 0;

	if (strcmp(sys_line(&b, root, "/sys/block/%s/dev", d->name), number)
	    != 0)
		rc = err_set(e, "%s: the name is another disk's by now",
		    d->name);
	buf_free(&b);
	return rc;
}

static int
compare(const struct disk *d, const struct disk *now, struct err *e)
{
	const struct { const char *what, *then, *now; } rows[] = {
		{ "serial number", d->serial, now->serial },
		{ "model", d->model, now->model },
		{ "WWN", d->wwn, now->wwn },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].then, rows[i].now) != 0)
			return err_set(e, "%s: another disk than planned for: "
			    "its %s was \"%s\" and is \"%s\"", d->name,
			    rows[i].what, rows[i].then, rows[i].now);
	if (now->size != d->size)
		return err_set(e, "%s: another disk than planned for: it had "
		    "%llu bytes and has %llu", d->name,
		    (unsigned long long)d->size,
		    (unsigned long long)now->size);
	return 0;
}

int
identity_check(const char *root, const struct disk *d, dev_t number,
    struct err *e)
{
	struct machine m = { 0 };
	struct buf b = { 0 };
	struct disk *now;
	char text[32];
	int rc = -1;

	snprintf(text, sizeof(text), "%u:%u", (unsigned int)major(number),
	    (unsigned int)minor(number));
	if (find_name(root, text, d, e) == -1)
		return -1;
	now = machine_disk_add(&m, d->name);
	if (now == NULL)
		return err_set(e, "out of memory");
	now->size = strtoull(sys_line(&b, root, "/sys/block/%s/size",
	    d->name), NULL, 10) * 512;
	if (disk_probe_ids(root, now, e) == 0)
		rc = compare(d, now, e);
	buf_free(&b);
	machine_free(&m);
	return rc;
}
