/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netcards.h"
#include "netup.h"
#include "say.h"
#include "uevent.h"

static int
look(const struct conf *host, const struct netboot *boot, struct nics *n,
    bool *settled, struct err *e)
{
	struct nic_rules rules = { .n = 0 };
	struct nics named;
	struct err bad;

	if (nics_read("/sys", n, e) == -1)
		return -1;
	if (host != NULL && nic_rules_conf(host, &rules, &bad) == -1)
		fprintf(stderr, "domus-net: %s\n", bad.text);
	nics_name(n, host != NULL ? &rules : &boot->map);
	named = *n;
	for (size_t i = 0; i < named.n; i++)
		memcpy(named.list[i].name, n->list[i].want, NIC_NAME);
	*settled = host != NULL ? netplan_settled(host, &named) :
	    netboot_settled(boot, &named);
	return 0;
}

int
cards_take(const struct conf *host, const struct netboot *boot,
    double seconds, struct nics *n, struct err *e)
{
	double end = since_boot() + seconds;
	struct uevent u;
	bool settled;
	int fd, rc;

	fd = uevent_open(e);
	if (fd == -1)
		return -1;
	while ((rc = look(host, boot, n, &settled, e)) == 0 && !settled &&
	    since_boot() < end)
		if (uevent_next(fd, 200, &u, e) == -1)
			break;
	close(fd);
	return rc == -1 ? -1 : cards_rename(n, e);
}
