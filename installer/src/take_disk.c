/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "elements.h"
#include "xml.h"

/*
 * Disks: by name, by names ("sda,sdb" with swraid), or by a rule:
 *
 *	match="model=Samsung* size=400GB..500GB transport=sata rotational=no"
 *
 * Words are separated by blanks; a value with blanks stands in single quotes.
 */

#define ERROR SEVERITY_ERROR

static void
add_name(struct reader *r, struct values *to, const char *text, size_t len,
    struct place at)
{
	struct value *v = answers_item(r->a, to, sizeof(*v));

	if (v != NULL)
		*v = (struct value){ answers_text(r->a, text, len), at };
	if (v == NULL || v->text == NULL)
		r->f->failed = true;
}

/* A key's value: from *s to its end; false when a quote does not end. */
static bool
next_word(const char **s, const char **word, size_t *len)
{
	bool quoted = **s == '\'';
	const char *end;

	*word = *s + quoted;
	*len = strcspn(*word, quoted ? "'" : " \t\r\n");
	end = *word + *len;
	if (quoted && *end++ != '\'')
		return false;
	*s = end + strspn(end, " \t\r\n");
	return !quoted || *end == '\0' || *s != end;
}

static const char *
match_yes(enum want *to, const char *value)
{
	if (!is_listed("yes|no|true|false", value))
		return "must be yes or no";
	*to = is_listed("yes|true", value) ? WANT_YES : WANT_NO;
	return NULL;
}

/* "100GB..2TB", "100GB..", "..2TB" */
static const char *
match_size(struct match *m, const char *value)
{
	const char *bad = "is no range of sizes such as 100GB..2TB";
	const char *dots = strstr(value, "..");
	char least[32];

	if (dots == NULL || (size_t)(dots - value) >= sizeof(least) ||
	    (dots == value && dots[2] == '\0'))
		return bad;
	snprintf(least, sizeof(least), "%.*s", (int)(dots - value), value);
	if ((least[0] != '\0' && check_size(least) != NULL) ||
	    (dots[2] != '\0' && check_size(dots + 2) != NULL))
		return bad;
	m->least = least[0] != '\0' ? size_parse(least) : 0;
	m->most = dots[2] != '\0' ? size_parse(dots + 2) : 0;
	return m->most != 0 && m->most < m->least ?
	    "is a range that ends before it begins" : NULL;
}

#define TRANSPORTS "sata|sas|scsi|nvme|usb|mmc|virtio|xen|raid"

static const char *
match_one(struct match *m, const char *key, char *value)
{
	const struct {
		const char *key;
		char **to;
	} texts[] = {
		{ "by-id", &m->by_id }, { "serial", &m->serial },
		{ "wwn", &m->wwn }, { "model", &m->model },
		{ "path", &m->path }, { "transport", &m->transport },
	};
	const struct {
		const char *key;
		enum want *to;
	} wants[] = {
		{ "rotational", &m->rotational }, { "empty", &m->empty },
		{ "removable", &m->removable },
	};
	size_t i;

	for (i = 0; i < sizeof(wants) / sizeof(wants[0]); i++)
		if (strcmp(key, wants[i].key) == 0)
			return *wants[i].to != WANT_ANY ? "is said twice" :
			    match_yes(wants[i].to, value);
	if (strcmp(key, "size") == 0)
		return m->least != 0 || m->most != 0 ? "is said twice" :
		    match_size(m, value);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(key, texts[i].key) != 0)
			continue;
		if (*texts[i].to != NULL)
			return "is said twice";
		if (value[0] == '\0')
			return "is empty";
		if (strcmp(key, "transport") == 0 &&
		    !is_listed(TRANSPORTS, value))
			return "must be one of " TRANSPORTS;
		*texts[i].to = value;
		return NULL;
	}
	return "is none of by-id, serial, wwn, model, path, transport, size, "
	    "rotational, empty and removable";
}

static void
read_match(struct reader *r, struct disk_rule *rule, const struct xml_elem *x,
    const struct xml_attr *xa)
{
	const char *s = xa->value + strspn(xa->value, " \t\r\n"), *word;
	const char *wrong;
	char key[16], *value;
	size_t len;

	rule->match.given = true;
	while (*s != '\0') {
		len = strcspn(s, "= \t\r\n");
		snprintf(key, sizeof(key), "%.*s", (int)len, s);
		s += len;
		if (*s++ != '=' || !next_word(&s, &word, &len)) {
			finding_add(r->f, ERROR, xa->at, NULL,
			    "<%s match>: \"%.40s\" is not KEY=VALUE, with "
			    "quotes around a value with blanks", x->name, key);
			return;
		}
		value = answers_text(r->a, word, len);
		if (value == NULL) {
			r->f->failed = true;
			return;
		}
		wrong = match_one(&rule->match, key, value);
		if (wrong != NULL)
			finding_add(r->f, ERROR, xa->at, NULL,
			    "<%s match>: %s: \"%.80s\" %s", x->name, key,
			    value, wrong);
	}
}

static void
read_count(struct reader *r, struct disk_rule *rule, const struct xml_elem *x)
{
	const struct xml_attr *xa = xml_attr(x, "count");

	/* Protecting nothing here is fine: one file for many machines. */
	rule->count = strcmp(x->name, "protect") == 0 ? 0 :
	    rule->raid ? 2 : 1;
	if (xa == NULL || xa->value[0] == '\0')
		return;
	if (!rule->match.given)
		finding_add(r->f, ERROR, xa->at, NULL,
		    "<%s count>: without match there is nothing to count",
		    x->name);
	else if (strcmp(xa->value, "any") == 0)
		rule->count = 0;
	else if (!check_number(xa->value, 1, 1024, &rule->count))
		finding_add(r->f, ERROR, xa->at, NULL,
		    "<%s count>: \"%s\" is neither a number in 1-1024 nor "
		    "\"any\"", x->name, xa->value);
}

static void
read_names(struct reader *r, struct disk_rule *rule, const struct xml_elem *x)
{
	const char *s = x->text;
	size_t len, missing = 0;

	if (strncasecmp(s, "iscsi:", 6) == 0) {
		finding_add(r->f, ERROR, x->at, "name a disk of the machine's",
		    "<%s>: iSCSI is not supported: the host must boot from a "
		    "disk of its own", x->name);
		return;
	}
	if (!rule->raid) {
		add_name(r, &rule->names, s, strlen(s), x->at);
		return;
	}
	for (;;) {
		s += strspn(s, " \t\r\n");
		len = strcspn(s, ", \t\r\n");
		if (len > 0)
			add_name(r, &rule->names, s, len, x->at);
		missing += len == 7 && strncmp(s, "missing", 7) == 0;
		s += len + strspn(s + len, " \t\r\n");
		if (*s == '\0')
			break;
		s += *s == ',';
	}
	if (rule->names.n != 2)
		finding_add(r->f, ERROR, x->at, "write them as sda,sdb",
		    "<%s>: a RAID needs exactly two disks", x->name);
	else if (missing == 2)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<%s>: both disks are missing", x->name);
}

void
take_rule(struct reader *r, const struct xml_elem *x)
{
	const struct xml_attr *match = xml_attr(x, "match");
	struct disk_rule *rule = r->object;

	if (match != NULL)
		read_match(r, rule, x, match);
	read_count(r, rule, x);
	if (x->text[0] != '\0' && match != NULL)
		finding_add(r->f, ERROR, x->at, "keep one of them",
		    "<%s>: has both a name and a rule", x->name);
	else if (x->text[0] != '\0')
		read_names(r, rule, x);
	else if (match == NULL && (strcmp(x->name, "backup-disk") != 0))
		finding_add(r->f, ERROR, x->at, NULL, "<%s>: is empty",
		    x->name);
}

/* In the order of the attribute's words. */
static void
take_first(struct reader *r, const struct xml_elem *x)
{
	static const enum first meant[] = { FIRST_ERASED, FIRST_ERASED,
		FIRST_UTILITY, FIRST_KEPT, FIRST_KEPT };
	const struct xml_attr *xa = xml_attr(x, "preserve-first-partition");
	int word = xa == NULL ? -1 : word_index("false|no|if-utility|true|yes",
	    xa->value);

	r->a->first_at = xa != NULL ? xa->at : x->at;
	if (word != -1)
		r->a->first = meant[word];
}

void
take_primary(struct reader *r, const struct xml_elem *x)
{
	const char *at_end = take_attr(x, "sr-at-end");
	const char *sr = take_attr(x, "guest-storage");
	struct disk_rule *rule = r->object;

	if (sr == NULL)
		sr = take_attr(x, "gueststorage");
	r->a->guest_storage = sr == NULL || is_listed("yes|true", sr);
	take_rule(r, x);
	take_first(r, x);
	if (at_end != NULL && is_listed("no|false", at_end))
		finding_add(r->f, SEVERITY_WARNING, xml_attr(x,
		    "sr-at-end")->at, NULL, "<primary-disk sr-at-end>: no "
		    "effect: the SR is always the last partition, so that a "
		    "BIOS reaches the others");
	if (rule->match.given && rule->count != (rule->raid ? 2 : 1))
		finding_add(r->f, ERROR, x->at, NULL, rule->raid ?
		    "<primary-disk count>: a RAID needs exactly two disks" :
		    "<primary-disk count>: the host is on one disk, or on two "
		    "with swraid");
}

void
take_raid(struct reader *r, const struct xml_elem *x)
{
	const struct raid *raid = r->object;

	if (raid->disks.n != 0 && raid->disks.n != 2)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<raid>: holds %zu disks; a RAID 1 has two",
		    raid->disks.n);
}

static const char *
base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* A rule that names a RAID becomes one of its disks. */
static bool
expand_raid(struct disk_rule *rule, const struct raid *raid)
{
	if (rule->names.n != 1 || rule->raid || raid->device.text == NULL ||
	    strcmp(base_name(rule->names.list[0].text),
	    base_name(raid->device.text)) != 0)
		return false;
	rule->names = raid->disks;
	rule->raid = true;
	return true;
}

void
settle_disks(struct reader *r)
{
	struct answers *a = r->a;
	bool used;

	if (a->sr_type == SR_NONE) {
		a->guest_storage = false;
		if (a->guests.n > 0)
			finding_add(r->f, ERROR, a->guests.list[0].at, NULL,
			    "<guest-disk>: given although sr-type is "
			    "\"none\"");
	}
	for (size_t i = 0; i < a->raids.n; i++) {
		const struct raid *raid = &a->raids.list[i];

		used = expand_raid(&a->primary, raid);
		for (size_t j = 0; j < a->guests.n; j++)
			used |= expand_raid(&a->guests.list[j], raid);
		if (!used)
			finding_add(r->f, ERROR, raid->at, "name its device "
			    "in <primary-disk> or <guest-disk>",
			    "<raid>: no disk is of that name");
	}
}
