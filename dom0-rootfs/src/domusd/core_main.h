/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_CORE_MAIN_H
#define DOMUSD_CORE_MAIN_H

struct cert;
struct conf;
struct log;
struct options;

/* The sockets of [core]: ends of conversations, and one that listens. */
struct core_fds {
	int net, xen, disk, link, ask, console, local;
	int main;		/* see handover.h */
};

/* Returns the process's exit status. */
int core_main(const struct core_fds *fds, const struct options *o,
    const struct conf *conf, const struct cert *cert, const struct log *log);

#endif
