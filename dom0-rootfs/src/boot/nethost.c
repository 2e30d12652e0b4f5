/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

#include "file.h"
#include "lease.h"
#include "netcards.h"
#include "nethost.h"
#include "netold.h"
#include "netup.h"
#include "slb.h"

#define LOCK LEASE_DIR "/lock"

void
net_complain(const struct err *e)
{
	fprintf(stderr, "domus-net: %s\n", e->text);
}

/* One at a time; until the process ends. */
int
net_lock(struct err *e)
{
	int fd;

	if (file_mkdirs(LEASE_DIR, 0755, e) == -1)
		return -1;
	fd = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || flock(fd, LOCK_EX) == -1)
		return err_sys(e, LOCK);
	return fd;
}

/* A kernel without a packet filter has nothing to be taken away. */
static int
slb_up(const struct netplan *p, struct err *e)
{
	return slb_apply(p, e) == -1 && slb_wanted(p) ? -1 : 0;
}

int
host_up(const struct conf *host, double wait, struct netplan *p,
    struct nics *n, struct err *e)
{
	struct err why;
	int rc;

	if (cards_take(host, NULL, wait, n, e) == -1)
		return -1;
	rc = netplan_make(host, n, p, e);
	if (*p->note != '\0')
		fprintf(stderr, "domus-net: %s\n", p->note);
	/* what is only spelt wrongly is not to go */
	if (rc == 0 && netold_remove(p, n, &why) == -1)
		net_complain(&why);
	if (netplan_up(p, &why) == 0 && slb_up(p, &why) == 0)
		return rc;
	if (rc == -1)
		return err_in(e, "%s", why.text);
	*e = why;
	return -1;
}
