/* SPDX-License-Identifier: ISC */
#ifndef DOMUS_OFFER_H
#define DOMUS_OFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "buf.h"
#include "err.h"

/*
 * What a coordinator offers its neighbours, "domus serve": pure functions, and
 * the server that runs.  serve.c is the command.
 */
#define OFFER_DIR "/run/domus/serve"
#define OFFER_PID OFFER_DIR "/pid"
#define OFFER_URL OFFER_DIR "/url"

/*
 * Answers as domus-answers convert prints them, with the element that makes the
 * machine a member of this pool.  Each gets its own token: domus-serve(8) puts
 * it where token stands.  -1: they have what a neighbour must not be given, or
 * lack what it needs.
 */
int offer_answers(const char *answers, const char *coordinator,
    const char *fingerprint, const char *token, struct buf *to, struct err *e);

/* How many MACs there are in a list with commas. */
size_t offer_machines(const char *list);

/* The server's process, or 0 when none runs. */
pid_t offer_runs(void);

/* Its words about all machines, JSON; the caller frees them. */
char *offer_ask(struct err *e);

#endif
