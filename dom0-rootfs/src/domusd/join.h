/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_JOIN_H
#define DOMUSD_JOIN_H

#include "core.h"

/*
 * Becoming a member.  Steps, each of which may be cut off and done again:
 * a secret of ours is committed; the coordinator is asked to enrol us; our
 * being a member is committed; etc/join.conf, with its secrets, is removed.
 *
 * What an API asked for has no join.conf: before the coordinator hears of us,
 * the note "join.at" says whom we have asked ("ADDRESS FINGERPRINT").  When no
 * answer came, or not to this process, the coordinator is asked again until it
 * says what we are.
 */
struct join {
	struct request *q;	/* that waits for it, or NULL: join.conf */
	char *address, *fingerprint, *token, *user, *password;
	char *session;		/* the coordinator's, from a password */
	char *seen;		/* the fingerprint that was met */
	bool force, out;	/* out: a question is on its way */
	/*
	 * An API's join whose end nobody saw: ask the coordinator whether we
	 * are a member of it.
	 */
	bool ask;
	int failures;
	int64_t due;
};

/* In a transaction: forget that anybody was asked. */
void join_forget(struct core *core);

/* From etc/join.conf or from join.at, if there is one and it is still needed. */
void join_load(struct core *core);

/* Once a second. */
void join_tick(struct core *core);

void join_free(struct join *j);

#endif
