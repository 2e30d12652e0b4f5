/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_VM_WORKER_H
#define DOMUSD_VM_WORKER_H

#include "msg.h"
#include "vm_host.h"

/*
 * A process that answers one question and ends.  A guest's kernel is read by
 * one, so what it may break is only that; they end with [xen].
 */
struct worker {
	uint64_t id;		/* of the question */
	enum priv what;
	struct value *arg;
	pid_t pid;		/* 0: not started */
	struct msg_port port;
	struct worker *next;
};

/* At the end of the list; arg is copied. */
int worker_add(struct worker **list, uint64_t id, enum priv what,
    const struct value *arg, struct err *e);

int worker_start(struct worker *w, struct vm_host *parent,
    const struct log *log);
struct worker *worker_by_fd(struct worker *list, int fd);

/* Whether it has answered, or died: then r is the answer. */
bool worker_done(struct worker *w, const struct log *log, struct reply *r);

/* Take out of the list; one that still runs is killed. */
void worker_free(struct worker **list, struct worker *w);

#endif
