/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netchange.h"
#include "nethost.h"
#include "nettrial.h"
#include "say.h"
#include "serve.h"
#include "servers.h"
#include "setup.h"
#include "slb.h"

/* domus-net --serve: what goes on, and goes back, while the network is up. */

struct served {
	struct conf host;
	struct stat seen;	/* of host.conf, when it was read */
	struct netplan plan;
	size_t cards;
};

static void
servers_told(void *arg)
{
	struct served *d = arg;
	struct err e;

	if (servers_apply(&d->host, &e) == -1)
		net_complain(&e);
}

static void
conf_take(struct served *d, struct serve *s)
{
	conf_free(&d->host);
	d->host = (struct conf){ 0 };
	if (stat(HOST_CONF, &d->seen) == -1)
		d->seen = (struct stat){ 0 };
	host_conf_load(&d->host);
	s->hostname = conf_get(&d->host, "hostname", NULL);
}

/* Another file is in its place; some fields of the inode may be the old's. */
static bool
host_changed(const struct served *d)
{
	struct stat now = { 0 };

	if (stat(HOST_CONF, &now) == -1)
		now = (struct stat){ 0 };
	return now.st_ino != d->seen.st_ino ||
	    now.st_size != d->seen.st_size ||
	    now.st_mtim.tv_sec != d->seen.st_mtim.tv_sec ||
	    now.st_mtim.tv_nsec != d->seen.st_mtim.tv_nsec;
}

static int
plan_read(struct served *d, struct serve *s, struct err *e)
{
	struct nics n;
	struct err why;

	conf_take(d, s);
	if (nics_read("/sys", &n, e) == -1)
		return -1;
	d->cards = n.n;
	if (netplan_make(&d->host, &n, &d->plan, &why) == -1)
		net_complain(&why);
	serve_plan(s, &d->plan);
	return 0;
}

/* Nobody spoke to the host by its new address in time. */
static void
take_back(void)
{
	struct conf host = { 0 };
	struct netplan p;
	struct nics n;
	struct err e;
	int fd = net_lock(&e);

	if (fd == -1) {
		net_complain(&e);
		return;
	}
	/* it may have been confirmed while we waited */
	if (trial_due() == 0 || trial_due() > since_boot()) {
		close(fd);
		return;
	}
	if (trial_open())
		fprintf(stderr, "domus-net: the change of the network was not "
		    "confirmed: the old one is back\n");
	if (trial_back(&e) == -1)
		net_complain(&e);
	host_conf_load(&host);
	if (host_up(&host, 0, &p, &n, &e) == -1 ||
	    servers_apply(&host, &e) == -1)
		net_complain(&e);
	conf_free(&host);
	close(fd);
}

static void
cards_changed(struct served *d, struct serve *s)
{
	struct nics n;
	struct err e;
	int fd;

	if (nics_read("/sys", &n, &e) == -1 || n.n == d->cards)
		return;
	if (n.n > d->cards) {
		fd = net_lock(&e);
		if (fd == -1 || host_up(&d->host, 0, &d->plan, &n, &e) == -1)
			net_complain(&e);
		if (fd != -1)
			close(fd);
		serve_plan(s, &d->plan);
	}
	d->cards = n.n;
}

static int
each(struct serve *s, bool link_event, void *arg)
{
	struct served *d = arg;
	struct err e;
	double due = trial_due();

	if (due > 0 && since_boot() >= due)
		take_back();
	if (host_changed(d) && plan_read(d, s, &e) == -1)
		net_complain(&e);
	if (!link_event)
		return 0;
	if (slb_wanted(&d->plan) && slb_apply(&d->plan, &e) == -1)
		net_complain(&e);
	cards_changed(d, s);
	return 0;
}

int
net_serve(char *argv[], struct err *e)
{
	struct served d = { .cards = 0 };
	struct serve s = { .each = each, .told = servers_told, .arg = &d };

	(void)argv;
	if (plan_read(&d, &s, e) == -1)
		return -1;
	return serve_run(&s, e);
}
