/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "file.h"
#include "nicpath.h"
#include "nics.h"
#include "path.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ARPHRD_ETHER_TEXT "1"

static bool
is_card(const char *dir)
{
	struct path p;
	char type[8];
	struct err e;

	if (access(path_of(&p, "%s/device", dir), F_OK) == -1)
		return false;
	path_of(&p, "%s/type", dir);
	return file_line(p.text, type, sizeof(type), &e) == 0 &&
	    strcmp(type, ARPHRD_ETHER_TEXT) == 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct nic *)a)->name,
	    ((const struct nic *)b)->name);
}

static bool
is_number(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0' &&
	    strlen(text) < 5;
}

/* The number of the slot that a PCI device is in, or "". */
static void
slot_read(const char *sysfs, const char *pci, char slot[8])
{
	struct path all, p;
	char address[32];
	struct dirent *d;
	struct err none;
	DIR *dir;

	*slot = '\0';
	dir = opendir(path_of(&all, "%s/bus/pci/slots", sysfs));
	while (dir != NULL && *slot == '\0' && (d = readdir(dir)) != NULL) {
		if (!is_number(d->d_name) || file_line(path_of(&p,
		    "%s/%s/address", all.text, d->d_name), address,
		    sizeof(address), &none) == -1 || *address == '\0')
			continue;
		if (strncmp(pci, address, strlen(address)) == 0 &&
		    pci[strlen(address)] == '.')
			snprintf(slot, 8, "%.4s", d->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}

/* As biosdevname has them: what is not on the board counts a slot's ports. */
static void
places_read(const char *sysfs, struct nics *n)
{
	char slots[NICS_MAX][8], index[8];
	unsigned int port;
	struct path p;
	struct err none;

	for (size_t i = 0; i < n->n; i++) {
		slot_read(sysfs, n->list[i].path, slots[i]);
		path_of(&p, "%s/class/net/%s/device/index", sysfs,
		    n->list[i].name);
		if (file_line(p.text, index, sizeof(index), &none) == -1 ||
		    !is_number(index))
			continue;
		slots[i][0] = '\0';
		snprintf(n->list[i].place, NIC_NAME, "em%.4s", index);
	}
	for (size_t i = 0; i < n->n; i++) {
		port = 1;
		for (size_t j = 0; j < n->n; j++)
			port += strcmp(slots[i], slots[j]) == 0 &&
			    strcmp(n->list[j].path, n->list[i].path) < 0;
		if (slots[i][0] != '\0')
			snprintf(n->list[i].place, NIC_NAME, "p%.4sp%u",
			    slots[i], port);
	}
}

int
nics_read(const char *sysfs, struct nics *n, struct err *e)
{
	struct path net, dir, p;
	struct dirent *d;
	struct nic *nic;
	struct err none;
	DIR *all;

	n->n = 0;
	all = opendir(path_of(&net, "%s/class/net", sysfs));
	if (all == NULL)
		return err_sys(e, "%s", net.text);
	while ((d = readdir(all)) != NULL && n->n < COUNT(n->list)) {
		/* a guest's interface has a device too: its Xen back end */
		if (d->d_name[0] == '.' || strncmp(d->d_name, "vif", 3) == 0 ||
		    strlen(d->d_name) >= NIC_NAME ||
		    !is_card(path_of(&dir, "%s/%s", net.text, d->d_name)))
			continue;
		nic = &n->list[n->n];
		*nic = (struct nic){ 0 };
		snprintf(nic->name, sizeof(nic->name), "%.15s", d->d_name);
		nicpath_read(dir.text, nic->path, sizeof(nic->path));
		path_of(&p, "%s/device/label", dir.text);
		if (file_line(p.text, nic->label, sizeof(nic->label), &none)
		    == -1)
			nic->label[0] = '\0';
		/* a port of a bond has the bond's address for its own */
		path_of(&p, "%s/bonding_slave/perm_hwaddr", dir.text);
		if (file_line(p.text, nic->mac, sizeof(nic->mac), &none) == 0 ||
		    file_line(path_of(&p, "%s/address", dir.text), nic->mac,
		    sizeof(nic->mac), &none) == 0)
			n->n++;
	}
	closedir(all);
	places_read(sysfs, n);
	qsort(n->list, n->n, sizeof(n->list[0]), by_name);
	return 0;
}

const struct nic *
nics_by_name(const struct nics *n, const char *name)
{
	for (size_t i = 0; i < n->n; i++)
		if (strcmp(n->list[i].name, name) == 0)
			return &n->list[i];
	return NULL;
}

const struct nic *
nics_by_mac(const struct nics *n, const char *mac)
{
	for (size_t i = 0; i < n->n; i++)
		if (strcasecmp(n->list[i].mac, mac) == 0)
			return &n->list[i];
	return NULL;
}

int
nic_rules_conf(const struct conf *host, struct nic_rules *r, struct err *e)
{
	const char *line;
	struct nic_rule *rule;
	int rc = 0;

	r->n = 0;
	for (size_t i = 0; (line = conf_nth(host, "card", i)) != NULL &&
	    r->n < COUNT(r->list); i++) {
		rule = &r->list[r->n];
		*rule = (struct nic_rule){ 0 };
		if (sscanf(line, "%15s %17s %31s", rule->name, rule->mac,
		    rule->path) < 2) {
			rc = err_set(e, "host.conf: card \"%s\": not \"NAME "
			    "MAC PATH\"", line);
			continue;
		}
		if (strcmp(rule->mac, "-") == 0)
			rule->mac[0] = '\0';
		if (strcmp(rule->path, "-") == 0)
			rule->path[0] = '\0';
		r->n++;
	}
	return rc;
}

static bool
is_mac(const char *text)
{
	size_t i;

	for (i = 0; text[i] != '\0' && i < 17; i++)
		if (i % 3 == 2 ? text[i] != ':' :
		    strchr("0123456789abcdefABCDEF", text[i]) == NULL)
			return false;
	return i == 17 && text[i] == '\0';
}

/* "0000:03:00.0[1]"; [0] is the first port and the same as none. */
static bool
path_take(struct nic_rule *rule, const char *text)
{
	size_t len = strcspn(text, "[");
	char *end;
	long port = 0;

	if (!nicpath_is_pci(text, len))
		return false;
	if (text[len] == '[') {
		port = strtol(text + len + 1, &end, 10);
		if (end == text + len + 1 || strcmp(end, "]") != 0 || port < 0)
			return false;
	}
	snprintf(rule->path, sizeof(rule->path), port > 0 ? "%.12s[%ld]" :
	    "%.12s", text, port);
	return true;
}

static int
target_take(struct nic_rule *rule, const char *text)
{
	size_t len = strlen(text);

	if (len > 1 && (*text == '"' || *text == '\'') &&
	    text[len - 1] == *text) {
		text++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(rule->label))
		return -1;
	snprintf(rule->label, sizeof(rule->label), "%.*s", (int)len, text);
	if (is_mac(rule->label)) {
		memcpy(rule->mac, rule->label, sizeof(rule->mac));
		rule->label[0] = '\0';
	} else if (path_take(rule, rule->label)) {
		rule->label[0] = '\0';
	}
	return 0;
}

static bool
same_card(const struct nic_rule *a, const struct nic_rule *b)
{
	return strcmp(a->name, b->name) == 0 ||
	    (*a->mac != '\0' && strcasecmp(a->mac, b->mac) == 0) ||
	    (*a->path != '\0' && strcmp(a->path, b->path) == 0) ||
	    (*a->label != '\0' && strcmp(a->label, b->label) == 0);
}

int
nic_rules_map(struct nic_rules *r, const char *text, struct err *e)
{
	const char *at = strncmp(text, "eth", 3) == 0 ? text + 3 : text;
	struct nic_rule *rule = &r->list[r->n];
	size_t digits = strspn(at, "0123456789");

	if (r->n == COUNT(r->list))
		return err_set(e, "map_netdev=%s: more than %d of them", text,
		    NICS_MAX);
	*rule = (struct nic_rule){ 0 };
	if (digits == 0 || digits > 3 || at[digits] != ':')
		return err_set(e, "map_netdev=%s: not ethN:CARD", text);
	snprintf(rule->name, sizeof(rule->name), "eth%d", atoi(at));
	at += digits + 1;
	if (strncmp(at, "d:", 2) == 0 || strncmp(at, "s:", 2) == 0)
		at += 2;
	if (target_take(rule, at) == -1)
		return err_set(e, "map_netdev=%s: the card is no MAC, no PCI "
		    "address and no label", text);
	for (size_t i = 0; i < r->n; i++)
		if (same_card(&r->list[i], rule))
			return err_set(e, "map_netdev=%s: %s or its card has "
			    "one already", text, rule->name);
	r->n++;
	return 0;
}

static bool
rule_fits(const struct nic_rule *rule, const struct nic *nic, int round)
{
	switch (round) {
	case 0:
		return *rule->mac != '\0' &&
		    strcasecmp(rule->mac, nic->mac) == 0;
	case 1:
		return *rule->label != '\0' &&
		    (strcmp(rule->label, nic->label) == 0 ||
		    strcmp(rule->label, nic->place) == 0);
	default:
		return *rule->path != '\0' &&
		    strcmp(rule->path, nic->path) == 0;
	}
}

/* Cards by MAC first, so that no path takes one away that is known. */
static void
rules_apply(struct nics *n, const struct nic_rules *r)
{
	bool used[NICS_MAX] = { false };

	for (int round = 0; round < 3; round++)
		for (size_t i = 0; i < r->n; i++)
			for (size_t j = 0; j < n->n && !used[i]; j++) {
				struct nic *nic = &n->list[j];

				if (*nic->want != '\0' ||
				    !rule_fits(&r->list[i], nic, round))
					continue;
				memcpy(nic->want, r->list[i].name, NIC_NAME);
				used[i] = true;
			}
}

/* Paths in order, cards without one last and by MAC. */
static bool
goes_first(const struct nic *a, const struct nic *b)
{
	int by_path;

	if ((*a->path == '\0') != (*b->path == '\0'))
		return *a->path != '\0';
	by_path = strcmp(a->path, b->path);
	return by_path != 0 ? by_path < 0 : strcasecmp(a->mac, b->mac) < 0;
}

static bool
is_reserved(const struct nics *n, const struct nic_rules *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->list[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < n->n; i++)
		if (strcmp(n->list[i].want, name) == 0)
			return true;
	return false;
}

void
nics_name(struct nics *n, const struct nic_rules *r)
{
	char name[NIC_NAME];
	struct nic *next;
	int number = 0;

	for (size_t i = 0; i < n->n; i++)
		memcpy(n->list[i].want, r->n == 0 ? n->list[i].name :
		    (char[NIC_NAME]){ 0 }, NIC_NAME);
	rules_apply(n, r);
	for (;;) {
		next = NULL;
		for (size_t i = 0; i < n->n; i++)
			if (*n->list[i].want == '\0' && (next == NULL ||
			    goes_first(&n->list[i], next)))
				next = &n->list[i];
		if (next == NULL)
			return;
		do
			snprintf(name, sizeof(name), "eth%d", number++);
		while (is_reserved(n, r, name));
		memcpy(next->want, name, sizeof(name));
	}
}
