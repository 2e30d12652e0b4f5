/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_REMOTE_H
#define INSTALLER_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "ui.h"

/*
 * A way into the installer from outside: sshpassword=PASSWORD (or its
 * crypt(3) hash) and ssh-key="A PUBLIC KEY" on the kernel's command line
 * start sshd, with DHCP on every card.  Whoever logs in meets the screens.
 */

/* Of a command line: the value of "name=", which may stand in quotes. */
bool cmdline_value(const char *cmdline, const char *name, char *to,
    size_t size);

/* 0 as well when the command line wants none of it. */
int remote_start(const char *cmdline, struct ui *ui, struct err *e);

/* Whether somebody may have come in that way. */
bool remote_runs(void);

/* Whether any card has an IPv4 address. */
bool remote_has_address(void);

/* Before this system becomes a host, whose logins are others. */
void remote_stop(void);

/* An IPv4 address on any card for the installer itself; unless it has one. */
int remote_network(struct ui *ui, unsigned int seconds, struct err *e);

#endif
