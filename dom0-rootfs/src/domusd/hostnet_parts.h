/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_HOSTNET_PARTS_H
#define DOMUSD_HOSTNET_PARTS_H

#include "conf.h"
#include "err.h"
#include "value.h"

/* What hostnet_edit.c and hostnet_bond.c share; n is a network's number. */

const char *hostnet_text(const struct value *v, const char *name); /* or "" */
const char *hostnet_get(const struct conf *c, int n, const char *name);
/* NULL or "": there is no such line. */
int hostnet_put(struct conf *c, int n, const char *name, const char *text,
    struct err *e);
int hostnet_bridge(struct conf *c, int n, const char *bridge, struct err *e);

/* A word of a line: a card, a bond, a bridge. */
int hostnet_name(const char *what, const char *s, struct err *e);

/* A new network on that device, with the change's bridge and vlan: its number,
 * or -1. */
int hostnet_make(struct conf *c, const struct value *v, const char *device,
    struct err *e);
int hostnet_drop(struct conf *c, int n, struct err *e);

/* Whether the network is more than a bridge. */
bool hostnet_addressed(const struct conf *c, int n);

int hostnet_bond(struct conf *c, const struct value *v, struct err *e);
int hostnet_bond_mode(struct conf *c, const struct value *v, struct err *e);
int hostnet_unbond(struct conf *c, const struct value *v, struct err *e);

#endif
