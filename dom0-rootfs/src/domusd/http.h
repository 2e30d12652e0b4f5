/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_HTTP_H
#define DOMUSD_HTTP_H

#include "priv.h"
#include "request.h"

/*
 * What clients reach by a path of its own: disks, VMs, statistics.  [net]
 * sends such a request's head (net_page.h) as a MSG_HTTP; it becomes a request
 * like any other, with a session or name and password checked, and drives the
 * task that task_id names.  Its result is the page's answer; the task's result
 * is http->result.
 *
 * A body goes past [core]: it makes a pair of sockets, of which [net] gets one
 * end and the process that does the work the other.
 */
struct http_call {
	struct value *head;	/* the struct that [net] sent */
	struct value *result;	/* of the task, or NULL: void */
	int fd;			/* [net]'s end, until it is sent; or -1 */
	char self[ID_REF];	/* what the page is about */
	const char *type;	/* of a download */
	int status;		/* of a download; 0: 200 */
	char more[256];		/* further headers of a download */
};

/* A MSG_HTTP has come.  call is taken. */
void http_start(struct core *core, struct peer *peer, uint64_t id,
    struct call *call);
void http_free_call(struct request *q);

/* A member of the query, or "". */
const char *http_query(const struct request *q, const char *name);
/* The same: "true" and "1" are true. */
bool http_flag(const struct request *q, const char *name);

/* Bytes of the body, or -1: not known. */
int64_t http_length(const struct request *q);

/* The answer is that text, of that type. */
int http_answer(struct request *q, const char *type, const char *body);

/*
 * The record that the query's `name' leads to, by reference or uuid; NULL and
 * q has failed.
 */
struct record *http_record(struct request *q, enum class_id cls,
    const char *name);

/*
 * Ask this host's [disk] about an SR, with the other end of the body; v is
 * taken.  An upload begins at once, a download when [disk] says {length}.  1
 * or -1.
 */
int http_ask_disk(struct request *q, const struct record *sr, enum priv what,
    struct value *v, bool upload, method_fn *fn);

/* The same of several disks, whose SRs are this host's. */
int http_ask_here(struct request *q, enum priv what, struct value *v,
    bool upload, method_fn *fn);

/* For a body that [core] makes itself: its end, and that it begins now. */
int http_pair(struct request *q, int *fd_r);
void http_download(struct request *q, int64_t length);

/* What begins a page's next step: -1, and q has failed, when [disk] has, or
 * when the task has been cancelled meanwhile. */
int http_answered(struct request *q);

/* In a transaction: the task has been cancelled; its page's body ends. */
void http_cancel(struct core *core, const char *task);

/* Pages. */
int http_import_raw_vdi(struct request *q);
int http_export_raw_vdi(struct request *q);
int http_export(struct request *q);
int http_metrics(struct request *q);
int http_rrd_updates(struct request *q);
int http_host_rrds(struct request *q);
int http_vm_rrds(struct request *q);

#endif
