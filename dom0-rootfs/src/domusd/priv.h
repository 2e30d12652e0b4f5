/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_PRIV_H
#define DOMUSD_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call.h"
#include "err.h"

struct log;
struct msg_port;
struct options;

/*
 * What [core] may ask of the processes behind it, as MSG_CALLs: [xen], the
 * only one with privileges to Xen and secrets of the system, [disk], which
 * works on storage, and [link] and [ask], the only ones that call other hosts.
 * Each question is one of these names; anything else is refused.  Parameters are an array.
 */
enum priv {
	/* [xen] */
	PRIV_FACTS,		/* -> struct: see facts.h */
	PRIV_PASSWORD_CHECK,	/* user, password, hash of all but root -> bool */
	PRIV_PASSWORD_HASH,	/* password -> hash */
	PRIV_PASSWORD_SET,	/* user, password */
	PRIV_HOSTNAME_SET,	/* name */
	PRIV_NET_CHANGE,	/* a change -> struct: see hostnet.h */
	PRIV_NET_CONFIRM,	/* address of who speaks -> bool: it stays */
	PRIV_JOIN_READ,		/* -> struct: etc/join.conf, or null */
	PRIV_JOIN_REMOVE,
	PRIV_STATUS,		/* pool, role, coordinator: for the console */
	PRIV_DMESG,		/* -> string */
	PRIV_LOG,		/* -> string */
	PRIV_REBOOT,
	PRIV_SHUTDOWN,
	PRIV_SR_ATTACH,		/* sr uuid */
	PRIV_SR_DETACH,		/* sr uuid */
	PRIV_LOGIN,		/* -> dom0's terminal; null: as told before */
	/* [xen], guests: a struct each, see vm.h */
	PRIV_VMS,
	PRIV_VM_WAIT,
	PRIV_VM_START,
	PRIV_VM_SHUTDOWN,
	PRIV_VM_REBOOT,
	PRIV_VM_PAUSE,
	PRIV_VM_UNPAUSE,
	PRIV_VM_SUSPEND,
	PRIV_VM_CHECKPOINT,
	PRIV_VM_RESUME,
	PRIV_VM_MEMORY,
	PRIV_VM_VCPUS,
	PRIV_VM_SCHED,
	PRIV_VM_XENSTORE,
	PRIV_VM_CONSOLE,
	PRIV_STATS,
	PRIV_VBD_PLUG,
	PRIV_VBD_UNPLUG,
	PRIV_VBD_RESIZE,
	PRIV_VBD_INSERT,
	PRIV_VBD_EJECT,
	PRIV_VIF_PLUG,
	PRIV_VIF_UNPLUG,
	PRIV_VIF_SET,
	PRIV_SELFTEST,
	/* [console]: a struct {vm} each; a descriptor comes with the first two */
	PRIV_CONSOLE_ADD,	/* a guest's terminal */
	PRIV_CONSOLE_OPEN,	/* and kind, "rfb" or "vt100": a viewer */
	PRIV_CONSOLE_DROP,	/* the guest has gone */
	/* [link] */
	PRIV_LINK_CALL,		/* address, fingerprint, method, params ->
				   {result | code, params; fingerprint} */
	/* [disk]: one struct each, see disk.h */
	PRIV_DISK_ATTACH,
	PRIV_DISK_DETACH,
	PRIV_DISK_FORMAT,
	PRIV_DISK_ERASE,
	PRIV_DISK_PROBE,
	PRIV_DISK_SCAN,
	PRIV_DISK_CREATE,
	PRIV_DISK_DESTROY,
	PRIV_DISK_RESIZE,
	PRIV_DISK_COPY,
	PRIV_DISK_IMPORT,
	PRIV_DISK_EXPORT,
	PRIV_DISK_XVA_EXPORT,
	PRIV_NAMES
};

extern const char *const priv_names[PRIV_NAMES];

/* Question and answer, each at most. */
#define PRIV_MAX ((size_t)16 << 20)

/*
 * Answer one question: fill in the reply, and return true; or false when the
 * answer will come by priv_reply().
 */
typedef bool priv_answer_fn(void *arg, uint64_t id, enum priv what,
    struct value *params, struct reply *r);

/* Read questions from fd and answer them until it ends; 0 or -1 and e. */
int priv_serve(int fd, priv_answer_fn *answer, void *arg, struct err *e);

/*
 * The same in a loop of one's own: prepare, and when poll(2) says that the
 * events of priv_events() have come, do what there is to do.  Until p->eof.
 */
void priv_port(struct msg_port *p, int fd);
short priv_events(const struct msg_port *p);
int priv_turn(struct msg_port *p, priv_answer_fn *answer, void *arg,
    struct err *e);

/* A later answer. */
int priv_reply(struct msg_port *p, uint64_t id, const struct reply *r,
    struct err *e);

/* [xen] and [link]; they return the process's exit status. */
int xen_main(int fd, const struct options *o, const struct log *log);
int link_main(int fd, const struct options *o, const struct log *log);

#endif
