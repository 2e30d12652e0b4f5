/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_HEALTH_H
#define INSTALLER_HEALTH_H

#include "err.h"

/* Whether a host does what it is for, so that its image can be kept. */
struct health {
	const char *root;	/* before /proc and /run; "" */
	const char *bridge;	/* that has the management address */
	const char *agent;	/* URL that the agent answers */
};

/* 0: it is; -1: the first thing that is missing. */
int health_check(const struct health *h, struct err *why);

#endif
