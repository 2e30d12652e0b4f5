/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_FACTS_PARTS_H
#define DOMUSD_FACTS_PARTS_H

#include <stdint.h>

#include "db.h"

struct core;

/* What the facts_*.c files share.  All of it runs inside a transaction. */

/* r, or a new record of the class; NULL: no memory. */
struct record *facts_ensure(struct db *db, struct record *r,
    enum class_id cls);

/* Members of facts; "" and 0 when they are missing. */
const char *facts_str(const struct value *v, const char *name);
int64_t facts_int(const struct value *v, const char *name);

/* Set a field from a member, if it is there and fits. */
void facts_copy(struct db *db, struct record *r, enum field_id f,
    const struct value *from, const char *name);

/*
 * The host's PIF of that device and VLAN (-1: none), or NULL; and a new record
 * for what is not made of metal.  Its names follow from the arguments, so that
 * a member and its coordinator, who both make it, make the same one.
 */
struct record *facts_pif(const struct db *db, const struct record *host,
    const char *device, int64_t vlan);
struct record *facts_create(struct db *db, const struct record *host,
    enum class_id cls, const char *device, int64_t vlan,
    struct value *fields);

void facts_cpus(struct core *core, struct record *host,
    const struct value *facts);
void facts_dom0(struct core *core, struct record *host,
    const struct value *facts);
void facts_networks(struct core *core, struct record *host,
    const struct value *facts);
/* VLANs and Bonds, of the PIFs that are there. */
void facts_links(struct db *db, struct record *host,
    const struct value *nics);
void facts_network_figures(struct core *core, struct record *host,
    const struct value *facts);
void facts_storage(struct core *core, struct record *host,
    const struct value *facts);
void facts_storage_figures(struct core *core, const struct value *facts);
void facts_pool(struct core *core, struct record *host);

#endif
