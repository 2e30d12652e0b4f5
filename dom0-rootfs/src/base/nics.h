/* SPDX-License-Identifier: ISC */
#ifndef BASE_NICS_H
#define BASE_NICS_H

#include <stddef.h>

#include "conf.h"
#include "err.h"

#define NIC_NAME 16		/* IFNAMSIZ */
#define NICS_MAX 64

/* A physical network card. */
struct nic {
	char name[NIC_NAME];
	char mac[18];		/* aa:bb:cc:dd:ee:ff */
	char path[32];		/* 0000:03:00.0, its second port
				   0000:03:00.0[1]; "" when not PCI's own */
	char label[32];		/* the firmware's, "" when none */
	char place[NIC_NAME];	/* em1: on the board; p3p2: in slot 3, its
				   second port; "" when not known */
	char want[NIC_NAME];	/* nics_name(): what it is to be called */
};

struct nics {
	struct nic list[NICS_MAX];
	size_t n;
};

/* The cards below a sysfs ("/sys"), sorted by name; virtual interfaces and
 * guests' ones are left out. */
int nics_read(const char *sysfs, struct nics *n, struct err *e);

/* The card with that name, or with that MAC; NULL: none. */
const struct nic *nics_by_name(const struct nics *n, const char *name);
const struct nic *nics_by_mac(const struct nics *n, const char *mac);

/* Which card is eth0.  An empty text says nothing. */
struct nic_rule {
	char name[NIC_NAME];
	char mac[18], path[32], label[32];
};

struct nic_rules {
	struct nic_rule list[NICS_MAX];
	size_t n;
};

/*
 * host.conf's lines "card NAME MAC PATH", "-" for what is not known.  A line
 * that is none is an error; the others are taken.
 */
int nic_rules_conf(const struct conf *host, struct nic_rules *r,
    struct err *e);

/*
 * Add one map_netdev=: [eth]N[:d|s]:MAC, PCI address (with [index]), the
 * firmware's label or the place; quotes around it are taken off.  A later one for the same
 * name or card is an error.
 */
int nic_rules_map(struct nic_rules *r, const char *text, struct err *e);

/*
 * What each card is to be called.  A rule's card is the one with its MAC;
 * when that is not there, a card with another MAC at its path (it was
 * replaced).  Cards without a rule get, by their paths, the lowest ethN that
 * no rule has.  Without rules every card keeps its name.
 */
void nics_name(struct nics *n, const struct nic_rules *r);

#endif
