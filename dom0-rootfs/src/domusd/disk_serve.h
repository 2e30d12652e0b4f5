/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_SERVE_H
#define DOMUSD_DISK_SERVE_H

#include "priv.h"

/* What a question came with, and the way to say something meanwhile. */
struct disk_talk {
	int body;		/* a descriptor, or -1 */
	struct msg_port *port;	/* blocking: MSG_NOTEs both ways */
	uint64_t id;
};

/* Answer one question: fill in the reply. */
typedef void disk_answer_fn(void *arg, enum priv what, struct value *params,
    struct disk_talk *talk, struct reply *r);

/*
 * Read questions from fd until it ends and answer each in a child process, in
 * whatever order they are done.  An exit status.
 */
int disk_serve(int fd, disk_answer_fn *answer, void *arg,
    const struct log *log);

#endif
