/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_JOIN_H
#define DOMUSD_JOIN_H

#include "core.h"

/*
 * Becoming a member.  Steps, each of which may be cut off and done again:
 * a secret of ours is committed; the coordinator is asked to enrol us; our
 * being a member is committed; etc/join.conf, with its secrets, is removed.
 */
struct join {
	struct request *q;	/* that waits for it, or NULL: join.conf */
	char *address, *fingerprint, *token, *user, *password;
	char *session;		/* the coordinator's, from a password */
	char *seen;		/* the fingerprint that was met */
	bool force, out;	/* out: a question is on its way */
	int failures;
	int64_t due;
};

/* What keeps this host from joining anything: 0, or -1 and q's failure. */
int join_allowed(struct request *q);

/* From etc/join.conf, if there is one and it is still needed. */
void join_load(struct core *core);

/* Once a second. */
void join_tick(struct core *core);

void join_free(struct join *j);

#endif
