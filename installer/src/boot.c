/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include "answer_url.h"
#include "bootline.h"
#include "codes.h"
#include "efi.h"
#include "efi_var.h"
#include "file.h"
#include "install.h"
#include "probe.h"
#include "progress.h"
#include "remote.h"
#include "run.h"
#include "session.h"
#include "tui/consoles.h"
#include "volume.h"
#include "xml.h"

/*
 * The installer as the boot starts it: everything is found, and a person is
 * asked only when there are no answers.
 * How the boot's end is chosen: atexit= on the kernel's command line, else the
 * answers, else by how it went.
 */

#define MEDIUM_DIR "/run/domus/medium"
#define ANSWERS_DIR "/run/domus/answers"

struct boot {
	struct bootline line;
	char term[32];		/* term=, or "" */
	char *name, *text;	/* the answers */
	size_t len;
};

/* A USB stick may take its time. */
static bool
find_medium(const struct options *o, struct ui *ui)
{
	const struct timespec second = { 1, 0 };
	struct volume list[VOLUMES_MAX];
	struct err e;

	for (int i = 0; i < o->wait; i++) {
		if (volumes_find(o->root, LABEL_MEDIUM, list) > 0 &&
		    volume_mount(&list[0], MEDIUM_DIR, &e) == 0)
			return true;
		if (i == 2)
			ui_say(ui, "waiting for the medium (a volume "
			    LABEL_MEDIUM ")");
		nanosleep(&second, NULL);
	}
	return false;
}

/* What the network booted has no medium: any that is there is another's. */
static bool
has_origin(struct options *o, struct ui *ui, const struct boot *b)
{
	o->medium = NULL;
	if (b->line.source[0] != '\0') {
		o->net_source = strdup(b->line.source);
		return o->net_source != NULL;
	}
	if (access(MEDIUM_DIR "/boot", F_OK) == 0 || find_medium(o, ui))
		o->medium = MEDIUM_DIR;
	return o->medium != NULL;
}

bool
boot_medium(struct options *o, struct ui *ui)
{
	struct boot b = { 0 };
	struct err e;

	if (bootline_read(&b.line, o->root, &e) == -1)
		ui_say(ui, "warning: %s", e.text);
	if (b.line.net)
		bootline_ask(&b.line, ui);
	memcpy(o->bootif, b.line.url.bootif, sizeof(o->bootif));
	o->bring_network = true;
	return has_origin(o, ui, &b);
}

static int
set_name(struct boot *b, const char *name)
{
	b->name = strdup(name);
	return b->name == NULL ? -1 : 0;
}

static bool
same_text(const struct boot *a, const struct boot *b)
{
	return a->text == NULL || b->text == NULL ? a->text == b->text :
	    a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static int
read_volume(struct boot *b, const struct volume *v, struct err *e)
{
	int rc;

	if (volume_mount(v, ANSWERS_DIR, e) == -1)
		return -1;
	rc = volume_read(ANSWERS_DIR "/answers.xml", XML_MAX_SIZE, &b->text,
	    &b->len, e);
	umount2(ANSWERS_DIR, MNT_DETACH);
	return rc;
}

/*
 * The answers of the volumes of that label.  Which of several is meant nobody
 * can tell, and the wrong ones may erase the wrong disk: all must be the same.
 * 0: b->text is NULL when no volume has any.
 */
static int
read_volumes(struct boot *b, const char *label, bool must, struct err *e)
{
	struct volume list[VOLUMES_MAX];
	struct boot other = { 0 };
	size_t n = volumes_find("", label, list);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = read_volume(i == 0 ? b : &other, &list[i], e);
		if (rc == 0 && i > 0 && !same_text(b, &other))
			rc = err_set(e, "%s and %s are both labelled %s and "
			    "their answers differ: remove one",
			    list[0].name, list[i].name, label);
		else if (rc == 0 && must && b->text == NULL)
			rc = err_set(e, "volume %s on %s: no file answers.xml",
			    label, list[i].name);
		if (other.text != NULL)
			explicit_bzero(other.text, other.len);
		free(other.text);
		other.text = NULL;
	}
	return rc;
}

/* -1: an error; 0: b->text is NULL when there are no answers anywhere. */
static int
find_answers(struct boot *b, const char *root, struct err *e)
{
	struct buf name = { 0 };
	int rc;

	if (b->line.url.url[0] != '\0') {
		rc = answer_url_get(&b->line.url, root, &name, &b->text,
		    &b->len, e);
		if (rc == 0)
			rc = set_name(b, buf_str(&name));
		buf_free(&name);
		return rc;
	}
	if (read_volumes(b, LABEL_ANSWERS, true, e) == -1)
		return -1;
	if (b->text == NULL && read_volumes(b, LABEL_MEDIUM, false, e) == -1)
		return -1;
	return b->text == NULL ? 0 : set_name(b, "answers.xml");
}

static void
leave(struct ui *ui, enum end end, bool hung)
{
	const char *argv[] = { end == END_REBOOT ? "reboot" : "poweroff",
		NULL, NULL, NULL };
	struct err e;

	if (end == END_SHELL)
		return;
	ui_say(ui, "%s%s", end == END_REBOOT ? "rebooting" : "powering off",
	    hung ? " at once, as what hangs cannot be waited for" : "");
	if (hung) {
		argv[1] = "-n", argv[2] = "-f";
	} else {
		umount2(MEDIUM_DIR, MNT_DETACH);
		sync();
	}
	if (run(argv, &e) == -1)
		ui_say(ui, "%s", e.text);
}

void
boot_leave(struct ui *ui, bool reboot)
{
	leave(ui, reboot ? END_REBOOT : END_POWEROFF, false);
}

/*
 * The firmware booted the medium of a machine that is installed.  UEFI can be
 * told what to boot next; a BIOS cannot, so the same image goes on as the host.
 */
static int
start_installed(struct ui *ui, enum end end, const struct installed *found)
{
	const char *argv[] = { "domus-setup", "--become-host", found->state,
		NULL };
	struct run r = { .line = ui_log_line, .arg = ui };
	struct err e;

	if (end == END_SHELL || end == END_POWEROFF) {
		leave(ui, end, false);
		return 0;
	}
	if (access(EFI_DIR, F_OK) == 0) {
		if (efi_boot_next(EFI_DIR, found->slot, &e) == 0) {
			ui_say(ui, "the installed host starts now");
			leave(ui, END_REBOOT, false);
			return 0;
		}
		ui_say(ui, "warning: %s", e.text);
	}
	ui_say(ui, "the installed host starts from this medium's image; "
	    "remove the medium, or let the firmware boot the disk first");
	umount2(MEDIUM_DIR, MNT_DETACH);
	remote_stop();
	if (run_with(argv, &r, &e) == -1) {
		fail_say(ui, &e, DI_OTHER);
		return 1;
	}
	return 0;
}

static int
after_failure(struct ui *ui, const struct boot *b, const struct answers *a,
    bool hung)
{
	static const enum end ends[] = { [FAILURE_SHELL] = END_SHELL,
		[FAILURE_POWEROFF] = END_POWEROFF,
		[FAILURE_REBOOT] = END_REBOOT };
	enum end end = b->line.end != END_UNSET ? b->line.end :
	    ends[a->on_failure];

	progress_end(ui, false);
	if (end == END_SHELL)
		ui_say(ui, "stopped: there is a prompt on this console; "
		    "domus-install tries again");
	leave(ui, end, hung);
	return 1;
}

/* How a person comes in: what serial lines can do, and by ssh. */
static int
read_ways_in(struct boot *b, struct options *o, struct ui *ui, struct err *e)
{
	char path[PATH_MAX], *text;
	int rc;

	snprintf(path, sizeof(path), "%s/proc/cmdline", o->root);
	if (file_read(path, 65536, &text, NULL, e) == -1)
		return -1;
	if (cmdline_value(text, "term", b->term, sizeof(b->term)))
		o->terminal = b->term;
	rc = remote_start(text, ui, e);
	explicit_bzero(text, strlen(text));
	free(text);
	return rc;
}

/* Nobody has answered beforehand: a person is asked. */
static int
ask_person(const struct options *o, struct ui *ui, bool *asked_r)
{
	*asked_r = true;
	switch (tui_consoles(o, ui)) {
	case TUI_REBOOT:
		leave(ui, END_REBOOT, false);
		return 0;
	case TUI_POWEROFF:
		leave(ui, END_POWEROFF, false);
		return 0;
	case TUI_SHELL:
		ui_say(ui, "there is a prompt on this console; "
		    "domus-install --here asks again");
		return 0;
	default:
		ui_say(ui, "FAILED: there are no answers, and no console to "
		    "ask for them.\nGive them as answers.xml on a volume "
		    "labelled " LABEL_ANSWERS ", or as answerfile=URL");
		return 1;
	}
}

static int
install_found(struct options *o, struct ui *ui, struct boot *b)
{
	struct answers a = { 0 };
	struct installed found;
	enum outcome outcome;
	int rc = 0;

	ui_say(ui, "answers: %s", b->name);
	outcome = session_install(o, ui, b->name, b->text, b->len, &a,
	    &found);
	if (outcome == OUTCOME_DONE) {
		ui_say(ui, "done");
		leave(ui, b->line.end == END_UNSET ? END_REBOOT : b->line.end,
		    false);
	} else if (outcome == OUTCOME_ALREADY) {
		rc = start_installed(ui, b->line.end, &found);
	} else if (outcome == OUTCOME_DECLINED) {
		leave(ui, b->line.end == END_UNSET ? END_REBOOT : b->line.end,
		    false);
	} else if (outcome != OUTCOME_PLANNED) {
		rc = after_failure(ui, b, &a, outcome == OUTCOME_HUNG);
	}
	answers_free(&a);
	return rc;
}

int
boot_main(struct options *o, struct ui *ui)
{
	struct answers none = { 0 };
	struct boot b = { 0 };
	bool asked = false;
	struct err e;
	int rc = 1;

	ui_open_consoles(ui, o->root);
	ui_say(ui, "Domus " DOMUS_VERSION);
	if (bootline_read(&b.line, o->root, &e) == -1)
		ui_say(ui, "warning: %s", e.text);
	if (b.line.net)
		bootline_ask(&b.line, ui);
	memcpy(o->bootif, b.line.url.bootif, sizeof(o->bootif));
	if (b.line.progress[0] != '\0')
		progress_begin(ui, b.line.progress, o->root, o->bootif);
	if (!has_origin(o, ui, &b) && b.line.url.url[0] == '\0' &&
	    !b.line.net) {
		err_set(&e, "no volume labelled " LABEL_MEDIUM
		    " was found: there is nothing to install from");
		fail_say(ui, &e, DI_NO_MEDIUM);
		rc = after_failure(ui, &b, &none, false);
		goto out;
	}
	o->bring_network = b.line.url.url[0] == '\0' && !b.line.net;
	if (read_ways_in(&b, o, ui, &e) == -1)
		ui_say(ui, "warning: no ssh: %s", e.text);
	if (find_answers(&b, o->root, &e) == -1) {
		err_in(&e, "answers");
		fail_say(ui, &e, DI_ANSWERS);
		rc = after_failure(ui, &b, &none, false);
	} else if (b.text == NULL) {
		rc = ask_person(o, ui, &asked);
	} else {
		rc = install_found(o, ui, &b);
	}
	/* It stays for those who are still asked, or ask again. */
	if (!asked)
		umount2(MEDIUM_DIR, MNT_DETACH);
out:
	if (b.text != NULL)
		explicit_bzero(b.text, b.len);
	free(b.text);
	free(b.name);
	return rc;
}
