/* SPDX-License-Identifier: ISC */
#ifndef TUI_WIZARD_H
#define TUI_WIZARD_H

#include "form.h"
#include "front.h"
#include "plan.h"
#include "session.h"
#include "tui.h"

/* What the screens know: what was typed, the machine, and what follows. */
struct wizard {
	const struct options *o;
	struct front *front;
	struct form form;
	struct machine machine;
	struct buf warned;	/* warnings that were shown once */
	struct buf verified;	/* the source that was checked */
	char signer[256];	/* whose signature was good then; "" */
	struct buf network;	/* network.c: what was had of what was typed */
	char saved[256];	/* where the answers were saved to; "" */

	/* By wizard_plan(), until the next. */
	struct buf xml;
	struct sections sections;
	struct findings findings;
	struct answers answers;
	struct plan plan;
	bool agreed;		/* to that plan, and the machine is that one */
};

/* What a screen is asked for: by KEY_OF_ACTION. */
enum { FOR_FRESH = 1, FOR_REINSTALL = 2, FOR_UPGRADE = 4, FOR_RESTORE = 8,
	FOR_NEW = FOR_FRESH | FOR_REINSTALL, FOR_ALL = 15,
	/* of the network: also asked to reach a server, and before that is */
	OF_NETWORK = 16, FOR_NETWORK = FOR_NEW | FOR_UPGRADE | OF_NETWORK };

/*
 * One question: a row of the table.  What was typed is kept by the form, so
 * that going back and forth loses nothing.
 */
struct screen {
	const char *title;
	unsigned int actions;
	enum section section;	/* whose findings are shown here */
	void (*build)(struct wizard *w, struct page *p);
	/* May be NULL.  Asked whether the screen has anything to ask. */
	bool (*wanted)(const struct wizard *w);
	/* May be NULL.  Checks before and after what the planner says; -1:
	 * stay, and the complaint says why. */
	int (*typed)(struct wizard *w, struct buf *complaint);
	int (*leave)(struct wizard *w, struct buf *complaint);
	const char *help;
};

extern const struct screen screens[];
extern const size_t nscreens;

/* What follows the questions. */
enum end_page_nr { END_PAGE_DONE, END_PAGE_FAILED, END_PAGE_LOG,
	END_PAGE_SAVE, END_PAGE_COUNT };
extern const struct end_page {
	const char *title, *help;
} end_pages[END_PAGE_COUNT];

/* Look at the machine (again). */
int wizard_probe(struct wizard *w, struct err *e);

/* Make the answer file, parse it, plan for it; how as for form_xml(). */
int wizard_plan(struct wizard *w, unsigned int how, struct err *e);

/* The same for what was typed of the network, also when the host's own is kept
 * and that is the installer's. */
int wizard_plan_net(struct wizard *w, struct err *e);
bool network_is_ours(const struct wizard *w);

/* What the planner found against a section; whether any of it is an error. */
bool wizard_findings(const struct wizard *w, enum section section,
    struct buf *to);

/* 0: nothing, or only warnings that were shown before. */
int wizard_check(struct wizard *w, enum section section,
    struct buf *complaint);

/* A warning: stays once, and is passed when it is the same the next time. */
int wizard_warn(struct wizard *w, struct buf *complaint, const char *text);

/* A disk's name that is its own and stays the same at the next boot, if it has
 * any. */
void disk_answer(const struct machine *m, const struct disk *d,
    char to[FORM_TEXT]);
const struct disk *disk_of_answer(const struct machine *m, const char *name);

/* Have all cards up, without which none tells of its link; and what it tells
 * now. */
void nics_up(const struct wizard *w);
enum link nic_link(const struct wizard *w, const struct nic *n);

/* Whether a Domus host is on it. */
bool disk_has_host(const struct disk *d);

/* "GPT; 512 MiB vfat "EFI"; ..." on one line, or "empty". */
void disk_contents(const struct disk *d, struct buf *to);

/* The screens' functions, by file: screens_*.c. */
void keymap_build(struct wizard *w, struct page *p);
int keymap_leave(struct wizard *w, struct buf *complaint);
void welcome_build(struct wizard *w, struct page *p);
int welcome_leave(struct wizard *w, struct buf *complaint);
void licence_build(struct wizard *w, struct page *p);
int licence_leave(struct wizard *w, struct buf *complaint);
bool action_wanted(const struct wizard *w);
void action_build(struct wizard *w, struct page *p);
void disk_build(struct wizard *w, struct page *p);
int disk_typed(struct wizard *w, struct buf *complaint);
bool mirror_wanted(const struct wizard *w);
void mirror_build(struct wizard *w, struct page *p);
void sr_build(struct wizard *w, struct page *p);
void source_build(struct wizard *w, struct page *p);
bool origin_wanted(const struct wizard *w);
void origin_build(struct wizard *w, struct page *p);
int origin_typed(struct wizard *w, struct buf *complaint);
void verify_build(struct wizard *w, struct page *p);
int verify_leave(struct wizard *w, struct buf *complaint);
/* Who has signed it, if that is known by now. */
void verify_say(const struct wizard *w, struct buf *to);
void password_build(struct wizard *w, struct page *p);
int password_typed(struct wizard *w, struct buf *complaint);
void ssh_build(struct wizard *w, struct page *p);
void nic_build(struct wizard *w, struct page *p);
int nic_typed(struct wizard *w, struct buf *complaint);
bool bond_wanted(const struct wizard *w);
void bond_build(struct wizard *w, struct page *p);
int bond_leave(struct wizard *w, struct buf *complaint);
void address_build(struct wizard *w, struct page *p);
int address_leave(struct wizard *w, struct buf *complaint);
bool static_wanted(const struct wizard *w);
void static_build(struct wizard *w, struct page *p);
int static_leave(struct wizard *w, struct buf *complaint);
void names_build(struct wizard *w, struct page *p);
int names_leave(struct wizard *w, struct buf *complaint);
void region_build(struct wizard *w, struct page *p);
bool city_wanted(const struct wizard *w);
void city_build(struct wizard *w, struct page *p);
void ntp_build(struct wizard *w, struct page *p);
bool servers_wanted(const struct wizard *w);
void servers_build(struct wizard *w, struct page *p);
void pool_build(struct wizard *w, struct page *p);
bool join_wanted(const struct wizard *w);
void join_build(struct wizard *w, struct page *p);
int join_leave(struct wizard *w, struct buf *complaint);
void summary_build(struct wizard *w, struct page *p);
int summary_leave(struct wizard *w, struct buf *complaint);

/* The end: install, then done or failed; TUI_TAKEN means back to the
 * questions. */
enum tui_end end_install(struct wizard *w);

#endif
