/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DERIVE_H
#define DOMUSD_DERIVE_H

struct core;
struct db;

/*
 * Fields that follow from others, above all allowed_operations: set in each
 * transaction for the records it has changed, and for those whose answer
 * hangs on them.
 */
void derive(struct db *db);

/* At start, for all: another version may have written the database. */
void derive_all(struct core *core);

#endif
