/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "msg.h"
#include "priv.h"

const char *const priv_names[PRIV_NAMES] = {
	[PRIV_FACTS] = "facts",
	[PRIV_PASSWORD_CHECK] = "password-check",
	[PRIV_PASSWORD_HASH] = "password-hash",
	[PRIV_PASSWORD_SET] = "password-set",
	[PRIV_HOSTNAME_SET] = "hostname-set",
	[PRIV_NET_CHANGE] = "net-change",
	[PRIV_NET_CONFIRM] = "net-confirm",
	[PRIV_JOIN_READ] = "join-read",
	[PRIV_JOIN_REMOVE] = "join-remove",
	[PRIV_STATUS] = "status",
	[PRIV_DMESG] = "dmesg",
	[PRIV_LOG] = "log",
	[PRIV_REBOOT] = "reboot",
	[PRIV_SHUTDOWN] = "shutdown",
	[PRIV_SR_ATTACH] = "sr-attach",
	[PRIV_SR_DETACH] = "sr-detach",
	[PRIV_LOGIN] = "login",
	[PRIV_VMS] = "vms",
	[PRIV_VM_WAIT] = "vm-wait",
	[PRIV_VM_START] = "vm-start",
	[PRIV_VM_SHUTDOWN] = "vm-shutdown",
	[PRIV_VM_REBOOT] = "vm-reboot",
	[PRIV_VM_PAUSE] = "vm-pause",
	[PRIV_VM_UNPAUSE] = "vm-unpause",
	[PRIV_VM_SUSPEND] = "vm-suspend",
	[PRIV_VM_CHECKPOINT] = "vm-checkpoint",
	[PRIV_VM_RESUME] = "vm-resume",
	[PRIV_VM_MEMORY] = "vm-memory",
	[PRIV_VM_VCPUS] = "vm-vcpus",
	[PRIV_VM_SCHED] = "vm-sched",
	[PRIV_VM_XENSTORE] = "vm-xenstore",
	[PRIV_VM_CONSOLE] = "vm-console",
	[PRIV_STATS] = "stats",
	[PRIV_VBD_PLUG] = "vbd-plug",
	[PRIV_VBD_UNPLUG] = "vbd-unplug",
	[PRIV_VBD_RESIZE] = "vbd-resize",
	[PRIV_VBD_INSERT] = "vbd-insert",
	[PRIV_VBD_EJECT] = "vbd-eject",
	[PRIV_VIF_PLUG] = "vif-plug",
	[PRIV_VIF_UNPLUG] = "vif-unplug",
	[PRIV_VIF_SET] = "vif-set",
	[PRIV_SELFTEST] = "selftest",
	[PRIV_CONSOLE_ADD] = "console-add",
	[PRIV_CONSOLE_OPEN] = "console-open",
	[PRIV_CONSOLE_DROP] = "console-drop",
	[PRIV_LINK_CALL] = "call",
	[PRIV_DISK_ATTACH] = "disk-attach",
	[PRIV_DISK_DETACH] = "disk-detach",
	[PRIV_DISK_FORMAT] = "disk-format",
	[PRIV_DISK_ERASE] = "disk-erase",
	[PRIV_DISK_PROBE] = "disk-probe",
	[PRIV_DISK_SCAN] = "disk-scan",
	[PRIV_DISK_CREATE] = "disk-create",
	[PRIV_DISK_DESTROY] = "disk-destroy",
	[PRIV_DISK_RESIZE] = "disk-resize",
	[PRIV_DISK_COPY] = "disk-copy",
	[PRIV_DISK_IMPORT] = "disk-import",
	[PRIV_DISK_EXPORT] = "disk-export",
	[PRIV_DISK_XVA_EXPORT] = "disk-xva-export",
};

static int
answer_one(struct msg_port *p, const struct msg *m, priv_answer_fn *answer,
    void *arg, struct err *e)
{
	struct call c;
	struct reply r = { 0 };
	enum priv what;
	bool now = true;
	int rc = 0;

	if (msg_call_get(m, &c, e) == -1)
		return -1;
	for (what = 0; what < PRIV_NAMES; what++)
		if (strcmp(priv_names[what], c.method) == 0)
			break;
	if (what == PRIV_NAMES)
		reply_fail(&r, "INTERNAL_ERROR", "unknown question", NULL);
	else
		now = answer(arg, m->id, what, c.params, &r);
	if (now)
		rc = msg_reply_put(p, m->id, &r, e);
	reply_free(&r);
	call_free(&c);
	return rc;
}

void
priv_port(struct msg_port *p, int fd)
{
	msg_port_init(p, fd, MSG_BIT(MSG_CALL), PRIV_MAX, PRIV_MAX);
}

/* While an answer is not taken the socket keeps what waits. */
short
priv_events(const struct msg_port *p)
{
	return msg_waiting(p) ? POLLOUT : POLLIN;
}

/* An answer that [core] did not stay for is nobody's any more. */
static int
flush(struct msg_port *p, struct err *e)
{
	if (msg_flush(p, e) != -1)
		return 0;
	p->eof = e->sys == EPIPE;
	return p->eof ? 0 : -1;
}

int
priv_turn(struct msg_port *p, priv_answer_fn *answer, void *arg,
    struct err *e)
{
	struct msg m;
	int r;

	if (msg_waiting(p))
		return flush(p, e);
	if (msg_fill(p, e) == -1)
		return -1;
	while ((r = msg_next(p, &m, e)) == 1)
		if (answer_one(p, &m, answer, arg, e) == -1)
			return -1;
	return r == -1 ? -1 : flush(p, e);
}

int
priv_reply(struct msg_port *p, uint64_t id, const struct reply *r,
    struct err *e)
{
	if (msg_reply_put(p, id, r, e) == -1)
		return -1;
	return msg_flush(p, e) == -1 ? -1 : 0;
}

int
priv_serve(int fd, priv_answer_fn *answer, void *arg, struct err *e)
{
	struct pollfd pfd = { .fd = fd };
	struct msg_port p;
	int rc = 0;

	priv_port(&p, fd);
	while (!p.eof && rc == 0) {
		pfd.events = priv_events(&p);
		if (poll(&pfd, 1, -1) != -1)
			rc = priv_turn(&p, answer, arg, e);
		else if (errno != EINTR)
			rc = err_sys(e, "poll");
	}
	msg_port_free(&p);
	return rc;
}
