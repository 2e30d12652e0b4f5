/* SPDX-License-Identifier: ISC */
#ifndef BOOT_SETUP_H
#define BOOT_SETUP_H

#include <stdbool.h>

#include "cmdline.h"
#include "conf.h"
#include "err.h"
#include "say.h"

/*
 * What the steps of a boot know and have found out.  A step that cannot do
 * its part records a problem and the boot goes on: a host with a damaged disk
 * is still of use when somebody can reach it and read why.
 */
struct setup {
	struct cmdline cmd;
	struct say say;
	struct conf host;	/* host.conf; empty when it cannot be read */
	bool configured;	/* host.conf was read */
	bool state;		/* the state partition can be written */
	int uevents;		/* uevent_open(), or -1 */
	bool again;		/* booted before: an installer becomes a host */
};

#define STATE_DIR "/var/lib/domus"
#define HOST_CONF STATE_DIR "/etc/host.conf"
#define RUN_DIR "/run/domus"
#define PROBLEMS RUN_DIR "/problems"

/*
 * Tell the consoles what is wrong and what a person can do about it, and keep
 * both for the console's screen (PROBLEMS: two lines each).
 */
void problem(const struct setup *s, const struct err *e, const char *remedy);

#define APPEAR 30.0		/* seconds a disk may take to come up */

/*
 * Check the ext4 on a device ("sda3") and mount it.  Returns 1 mounted for
 * writing, 0 mounted read-only with the reason in e, -1 not mounted.
 */
int fs_mount(const char *name, const char *where, struct err *e);

/* The steps' functions; each is one line of the table in setup.c. */
int dirs_make(struct setup *s, struct err *e);
int mounts_make(struct setup *s, struct err *e);
int devices_load(struct setup *s, struct err *e);
int devices_settle(struct setup *s, struct err *e);
int state_mount(struct setup *s, struct err *e);
int arrays_look(struct setup *s, struct err *e);
int host_read(struct setup *s, struct err *e);
int storage_mount(struct setup *s, struct err *e);
int name_set(struct setup *s, struct err *e);
int users_set(struct setup *s, struct err *e);
int zone_set(struct setup *s, struct err *e);
int keymap_set(struct setup *s, struct err *e);
int ssh_keys_make(struct setup *s, struct err *e);
int log_keep(struct setup *s, struct err *e);
int network_start(struct setup *s, struct err *e);
int services_choose(struct setup *s, struct err *e);

#endif
