/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_PRIV_H
#define DOMUSD_PRIV_H

#include <stddef.h>

#include "call.h"
#include "err.h"

struct log;
struct options;

/*
 * What [core] may ask of the two processes behind it, as MSG_CALLs: [xen],
 * the only one with privileges to Xen, disks and secrets of the system, and
 * [link], the only one that calls other hosts.  Each question is one of these
 * names; anything else is refused.  Parameters are an array.
 */
enum priv {
	/* [xen] */
	PRIV_FACTS,		/* -> struct: see facts.h */
	PRIV_PASSWORD_CHECK,	/* user, password -> bool */
	PRIV_PASSWORD_SET,	/* user, password */
	PRIV_HOSTNAME_SET,	/* name */
	PRIV_JOIN_READ,		/* -> struct: etc/join.conf, or null */
	PRIV_JOIN_REMOVE,
	PRIV_STATUS,		/* pool, role, coordinator: for the console */
	PRIV_DMESG,		/* -> string */
	PRIV_LOG,		/* -> string */
	PRIV_REBOOT,
	PRIV_SHUTDOWN,
	PRIV_SR_ATTACH,		/* sr uuid */
	PRIV_SR_DETACH,		/* sr uuid */
	/* [link] */
	PRIV_LINK_CALL,		/* address, fingerprint, method, params ->
				   {result | code, params; fingerprint} */
	PRIV_NAMES
};

extern const char *const priv_names[PRIV_NAMES];

/* Question and answer, each at most. */
#define PRIV_MAX ((size_t)16 << 20)

/* Answer one question: fill in the reply. */
typedef void priv_answer_fn(void *arg, enum priv what, struct value *params,
    struct reply *r);

/* Read questions from fd and answer them until it ends; 0 or -1 and e. */
int priv_serve(int fd, priv_answer_fn *answer, void *arg, struct err *e);

/* [xen] and [link]; they return the process's exit status. */
int xen_main(int fd, const struct options *o, const struct log *log);
int link_main(int fd, const struct options *o, const struct log *log);

#endif
