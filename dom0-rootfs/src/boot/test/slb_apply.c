/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "netplan.h"
#include "slb.h"

/*
 * usage: slb_apply LINK PORT...
 * The filters of a balance-slb bond LINK with those ports, below xenbr0: for
 * netns, on kernels that may have no bonds.
 */
int
main(int argc, char *argv[])
{
	struct netplan p = { .n = 1, .list = { { .bridge = BRIDGE,
	    .bond = BOND_SLB } } };
	struct network *n = &p.list[0];
	struct err e;

	if (argc < 3 || argc - 2 > PORTS_MAX) {
		fputs("usage: slb_apply LINK PORT...\n", stderr);
		return 2;
	}
	snprintf(n->link, sizeof(n->link), "%s", argv[1]);
	for (int i = 2; i < argc; i++)
		snprintf(n->ports[n->nports++], NIC_NAME, "%s", argv[i]);
	if (slb_apply(&p, &e) == 0)
		return 0;
	fprintf(stderr, "slb_apply: %s\n", e.text);
	return 1;
}
