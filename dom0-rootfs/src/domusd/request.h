/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_REQUEST_H
#define DOMUSD_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "call.h"
#include "id.h"
#include "model.h"

struct core;
struct peer;
struct record;
struct request;

/*
 * One call on its way through [core].  Everything that is to be known before
 * a method runs (who calls, whether he may, types of the parameters) has been
 * checked by then; a method runs inside a transaction that is committed when
 * it succeeds and forgotten when it fails.
 */

/* 0: done, result set; -1: failed, req_fail() was called; 1: answered later. */
typedef int method_fn(struct request *q);

#define MAX_PARAMS 32

struct method {
	enum class_id cls;
	char name[128];		/* "VM.start" */
	const char *verb;	/* behind the dot */
	const char *params;	/* as in model_method */
	const char *result;	/* type */
	enum role role;
	enum field_id field;	/* of getters and setters */
	char own_params[128];	/* made for an implicit message */
	method_fn *run;
};

struct request {
	struct core *core;
	struct peer *peer;	/* who gets the answer; NULL: gone, or a task */
	uint64_t id;		/* there */
	struct call call;
	struct method method;
	bool async, member_ok;
	bool own;		/* of this process itself: no client */
	bool fresh;		/* and not begun */
	enum role role;
	char session[ID_REF];	/* "" for root's own calls */
	char user[ID_UUID];	/* a local user's; "": root's */
	char task[ID_REF];	/* of an Async. call, or "" */
	struct value *args[MAX_PARAMS];	/* typed; NULL: optional, left out */
	size_t nargs;
	struct record *self;	/* the first parameter's record, if any */
	enum class_id self_cls;
	struct buf result;	/* encoded */
	bool has_fd;		/* the result is a descriptor, for [net] */
	int fd;
	struct reply failure;
	struct reply answer;	/* to the last question */
	/* a method that answers later keeps what it needs here */
	struct event_wait *wait;
	method_fn *then;	/* when the last question is answered */
	void *later;
	void (*later_free)(void *);
	void (*undo)(struct request *q);	/* when it fails, see below */
	void (*noted)(struct request *q, const struct value *note);
	struct http_call *http;	/* a page's: http.h; NULL: a method */
	char op_key[ID_REF];	/* of what it does to records: op.h */
	char (*held)[ID_REF];
	size_t nheld;
	struct request *next;
};

/* A call came in. */
void request_start(struct core *core, struct peer *peer, uint64_t id,
    struct call *call, bool local);

/* The same in steps: NULL when there are too many, and that is told. */
struct request *request_new(struct core *core, struct peer *peer, uint64_t id,
    struct call *call);
/* It has failed before it began. */
void request_refuse(struct request *q);

/*
 * Go on with one that answers later: in a transaction of its own.  When it
 * fails after its first transaction, undo() takes back, in one more, what the
 * earlier ones made.
 */
void request_continue(struct request *q, method_fn *fn);

/*
 * A call of our own, of a method by name, in nobody's name and with nobody to
 * answer: the log is told when it fails.  params (taken) holds no session.
 * It begins when the loop comes round, so this may be said anywhere.
 */
void request_own(struct core *core, const char *method, struct value *params);
void request_run_own(struct core *core);

/* Its client has gone, or this peer with all its calls. */
void request_cancel(struct core *core, struct peer *peer, uint64_t id);
void request_peer_gone(struct core *core, struct peer *peer);
void request_free(struct request *q);

/* Results.  The value is taken. */
int req_return(struct request *q, struct value *v);
int req_return_str(struct request *q, const char *s);
int req_return_void(struct request *q);

/* Failure: a code and its parameters, ended by NULL.  Returns -1. */
int req_fail(struct request *q, const char *code, ...)
    __attribute__((sentinel));
/* The failure that a question was answered with. */
int req_fail_answer(struct request *q);

/* Ask [xen] or [link] and go on with fn when the answer is there.  1. */
int req_ask(struct request *q, struct peer *to, const char *what,
    struct value *params, method_fn *fn);

/* The same with a descriptor, which is taken. */
int req_ask_fd(struct request *q, struct peer *to, const char *what,
    struct value *params, int fd, method_fn *fn);

/* A typed argument as C sees it; "" or 0 when it was left out. */
const char *req_str(const struct request *q, size_t i);
int64_t req_int(const struct request *q, size_t i);

#endif
