/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_RRD_KEEP_H
#define DOMUSD_RRD_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct log;

/*
 * The rows of rrd.h's coarser archives, in SQLite.  They are worth less than a
 * write that waits for the disk: a power cut may cost some minutes, a database
 * that is damaged is begun anew, and failures only go to the log.
 *
 * An owner has a list of names, which only grows at its end; a row is as long
 * as the list was.
 */
struct rrd_keep;

int rrd_keep_open(const char *path, const struct log *log,
    struct rrd_keep **k_r, struct err *e);
void rrd_keep_close(struct rrd_keep *k);

/* Rows put between these are written together. */
void rrd_keep_begin(struct rrd_keep *k);
void rrd_keep_commit(struct rrd_keep *k);

/* An owner's number, or 0; its names, separated by spaces, for free(). */
int64_t rrd_keep_owner(struct rrd_keep *k, const char *uuid, char **names_r);
/* A new one, or other names. */
int64_t rrd_keep_names(struct rrd_keep *k, const char *uuid,
    const char *names);

void rrd_keep_put(struct rrd_keep *k, int64_t owner, int step, int rows,
    int64_t t, const float *v, size_t n);
/* false: there is no such row; what it is too short for is NaN. */
bool rrd_keep_get(struct rrd_keep *k, int64_t owner, int step, int rows,
    int64_t t, float *v, size_t n);

void rrd_keep_sweep(struct rrd_keep *k,
    bool (*alive)(void *arg, const char *uuid), void *arg);

#endif
