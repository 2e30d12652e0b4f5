/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_CARRY_H
#define INSTALLER_CARRY_H

#include "install.h"
#include "session.h"

/*
 * Carry a plan out, from the first step to the last hook, and say how it
 * ended.  marked is what install_mark() said, with its error.  With a limit to
 * its time the steps run in a process of their own: one that no signal ends is
 * left behind, as OUTCOME_HUNG.
 */
enum outcome carry_out(struct install *in, int marked, struct err *e);

/* Why nothing, or only a part, was done. */
void carry_failed(struct install *in, const struct err *e);

/* An empty directory to work in. */
int carry_work(const char *work, struct err *e);

#endif
