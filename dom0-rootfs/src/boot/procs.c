/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "path.h"
#include "procs.h"

#define KTHREAD 0x00200000u	/* PF_KTHREAD of the kernel's sched.h */
#define STEP 10			/* ms between two looks */

/* proc_pid_stat(5): pid (name) state ppid pgrp session tty tpgid flags and
 * ten more, then the number of threads; the name may hold anything. */
bool
procs_alive(const char *stat)
{
	const char *end = strrchr(stat, ')');
	unsigned int flags, threads;
	char state;

	if (end == NULL || sscanf(end + 1, " %c %*d %*d %*d %*d %*d %u %*u "
	    "%*u %*u %*u %*u %*u %*d %*d %*d %*d %u", &state, &flags,
	    &threads) != 3)
		return false;
	if ((flags & KTHREAD) != 0)
		return false;
	/* the leader of several threads may be the first to end */
	return (state != 'Z' && state != 'X') || threads > 1;
}

int
procs_count(const char *proc, pid_t self)
{
	struct dirent *d;
	struct path path;
	struct err e;
	char *stat;
	long pid;
	int n = 0;
	DIR *dir;

	dir = opendir(proc);
	if (dir == NULL)
		return -1;
	while ((d = readdir(dir)) != NULL) {
		pid = strtol(d->d_name, NULL, 10);
		if (pid <= 1 || pid == self)
			continue;
		path_of(&path, "%s/%ld/stat", proc, pid);
		if (file_read(path.text, 4096, &stat, NULL, &e) == -1)
			continue;	/* it has gone */
		n += procs_alive(stat);
		free(stat);
	}
	closedir(dir);
	return n;
}

int
procs_wait(const char *proc, pid_t self, int ms)
{
	int n;

	while ((n = procs_count(proc, self)) > 0 && ms > 0) {
		poll(NULL, 0, STEP);
		ms -= STEP;
	}
	return n;
}
