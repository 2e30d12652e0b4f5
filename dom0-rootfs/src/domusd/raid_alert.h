/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_RAID_ALERT_H
#define DOMUSD_RAID_ALERT_H

#include "db.h"

/*
 * Degraded RAIDs of a host.  host.other_config:raid-degraded names them, as
 * "md127:1/2 ...": one disk of two is missing.  The host sets it from its
 * facts, and it goes to the coordinator with the host's record; in either
 * database what changes in it makes one message: RAID_DEGRADED when a RAID
 * loses a disk, RAID_RECOVERED when it has all of them again.
 */
#define RAID_DEGRADED_KEY "raid-degraded"

/* From the facts' "raids": what is not in there stays as it was known. */
void raid_facts(struct db *db, struct record *host,
    const struct value *raids);

/* Now these are degraded; "" or NULL: none. */
void raid_alert(struct db *db, struct record *host, const char *now);

#endif
