/* SPDX-License-Identifier: ISC */
#ifndef BOOT_SERVE_H
#define BOOT_SERVE_H

#include "conf.h"
#include "err.h"
#include "netplan.h"

/*
 * What goes on for as long as the network is up: a DHCP client for every
 * network that wants one, started when its link comes and again when it ends;
 * what routers say of name servers; a look at the bonds when a link changes.
 */
struct serve {
	const struct netplan *plan;
	const char *hostname;	/* told to DHCP servers, or NULL */
	bool give_up;		/* clients end when nobody answers */
	int tick;		/* ms between looks; 0: a second */
	/* Called after every event and tick; not 0 ends serve_run(). */
	int (*each)(struct serve *, bool link_event, void *arg);
	void *arg;
	/* A router named servers: they are kept already. */
	void (*told)(void *arg);
	struct client {
		char top[NIC_NAME], lower[NIC_NAME];
		int family;
		unsigned int metric;
		int pid;	/* 0: not running */
		bool ended;	/* at least once */
		double again;	/* not before that time since boot */
	} clients[2 * NETWORKS_MAX];
	size_t nclients;
};

/* Add the clients that the plan wants and that are not there yet; end those
 * that it wants no more, or on another link, and forget what they were told. */
void serve_plan(struct serve *s, const struct netplan *p);

int serve_run(struct serve *s, struct err *e);

#endif
