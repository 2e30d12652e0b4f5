/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_POOL_H
#define DOMUSD_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "priv.h"
#include "request.h"
#include "visitor.h"

struct join;

/*
 * Pools: a host is the coordinator of its own (at first, of a pool of one) or
 * a member of another's.
 *
 * Registration.  The joining host makes a secret, keeps it, and sends it with
 * its records to the coordinator (pool.domus_enrol), in the name of a token or
 * of a session.  The coordinator commits the member, its records, the hash of
 * its secret and the used token together.  The same request again, after a
 * power cut on either side, gets the same answer.  With that answer the host
 * commits that it is a member.
 *
 * From then on every connection is made by the member, to the certificate it
 * has seen at the join, and proves itself with the secret: pool.domus_hello
 * brings figures, waits for orders, and takes their results back.
 */

/* What the coordinator remembers of a member while it runs. */
struct member {
	char uuid[ID_UUID];
	int64_t heard;			/* milliseconds, or 0 */
	struct request *waiting;	/* its hello */
	struct order *orders;
};

struct pool_state {
	/* of this host as a member */
	bool member;
	char address[272], fingerprint[96];
	char secret[ID_SECRET], name[256];	/* of the pool */
	bool hello_out, push;
	int64_t hello_due;
	int failures;
	struct value *results;		/* of orders, for the next hello */
	size_t nresults_sent;
	struct value *doing;		/* ids of orders, oldest first */
	int64_t doing_until;
	enum priv power;		/* what a coordinator ordered, */
	int64_t power_due;		/* and when; 0: nothing */
	struct visitor visitors[VISITORS];	/* who asks us, see visitor.h */
	/* of this host as it joins */
	struct join *join;
	char last_error[256];
	char status[640];		/* as the console was told */
	struct buf kept;		/* as db/pool.conf says */
	/* of this host as the coordinator */
	struct member *members;
	size_t nmembers;
};

/* Read what the database says, and ask for etc/join.conf.  -1 and e. */
int pool_open(struct core *core, struct err *e);
void pool_close(struct core *core);

/* Once a second. */
void pool_tick(struct core *core);

/* This host's records are new: a member passes them on. */
void pool_facts_changed(struct core *core);

/*
 * Put a question to the [xen] of a host, of this one or of a member, and go
 * on with fn.  HOST_OFFLINE when nothing was heard of it.
 */
int pool_ask_host(struct request *q, struct record *host, enum priv what,
    struct value *params, method_fn *fn);

/* Whose business a question is, here: [xen]'s or [disk]'s. */
struct peer *pool_peer(const struct core *core, enum priv what);

/* What people call this pool: its name, or "of" its coordinator's. */
void pool_called(const struct core *core, char *name, size_t size);

/* An answer that only matters when it is a failure: that goes to the log. */
void pool_told(struct core *core, struct request *none, struct reply *r);

/* How long to wait before the next try: 1, 2, 4 ... `longest' seconds. */
int64_t pool_wait_ms(int failures, int longest);

/* Messages. */
int pool_join(struct request *q);
int pool_eject(struct request *q);
int pool_host_destroy(struct request *q);
int pool_sync_database(struct request *q);
int pool_get_license_state(struct request *q);
int pool_domus_join(struct request *q);
int pool_domus_status(struct request *q);
int pool_domus_enrol(struct request *q);
int pool_domus_hello(struct request *q);

#endif
