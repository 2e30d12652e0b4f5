/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "plan.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING
#define LINK_NAME 10	/* 15 is the kernel's limit, and ".4094" follows */

static void
say_nics(const struct machine *m, struct buf *to)
{
	for (size_t i = 0; i < m->nnics; i++)
		buf_printf(to, "%s%s (%s)", i > 0 ? ", " : "", m->nics[i].name,
		    m->nics[i].mac);
	if (m->nnics == 0)
		buf_str_add(to, "none");
}

/* A first port may be called [0]. */
static bool
path_is(const struct nic *n, const char *path)
{
	size_t len = strlen(n->path);

	return len > 0 && strncmp(path, n->path, len) == 0 &&
	    (path[len] == '\0' || strcmp(path + len, "[0]") == 0);
}

static bool
port_is(const struct port *p, const struct nic *n)
{
	return (p->name.text == NULL || strcmp(n->name, p->name.text) == 0) &&
	    (p->mac.text == NULL || strcasecmp(n->mac, p->mac.text) == 0) &&
	    (p->path.text == NULL || path_is(n, p->path.text));
}

static const struct nic *
find_nic(const struct machine *m, const struct port *port, const char *element,
    struct findings *f)
{
	const struct value *said[] = { &port->name, &port->mac, &port->path };
	const struct place *at = &port->at;
	const struct nic *found = NULL;
	struct buf b = { 0 }, all = { 0 };
	size_t n = 0;

	for (size_t i = 3; i-- > 0;)
		if (said[i]->text != NULL)
			at = &said[i]->at;
	if (at == &port->at)
		return NULL;		/* said by the parser */
	for (size_t i = 0; i < m->nnics; i++)
		if (port_is(port, &m->nics[i])) {
			found = &m->nics[i];
			n++;
		}
	for (size_t i = 0; i < 3; i++)
		if (said[i]->text != NULL)
			buf_printf(&b, "%s%s", b.len > 0 ? " " : "",
			    said[i]->text);
	say_nics(m, &all);
	if (n == 0)
		finding_add(f, ERROR, *at, NULL, "<%s>: \"%s\": no such "
		    "network interface; this machine has %s", element,
		    buf_str(&b), buf_str(&all));
	else if (n > 1)
		finding_add(f, ERROR, *at, "name it by hwaddr", "<%s>: \"%s\": "
		    "%zu network interfaces are that", element, buf_str(&b), n);
	else if (found->link == LINK_NO)
		finding_add(f, WARNING, port->at, NULL,
		    "<%s>: %s has no link now", element, found->name);
	buf_free(&all);
	buf_free(&b);
	return n == 1 ? found : NULL;
}

static void
check_bond_name(const struct plan *p, const struct bond *b,
    struct findings *f)
{
	const char *name = b->name.text;

	if (name == NULL)
		return;
	if (strlen(name) > LINK_NAME || strchr(name, '.') != NULL ||
	    strncmp(name, "xenbr", 5) == 0)
		finding_add(f, ERROR, b->name.at, "bond0, for example",
		    "<bond>: \"%s\" cannot be an interface's name", name);
	for (size_t i = 0; i < p->machine->nnics; i++)
		if (strcmp(p->machine->nics[i].name, name) == 0)
			finding_add(f, ERROR, b->name.at, "bond0, for example",
			    "<bond>: \"%s\" is a network interface of this "
			    "machine", name);
}

/* Whether a card is that bond's already, by an earlier port. */
static bool
is_in(const struct plan_net *n, const struct nic *nic)
{
	for (unsigned int i = 0; i < n->nnics; i++)
		if (n->nics[i] == nic)
			return true;
	return false;
}

static void
find_ports(const struct plan *p, struct plan_net *n, const struct bond *b,
    struct findings *f)
{
	const struct nic *nic;

	for (size_t i = 0; i < b->ports.n; i++) {
		nic = find_nic(p->machine, &b->ports.list[i], "port", f);
		if (nic == NULL)
			continue;
		if (is_in(n, nic))
			finding_add(f, ERROR, b->ports.list[i].at, NULL,
			    "<port>: %s is in this bond already", nic->name);
		else if (n->nnics == PLAN_PORTS)
			finding_add(f, ERROR, b->ports.list[i].at, NULL,
			    "<bond>: more than %d ports", PLAN_PORTS);
		else
			n->nics[n->nnics++] = nic;
	}
}

/* An earlier network on that bond: what is wrong with it was said. */
static const struct plan_net *
same_bond(const struct plan *p, const struct bond *b)
{
	for (unsigned int i = 0; b != NULL && i < p->nnets; i++)
		if (p->nets[i].said->bond == b)
			return &p->nets[i];
	return NULL;
}

static void
add_net(struct plan *p, const struct network *said, struct findings *f)
{
	struct plan_net n = { .said = said };
	const struct plan_net *before = same_bond(p, said->bond);
	const struct nic *nic;

	if (before != NULL) {
		n = *before;
		n.said = said;
	} else if (said->bond != NULL) {
		check_bond_name(p, said->bond, f);
		find_ports(p, &n, said->bond, f);
	} else {
		nic = find_nic(p->machine, &said->port, said->management ?
		    "admin-interface" : "network", f);
		if (nic != NULL)
			n.nics[n.nnics++] = nic;
	}
	p->nets[p->nnets++] = n;
}

/* Two networks want the same card in ways that do not go together. */
static void
check_pair(const struct plan_net *a, const struct plan_net *b,
    struct findings *f)
{
	if (a->said->bond != NULL && a->said->bond == b->said->bond)
		return;			/* the parser has seen to it */
	for (unsigned int i = 0; i < a->nnics; i++) {
		if (!is_in(b, a->nics[i]))
			continue;
		if (a->said->bond != NULL || b->said->bond != NULL)
			finding_add(f, ERROR, a->said->at, "put the network "
			    "on the bond", "%s is a port of a bond and has "
			    "no network of its own: line %u",
			    a->nics[i]->name, b->said->at.line);
		else if (a->said->vlan == b->said->vlan)
			finding_add(f, ERROR, a->said->at, "give one of them "
			    "another vlan", "%s has the network of line %u "
			    "already", a->nics[i]->name, b->said->at.line);
	}
}

void
plan_nets(struct plan *p, struct findings *f)
{
	const struct networks *all = &p->answers->networks;

	for (size_t i = 0; i < all->n && p->nnets < PLAN_NETS; i++)
		add_net(p, &all->list[i], f);
	if (all->n > PLAN_NETS)
		finding_add(f, ERROR, all->list[PLAN_NETS].at, NULL,
		    "<network>: more than %d networks", PLAN_NETS);
	for (unsigned int i = 0; i < p->nnets; i++)
		for (unsigned int j = 0; j < i; j++)
			check_pair(&p->nets[i], &p->nets[j], f);
	if (p->nnets > 0 && p->nets[0].said->management &&
	    p->nets[0].nnics > 0)
		p->nic = p->nets[0].nics[0];
}

static const char *
shown(const struct value *v)
{
	return v->text != NULL ? v->text : "none";
}

static void
print_link(const struct plan_net *n, struct buf *to)
{
	static const char *const modes[] = {
		[BOND_ACTIVE_BACKUP] = "active-backup",
		[BOND_BALANCE_SLB] = "balance-slb", [BOND_LACP] = "lacp" };
	const struct network *said = n->said;

	if (said->bond != NULL)
		buf_printf(to, "%s, %s of ", shown(&said->bond->name),
		    modes[said->bond->mode]);
	for (unsigned int i = 0; i < n->nnics; i++)
		buf_printf(to, "%s%s (%s)", i > 0 ? " and " : "",
		    n->nics[i]->name, n->nics[i]->mac);
	if (said->vlan != 0)
		buf_printf(to, ", VLAN %u", said->vlan);
	if (said->mtu != 0)
		buf_printf(to, ", MTU %u", said->mtu);
}

static void
print_addresses(const struct network *n, struct buf *to)
{
	switch (n->proto) {
	case PROTO_DHCP:
		buf_str_add(to, ", by DHCP");
		break;
	case PROTO_STATIC:
		buf_printf(to, ", %s mask %s gateway %s", shown(&n->address),
		    shown(&n->netmask), shown(&n->gateway));
		break;
	default:
		if (n->proto6 == PROTO_NONE)
			buf_str_add(to, ", no address");
	}
	switch (n->proto6) {
	case PROTO_DHCP:
		buf_str_add(to, ", IPv6 by DHCPv6");
		break;
	case PROTO_AUTO:
		buf_str_add(to, ", IPv6 from routers");
		break;
	case PROTO_STATIC:
		buf_printf(to, ", IPv6 %s gateway %s", shown(&n->address6),
		    shown(&n->gateway6));
		break;
	default:
		break;
	}
}

void
plan_print_nets(const struct plan *p, struct buf *to)
{
	const struct values *servers = &p->answers->name_servers;
	const struct network *n;

	for (unsigned int i = 0; i < p->nnets; i++) {
		n = p->nets[i].said;
		buf_str_add(to, n->management ? "network: " : "more network: ");
		if (!n->management && n->label.text != NULL)
			buf_printf(to, "\"%s\" on ", n->label.text);
		print_link(&p->nets[i], to);
		print_addresses(n, to);
		buf_char(to, '\n');
	}
	for (size_t i = 0; i < servers->n; i++)
		buf_printf(to, "%s%s", i == 0 ? "name servers: " : ", ",
		    servers->list[i].text);
	if (servers->n > 0)
		buf_char(to, '\n');
}
