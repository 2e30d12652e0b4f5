/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_JOB_H
#define DOMUSD_JOB_H

#include "request.h"

/*
 * Work of several questions, above all on disks.  Disks are made first, and
 * their records, with everything that hangs on them, in the one transaction
 * at the end; a note remembers each disk that is being made.  What was made
 * for nothing, by a job that failed or an agent that ended, is swept away.
 */
struct making {
	char uuid[ID_UUID];
	char sr[ID_REF];
	struct value *fields;	/* of its record to be */
	struct value *made;	/* [disk]'s answer, or NULL */
};

struct job {
	struct making *makings;
	size_t n, at;
	struct value *todo;	/* what the steps go through */
	char vm[ID_REF], other[ID_REF], host[ID_REF];
	bool flag;		/* a guest waits for us to let it go on */
	bool paused;		/* it was so before */
	size_t first;		/* of the makings that todo is about */
	method_fn *end;		/* goes on when todo is done */
};

/* q's; made when there is none yet.  NULL: no memory. */
struct job *job_of(struct request *q);

/*
 * In a transaction: one more disk to be, in that SR.  fields (taken) are its
 * record's.  NULL: q has failed.
 */
struct making *job_making(struct request *q, const struct record *sr,
    struct value *fields);

/* Ask for it: empty, or as a copy of vdi; go on with fn.  1 or -1. */
int job_create(struct request *q, struct making *m, int64_t size,
    method_fn *fn);
int job_copy(struct request *q, struct making *m, const struct record *vdi,
    method_fn *fn);

/* What fn does first: take the answer.  -1: q has failed. */
int job_made(struct request *q, struct making *m);

/* At the end: its record.  NULL: no memory, the transaction will fail. */
struct record *job_record(struct request *q, struct making *m);

/* In a transaction: a disk's record goes now, the disk itself in a moment. */
void job_discard(struct core *core, struct record *vdi);

/* Remove disks that nobody is making any more; every minute, and at start. */
void job_sweep(struct core *core);
/* SR.domus_sweep(sr), by which it does that. */
int job_sr_sweep(struct request *q);

#endif
