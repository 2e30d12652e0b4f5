/* SPDX-License-Identifier: ISC */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "conf.h"
#include "core.h"
#include "core_main.h"
#include "derive.h"
#include "event.h"
#include "facts.h"
#include "kept.h"
#include "link.h"
#include "log.h"
#include "op.h"
#include "out.h"
#include "pool.h"
#include "priv.h"
#include "request.h"
#include "rrd.h"
#include "sr.h"
#include "store.h"
#include "task.h"
#include "vm_make.h"

/* [core] from its first to its last moment. */

struct record *
core_host(const struct core *core)
{
	return db_find(&core->db, CLASS_host, core->host_ref);
}

struct record *
core_pool(const struct core *core)
{
	return db_at(&core->db, CLASS_pool, 0);
}

void
core_commit(struct core *core, const char *what)
{
	struct err e;

	if (db_commit(&core->db, &e) == -1)
		log_error(core->log, "%s: %s", what, e.text);
}

static int
signal_fd(struct err *e)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd == -1 ? err_sys(e, "signalfd") : fd;
}

static int
open_database(struct core *core, struct err *e)
{
	struct store *store;
	char path[512];

	snprintf(path, sizeof(path), "%s/db/domusd.sqlite",
	    core->options->state);
	if (store_sqlite_open(path, core->log, &store, e) == -1)
		return -1;
	if (db_open(&core->db, store, core->log, e) == -1)
		return -1;
	core->db.changed = event_changed;
	core->db.changed_arg = core;
	core->db.derive = derive;
	return kept_restore(core, e);
}

/* The agent can do without. */
static void
open_statistics(struct core *core)
{
	char path[512];
	struct err e;

	snprintf(path, sizeof(path), "%s/db/rrd.sqlite",
	    core->options->state);
	if (rrd_open(path, core->log, &core->rrd, &e) == -1)
		log_error(core->log, "no statistics: %s", e.text);
}

/* [net] and root's socket join in when there is something to tell them. */
static int
open_doors(struct core *core, const struct core_fds *fds, struct err *e)
{
	core->net = core_peer(core, PEER_NET, fds->net, MSG_FROM_NET,
	    MSG_MAX_FROM_NET, MSG_MAX_FROM_CORE);
	core->main_fd = fds->main;
	core->local_fd = fds->local;
	return core->net != NULL ? 0 : err_set(e, "out of memory");
}

static int
start(struct core *core, const struct core_fds *fds, struct err *e)
{
	core->signal_fd = signal_fd(e);
	if (core->signal_fd == -1 || open_database(core, e) == -1)
		return -1;
	open_statistics(core);
	core->xen = core_peer(core, PEER_XEN, fds->xen, MSG_BIT(MSG_REPLY),
	    PRIV_MAX, PRIV_MAX);
	core->xen->port.takes_fds = true;
	core->disk = core_peer(core, PEER_DISK, fds->disk,
	    MSG_BIT(MSG_REPLY) | MSG_BIT(MSG_NOTE), PRIV_MAX, PRIV_MAX);
	core->link = core_peer(core, PEER_LINK, fds->link,
	    MSG_BIT(MSG_REPLY), LINK_MAX, MSG_MAX_FROM_CORE);
	core->ask = core_peer(core, PEER_LINK, fds->ask,
	    MSG_BIT(MSG_REPLY), LINK_MAX, MSG_MAX_FROM_CORE);
	core->console = core_peer(core, PEER_CONSOLE, fds->console,
	    MSG_BIT(MSG_REPLY), PRIV_MAX, PRIV_MAX);
	core->consoles = value_new_struct();
	if (core->xen == NULL || core->disk == NULL || core->link == NULL ||
	    core->ask == NULL || core->console == NULL)
		return err_set(e, "out of memory");
	if (pool_open(core, e) == -1)
		return -1;
	facts_fixed(core);
	task_fail_running(core);
	op_clear(core);
	derive_all(core);
	if (core_first_facts(core, e) == -1)
		return -1;
	template_make_all(core);
	sr_attach_all(core);
	return open_doors(core, fds, e);
}

static void
end(struct core *core)
{
	struct question *a;
	struct peer *p;

	while (core->requests != NULL)
		request_free(core->requests);
	while ((a = core->questions) != NULL) {
		core->questions = a->next;
		free(a);
	}
	while ((p = core->peers) != NULL) {
		core->peers = p->next;
		close(p->port.fd);
		msg_port_free(&p->port);
		free(p);
	}
	out_close(core);
	rrd_close(core->rrd);
	pool_close(core);
	value_free(core->young);
	value_free(core->consoles);
	db_close(&core->db);
}

int
core_main(const struct core_fds *fds, const struct options *o,
    const struct conf *conf, const struct cert *cert, const struct log *log)
{
	struct core *core = calloc(1, sizeof(*core));
	struct err e;
	int rc;

	if (core == NULL)
		return 1;
	core->options = o;
	core->conf = conf;
	core->cert = cert;
	core->log = log;
	core->local_fd = core->main_fd = -1;
	core->started = core_time();
	snprintf(core->host_uuid, sizeof(core->host_uuid), "%s",
	    conf_get(conf, "host-uuid", ""));
	buf_keep_spares();
	rc = start(core, fds, &e);
	if (rc == 0 && !core->stop)
		rc = core_loop(core, &e);
	if (rc == -1)
		log_error(log, "%s", e.text);
	end(core);
	free(core);
	return rc == 0 ? 0 : 1;
}
