/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_SR_H
#define DOMUSD_SR_H

#include "priv.h"
#include "request.h"

struct db;

/* Storage repositories and the hosts' ways to them. */

/* A live host that has the SR attached, this one first; or NULL. */
struct record *sr_host(const struct db *db, const struct record *sr,
    const struct core *core);

/* Whether that host has it attached. */
bool sr_on_host(const struct db *db, const struct record *sr,
    const struct record *host);

/* Whether its disks are files that can be made, copied and removed. */
bool sr_has_files(const struct record *sr);

/*
 * Ask [disk] of a host that has the SR; v (taken) is completed with the SR's
 * uuid and type.  1, or -1: SR_HAS_NO_PBDS, SR_OPERATION_NOT_SUPPORTED...
 */
int sr_ask(struct request *q, const struct record *sr, enum priv what,
    struct value *v, method_fn *fn);

/* From an answer of [disk]; from what its disks now add up to. */
void sr_figures(struct db *db, struct record *sr, const struct value *answer);
void sr_allocated(struct db *db, struct record *sr, int64_t more);

/* The SR that a reference of the pool names; NULL and q has failed. */
struct record *sr_default(struct request *q);

/* At start: attach what was attached, besides the installation's own. */
void sr_attach_all(struct core *core);

/* One that a host makes for the SR of its installation. */
bool pbd_of_installation(const struct record *pbd);

int sr_create(struct request *q);
int sr_introduce(struct request *q);
int sr_forget(struct request *q);
int sr_destroy(struct request *q);
int sr_probe(struct request *q);
int sr_probe_ext(struct request *q);
int sr_scan(struct request *q);
int sr_assert_supports(struct request *q);
int sr_get_supported_types(struct request *q);
int pbd_plug(struct request *q);
int pbd_unplug(struct request *q);
int pbd_create(struct request *q);
int pbd_destroy(struct request *q);

#endif
