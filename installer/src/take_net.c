/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "check.h"
#include "elements.h"
#include "xml.h"

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING

static void
check_gateway(struct reader *r, const struct network *n, const char *element)
{
	const char *ip = n->address.text, *mask = n->netmask.text;
	const char *gw = n->gateway.text;

	if (gw == NULL) {
		if (n->management)
			finding_add(r->f, WARNING, n->at, NULL,
			    "<%s>: no <gateway>: only its own network is "
			    "reached", element);
	} else if (!check_same_net(ip, gw, mask))
		finding_add(r->f, ERROR, n->gateway.at, NULL,
		    "<gateway>: \"%s\" is outside the network of %s with mask "
		    "%s", gw, ip, mask);
	else if (strcmp(ip, gw) == 0)
		finding_add(r->f, ERROR, n->gateway.at, NULL,
		    "<gateway>: \"%s\" is the host's own address", gw);
}

static bool
has_child(const struct xml_elem *x, const char *name, const char *alias)
{
	for (x = x->child; x != NULL; x = x->next)
		if (strcmp(x->name, name) == 0 || (alias != NULL &&
		    strcmp(x->name, alias) == 0))
			return true;
	return false;
}

static void
check_static(struct reader *r, const struct xml_elem *x)
{
	const struct network *n = r->object;

	if (!has_child(x, "ipaddr", "ip") &&
	    !has_child(x, "subnet", "subnet-mask")) {
		finding_add(r->f, ERROR, x->at, NULL, "<%s>: static without "
		    "<ipaddr>, <subnet> and <gateway>", x->name);
		return;
	}
	if (!has_child(x, "ipaddr", "ip"))
		finding_add(r->f, ERROR, x->at, NULL, "<ipaddr>: missing");
	if (!has_child(x, "subnet", "subnet-mask"))
		finding_add(r->f, ERROR, x->at, NULL, "<subnet>: missing");
	if (n->address.text == NULL || n->netmask.text == NULL)
		return;			/* what is there was wrong */
	if (check_is_net_edge(n->address.text, n->netmask.text))
		finding_add(r->f, ERROR, n->address.at, NULL,
		    "<ipaddr>: \"%s\" is the first or last of its network, "
		    "which no machine may have", n->address.text);
	check_gateway(r, n, x->name);
}

static void
check_static6(struct reader *r, const struct xml_elem *x)
{
	const struct network *n = r->object;

	if (!has_child(x, "ipv6", NULL))
		finding_add(r->f, ERROR, x->at, NULL,
		    "<%s>: protov6=\"static\" without <ipv6>", x->name);
	if (n->address6.text == NULL || n->gateway6.text == NULL)
		return;
	if (!check_same_net6(n->address6.text, n->gateway6.text))
		finding_add(r->f, ERROR, n->gateway6.at, NULL,
		    "<gatewayv6>: \"%s\" is neither link-local nor in the "
		    "network of %s", n->gateway6.text, n->address6.text);
}

static void
warn_unused(struct reader *r, const struct xml_elem *x)
{
	static const struct {
		const char *name, *alias;
		bool six;
	} of_static[] = {
		{ "ipaddr", "ip", false },
		{ "subnet", "subnet-mask", false },
		{ "gateway", NULL, false },
		{ "ipv6", NULL, true },
		{ "gatewayv6", NULL, true },
	};
	const struct network *n = r->object;

	for (const struct xml_elem *c = x->child; c != NULL; c = c->next)
		for (size_t i = 0; i < 5; i++) {
			const char *alias = of_static[i].alias;

			if ((strcmp(c->name, of_static[i].name) != 0 &&
			    (alias == NULL || strcmp(c->name, alias) != 0)) ||
			    (of_static[i].six ? n->proto6 : n->proto) ==
			    PROTO_STATIC)
				continue;
			finding_add(r->f, WARNING, c->at, NULL,
			    "<%s>: has no effect: %s is not \"static\"",
			    c->name, of_static[i].six ? "protov6" : "proto");
		}
}

void
take_network(struct reader *r, const struct xml_elem *x)
{
	struct network *n = r->object;

	n->port.at = x->at;
	if (xml_attr(x, "name") == NULL && xml_attr(x, "hwaddr") == NULL &&
	    xml_attr(x, "path") == NULL)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<%s>: neither name nor hwaddr is given", x->name);
	warn_unused(r, x);
	if (n->proto == PROTO_STATIC)
		check_static(r, x);
	if (n->proto6 == PROTO_STATIC)
		check_static6(r, x);
}

void
take_admin(struct reader *r, const struct xml_elem *x)
{
	struct network *n = r->object;
	const char *proto = take_attr(x, "proto");

	n->management = true;
	take_network(r, x);
	if (proto != NULL && is_listed("none", proto) &&
	    n->proto6 == PROTO_NONE)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<admin-interface>: must have an address, by proto or by "
		    "protov6");
}

void
take_port(struct reader *r, const struct xml_elem *x)
{
	if (xml_attr(x, "name") == NULL && xml_attr(x, "hwaddr") == NULL &&
	    xml_attr(x, "path") == NULL)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<port>: neither name, hwaddr nor path is given");
}

void
take_bond(struct reader *r, const struct xml_elem *x)
{
	const struct bond *b = r->object;

	if (b->ports.n == 1)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<bond>: one <port> alone makes no bond");
}

/* By now no list moves any more. */
static void
find_bond(struct reader *r, struct network *n)
{
	const struct bonds *all = &r->a->bonds;

	for (size_t i = 0; n->port.name.text != NULL && i < all->n; i++)
		if (all->list[i].name.text != NULL &&
		    strcmp(all->list[i].name.text, n->port.name.text) == 0)
			n->bond = &all->list[i];
	if (n->bond == NULL)
		return;
	if (n->port.mac.text != NULL || n->port.path.text != NULL)
		finding_add(r->f, ERROR, n->at, NULL, "\"%s\" is a bond: it "
		    "has neither hwaddr nor path of its own",
		    n->port.name.text);
	n->port = (struct port){ .at = n->at };
}

static bool
is_same_text(const struct value *a, const struct value *b)
{
	return a->text == NULL ? b->text == NULL :
	    b->text != NULL && strcasecmp(a->text, b->text) == 0;
}

static bool
is_same_port(const struct port *a, const struct port *b)
{
	return is_same_text(&a->name, &b->name) &&
	    is_same_text(&a->mac, &b->mac) && is_same_text(&a->path, &b->path);
}

static void
refuse_twice(struct reader *r)
{
	const struct networks *all = &r->a->networks;

	for (size_t i = 0; i < all->n && r->f->n < FINDINGS_MAX; i++)
		for (size_t j = 0; j < i; j++) {
			const struct network *a = &all->list[i];
			const struct network *b = &all->list[j];

			if (a->bond != b->bond || a->vlan != b->vlan ||
			    !is_same_port(&a->port, &b->port))
				continue;
			finding_add(r->f, ERROR, a->at, "give one of them "
			    "another vlan", "this network is on the same card "
			    "as that of line %u", b->at.line);
			break;
		}
}

static void
check_bonds(struct reader *r)
{
	const struct bonds *all = &r->a->bonds;
	const struct networks *nets = &r->a->networks;
	size_t i, j;

	for (i = 0; i < all->n; i++) {
		const struct bond *b = &all->list[i];

		for (j = 0; j < i; j++)
			if (is_same_text(&b->name, &all->list[j].name))
				finding_add(r->f, ERROR, b->at, NULL,
				    "<bond>: the name is taken by that of "
				    "line %u", all->list[j].at.line);
		for (j = 0; j < nets->n && nets->list[j].bond != b; j++)
			;
		if (j == nets->n)
			finding_add(r->f, WARNING, b->at, NULL,
			    "<bond>: no network is on it");
	}
}

void
settle_networks(struct reader *r)
{
	struct networks *all = &r->a->networks;
	struct network first;

	for (size_t i = 0; i < all->n; i++) {
		find_bond(r, &all->list[i]);
		if (i == 0 || !all->list[i].management ||
		    all->list[0].management)
			continue;
		first = all->list[i];
		memmove(&all->list[1], &all->list[0], i * sizeof(first));
		all->list[0] = first;
	}
	refuse_twice(r);
	check_bonds(r);
}
