/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "hide.h"
#include "plan.h"

static void
print_lost(const struct disk *d, const struct holding *first, struct buf *to)
{
	const struct holding *h;

	buf_str_add(to, "erase ");
	disk_describe(d, to);
	buf_str_add(to, first != NULL ? ", but for partition 1\n" : "\n");
	for (size_t i = 0; i < d->nholds; i++) {
		h = &d->holds[i];
		buf_str_add(to, h == first ? "  kept: " : "  lost: ");
		size_print(to, h->size);
		buf_printf(to, " %s", h->what);
		if (h->label[0] != '\0')
			buf_printf(to, " \"%s\"", h->label);
		if (h == first && h->name[0] != '\0' &&
		    strcmp(h->name, h->label) != 0)
			buf_printf(to, " (%s)", h->name);
		buf_char(to, '\n');
	}
}

static void
print_disk(const struct plan_disk *pd, struct buf *to)
{
	char name[64];

	if (pd->array == NULL)
		print_lost(pd->disk, pd->first, to);
	for (unsigned int i = 0; pd->array != NULL && i < pd->array->nmembers;
	    i++)
		print_lost(pd->array->members[i], NULL, to);
	if (pd->array != NULL) {
		buf_str_add(to, "make ");
		disk_describe(pd->disk, to);
		buf_char(to, '\n');
	}
	for (unsigned int i = 0; i < pd->nparts; i++) {
		const struct plan_part *pp = &pd->parts[i];

		part_name(name, sizeof(name), pd->disk->name,
		    plan_number(pd, i));
		buf_printf(to, "  %-10s %-12s from %7llu MiB, ", name,
		    part_kinds[pp->kind].label,
		    (unsigned long long)(pp->start / MIB));
		buf_printf(to, "%7llu MiB  %s\n",
		    (unsigned long long)(pp->size / MIB),
		    pp->volume ? "SR (LVM)" : part_kinds[pp->kind].what);
	}
}

static void
print_sr(const struct plan *p, struct buf *to)
{
	const char *word = "";

	if (p->nsr == 0) {
		buf_str_add(to, "no local SR\n");
		return;
	}
	buf_printf(to, "local SR: %s on ", p->sr_type == SR_LVM ? "lvm" :
	    "ext");
	for (unsigned int i = 0; i < p->ndisks; i++)
		if (plan_part(&p->disks[i], PART_SR) != NULL) {
			buf_printf(to, "%s%s", word, p->disks[i].disk->name);
			word = ", ";
		}
	buf_str_add(to, p->sr_type == SR_EXT && p->nsr > 1 ?
	    ", joined by LVM\n" : "\n");
}

static void
print_values(struct buf *to, const char *what, const struct values *v)
{
	for (size_t i = 0; i < v->n; i++)
		buf_printf(to, "%s%s", i == 0 ? what : ", ", v->list[i].text);
	if (v->n > 0)
		buf_char(to, '\n');
}

static const char *
shown(const struct value *v, const char *dflt)
{
	return v->text != NULL ? v->text : dflt;
}

/* Nothing is said when the image is the medium's. */
static void
print_sources(const struct answers *a, struct buf *to)
{
	bool all_local = true;
	char shown[512];

	for (size_t i = 0; i < a->sources.n; i++)
		all_local &= a->sources.list[i].type == SOURCE_LOCAL;
	for (size_t i = 0; i < a->sources.n && !all_local; i++) {
		const struct origin *o = &a->sources.list[i];

		buf_printf(to, "%s%s%s", i == 0 ? "image: from " : ", else ",
		    o->type == SOURCE_LOCAL ? "the medium" :
		    o->address.text == NULL ? "?" :
		    hide_login(o->address.text, shown, sizeof(shown)),
		    i + 1 == a->sources.n ? "\n" : "");
	}
	if (!all_local && a->signer_names != NULL)
		buf_printf(to, "  must be signed by %s\n", a->signer_names);
}

static void
print_host(const struct answers *a, struct buf *to)
{
	static const char *const ntp[] = { [NTP_UNSET] = "?",
		[NTP_DHCP] = "as DHCP says", [NTP_DEFAULT] = "default servers",
		[NTP_MANUAL] = "", [NTP_NONE] = "none" };

	const struct network *n = answers_management(a);
	const char *no_name = n != NULL && n->proto == PROTO_DHCP ?
	    "as DHCP says" : "localhost";

	buf_printf(to, "host name: %s\n", shown(&a->hostname, no_name));
	buf_printf(to, "time zone: %s\n", shown(&a->timezone, "Etc/UTC"));
	buf_printf(to, "keymap: %s\n", shown(&a->keymap, "us"));
	if (a->ntp == NTP_MANUAL)
		print_values(to, "time servers: ", &a->ntp_servers);
	else
		buf_printf(to, "time servers: %s\n", ntp[a->ntp]);
	buf_printf(to, "root: %s, %zu ssh keys, ssh %s\n",
	    a->password.text == NULL || strcmp(a->password.text, "!!") == 0 ?
	    "no password" : a->password_hashed ? "password given as a hash" :
	    "password given", a->ssh_keys.n, a->ssh ? "on" : "off");
	for (size_t i = 0; i < a->scripts.n; i++) {
		const struct script *s = &a->scripts.list[i];
		char shown[512];

		buf_printf(to, "hook: %s: %s\n", stage_name(s->stage),
		    hide_login(s->url.text, shown, sizeof(shown)));
	}
	if (a->pool)
		buf_printf(to, "pool: join %s by %s%s%s\n",
		    shown(&a->coordinator, "?"),
		    a->token.text != NULL ? "token" : "user ",
		    a->token.text != NULL ? "" : shown(&a->username, "?"),
		    a->fingerprint.text != NULL ? ", certificate known" :
		    ", certificate not known");
	else
		buf_str_add(to, "pool: a new one\n");
}

void
plan_print(const struct plan *p, struct buf *to)
{
	enum mode mode = p->answers->mode;

	if (mode != MODE_FRESH && p->ndisks > 0)
		plan_keep_print(p, to);
	print_sources(p->answers, to);
	if (mode == MODE_REINSTALL) {
		plan_print_nets(p, to);
		print_host(p->answers, to);
	}
	if (mode != MODE_FRESH)
		return;
	for (unsigned int i = 0; i < p->ndisks; i++)
		print_disk(&p->disks[i], to);
	print_sr(p, to);
	plan_print_nets(p, to);
	print_host(p->answers, to);
}
