/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_XEN_FAKE_H
#define DOMUSD_XEN_FAKE_H

#include "err.h"
#include "value.h"

/* The network of xen_fake.c's machine; facts are those of its file. */
struct fake_net {
	const char *state;	/* as [xen]'s */
};

/* What host.conf says becomes what is found. */
void fake_net_facts(const struct fake_net *f, struct value *facts);
/* As xen.h has them. */
int fake_net_try(const struct fake_net *f, struct value *facts,
    const char *path, struct err *e);
int fake_net_confirm(const struct fake_net *f, struct value *facts,
    const char *peer, struct err *e);

#endif
