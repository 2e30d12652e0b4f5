/* SPDX-License-Identifier: ISC */
#include "run.h"
#include "xen.h"

#define TRIAL_S "120"		/* for who administers the host to come back */
#define RUN_S 60

static int
domus_net(const char *verb, const char *arg, const char *more, struct err *e)
{
	struct run how = { .seconds = RUN_S };

	return run_with((const char *const[]){ "domus-net", verb, arg, more,
	    NULL }, &how, e);
}

int
xen_net_try(struct xen *x, const char *path, struct err *e)
{
	(void)x;
	return domus_net("--try", path, TRIAL_S, e);
}

int
xen_net_confirm(struct xen *x, const char *peer, struct err *e)
{
	(void)x;
	return domus_net("--confirm", peer, NULL, e);
}
