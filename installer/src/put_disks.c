/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "markup.h"
#include "put.h"

void
put_size(struct buf *to, uint64_t bytes)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} units[] = {
		{ "TiB", (uint64_t)1 << 40 }, { "GiB", 1 << 30 },
		{ "TB", 1000000000000 }, { "GB", 1000000000 },
		{ "MiB", 1 << 20 }, { "MB", 1000000 },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (bytes % units[i].bytes == 0) {
			buf_printf(to, "%llu%s", (unsigned long long)(bytes /
			    units[i].bytes), units[i].name);
			return;
		}
}

static void
put_key(struct buf *to, const char **sep, const char *key, const char *value)
{
	const char *quote;

	if (value == NULL)
		return;
	quote = value[strcspn(value, " \t\r\n")] != '\0' ? "'" : "";
	buf_printf(to, "%s%s=%s", *sep, key, quote);
	markup_escape(to, value);
	buf_str_add(to, quote);
	*sep = " ";
}

static void
put_match(struct buf *to, const struct match *m)
{
	static const char *const words[] = { NULL, "yes", "no" };
	const char *sep = "";

	if (!m->given)
		return;
	buf_str_add(to, " match=\"");
	put_key(to, &sep, "by-id", m->by_id);
	put_key(to, &sep, "serial", m->serial);
	put_key(to, &sep, "wwn", m->wwn);
	put_key(to, &sep, "model", m->model);
	put_key(to, &sep, "path", m->path);
	put_key(to, &sep, "transport", m->transport);
	if (m->least != 0 || m->most != 0) {
		put_key(to, &sep, "size", "");
		if (m->least != 0)
			put_size(to, m->least);
		buf_str_add(to, "..");
		if (m->most != 0)
			put_size(to, m->most);
	}
	put_key(to, &sep, "rotational", words[m->rotational]);
	put_key(to, &sep, "empty", words[m->empty]);
	put_key(to, &sep, "removable", words[m->removable]);
	buf_char(to, '"');
}

/* The RAID whose disks a rule was given by its name, or NULL. */
static const struct raid *
raid_of(const struct answers *a, const struct disk_rule *rule)
{
	for (size_t i = 0; rule->raid && i < a->raids.n; i++)
		if (a->raids.list[i].disks.list == rule->names.list)
			return &a->raids.list[i];
	return NULL;
}

/* extra: attributes that this element alone has. */
static void
put_rule(const struct answers *a, const char *name,
    const struct disk_rule *rule, const char *extra, struct buf *to)
{
	const struct raid *raid = raid_of(a, rule);

	if (rule->names.n == 0 && !rule->match.given)
		return;
	buf_printf(to, "  <%s", name);
	put_match(to, &rule->match);
	if (rule->match.given && rule->count == 0)
		buf_str_add(to, " count=\"any\"");
	else if (rule->match.given && rule->count != 1)
		put_attr_number(to, "count", rule->count);
	if (rule->raid && raid == NULL)
		buf_str_add(to, " swraid=\"yes\"");
	buf_str_add(to, extra);
	if (rule->names.n == 0) {
		buf_str_add(to, "/>\n");
		return;
	}
	buf_char(to, '>');
	if (raid != NULL)
		markup_escape(to, raid->device.text);
	for (size_t i = 0; raid == NULL && i < rule->names.n; i++) {
		if (i > 0)
			buf_char(to, ',');
		markup_escape(to, rule->names.list[i].text);
	}
	buf_printf(to, "</%s>\n", name);
}

static void
put_partitions(const struct answers *a, struct buf *to)
{
	const struct {
		const char *name;
		uint64_t bytes;
	} sizes[] = { { "slot", a->slot_size }, { "state", a->state_size },
		{ "sr", a->sr_size } };

	if (a->slot_size == 0 && a->state_size == 0 && a->sr_size == 0)
		return;
	buf_str_add(to, "  <partitions");
	for (size_t i = 0; i < 3; i++) {
		if (sizes[i].bytes == 0)
			continue;
		buf_printf(to, " %s=\"", sizes[i].name);
		put_size(to, sizes[i].bytes);
		buf_char(to, '"');
	}
	buf_str_add(to, "/>\n");
}

void
put_disks(const struct answers *a, struct buf *to)
{
#define KEEP(word) " preserve-first-partition=\"" word "\""
	static const char *const first[] = { [FIRST_UNSAID] = "",
		[FIRST_ERASED] = KEEP("no"),
		[FIRST_UTILITY] = KEEP("if-utility"),
		[FIRST_KEPT] = KEEP("yes") };
	char extra[80];

	put_rule(a, "existing-installation", &a->existing, "", to);
	put_rule(a, "backup-disk", &a->backup, "", to);
	for (size_t i = 0; i < a->protects.n; i++)
		put_rule(a, "protect", &a->protects.list[i], "", to);
	for (size_t i = 0; i < a->raids.n; i++) {
		const struct raid *r = &a->raids.list[i];

		buf_str_add(to, "  <raid");
		put_attr(to, "device", &r->device);
		buf_str_add(to, ">\n");
		for (size_t j = 0; j < r->disks.n; j++)
			put_elem(to, "    ", "disk", &r->disks.list[j]);
		buf_str_add(to, "  </raid>\n");
	}
	snprintf(extra, sizeof(extra), "%s%s", a->guest_storage ||
	    a->sr_type == SR_NONE ? "" : " guest-storage=\"no\"",
	    first[a->first]);
	put_rule(a, "primary-disk", &a->primary, extra, to);
	for (size_t i = 0; i < a->guests.n; i++)
		put_rule(a, "guest-disk", &a->guests.list[i], "", to);
	put_partitions(a, to);
}
