/* SPDX-License-Identifier: ISC */
#ifndef TUI_NETWORK_H
#define TUI_NETWORK_H

#include "wizard.h"

/*
 * The network that was typed, for the installer itself: what is asked of other
 * machines is asked as the host will.  A network that was there before (logins
 * by ssh, answers by http) is left as it is.
 */
struct network_try {
	bool ours;		/* it may be changed */
	bool needed;		/* it is not yet what was typed */
	struct buf text;	/* what was typed: host.conf's lines */
};

/* What the plan says, or, when the host's network is kept, what was typed for
 * the installer (then the plan must be made again after this); t is the caller's to free with network_done(). */
int network_prepare(struct wizard *w, struct network_try *t, struct err *e);

/* Have it; in a job's process, as it may take a while. */
int network_have(const struct wizard *w, const struct network_try *t,
    struct ui *ui, struct err *e);

/* Whether that was done. */
void network_done(struct wizard *w, struct network_try *t, bool up);

#endif
