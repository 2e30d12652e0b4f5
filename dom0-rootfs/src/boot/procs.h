/* SPDX-License-Identifier: ISC */
#ifndef BOOT_PROCS_H
#define BOOT_PROCS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The processes that still hold something.  A signal sent is not a process
 * ended: its files, its directory and its terminal are let go of a while
 * later, all before it becomes a zombie.
 */

/*
 * Does the text of /proc/PID/stat tell of a user's process that has not let
 * go yet?  Not so for zombies and the kernel's threads.
 */
bool procs_alive(const char *stat);

/* How many there are in the directory proc, besides 1 and self; -1 if that
 * cannot be read. */
int procs_count(const char *proc, pid_t self);

/* Wait until there is none, for ms at most.  Returns how many there are. */
int procs_wait(const char *proc, pid_t self, int ms);

#endif
