/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "reach.h"
#include "remote.h"

#define NETWORK_SECONDS 60

bool
is_remote(const char *address)
{
	return strncmp(address, "file:", 5) != 0;
}

long
seconds_left(const struct install *in, long most)
{
	double left = in->deadline - ui_now();

	if (in->deadline <= 0 || left >= (double)most)
		return most;
	return left > 1 ? (long)left : 1;
}

int
install_late(const struct install *in, struct err *e)
{
	if (in->deadline <= 0 || ui_now() < in->deadline)
		return 0;
	err_set(e, "not done within %u seconds, as <timeout install> says",
	    in->plan->answers->timeout.install);
	return err_code(e, DI_LATE);
}

void
reach_network(struct install *in)
{
	unsigned int limit = in->plan->answers->timeout.network;
	long seconds = seconds_left(in, limit != 0 ? (long)limit :
	    NETWORK_SECONDS);
	struct err e;

	if (in->bring_network &&
	    remote_network(in->ui, (unsigned int)seconds, &e) == -1)
		ui_say(in->ui, "  warning: no network: %s [DI-%d]", e.text,
		    DI_ADDRESS);
	in->bring_network = false;
}

int
reach_init(struct reach *r, const struct install *in, int tries, long whole,
    struct err *e)
{
	const struct answers *a = in->plan->answers;
	size_t n = a->certificates.n;

	*r = (struct reach){ .patience = patient };
	r->patience.tries = tries;
	r->patience.whole = seconds_left(in, a->timeout.fetch != 0 ?
	    (long)a->timeout.fetch : whole);
	if (r->patience.stall > r->patience.whole)
		r->patience.stall = r->patience.whole;
	if (r->patience.connect > r->patience.whole)
		r->patience.connect = r->patience.whole;
	r->authorities = calloc(n + 1, sizeof(*r->authorities));
	if (r->authorities == NULL)
		return err_sys(e, "certificates");
	for (size_t i = 0; i < n; i++)
		r->authorities[i] = a->certificates.list[i].text;
	r->how = (struct fetch_how){ .patience = &r->patience,
		.authorities = r->authorities, .nauthorities = n,
		.proxy = a->proxy.text };
	return 0;
}

void
reach_end(struct reach *r)
{
	free(r->authorities);
	r->authorities = NULL;
}
