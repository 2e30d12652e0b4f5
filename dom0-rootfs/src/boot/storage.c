/* SPDX-License-Identifier: ISC */
/*
 * The host's storage repository: ext4 on a partition, or on several that are
 * joined; or a volume group, which needs only to be there.
 */
#include <stdio.h>
#include <string.h>

#include "arrays.h"
#include "devices.h"
#include "dm.h"
#include "file.h"
#include "loader.h"
#include "parts.h"
#include "setup.h"

struct storage {
	const struct conf *host;
	char nodes[LVM_PVS][64];	/* of host.conf's sr-partuuid lines */
	unsigned int n;
	struct arrays arrays;
	struct err e;			/* what is not there yet */
};

static bool
storage_there(void *arg)
{
	struct storage *st = arg;
	struct parts p = { 0 };
	const struct part *part;
	const char *uuid;
	struct err array;
	bool there;

	st->n = 0;
	arrays_start(&st->arrays, &array);
	there = parts_read("/sys", &p, &st->e) == 0;
	while (there && st->n < LVM_PVS &&
	    (uuid = conf_nth(st->host, "sr-partuuid", st->n)) != NULL) {
		there = parts_named(&p, uuid, &part, &st->e) == 0;
		if (there)
			snprintf(st->nodes[st->n++], sizeof(st->nodes[0]),
			    "/dev/%s", part->name);
	}
	parts_free(&p);
	return there;
}

static int
ext_mount(const struct storage *st, const char *sr, struct err *e)
{
	char node[64], where[80];

	snprintf(node, sizeof(node), "%s", st->nodes[0]);
	if (st->n > 1 && dm_join_sr(sr, (const char (*)[64])st->nodes, st->n,
	    node, e) == -1)
		return -1;
	snprintf(where, sizeof(where), "/run/sr-mount/%s", sr);
	if (file_mkdirs(where, 0755, e) == -1)
		return -1;
	return fs_mount(node + strlen("/dev/"), where, e) == 1 ? 0 : -1;
}

static int
group_look(const struct setup *s, const struct storage *st, const char *sr,
    struct err *e)
{
	uint64_t size, used;

	if (lvm_sr_space(sr, (const char (*)[64])st->nodes, st->n, &size,
	    &used, e) == -1)
		return -1;
	say(&s->say, "domus-setup: storage repository is a volume group of "
	    "%llu MiB on %u partitions", (unsigned long long)size >> 20,
	    st->n);
	return 0;
}

int
storage_mount(struct setup *s, struct err *e)
{
	const char *type = conf_get(&s->host, "sr-type", "none"), *uuid;
	const char *sr = conf_get(&s->host, "sr-uuid", "");
	struct storage st = { .host = &s->host };
	bool named = conf_nth(&s->host, "sr-partuuid", 0) != NULL;
	int rc;

	if (strcmp(type, "none") == 0)
		return 0;
	for (size_t i = 0;
	    (uuid = conf_nth(&s->host, "sr-partuuid", i)) != NULL; i++)
		named &= is_uuid(uuid) && i < LVM_PVS;
	if (!is_uuid(sr) || !named)
		return err_set(e, HOST_CONF ": sr-uuid and sr-partuuid are "
		    "needed for sr-type %s", type);
	if (!storage_there(&st) && (s->uevents == -1 ||
	    devices_wait(s->uevents, APPEAR, storage_there, &st, e) != 1))
		return err_set(e, "storage repository: %s", st.e.text);
	rc = strcmp(type, "ext") == 0 ? ext_mount(&st, sr, e) :
	    strcmp(type, "lvm") == 0 ? group_look(s, &st, sr, e) :
	    err_set(e, HOST_CONF ": sr-type %s is not known", type);
	return rc == -1 ? err_in(e, "storage repository") : 0;
}
