/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "carry.h"
#include "codes.h"
#include "confirm.h"
#include "efi_var.h"
#include "ext.h"
#include "ext_update.h"
#include "file.h"
#include "install.h"
#include "origin.h"
#include "probe.h"
#include "progress.h"
#include "raid.h"
#include "run.h"
#include "session.h"

struct answers_env
session_env(const struct options *o, struct names_at *at)
{
	char path[PATH_MAX], *signer = NULL;
	struct err none;

	snprintf(at->zoneinfo, sizeof(at->zoneinfo), "%s/zoneinfo", o->data);
	snprintf(at->keymaps, sizeof(at->keymaps), "%s/keymaps", o->data);
	snprintf(path, sizeof(path), "%s/signer.pem", o->share);
	if (file_read(path, sizeof(at->signer) - 1, &signer, NULL, &none) ==
	    -1)
		signer = NULL;
	snprintf(at->signer, sizeof(at->signer), "%s",
	    signer != NULL ? signer : "");
	free(signer);
	return (struct answers_env){ .zoneinfo = at->zoneinfo,
		.keymaps = at->keymaps, .signer = at->signer };
}

static int
load_machine(const char *file, struct machine *m, struct err *e)
{
	struct findings f = { .file = file };
	char *text;
	size_t len;
	int rc;

	if (file_read(file, 1 << 20, &text, &len, e) == -1)
		return -1;
	rc = machine_load(m, text, len, &f);
	if (rc == -1)
		err_set(e, "%s:%u: %s", file, f.n > 0 ? f.list[0].at.line : 0,
		    f.n > 0 ? f.list[0].text : "out of memory");
	findings_free(&f);
	free(text);
	return rc;
}

int
session_machine(const struct options *o, struct machine *m, struct err *e)
{
	char name[64];
	const char *file;

	if (o->machine != NULL ? load_machine(o->machine, m, e) == -1 :
	    machine_probe(o->root, m, e) == -1)
		return -1;
	for (size_t i = 0; i < o->nimages; i++) {
		file = strchr(o->images[i], '=');
		if (file == NULL || (size_t)(file - o->images[i]) >=
		    sizeof(name))
			return err_set(e, "%s: not NAME=FILE", o->images[i]);
		snprintf(name, sizeof(name), "%.*s",
		    (int)(file - o->images[i]), o->images[i]);
		if (machine_use_image(m, name, file + 1, e) == -1)
			return -1;
	}
	return 0;
}

static void
say_findings(struct ui *ui, struct findings *f)
{
	struct buf b = { 0 };

	findings_print(f, &b);
	ui_say(ui, "%s", buf_str(&b));
	buf_free(&b);
}

static void
say_plan(struct ui *ui, const struct plan *p)
{
	struct buf b = { 0 };

	plan_print(p, &b);
	ui_say(ui, "plan:\n%s", buf_str(&b));
	buf_free(&b);
}

static bool
holds_state(const struct disk *d)
{
	for (size_t i = 0; i < d->nholds; i++)
		if (strcmp(d->holds[i].label,
		    part_kinds[PART_STATE].label) == 0)
			return true;
	return false;
}

/*
 * The disk with these answers: the planned one first.  But sda may have been
 * another disk when they were installed, and must not be erased for that.
 * NULL without an error: there is none.
 */
static int
find_installed(const struct options *o, const struct plan *p,
    const struct disk **where_r, struct installed *found, struct err *e)
{
	const struct disk *planned = p->disks[0].disk;
	const char *sum = p->answers->sha256, *efivars = NULL;
	const struct machine *m = p->machine;
	char dir[PATH_MAX];

	*where_r = NULL;
	snprintf(dir, sizeof(dir), "%s" EFI_DIR, o->root);
	if (m->uefi)
		efivars = dir;
	if (planned != NULL &&
	    installed_check(planned, sum, efivars, found, e) == -1)
		return -1;
	if (found->is)
		*where_r = planned;
	for (size_t i = 0; *where_r == NULL && i < m->ndisks; i++) {
		if (&m->disks[i] == planned || !holds_state(&m->disks[i]) ||
		    m->disks[i].array[0] != '\0')
			continue;
		if (installed_check(&m->disks[i], sum, efivars, found, e) ==
		    -1)
			return -1;
		if (found->is)
			*where_r = &m->disks[i];
	}
	return 0;
}

/* The disk that a rule chose once, an empty one say, it need not match now. */
static bool
chosen_before(const struct options *o, struct ui *ui, const struct plan *p,
    struct installed *found)
{
	const struct answers *a = p->answers;
	const struct disk *where;
	struct err e;

	if (a->again || a->mode != MODE_FRESH || !a->primary.match.given ||
	    find_installed(o, p, &where, found, &e) == -1 || where == NULL)
		return false;
	ui_say(ui, "these answers are already installed on %s", where->name);
	return true;
}

/* A person agreed to disks as they were then. */
static int
still_agreed(const struct plan *agreed, const struct plan *p, struct err *e)
{
	bool same = agreed == NULL || agreed->nerased == p->nerased;

	for (unsigned int i = 0; agreed != NULL && same && i < p->nerased; i++)
		same = strcmp(agreed->erased[i]->name, p->erased[i]->name) ==
		    0 && disk_is_same(agreed->erased[i], p->erased[i]);
	if (same)
		return 0;
	err_set(e, "the disks are not as they were when they were shown: "
	    "look at the summary again");
	return err_code(e, DI_CHANGED);
}

static enum outcome
decide(const struct options *o, struct ui *ui, const struct plan *p,
    struct installed *already)
{
	struct install in = { .plan = p, .ui = ui, .root = o->root,
		.local = o->medium, .net_source = o->net_source,
		.share = o->share, .bootif = o->bootif, .work = o->work,
		.images = o->nimages > 0 || o->machine != NULL,
		.bring_network = o->bring_network };
	const struct disk *where = NULL;
	struct err e, mark;
	int marked;

	if (o->plan_only) {
		say_plan(ui, p);
		return OUTCOME_PLANNED;
	}
	if (!p->answers->again &&
	    find_installed(o, p, &where, already, &e) == -1) {
		fail_say(ui, &e, DI_READ);
		return OUTCOME_FAILED;
	}
	if (where != NULL) {
		ui_say(ui, "these answers are already installed on %s; "
		    "again=\"yes\" would install anew on %s", where->name,
		    p->disks[0].disk->name);
		return OUTCOME_ALREADY;
	}
	/* what is shown, and perhaps confirmed, is what is written */
	if (still_agreed(o->agreed, p, &e) == -1) {
		carry_failed(&in, &e);
		return OUTCOME_FAILED;
	}
	marked = install_mark(&in, &mark);
	say_plan(ui, p);
	if (p->answers->confirm.text != NULL &&
	    !confirm_ask(ui, o->root, p->answers->confirm.text))
		return OUTCOME_DECLINED;
	if (carry_work(o->work, &e) == -1) {
		err_code(&e, DI_WORK);
		carry_failed(&in, &e);
		return OUTCOME_FAILED;
	}
	return carry_out(&in, marked, &mark);
}

enum outcome
session_install(const struct options *o, struct ui *ui, const char *name,
    const char *text, size_t len, struct answers *a,
    struct installed *installed_r)
{
	struct names_at names;
	struct answers_env env = session_env(o, &names);
	struct findings f = { .file = name };
	enum outcome outcome = OUTCOME_REFUSED;
	struct machine m = { 0 };
	struct plan p;
	struct err e;
	bool good;

	*installed_r = (struct installed){ 0 };
	answers_parse(a, text, len, &env, &f);
	if (a->progress.text != NULL && !o->plan_only)
		progress_begin(ui, a->progress.text, o->root, o->bootif);
	if (session_machine(o, &m, &e) == -1) {
		say_findings(ui, &f);
		fail_say(ui, &e, DI_PROBE);
		outcome = OUTCOME_FAILED;
		goto out;
	}
	good = !findings_bad(&f);
	plan_make(&p, a, &m, &f);
	if (o->nimages > 0 || o->machine != NULL)
		raid_nodes(&p, o->work);
	if (good && findings_bad(&f) && chosen_before(o, ui, &p, installed_r)) {
		outcome = OUTCOME_ALREADY;
		goto out;
	}
	say_findings(ui, &f);
	if (findings_bad(&f))
		ui_say(ui, "the answers are refused: %zu error%s; nothing was "
		    "written [DI-%d]", f.errors, f.errors == 1 ? "" : "s",
		    DI_REFUSED);
	else
		outcome = decide(o, ui, &p, installed_r);
out:
	progress_end(ui, outcome == OUTCOME_DONE ||
	    outcome == OUTCOME_ALREADY);
	findings_free(&f);
	machine_free(&m);
	return outcome;
}
