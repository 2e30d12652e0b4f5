/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CONSOLE_H
#define DOMUSD_CONSOLE_H

#include <stdbool.h>
#include <sys/types.h>

#include "request.h"

struct db;
struct log;
struct record;
struct value;

/*
 * [console]: the process that reads what guests say and what viewers send.
 * As [net], it has no rights: terminals and sockets come as descriptors.
 *
 * It reads each guest's terminal always, and keeps the end of what was said;
 * a viewer that is slow misses some of it, and nobody waits for him.
 */
#define CONSOLE_KEPT 65536	/* bytes of a guest, for the next viewer */

struct console_config {
	int core_fd;
	const char *root;	/* an empty directory */
	uid_t uid;
	bool sandbox;		/* false only in tests, under sanitizers */
	const struct log *log;
};

/* The process's exit status. */
int console_main(const struct console_config *conf);

/*
 * [core]'s side: hand over the terminals of this host's guests, which [xen]
 * has just told of; and console.domus_open(ref or uuid of a console or VM),
 * whose answer is a descriptor for [net].
 */
void console_sync(struct core *core, const struct value *states);
int console_open(struct request *q);
int console_take(struct request *q);	/* console.domus_take(vm) */

/* Its records: one to look at and one to read; in a transaction. */
void console_records(struct db *db, const struct record *vm,
    const struct record *host);

#endif
