/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_SESSION_H
#define INSTALLER_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "answers.h"
#include "machine.h"
#include "ui.h"

struct plan;

/* What the command line says; see domus-install(8). */
struct options {
	const char *answers;	/* a file; NULL: find them, as at boot */
	const char *machine;	/* an inventory instead of this machine */
	const char *medium;	/* NULL: none; then what was booted is from: */
	const char *net_source;	/* a URL, or NULL */
	const char *share, *work, *root;
	const char *data;	/* "/usr/share": zoneinfo and keymaps */
	char bootif[32];	/* BOOTIF=, as in url_words.h */
	const char *terminal;	/* the serial consoles' type, or NULL */
	int wait;		/* seconds for the medium to appear */
	const char *images[16];	/* NAME=FILE */
	size_t nimages;
	bool plan_only, inventory, here;
	bool bring_network;	/* before hooks are fetched by http */
	const struct plan *agreed;	/* what a person was shown, or NULL */
};

/* Where names of zones and keymaps are looked up: below o->data; and who may
 * sign images. */
struct names_at {
	char zoneinfo[256], keymaps[256], signer[16384];
};
struct answers_env session_env(const struct options *o, struct names_at *at);

/* How an installation ended. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_PLANNED,	/* -n */
	OUTCOME_ALREADY,	/* these answers are installed: nothing done */
	OUTCOME_DECLINED,	/* a person was asked and said no */
	OUTCOME_REFUSED,	/* the answers do not fit: nothing written */
	OUTCOME_FAILED,		/* a step failed */
	OUTCOME_HUNG,		/* and does not end: no sync, no unmount */
};

/* This machine, or the one that the options name. */
int session_machine(const struct options *o, struct machine *m, struct err *e);

/*
 * From an answer file's bytes to the end.  Everything is said by ui; name is
 * the file's, for findings.  a_r, the answers, are the caller's to free;
 * installed_r is what OUTCOME_ALREADY found.
 */
struct installed;
enum outcome session_install(const struct options *o, struct ui *ui,
    const char *name, const char *text, size_t len, struct answers *a_r,
    struct installed *installed_r);

/* The same at boot: find medium and answers, install, and what follows. */
int boot_main(struct options *o, struct ui *ui);

/* Have the medium mounted where the boot mounts it, if it is not yet, or know
 * what was booted by the network instead; o says which afterwards. */
bool boot_medium(struct options *o, struct ui *ui);

/* Reboot, or power off. */
void boot_leave(struct ui *ui, bool reboot);

#endif
