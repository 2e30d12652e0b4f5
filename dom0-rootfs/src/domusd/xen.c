/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "conf.h"
#include "core.h"
#include "file.h"
#include "hostnet.h"
#include "id.h"
#include "log.h"
#include "priv.h"
#include "vm.h"
#include "vm_console.h"
#include "xen.h"
#include "xen_password.h"

/*
 * [xen]: privileged answers to [core]'s questions, one after the other; what
 * takes its time is done by vms_ask(), and answered when it is done.
 */

#define POLLED 512

struct state {
	const struct options *o;
	const struct log *log;
	struct xen *xen;
	struct vms *vms;
	struct msg_port port;
	pid_t login;			/* its process, or 0 */
	struct err failed;		/* of a later answer; or empty */
};

static void
path_in(const struct state *s, const char *name, char path[512])
{
	snprintf(path, 512, "%s/%s", s->o->state, name);
}

static const char *
param(const struct value *params, size_t i)
{
	const char *s = value_str(value_at(params, i));

	return s != NULL ? s : "";
}

static int
check(struct state *s, struct value *params, struct reply *r, struct err *e)
{
	const char *password = param(params, 1);
	char path[512];
	bool right;

	path_in(s, "etc/shadow", path);
	*e = (struct err){ 0 };
	right = strcmp(param(params, 0), "root") == 0 ?
	    password_root(path, password, e) :
	    password_matches(param(params, 2), password);
	if (*e->text != '\0')
		log_error(s->log, "%s", e->text);
	reply_set(r, value_new_bool(right));
	return 0;
}

static int
hash(struct state *s, struct value *params, struct reply *r, struct err *e)
{
	char text[PASSWORD_HASH];

	(void)s;
	if (password_hash(param(params, 0), text, e) == -1)
		return -1;
	reply_set(r, value_new_str(text));
	return 0;
}

static int
set(struct state *s, struct value *params, struct reply *r, struct err *e)
{
	char path[512];

	(void)r;
	path_in(s, "etc/shadow", path);
	return password_root_set(path, param(params, 1), e);
}

static int
hostname_set(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	struct conf c = { 0 };
	char path[512];
	int rc;

	if (hostnet_open(s->o->state)) {
		/* the old file, which may come back, has the old name */
		reply_fail(r, "OTHER_OPERATION_IN_PROGRESS", "host",
		    "a change of the network is not confirmed yet", NULL);
		return 0;
	}
	path_in(s, "etc/host.conf", path);
	rc = conf_read(path, &c, e);
	if (rc == 0)
		rc = conf_set(&c, "hostname", param(params, 0), e);
	if (rc == 0)
		rc = conf_write(&c, path, 0644, e);
	conf_free(&c);
	if (rc == 0 && s->o->fake_xen == NULL &&
	    sethostname(param(params, 0), strlen(param(params, 0))) == -1)
		rc = err_sys(e, "hostname");
	return rc;
}

static int
net_change(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	return hostnet_change(s->xen, s->o->state, value_at(params, 0), r, e);
}

static int
net_confirm(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	bool heard = xen_net_confirm(s->xen, param(params, 0), e) == 0;

	reply_set(r, value_new_bool(heard));
	return 0;
}

/* What the installer left for the first start; null when it is done. */
static int
join_read(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	struct conf c = { 0 };
	struct value *v;
	char path[512];

	(void)params;
	path_in(s, "etc/join.conf", path);
	if (access(path, F_OK) == -1)
		return 0;
	if (conf_read(path, &c, e) == -1)
		return -1;
	v = value_new_struct();
	for (size_t i = 0; i < c.n; i++)
		value_set_str(v, c.lines[i].key, c.lines[i].value);
	conf_free(&c);
	reply_set(r, v);
	return 0;
}

static int
join_remove(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	char path[512];

	(void)params;
	(void)r;
	path_in(s, "etc/join.conf", path);
	return file_erase(path, e);
}

/* Beside root's socket: what domus-console shows. */
static int
status(struct state *s, struct value *params, struct reply *r, struct err *e)
{
	static const char *const keys[] = { "pool", "role", "coordinator" };
	struct conf c = { 0 };
	char path[512];
	int rc = 0;

	(void)r;
	snprintf(path, sizeof(path), "%.*s/status",
	    (int)(strrchr(s->o->socket, '/') != NULL ?
	    strrchr(s->o->socket, '/') - s->o->socket : 0), s->o->socket);
	for (size_t i = 0; i < 3 && rc == 0; i++)
		if (*param(params, i) != '\0')
			rc = conf_add(&c, keys[i], param(params, i), e);
	if (rc == 0)
		rc = conf_write(&c, path, 0644, e);
	conf_free(&c);
	return rc;
}

static int
facts(struct state *s, struct value *params, struct reply *r, struct err *e)
{
	struct value *v = xen_facts(s->xen, e);

	(void)params;
	if (v != NULL) {
		value_set_bool(v, "net_trial", hostnet_open(s->o->state));
		reply_set(r, v);
	}
	return v != NULL ? 0 : -1;
}

static int
dmesg(struct state *s, struct value *params, struct reply *r, struct err *e)
{
	struct value *v = xen_dmesg(s->xen, e);

	(void)params;
	if (v != NULL)
		reply_set(r, v);
	return v != NULL ? 0 : -1;
}

/* The end of the system log, as much as a client can be given. */
static int
system_log(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	static const char *const names[] = { "/var/log/messages",
		"/var/lib/domus/log/messages" };
	char *text = NULL;
	struct value *v;

	(void)s;
	(void)params;
	if (file_read(names[0], 8 << 20, &text, NULL, e) == -1 &&
	    file_read(names[1], 8 << 20, &text, NULL, e) == -1)
		return -1;
	for (char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p >= 0x7f)
			*p = '?';
	v = value_new_str(text);
	free(text);
	reply_set(r, v);
	return 0;
}

static int
reboot_host(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	(void)params;
	(void)r;
	return xen_power(s->xen, true, e);
}

static int
shutdown_host(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	(void)params;
	(void)r;
	return xen_power(s->xen, false, e);
}

static int
sr_attach(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	(void)r;
	return xen_sr(s->xen, param(params, 0), true, e);
}

static int
sr_detach(struct state *s, struct value *params, struct reply *r,
    struct err *e)
{
	(void)r;
	return xen_sr(s->xen, param(params, 0), false, e);
}

static int
login(struct state *s, struct value *params, struct reply *r, struct err *e)
{
	int fd = console_login(xen_login, &s->login, e);

	(void)params;
	if (fd >= 0)
		reply_set_fd(r, fd);
	return fd == -1 ? -1 : 0;
}

static int (*const does[PRIV_NAMES])(struct state *, struct value *,
    struct reply *, struct err *) = {
	[PRIV_FACTS] = facts,
	[PRIV_PASSWORD_CHECK] = check,
	[PRIV_PASSWORD_HASH] = hash,
	[PRIV_PASSWORD_SET] = set,
	[PRIV_HOSTNAME_SET] = hostname_set,
	[PRIV_NET_CHANGE] = net_change,
	[PRIV_NET_CONFIRM] = net_confirm,
	[PRIV_JOIN_READ] = join_read,
	[PRIV_JOIN_REMOVE] = join_remove,
	[PRIV_STATUS] = status,
	[PRIV_DMESG] = dmesg,
	[PRIV_LOG] = system_log,
	[PRIV_REBOOT] = reboot_host,
	[PRIV_SHUTDOWN] = shutdown_host,
	[PRIV_SR_ATTACH] = sr_attach,
	[PRIV_SR_DETACH] = sr_detach,
	[PRIV_LOGIN] = login,
};

static bool
answer(void *arg, uint64_t id, enum priv what, struct value *params,
    struct reply *r)
{
	struct state *s = arg;
	struct err e;

	if (what >= PRIV_VMS && what <= PRIV_SELFTEST) {
		vms_ask(s->vms, id, what, value_at(params, 0));
		return false;
	}
	if (does[what] == NULL)
		reply_fail(r, "INTERNAL_ERROR", "not [xen]'s business", NULL);
	else if (does[what](s, params, r, &e) == -1)
		reply_fail(r, "INTERNAL_ERROR", e.text, NULL);
	else if (r->value == NULL && !r->has_fd && r->code == NULL)
		reply_set(r, value_new_null());
	return true;
}

static void
answer_later(void *arg, uint64_t id, struct reply *r)
{
	struct state *s = arg;
	struct err e;

	if (r->ok && r->value == NULL && !r->has_fd)
		reply_set(r, value_new_null());
	if (priv_reply(&s->port, id, r, &e) == -1)
		s->failed = e;
}

static int
turn(struct state *s, struct err *e)
{
	struct pollfd fds[POLLED];
	int timeout = -1;
	size_t n = 1;

	fds[0] = (struct pollfd){ s->port.fd, priv_events(&s->port), 0 };
	n += vms_poll(s->vms, fds + 1, POLLED - 1, &timeout);
	if (poll(fds, n, timeout) == -1)
		return errno == EINTR ? 0 : err_sys(e, "poll");
	vms_run(s->vms, fds + 1, n - 1);
	if (s->failed.text[0] != '\0') {
		*e = s->failed;
		return -1;
	}
	return fds[0].revents == 0 ? 0 :
	    priv_turn(&s->port, answer, s, e);
}

static int
serve(struct state *s, struct err *e)
{
	if (xen_open(s->o, s->log, &s->xen, e) == -1 ||
	    vms_open(s->xen, s->o, s->log, answer_later, s, &s->vms, e) == -1)
		return -1;
	while (!s->port.eof)
		if (turn(s, e) == -1)	/* EPIPE: [core] has ended */
			return e->sys == EPIPE ? 0 : -1;
	return 0;
}

int
xen_main(int fd, const struct options *o, const struct log *log)
{
	struct state s = { .o = o, .log = log };
	struct err e;
	int rc;

	priv_port(&s.port, fd);
	rc = serve(&s, &e);
	if (rc == -1)
		log_error(log, "%s", e.text);
	vms_close(s.vms);
	xen_close(s.xen);
	msg_port_free(&s.port);
	return rc == 0 ? 0 : 1;
}
