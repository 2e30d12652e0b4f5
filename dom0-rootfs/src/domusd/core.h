/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CORE_H
#define DOMUSD_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "guess.h"
#include "id.h"
#include "msg.h"

struct cert;
struct conf;
struct core;
struct log;
struct out;
struct request;
struct rrd;

/*
 * [core]: everything it knows, made in its main and handed down.  One thread,
 * one loop; nothing in it waits.
 */

/* What the command line and etc/host.conf say. */
struct options {
	const char *state;	/* directory */
	const char *socket;	/* for root's own calls */
	const char *listen;	/* address, or NULL: all */
	int port, http_port;
	const char *fake_xen;	/* native builds only */
	int interval;		/* seconds between two rounds of facts */
};

/* A conversation: with one of the other processes, or a program of root's. */
struct peer {
	struct msg_port port;
	enum peer_kind { PEER_NET, PEER_XEN, PEER_DISK, PEER_LINK,
	    PEER_CONSOLE, PEER_LOCAL } kind;
	bool ended;
	bool more;		/* messages read, but not looked at yet */
	struct peer *next;
};

/*
 * So much waits for this client to read it that nothing more is done for it.
 * Its calls stay in its own buffers, and in time it cannot send any.
 */
bool core_peer_full(const struct peer *p);

/* A question to one of them that is not answered yet. */
struct question {
	uint64_t id;
	struct peer *to;
	/* q is the request that waits, or NULL */
	void (*answered)(struct core *, struct request *q, struct reply *);
	struct request *q;	/* q->noted hears of it meanwhile */
	struct question *next;
};

/* Things done from time to time; the table is in core_every.c. */
#define EVERY 10
#define EVERY_FACTS 0
#define EVERY_SWEEP 5
#define EVERY_STATS 7

struct core {
	const struct options *options;
	const struct log *log;
	const struct conf *conf;	/* etc/host.conf */
	const struct cert *cert;	/* of this host */
	struct db db;
	int local_fd;			/* listens; -1: none */
	int signal_fd;			/* SIGTERM: stop */
	int main_fd;			/* brings a new [net] */
	unsigned char net_round;	/* of the one that is there */
	struct peer *peers, *net, *xen, *disk, *link, *ask, *console;
	struct question *questions;
	uint64_t last_id;
	struct request *requests;	/* that are not finished */
	struct guesses guesses;		/* of passwords */
	char host_ref[ID_REF];		/* this host */
	char host_uuid[ID_UUID];
	int64_t events_due;		/* milliseconds, or 0 */
	int64_t stop_due;		/* the same: end of the agent */
	int64_t started;		/* Unix time */
	int64_t clock_ahead;		/* of core_ms(), in seconds */
	bool clock_known;
	struct value *consoles;		/* that [console] has: VM to domid */
	struct value *young;		/* keys of tokens made by this process */
	struct rrd *rrd;		/* statistics; NULL: none are kept */
	struct out *outs;		/* out.h */
	bool net_open, net_asked;	/* pif.h: a change to be confirmed */
	int64_t net_due;
	bool facts_asked, guests_asked, stats_asked, own_waits, stop;
	struct pool_state *pool;
	int64_t every_due[EVERY];	/* of core_loop.c's table */
};

/* Milliseconds of a clock that only goes forward; seconds since 1970. */
int64_t core_ms(void);
int64_t core_time(void);

/* The loop, until core->stop.  -1 when a peer we cannot be without has gone. */
int core_loop(struct core *core, struct err *e);

/* What is due of the things done from time to time. */
void core_every(struct core *core);

/* One turn of it: wait for something to do, and do it. */
int core_turn(struct core *core, struct err *e);

/* Turn until the first facts of this host have become records.  -1 and e. */
int core_first_facts(struct core *core, struct err *e);

/* A new conversation on fd; NULL: no memory.  The core frees it. */
struct peer *core_peer(struct core *core, enum peer_kind kind, int fd,
    uint64_t accepts, size_t max_in, size_t max_out);

/*
 * Ask [xen], [disk], [link] or [ask].  params is taken.  The answer comes to answered(); when
 * `to' is not there, with the failure INTERNAL_ERROR.
 */
void core_ask(struct core *core, struct peer *to, const char *what,
    struct value *params, void (*answered)(struct core *, struct request *,
    struct reply *), struct request *q);

/* The same with a descriptor, or -1; it is taken. */
void core_ask_fd(struct core *core, struct peer *to, const char *what,
    struct value *params, int fd, void (*answered)(struct core *,
    struct request *, struct reply *), struct request *q);

/* What came from them: an answer, a word about a question that is still open;
 * and what answers those that could not be put. */
void core_got_reply(struct core *core, const struct peer *p,
    const struct msg *m);
void core_got_note(struct core *core, const struct peer *p,
    const struct msg *m);
void core_answer_unasked(struct core *core);

/* Commit an own transaction; failures go to the log. */
void core_commit(struct core *core, const char *what);

/* The records that a host always has. */
struct record *core_host(const struct core *core);
struct record *core_pool(const struct core *core);

#endif
