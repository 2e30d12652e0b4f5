/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "call.h"
#include "disk.h"
#include "file.h"
#include "jsonrpc.h"
#include "vm_console.h"
#include "vm_fake.h"
#include "xen.h"

static const char *
text(const struct value *v, const char *name)
{
	return value_get_str(v, name) != NULL ? value_get_str(v, name) : "";
}

/* A disk that is not there keeps a guest from starting. */
const char *
fake_missing_disk(const char *root, const struct value *vbds)
{
	const struct value *disk;
	char path[DISK_PATH];
	struct err e;

	for (size_t i = 0; i < value_len(vbds); i++) {
		disk = value_get(value_at(vbds, i), "disk");
		if (disk != NULL && (disk_path(root, text(disk, "sr"),
		    text(disk, "location"), path, &e) == -1 ||
		    access(path, R_OK) == -1))
			return text(disk, "location");
	}
	return NULL;
}

static bool
names(const struct value *device, const char *name)
{
	return strcmp(text(device, "device"), name) == 0;
}

/* A device comes or goes, as the question says. */
void
fake_device(struct value *g, const char *what, const struct value *device)
{
	bool plug = strstr(what, "-plug") != NULL ||
	    strcmp(what, "vbd-insert") == 0;
	bool unplug = strstr(what, "-unplug") != NULL ||
	    strcmp(what, "vbd-eject") == 0;
	struct value *all = value_get(g, what[1] == 'b' ? "vbds" : "vifs");
	struct value *one;

	for (size_t i = 0; (plug || unplug) && i < value_len(all); i++)
		if (names(value_at(all, i), text(device, "device")))
			value_remove_at(all, i--);
	if (!plug || (value_get(device, "disk") == NULL && what[1] == 'b'))
		return;
	one = value_new_struct();
	value_set_str(one, "device", text(device, "device"));
	value_add(all, one);
}

void
fake_devices(struct value *g, const struct value *config)
{
	static const char *const lists[][2] = { { "vbds", "vbd-plug" },
		{ "vifs", "vif-plug" } };
	const struct value *all;

	for (size_t k = 0; k < 2; k++) {
		all = value_get(config, lists[k][0]);
		value_set(g, lists[k][0], value_new_array());
		for (size_t i = 0; i < value_len(all); i++)
			fake_device(g, lists[k][1], value_at(all, i));
	}
}

void
fake_console(bool runs, struct reply *r)
{
	struct err e;
	pid_t pid = 0;
	int fd = runs ? console_login(xen_login, &pid, &e) : -1;

	if (fd < 0)
		reply_fail(r, "INTERNAL_ERROR", "no terminal", NULL);
	else
		reply_set_fd(r, fd);
}

void
fake_note(const char *guests, const char *what, const struct value *p)
{
	char path[DISK_PATH + 8];
	FILE *f;

	snprintf(path, sizeof(path), "%.*s.done",
	    (int)(strlen(guests) - strlen(".guests")), guests);
	f = fopen(path, "ae");
	if (f == NULL)
		return;
	fprintf(f, "%s %s %s\n", what, text(p, "vm"), text(p, "how"));
	fclose(f);
}

static struct value *
stats_file(const char *guests, size_t *n)
{
	char path[DISK_PATH], *s = NULL;
	struct value *all, *one = NULL;
	size_t len, last;
	struct err e;

	snprintf(path, sizeof(path), "%.*s.stats",
	    (int)(strlen(guests) - strlen(".guests")), guests);
	if (file_read(path, 8 << 20, &s, &len, &e) == -1)
		return NULL;
	all = json_parse(s, len, &value_limits_reply, &e);
	free(s);
	last = value_len(all);
	if (last > 0)
		one = value_copy(value_at(all, *n < last ? *n : last - 1));
	*n += 1;
	value_free(all);
	return one;
}

static void
set_clock(struct value *v, const char *name, clockid_t id, int64_t unit)
{
	struct timespec now;

	if (value_get(v, name) != NULL)
		return;
	clock_gettime(id, &now);
	value_set_int(v, name, (int64_t)now.tv_sec * (1000000000 / unit) +
	    now.tv_nsec / unit);
}

struct value *
fake_stats(const char *path, const struct value *guests, size_t *n)
{
	static const char *const kept[] = { "vm", "domid", "memory",
		"memory_target" };
	struct value *v = stats_file(path, n), *vms, *one;

	if (v == NULL) {
		v = value_new_struct();
		vms = value_new_array();
		for (size_t i = 0; i < value_len(guests); i++) {
			one = value_new_struct();
			for (size_t k = 0; k < 4; k++)
				value_set(one, kept[k], value_copy(value_get(
				    value_at(guests, i), kept[k])));
			value_add(vms, one);
		}
		value_set(v, "vms", vms);
	}
	set_clock(v, "time", CLOCK_REALTIME, 1000000);
	set_clock(v, "ns", CLOCK_MONOTONIC, 1);
	return v;
}
