/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_MEMBER_H
#define DOMUSD_MEMBER_H

#include "request.h"

/* This host as a member of another's pool. */

/* A member sends clients to its coordinator: 0, or -1 with HOST_IS_SLAVE. */
int member_refuses(struct request *q);

/* Once a second: a hello to the coordinator, when it is time. */
void member_tick(struct core *core);

/* In a transaction: this host is a member from now on. */
void member_become(struct core *core, const char *address,
    const char *fingerprint, const char *secret);

/* Read it back after db_open() or a commit. */
void member_load(struct core *core);

/* Messages of a member's own users, when the coordinator does not answer. */
int member_emergency_leave(struct request *q);
int member_emergency_follow(struct request *q);

#endif
