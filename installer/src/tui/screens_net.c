/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "run.h"
#include "wizard.h"

/* The management network. */

/* A card has a link only when it is up; what a card says changes. */
static enum link
link_now(const struct wizard *w, const struct nic *n)
{
	char path[PATH_MAX], text[8];
	struct err e;

	if (w->o->machine != NULL)
		return n->link;
	snprintf(path, sizeof(path), "%s/sys/class/net/%s/carrier",
	    w->o->root, n->name);
	if (file_line(path, text, sizeof(text), &e) == -1)
		return LINK_UNKNOWN;
	return text[0] == '1' ? LINK_YES : LINK_NO;
}

static void
links_up(const struct wizard *w)
{
	const char *argv[] = { "ip", "link", "set", NULL, "up", NULL };
	struct err e;

	if (w->o->machine != NULL || w->o->root[0] != '\0')
		return;
	for (size_t i = 0; i < w->machine.nnics; i++) {
		argv[3] = w->machine.nics[i].name;
		run(argv, &e);
	}
}

/* All but one, if but is not NULL. */
static void
add_nics(struct wizard *w, struct page *p, const char *but)
{
	char label[256];

	for (size_t i = 0; i < w->machine.nnics; i++) {
		const struct nic *n = &w->machine.nics[i];

		if (but != NULL && (strcmp(n->mac, but) == 0 ||
		    strcmp(n->name, but) == 0))
			continue;
		snprintf(label, sizeof(label), "%-10s %-18s %-14s link %s",
		    n->name, n->mac, n->driver, link_name(link_now(w, n)));
		page_option(p, n->mac[0] != '\0' ? n->mac : n->name, label,
		    "");
	}
}

static bool
nic_refresh(void *arg, struct page *p)
{
	const struct wizard *w = arg;
	struct item *i = &p->items[0];
	bool changed = false;
	char *at;

	for (size_t n = 0; n < i->noptions; n++) {
		const struct nic *nic = &w->machine.nics[n];
		char now[16];

		snprintf(now, sizeof(now), "link %s",
		    link_name(link_now(w, nic)));
		at = strstr(i->options[n].label, "link ");
		if (at == NULL || strcmp(at, now) == 0)
			continue;
		/* "link unknown" is the longest; the label was made for it. */
		memcpy(at, now, strlen(now) + 1);
		changed = true;
	}
	return changed;
}

static bool
is_listed(const struct wizard *w, const char *value)
{
	for (size_t i = 0; i < w->machine.nnics; i++)
		if (strcmp(w->machine.nics[i].mac, value) == 0 ||
		    strcmp(w->machine.nics[i].name, value) == 0)
			return true;
	return false;
}

/* The first card with a link, unless one was chosen. */
static void
prefer_link(struct wizard *w)
{
	char *value = w->form.text[KEY_OF_NIC];

	for (size_t i = 0; !is_listed(w, value) && i < w->machine.nnics; i++)
		if (link_now(w, &w->machine.nics[i]) == LINK_YES)
			snprintf(value, FORM_TEXT, "%s",
			    w->machine.nics[i].mac[0] != '\0' ?
			    w->machine.nics[i].mac : w->machine.nics[i].name);
}

void
nic_build(struct wizard *w, struct page *p)
{
	links_up(w);
	prefer_link(w);
	buf_str_add(&p->text, "By which card is the host managed?");
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_NIC]);
	add_nics(w, p, NULL);
	p->refresh = nic_refresh;
	p->arg = w;
}

int
nic_typed(struct wizard *w, struct buf *complaint)
{
	if (is_listed(w, w->form.text[KEY_OF_NIC]))
		return 0;
	buf_str_add(complaint, "There is no network card to manage it by.");
	return -1;
}

bool
bond_wanted(const struct wizard *w)
{
	return w->machine.nnics > 1;
}

void
bond_build(struct wizard *w, struct page *p)
{
	page_item(p, ITEM_CHOICE, "The card works",
	    w->form.text[KEY_OF_BOND]);
	page_option(p, "none", "alone", "");
	page_option(p, "active-backup", "in a bond: active-backup", "");
	page_option(p, "lacp", "in a bond: LACP", "");
	page_option(p, "balance-slb", "in a bond: balance-slb", "");
	page_item(p, ITEM_CHECKS, "with", w->form.text[KEY_OF_PORTS]);
	add_nics(w, p, w->form.text[KEY_OF_NIC]);
}

int
bond_leave(struct wizard *w, struct buf *complaint)
{
	return static_wanted(w) || form_is(&w->form, KEY_OF_BOND, "none") ?
	    0 : wizard_check(w, SECTION_NIC, complaint);
}

void
address_build(struct wizard *w, struct page *p)
{
	page_item(p, ITEM_CHOICE, "IPv4", w->form.text[KEY_OF_PROTO]);
	page_option(p, "dhcp", "by DHCP", "");
	page_option(p, "static", "fixed, asked next", "");
	page_option(p, "none", "none", "");
	page_item(p, ITEM_CHOICE, "IPv6", w->form.text[KEY_OF_PROTO6]);
	page_option(p, "none", "none", "");
	page_option(p, "autoconf", "as routers announce (SLAAC)", "");
	page_option(p, "dhcp", "by DHCPv6", "");
	page_option(p, "static", "fixed, asked next", "");
	page_item(p, ITEM_INPUT, "VLAN (or empty)", w->form.text[KEY_OF_VLAN]);
}

/* With fixed addresses there is more to come first. */
int
address_leave(struct wizard *w, struct buf *complaint)
{
	return static_wanted(w) ? 0 : wizard_check(w, SECTION_NIC, complaint);
}

bool
static_wanted(const struct wizard *w)
{
	return form_is(&w->form, KEY_OF_PROTO, "static") ||
	    form_is(&w->form, KEY_OF_PROTO6, "static");
}

void
static_build(struct wizard *w, struct page *p)
{
	struct form *f = &w->form;

	buf_str_add(&p->text, "The host's own addresses.");
	if (form_is(f, KEY_OF_PROTO, "static")) {
		page_item(p, ITEM_INPUT, "IPv4 address",
		    f->text[KEY_OF_ADDRESS]);
		page_item(p, ITEM_INPUT, "Netmask", f->text[KEY_OF_NETMASK]);
		page_item(p, ITEM_INPUT, "Gateway", f->text[KEY_OF_GATEWAY]);
	}
	if (form_is(f, KEY_OF_PROTO6, "static")) {
		page_item(p, ITEM_INPUT, "IPv6 address/prefix",
		    f->text[KEY_OF_ADDRESS6]);
		page_item(p, ITEM_INPUT, "IPv6 gateway",
		    f->text[KEY_OF_GATEWAY6]);
	}
}

/* Errors only: the name servers that a warning misses are asked next. */
int
static_leave(struct wizard *w, struct buf *complaint)
{
	struct buf found = { 0 };
	struct err e;
	bool bad;

	if (wizard_plan(w, FORM_PLAIN, &e) == -1) {
		buf_str_add(complaint, e.text);
		return -1;
	}
	bad = wizard_findings(w, SECTION_NIC, &found);
	if (bad)
		buf_str_add(complaint, buf_str(&found));
	buf_free(&found);
	return bad ? -1 : 0;
}

void
names_build(struct wizard *w, struct page *p)
{
	struct form *f = &w->form;

	page_item(p, ITEM_INPUT, "Host name", f->text[KEY_OF_HOSTNAME]);
	page_item(p, ITEM_INPUT, "Name server", f->text[KEY_OF_DNS1]);
	page_item(p, ITEM_INPUT, "Second", f->text[KEY_OF_DNS2]);
	page_item(p, ITEM_INPUT, "Third", f->text[KEY_OF_DNS3]);
}

/* What two screens say together. */
int
names_leave(struct wizard *w, struct buf *complaint)
{
	return wizard_check(w, SECTION_NIC, complaint);
}
