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

void facts_cpus(struct core *core, struct record *host,
    const struct value *facts);
void facts_dom0(struct core *core, struct record *host,
    const struct value *facts);
void facts_networks(struct core *core, struct record *host,
    const struct value *facts);
void facts_network_figures(struct core *core, struct record *host,
    const struct value *facts);
void facts_storage(struct core *core, struct record *host,
    const struct value *facts);
void facts_storage_figures(struct core *core, const struct value *facts);
void facts_pool(struct core *core, struct record *host);

#endif
