/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VISITOR_H
#define DOMUSD_VISITOR_H

#include "request.h"

/*
 * Sessions of the coordinator at a member.  Clients have one session and use
 * it at every host of the pool; a member asks its coordinator whose it is
 * (pool.domus_session) and believes the answer for some seconds, so a session
 * that ends there ends here so much later.
 */
#define VISITOR_MS 5000
#define VISITORS 64		/* that are remembered */

struct visitor {
	char session[ID_REF], user[ID_UUID];
	enum role role;
	int64_t until;		/* milliseconds; 0: nobody */
};

/* At a member: go on with fn when q is known to come in that session, or let
 * it fail. */
void visitor_use(struct request *q, const char *session, method_fn *fn);

/* The coordinator's message. */
int pool_domus_session(struct request *q);

#endif
