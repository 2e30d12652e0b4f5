/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "fetch.h"
#include "file.h"
#include "install.h"
#include "probe.h"
#include "run.h"
#include "session.h"
#include "xml.h"

/*
 * The installer as the boot starts it: nobody is asked, everything is found.
 * How the boot's end is chosen: atexit= on the kernel's command line, else the
 * answers, else by how it went.
 */

#define MEDIUM_DIR "/run/domus/medium"
#define ANSWERS_DIR "/run/domus/answers"
#define EFIVARS "/sys/firmware/efi/efivars"
#define MEDIUM_SECONDS 20

enum end { END_UNSET, END_SHELL, END_REBOOT, END_POWEROFF };

struct boot {
	char url[1024];		/* answerfile=, or "" */
	enum end end;		/* atexit= */
	char *name, *text;	/* the answers */
	size_t len;
};

static void
read_word(struct boot *b, const char *word)
{
	static const struct { const char *word; enum end end; } ends[] = {
		{ "atexit=shell", END_SHELL },
		{ "atexit=reboot", END_REBOOT },
		{ "atexit=poweroff", END_POWEROFF },
	};
	size_t skip = strncmp(word, "rt_", 3) == 0 ? 3 : 0;

	if (strncmp(word + skip, "answerfile=", 11) == 0)
		snprintf(b->url, sizeof(b->url), "%s", word + skip + 11);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(word, ends[i].word) == 0)
			b->end = ends[i].end;
}

static int
read_cmdline(struct boot *b, const char *root, struct err *e)
{
	char path[PATH_MAX], *text, *save, *word;

	snprintf(path, sizeof(path), "%s/proc/cmdline", root);
	if (file_read(path, 65536, &text, NULL, e) == -1)
		return -1;
	for (word = strtok_r(text, " \n", &save); word != NULL;
	    word = strtok_r(NULL, " \n", &save))
		read_word(b, word);
	free(text);
	return 0;
}

static bool
has_label(const char *node, const char *label, char *type, size_t size)
{
	const char *l = NULL, *t = NULL;
	blkid_probe pr;
	bool is;

	pr = blkid_new_probe_from_filename(node);
	if (pr == NULL)
		return false;
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr,
	    BLKID_SUBLKS_LABEL | BLKID_SUBLKS_TYPE);
	is = blkid_do_safeprobe(pr) == 0 &&
	    blkid_probe_lookup_value(pr, "LABEL", &l, NULL) == 0 &&
	    blkid_probe_lookup_value(pr, "TYPE", &t, NULL) == 0 &&
	    strcmp(l, label) == 0;
	if (is)
		snprintf(type, size, "%s", t);
	blkid_free_probe(pr);
	return is;
}

/* Mount the first volume of that label, read-only. */
static bool
mount_labelled(const char *label, const char *where)
{
	char node[PATH_MAX], type[32];
	struct dirent *d;
	bool found = false;
	struct err e;
	DIR *dir;

	dir = opendir("/sys/class/block");
	if (dir == NULL || file_mkdirs(where, 0700, &e) == -1) {
		if (dir != NULL)
			closedir(dir);
		return false;
	}
	while (!found && (d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.' ||
		    strncmp(d->d_name, "loop", 4) == 0 ||
		    strncmp(d->d_name, "ram", 3) == 0)
			continue;
		snprintf(node, sizeof(node), "/dev/%s", d->d_name);
		if (has_label(node, label, type, sizeof(type)))
			found = mount(node, where, type, MS_RDONLY | MS_NOSUID
			    | MS_NODEV | MS_NOEXEC, NULL) == 0;
	}
	closedir(dir);
	return found;
}

/* A USB stick may take its time. */
static bool
find_medium(struct ui *ui)
{
	const struct timespec second = { 1, 0 };

	for (int i = 0; i < MEDIUM_SECONDS; i++) {
		if (mount_labelled(LABEL_MEDIUM, MEDIUM_DIR))
			return true;
		if (i == 2)
			ui_say(ui, "waiting for the medium (a volume "
			    LABEL_MEDIUM ")");
		nanosleep(&second, NULL);
	}
	return false;
}

static int
set_name(struct boot *b, const char *name)
{
	b->name = strdup(name);
	return b->name == NULL ? -1 : 0;
}

/* -1: an error; 0: b->text is NULL when there are no answers anywhere. */
static int
find_answers(struct boot *b, struct err *e)
{
	if (b->url[0] != '\0') {
		if (fetch(b->url, XML_MAX_SIZE, &b->text, &b->len, e) == -1)
			return -1;
		return set_name(b, b->url);
	}
	if (mount_labelled(LABEL_ANSWERS, ANSWERS_DIR)) {
		if (file_read(ANSWERS_DIR "/answers.xml", XML_MAX_SIZE,
		    &b->text, &b->len, e) == -1) {
			umount2(ANSWERS_DIR, MNT_DETACH);
			return err_in(e, "volume " LABEL_ANSWERS);
		}
		umount2(ANSWERS_DIR, MNT_DETACH);
		return set_name(b, "answers.xml");
	}
	if (access(MEDIUM_DIR "/answers.xml", R_OK) == 0) {
		if (file_read(MEDIUM_DIR "/answers.xml", XML_MAX_SIZE,
		    &b->text, &b->len, e) == -1)
			return -1;
		return set_name(b, "answers.xml");
	}
	return 0;
}

static void
say_how(const struct options *o, struct ui *ui)
{
	struct machine m = { 0 };
	struct buf b = { 0 };
	struct err e;

	ui_say(ui, "no answers were found, and this version asks nothing.\n"
	    "Give them as answers.xml on a volume labelled " LABEL_ANSWERS
	    " (FAT, ISO 9660 or ext),\n"
	    "as answerfile=URL on the kernel's command line,\n"
	    "or in the medium: domus-iso --answers FILE in.iso out.iso\n"
	    "This machine:");
	if (session_machine(o, &m, &e) == -1)
		ui_say(ui, "%s", e.text);
	for (size_t i = 0; i < m.ndisks; i++) {
		buf_reset(&b);
		disk_describe(&m.disks[i], &b);
		ui_say(ui, "  disk %s%s", buf_str(&b),
		    m.disks[i].medium ? " (the medium)" : "");
	}
	for (size_t i = 0; i < m.nnics; i++)
		ui_say(ui, "  network interface %s: %s, %s, link %s",
		    m.nics[i].name, m.nics[i].mac, m.nics[i].driver,
		    link_name(m.nics[i].link));
	buf_free(&b);
	machine_free(&m);
}

static void
leave(struct ui *ui, enum end end)
{
	const char *argv[] = { end == END_REBOOT ? "reboot" : "poweroff",
		NULL };
	struct err e;

	if (end == END_SHELL)
		return;
	ui_say(ui, "%s", end == END_REBOOT ? "rebooting" : "powering off");
	umount2(MEDIUM_DIR, MNT_DETACH);
	sync();
	if (run(argv, &e) == -1)
		ui_say(ui, "%s", e.text);
}

/*
 * The firmware booted the medium of a machine that is installed.  UEFI can be
 * told what to boot next; a BIOS cannot, so the same image goes on as the host.
 */
static int
start_installed(struct ui *ui, enum end end)
{
	const char *argv[] = { "domus-setup", "--become-host", NULL };
	struct run r = { .line = ui_log_line, .arg = ui };
	struct err e;

	if (end == END_SHELL || end == END_POWEROFF) {
		leave(ui, end);
		return 0;
	}
	if (access(EFIVARS, F_OK) == 0) {
		if (efi_boot_next(EFIVARS, &e) == 0) {
			ui_say(ui, "the installed host starts now");
			leave(ui, END_REBOOT);
			return 0;
		}
		ui_say(ui, "warning: %s", e.text);
	}
	ui_say(ui, "the installed host starts from this medium's image; "
	    "remove the medium, or let the firmware boot the disk first");
	umount2(MEDIUM_DIR, MNT_DETACH);
	if (run_with(argv, &r, &e) == -1) {
		ui_say(ui, "FAILED: %s", e.text);
		return 1;
	}
	return 0;
}

static int
after_failure(struct ui *ui, const struct boot *b, const struct answers *a)
{
	enum end end = b->end;

	if (end == END_UNSET)
		end = a->on_failure == FAILURE_POWEROFF ? END_POWEROFF :
		    END_SHELL;
	if (end == END_SHELL)
		ui_say(ui, "stopped: there is a prompt on this console; "
		    "domus-install tries again");
	leave(ui, end);
	return 1;
}

static int
install_found(struct options *o, struct ui *ui, struct boot *b)
{
	struct answers a = { 0 };
	enum outcome outcome;
	int rc = 0;

	ui_say(ui, "answers: %s", b->name);
	o->bring_network = b->url[0] == '\0';
	outcome = session_install(o, ui, b->name, b->text, b->len, &a);
	if (outcome == OUTCOME_DONE) {
		ui_say(ui, "done");
		leave(ui, b->end == END_UNSET ? END_REBOOT : b->end);
	} else if (outcome == OUTCOME_ALREADY) {
		rc = start_installed(ui, b->end);
	} else {
		rc = after_failure(ui, b, &a);
	}
	answers_free(&a);
	return rc;
}

int
boot_main(struct options *o, struct ui *ui)
{
	struct answers none = { 0 };
	struct boot b = { 0 };
	struct err e;
	int rc = 1;

	ui_open_consoles(ui, o->root);
	ui_say(ui, "Domus " DOMUS_VERSION);
	if (read_cmdline(&b, o->root, &e) == -1)
		ui_say(ui, "warning: %s", e.text);
	if (!find_medium(ui)) {
		ui_say(ui, "FAILED: no volume labelled " LABEL_MEDIUM
		    " was found: there is nothing to install from");
		rc = after_failure(ui, &b, &none);
		goto out;
	}
	o->medium = MEDIUM_DIR;
	if (find_answers(&b, &e) == -1) {
		ui_say(ui, "FAILED: answers: %s", e.text);
		rc = after_failure(ui, &b, &none);
	} else if (b.text == NULL) {
		say_how(o, ui);
	} else {
		rc = install_found(o, ui, &b);
	}
	umount2(MEDIUM_DIR, MNT_DETACH);
out:
	if (b.text != NULL)
		explicit_bzero(b.text, b.len);
	free(b.text);
	free(b.name);
	return rc;
}
