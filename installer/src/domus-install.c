/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domus-slot.h"
#include "file.h"
#include "flags.h"
#include "install.h"
#include "session.h"
#include "tui/consoles.h"
#include "xml.h"

/* domus-install(8) */

static const struct flag flags[] = {
	{ "answers", 'a', "FILE", "read the answers from FILE; do not look for "
	    "them" },
	{ "plan", 'n', NULL, "print the plan and change nothing" },
	{ "inventory", 'i', NULL, "print this machine as an inventory file" },
	{ "machine", 'M', "FILE", "plan for an inventory's machine" },
	{ "disk-image", 'd', "NAME=FILE", "let FILE be the disk NAME" },
	{ "medium", 'm', "DIR", "the medium's root" },
	{ "share", 's', "DIR", "slot.fat and gptmbr.bin are there" },
	{ "work", 'w', "DIR", "an empty directory to work in" },
	{ "root", 'r', "DIR", "before /sys, /proc and /dev" },
	{ "data", 'D', "DIR", "zoneinfo and keymaps are there" },
	{ "wait", 't', "SECONDS", "for the medium to appear (20)" },
	{ "here", 'H', NULL, "ask a person, on this terminal" },
	{ "help", 'h', NULL, "print this text" },
};
#define NFLAGS (sizeof(flags) / sizeof(flags[0]))

static void
usage(FILE *to)
{
	fprintf(to, "usage: domus-install [-n] [-a FILE] [options]\n"
	    "       domus-install --inventory | --here [options]\n"
	    "Without -a: find medium and answers, as at boot.\n");
	flags_print(to, flags, NFLAGS, 29);
	fprintf(to, "Exit: 0 done, 1 could not, 2 wrong usage.\n");
}

static int
take_flag(void *arg, int letter, const char *text)
{
	struct options *o = arg;

	switch (letter) {
	case 'a':
		o->answers = text;
		break;
	case 'n':
		o->plan_only = true;
		break;
	case 'i':
		o->inventory = true;
		break;
	case 'M':
		o->machine = text;
		break;
	case 'd':
		if (o->nimages == sizeof(o->images) / sizeof(o->images[0]))
			return -1;
		o->images[o->nimages++] = text;
		break;
	case 'm':
		o->medium = text;
		break;
	case 's':
		o->share = text;
		break;
	case 'w':
		o->work = text;
		break;
	case 'r':
		o->root = text;
		break;
	case 'D':
		o->data = text;
		break;
	case 't':
		o->wait = atoi(text);
		break;
	case 'H':
		o->here = true;
		break;
	case 'h':
		return 1;
	}
	return 0;
}

/* 0 to go on, 1 when the help was asked for, -1 when it is wrong. */
static int
read_flags(struct options *o, int argc, char *argv[])
{
	int rest, rc = flags_read(flags, NFLAGS, argc, argv, false, take_flag,
	    o, &rest);

	return rc == 0 && rest != argc ? -1 : rc;
}

static int
print_inventory(const struct options *o)
{
	struct machine m = { 0 };
	struct buf b = { 0 };
	struct err e;
	int rc;

	rc = session_machine(o, &m, &e);
	if (rc == 0) {
		machine_save(&m, &b);
		fputs(buf_str(&b), stdout);
	} else {
		fprintf(stderr, "domus-install: %s\n", e.text);
	}
	buf_free(&b);
	machine_free(&m);
	return rc == 0 ? 0 : 1;
}

static int
install_file(const struct options *o, struct ui *ui)
{
	struct answers a = { 0 };
	struct installed already;
	enum outcome outcome;
	struct err e;
	char *text;
	size_t len;

	if (file_read(o->answers, XML_MAX_SIZE + 1, &text, &len, &e) == -1) {
		fprintf(stderr, "domus-install: %s\n", e.text);
		return 1;
	}
	outcome = session_install(o, ui, o->answers, text, len, &a, &already);
	if (outcome == OUTCOME_DONE)
		ui_say(ui, "done");
	answers_free(&a);
	explicit_bzero(text, len);
	free(text);
	return outcome == OUTCOME_REFUSED || outcome == OUTCOME_FAILED ||
	    outcome == OUTCOME_DECLINED || outcome == OUTCOME_HUNG;
}

static int
ask_here(struct options *o, struct ui *ui)
{
	enum tui_end end;
	struct err e;

	if (o->machine == NULL && !boot_medium(o, ui)) {
		fprintf(stderr, "domus-install: no medium was found\n");
		return 1;
	}
	end = tui_here(o, &e);
	if (end == TUI_LOST) {
		fprintf(stderr, "domus-install: %s\n", e.text);
		return 1;
	}
	if (end != TUI_SHELL && o->machine == NULL)
		boot_leave(ui, end == TUI_REBOOT);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct options o = { .medium = "/run/domus/medium",
		.share = "/usr/share/domus", .work = "/tmp/domus-install",
		.root = "", .data = "/usr/share", .wait = 20 };
	struct ui ui;
	const char *name = strrchr(argv[0], '/');
	int rc;

	if (strcmp(name != NULL ? name + 1 : argv[0], "domus-slot") == 0)
		return slot_main(argc, argv);
	rc = read_flags(&o, argc, argv);
	if (rc != 0) {
		usage(rc == 1 ? stdout : stderr);
		return rc == 1 ? 0 : 2;
	}
	if (o.inventory)
		return print_inventory(&o);
	ui_init(&ui, "domus-install");
	rc = o.here ? ask_here(&o, &ui) :
	    o.answers != NULL ? install_file(&o, &ui) : boot_main(&o, &ui);
	ui_free(&ui);
	return rc;
}
