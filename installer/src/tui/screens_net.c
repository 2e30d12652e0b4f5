/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "run.h"
#include "wizard.h"

/* The management network. */

/* What a card says changes. */
enum link
nic_link(const struct wizard *w, const struct nic *n)
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

void
nics_up(const struct wizard *w)
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

static void
nic_label(const struct wizard *w, const struct nic *n, char to[128])
{
	snprintf(to, 128, "%-10s %-18s %-14s link %s", n->name, n->mac,
	    n->driver, link_name(nic_link(w, n)));
}

/* All but one, if but is not NULL. */
static void
add_nics(struct wizard *w, struct page *p, const char *but)
{
	char label[128];

	for (size_t i = 0; i < w->machine.nnics; i++) {
		const struct nic *n = &w->machine.nics[i];

		if (but != NULL && (strcmp(n->mac, but) == 0 ||
		    strcmp(n->name, but) == 0))
			continue;
		nic_label(w, n, label);
		page_option(p, n->mac[0] != '\0' ? n->mac : n->name, label,
		    "");
	}
}

static const struct nic *
nic_of(const struct wizard *w, const char *value)
{
	for (size_t i = 0; *value != '\0' && i < w->machine.nnics; i++)
		if (strcmp(w->machine.nics[i].mac, value) == 0 ||
		    strcmp(w->machine.nics[i].name, value) == 0)
			return &w->machine.nics[i];
	return NULL;
}

/* The cards are what the page's last item lists. */
static bool
nic_refresh(void *arg, struct page *p)
{
	const struct wizard *w = arg;
	struct item *i = &p->items[p->nitems - 1];
	const struct nic *nic;
	bool changed = false;
	char now[128], *label;

	for (size_t n = 0; n < i->noptions; n++) {
		nic = nic_of(w, i->options[n].value);
		if (nic == NULL)
			continue;
		nic_label(w, nic, now);
		if (strcmp(i->options[n].label, now) == 0)
			continue;
		label = strdup(now);
		if (label == NULL)
			continue;
		free(i->options[n].label);
		i->options[n].label = label;
		changed = true;
	}
	return changed;
}

/* The first card with a link, unless one was chosen. */
static void
prefer_link(struct wizard *w)
{
	char *value = w->form.text[KEY_OF_NIC];

	for (size_t i = 0; nic_of(w, value) == NULL && i < w->machine.nnics;
	    i++)
		if (nic_link(w, &w->machine.nics[i]) == LINK_YES)
			snprintf(value, FORM_TEXT, "%s",
			    w->machine.nics[i].mac[0] != '\0' ?
			    w->machine.nics[i].mac : w->machine.nics[i].name);
}

void
nic_build(struct wizard *w, struct page *p)
{
	prefer_link(w);
	buf_str_add(&p->text, network_is_ours(w) ?
	    "By which card is the server reached? This is for the installer; "
	    "the host's own network stays as it is." :
	    "By which card is the host managed?");
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_NIC]);
	add_nics(w, p, NULL);
	p->refresh = nic_refresh;
	p->arg = w;
}

int
nic_typed(struct wizard *w, struct buf *complaint)
{
	if (nic_of(w, w->form.text[KEY_OF_NIC]) != NULL)
		return 0;
	buf_str_add(complaint, "There is no network card.");
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
	p->refresh = nic_refresh;
	p->arg = w;
}

/* Errors only: there is more to be asked that ends a warning, and all that are
 * left are told by names_leave(). */
static int
nic_errors(struct wizard *w, struct buf *complaint)
{
	struct buf found = { 0 };
	struct err e;
	bool bad;

	if (wizard_plan_net(w, &e) == -1) {
		buf_str_add(complaint, e.text);
		return -1;
	}
	bad = wizard_findings(w, SECTION_NIC, &found);
	if (bad)
		buf_str_add(complaint, buf_str(&found));
	buf_free(&found);
	return bad ? -1 : 0;
}

int
bond_leave(struct wizard *w, struct buf *complaint)
{
	return static_wanted(w) || form_is(&w->form, KEY_OF_BOND, "none") ?
	    0 : nic_errors(w, complaint);
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
	return static_wanted(w) ? 0 : nic_errors(w, complaint);
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

	buf_str_add(&p->text, network_is_ours(w) ? "The installer's own "
	    "addresses." : "The host's own addresses.");
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

int
static_leave(struct wizard *w, struct buf *complaint)
{
	return nic_errors(w, complaint);
}

void
names_build(struct wizard *w, struct page *p)
{
	struct form *f = &w->form;

	if (!network_is_ours(w))
		page_item(p, ITEM_INPUT, "Host name",
		    f->text[KEY_OF_HOSTNAME]);
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
