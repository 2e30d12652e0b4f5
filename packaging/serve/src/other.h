/* SPDX-License-Identifier: ISC */
#ifndef SERVE_OTHER_H
#define SERVE_OTHER_H

#include "err.h"

/*
 * Whether somebody else gives addresses on a network.  Two DHCP servers there
 * would give the same address to two machines, or their own words to those of
 * the other; a proxy, which gives none, is not meant.
 */

/* Ask there, as a machine would, for some seconds; -1: there is one, or it
 * cannot be known. */
int other_none(const char *interface, struct err *e);

#endif
