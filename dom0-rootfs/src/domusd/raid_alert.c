/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "facts_parts.h"
#include "message.h"
#include "raid_alert.h"

/* XenServer's: 3 is a service that is degraded, 4 one that is back. */
#define DEGRADED 3
#define RECOVERED 4

struct raid {
	char name[16];
	unsigned int missing, disks;
};

/* The next of the list, or NULL; what makes no sense ends it. */
static const char *
next(const char *list, struct raid *r)
{
	int n = 0;

	if (list == NULL || sscanf(list, " %15[^: ]:%u/%u%n", r->name,
	    &r->missing, &r->disks, &n) != 3)
		return NULL;
	return list + n;
}

static bool
find(const char *list, const char *name, struct raid *r)
{
	while ((list = next(list, r)) != NULL)
		if (strcmp(r->name, name) == 0)
			return true;
	return false;
}

static void
tell(struct db *db, const struct record *host, const struct raid *r)
{
	const char *label = rec_str(host, host_name_label);
	char body[512];

	if (r->missing > 0)
		snprintf(body, sizeof(body), "%s: %u of the %u disks of RAID "
		    "%s %s missing: what it holds is on the rest alone. "
		    "Attach the disk, or another as large, then: domus-raid "
		    "--add DISK", label, r->missing, r->disks, r->name,
		    r->missing == 1 ? "is" : "are");
	else
		snprintf(body, sizeof(body), "%s: RAID %s has all of its %u "
		    "disks again", label, r->name, r->disks);
	message_add(db, r->missing > 0 ? "RAID_DEGRADED" : "RAID_RECOVERED",
	    r->missing > 0 ? DEGRADED : RECOVERED, "Host",
	    rec_str(host, host_uuid), body);
}

void
raid_alert(struct db *db, struct record *host, const char *now)
{
	const char *key = RAID_DEGRADED_KEY, *p, *known;
	char before[256];
	struct raid r, other;

	known = value_get_str(rec_get(host, host_other_config), key);
	snprintf(before, sizeof(before), "%s", known != NULL ? known : "");
	if (now == NULL)
		now = "";
	if (strcmp(before, now) == 0)
		return;
	for (p = now; (p = next(p, &r)) != NULL;)
		if (!find(before, r.name, &other) ||
		    other.missing < r.missing)
			tell(db, host, &r);
	for (p = before; (p = next(p, &r)) != NULL;)
		if (!find(now, r.name, &other)) {
			r.missing = 0;
			tell(db, host, &r);
		}
	db_set_key(db, host, host_other_config, key, *now != '\0' ? now :
	    NULL);
}

static void
add(char *list, size_t size, const struct raid *r)
{
	size_t n = strlen(list);

	snprintf(list + n, size - n, "%s%s:%u/%u", n > 0 ? " " : "", r->name,
	    r->missing, r->disks);
}

void
raid_facts(struct db *db, struct record *host, const struct value *raids)
{
	const char *known = value_get_str(rec_get(host, host_other_config),
	    RAID_DEGRADED_KEY);
	const struct value *v;
	char all[256] = "";
	struct raid r;
	bool seen;

	for (size_t i = 0; i < value_len(raids); i++) {
		v = value_at(raids, i);
		snprintf(r.name, sizeof(r.name), "%.15s", facts_str(v,
		    "name"));
		r.missing = (unsigned int)facts_int(v, "missing");
		r.disks = (unsigned int)facts_int(v, "disks");
		if (r.missing > 0)
			add(all, sizeof(all), &r);
	}
	while ((known = next(known, &r)) != NULL) {
		seen = false;
		for (size_t i = 0; i < value_len(raids); i++)
			seen |= strcmp(facts_str(value_at(raids, i), "name"),
			    r.name) == 0;
		if (!seen)
			add(all, sizeof(all), &r);
	}
	raid_alert(db, host, all);
}
