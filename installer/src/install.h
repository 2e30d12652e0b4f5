/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_INSTALL_H
#define INSTALLER_INSTALL_H

#include <limits.h>
#include <stdbool.h>

#include "conf.h"
#include "gpt.h"
#include "hash.h"
#include "plan.h"
#include "slots.h"
#include "ui.h"

/* The files of an image, as slot.c knows them. */
enum image_file { FILE_XEN, FILE_VMLINUZ, FILE_INITRD, FILE_DOMUS_EFI,
	FILE_LOADER, FILE_EFI_IMG, FILE_COUNT };

/* One installation: what it is told, and what its steps tell one another. */
struct install {
	const struct plan *plan;
	struct ui *ui;
	const char *root;	/* before /sys; "" */
	const char *local;	/* where the medium is mounted; NULL: none */
	const char *bootif;	/* as in url_words.h */
	const char *net_source;	/* URL of what was booted instead, or NULL */
	const char *medium;	/* what is installed from: a directory or an
				 * ISO, as origin.h has found it */
	const char *share;	/* /usr/share/domus: slot.fat, gptmbr.bin */
	const char *work;	/* a directory of our own, for secrets too */
	bool bring_network;	/* before anything is fetched from a server */
	bool hasty;		/* a person waits: servers are asked once */
	bool images;		/* disks are image files: ask sysfs nothing */

	char mark[PLAN_ERASED][HASH_HEX];	/* of the disks' ends, when
					 * planned */
	char sums[FILE_COUNT][HASH_HEX];	/* what the medium says */
	char menus[HASH_HEX];	/* and of the slot's menus; or "" */
	char fetched[PATH_MAX];	/* what medium is, when it was fetched */
	double deadline;	/* when it must be done, as ui_now(); 0: none */
	char host_uuid[UUID_TEXT], state_uuid[UUID_TEXT], sr_uuid[UUID_TEXT];
	struct gpt_uuids uuids[PLAN_DISKS];
	char gone[PLAN_ERASED][2][UUID_TEXT];	/* slots that were there */
	int held[PLAN_ERASED];	/* descriptors of the disks that are written */
	unsigned int nheld;
	bool writing;		/* something was written */

	struct slots slots;	/* the host's disk, once it has them */
	int target;		/* the slot that is written */
	struct conf old;	/* host.conf of an installation that is kept */
};

/* steps.c: carry the plan out; what is said ends with the step that failed. */
int install_run(struct install *in, struct err *e);

/* Whether the disk is written by then, as far as a step's name tells. */
bool install_writes(const struct plan *p, const char *step);

/* held.c: what install_run() will hold the disks against; before the plan is shown. */
int install_mark(struct install *in, struct err *e);

/* Where a part of the host's disk is. */
struct ext_place install_place(const struct install *in, enum part kind);

/* Open one of the plan's erased disks for writing, ours alone, and be sure that it is what was
 * marked: a name may be another disk's by now, but not this descriptor. */
int install_take(struct install *in, unsigned int nr, struct err *e);

/* Until then no other disk gets the name of one that was taken. */
void install_release(struct install *in);

/* efivarfs, or NULL on a BIOS. */
const char *install_efivars(const struct install *in, char to[PATH_MAX]);

/*
 * keep.c: the steps of an installation that keeps what is there.  Whatever a
 * power cut leaves, the disk boots the old image or the new one.
 */
int keep_find(struct install *in, struct err *e);
int keep_open(struct install *in, struct err *e);
int keep_config(struct install *in, struct err *e);
int keep_verify(struct install *in, struct err *e);
int keep_switch(struct install *in, struct err *e);
int keep_record(struct install *in, struct err *e);

/* sr.c: the storage repository; nothing to do when there is none. */
int sr_write(struct install *in, struct err *e);
int sr_verify(struct install *in, struct err *e);

/* medium.c: every part against its checksum; slot.c */
int medium_check(struct install *in, struct err *e);
int slot_write(struct install *in, struct err *e);

/* Whether the slot's partition is as large as what is written there. */
int slot_fits(const struct install *in, struct err *e);
int slot_verify(struct install *in, struct err *e);

/* Until then the slot is no file system and no firmware boots it. */
int slot_finish(struct install *in, struct err *e);

/* state.c: the state's tree in work/state, and where it is. */
/* net_conf.c: host.conf's networks. */
struct conf;
int net_conf(const struct plan *p, struct conf *c, struct err *e);

int state_build(struct install *in, struct err *e);
int state_write(struct install *in, struct err *e);
int state_verify(struct install *in, struct err *e);
int state_record(struct install *in, struct err *e);

/* hooks.c: fetch all; run a stage's with one argument (may be NULL).  -1 only
 * when one failed of which the answers say that it stops the installation. */
int hooks_fetch(struct install *in, struct err *e);
int hooks_run(struct install *in, enum stage stage, const char *argument,
    struct err *e);

/* installed.c: whether these answers are already installed on that disk, with
 * a slot that is whole: the one to boot, and the state, by their UUIDs.
 * efivars is NULL on a BIOS. */
struct installed {
	bool is;
	char slot[UUID_TEXT], state[UUID_TEXT];
};
int installed_check(const struct disk *d, const char *sha256,
    const char *efivars, struct installed *installed_r, struct err *e);

/* In the state: the slot that is tried, until it is kept or given up. */
#define TRIAL_DIR "install"
#define TRIAL_NAME "trial"

#endif
