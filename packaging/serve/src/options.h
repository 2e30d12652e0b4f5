/* SPDX-License-Identifier: ISC */
#ifndef SERVE_OPTIONS_H
#define SERVE_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "site.h"

/* What domus-serve(8) is told; texts are the command line's. */
struct options {
	const char *root, *slot, *answers, *address, *interface, *range,
	    *netmask, *router, *dns, *token, *tokens, *only, *user, *pid;
	unsigned int http_port, tftp_port, dhcp_port, boot_port, minutes;
	bool proxy, quiet, bound, once;
	const char *file[BOOT_KINDS];
};

void options_usage(FILE *to);

/* 0 to go on, 1 when the help was asked for, -1 when it is wrong. */
int options_read(struct options *o, int argc, char *argv[]);

#endif
