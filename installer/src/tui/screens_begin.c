/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "run.h"
#include "wizard.h"

/* Keyboard, welcome, licence, and what is installed already. */

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_map(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 5 && strcmp(d->d_name + len - 5, ".bmap") == 0;
}

void
keymap_build(struct wizard *w, struct page *p)
{
	struct dirent **list = NULL;
	char path[PATH_MAX], name[256];
	int n;

	buf_str_add(&p->text, "Which keyboard is this?");
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_KEYMAP]);
	snprintf(path, sizeof(path), "%s/keymaps", w->o->data);
	n = scandir(path, &list, is_map, by_name);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%.*s",
		    (int)strlen(list[i]->d_name) - 5, list[i]->d_name);
		page_option(p, name, name, "");
		free(list[i]);
	}
	free(list);
	if (n <= 0)
		page_option(p, "us", "us", "");
}

/* On this machine's own screens, at once; not for an inventory's machine. */
int
keymap_leave(struct wizard *w, struct buf *complaint)
{
	const char *argv[] = { "domus-setup", "--keymap",
		w->form.text[KEY_OF_KEYMAP], NULL };
	struct err e;

	if (w->o->machine != NULL || w->o->root[0] != '\0' ||
	    run(argv, &e) == 0)
		return 0;
	return wizard_warn(w, complaint, e.text);
}

/* Xen says what the processor can do for guests: dom0's own flags hide it. */
static const char *
virtualisation(const struct wizard *w)
{
	char path[PATH_MAX], *text;
	struct err e;
	bool hvm;

	snprintf(path, sizeof(path), "%s/sys/hypervisor/properties/"
	    "capabilities", w->o->root);
	if (w->o->machine != NULL ||
	    file_read(path, 4096, &text, NULL, &e) == -1)
		return NULL;
	hvm = strstr(text, "hvm-") != NULL;
	free(text);
	return hvm ? "yes" : "NO";
}

static void
show_warnings(const struct wizard *w, struct buf *to)
{
	const char *hvm = virtualisation(w);

	if (hvm != NULL && strcmp(hvm, "NO") == 0)
		buf_str_add(to, "\n! The processor does not offer hardware "
		    "virtualisation, or the firmware has it off: only PV "
		    "guests will run.\n");
	if (w->machine.ndisks == 0)
		buf_str_add(to, "\n! No disk was found: Domus cannot be "
		    "installed. Is the controller in a RAID mode without a "
		    "driver?\n");
	if (w->machine.nnics == 0)
		buf_str_add(to, "\n! No network card was found: the host "
		    "could not be managed.\n");
}

void
welcome_build(struct wizard *w, struct page *p)
{
	const struct machine *m = &w->machine;
	const char *hvm = virtualisation(w);
	struct buf *to = &p->text;
	struct err e;

	buf_str_add(to, "This installs Domus " DOMUS_VERSION ", a host for "
	    "virtual machines. Nothing is written before the summary at the "
	    "end is agreed to.\n\n");
	if (m->ndisks == 0 && wizard_probe(w, &e) == -1)
		buf_printf(to, "! %s\n", e.text);
	buf_printf(to, "Firmware:  %s\nProcessor: %s, %u\nMemory:    ",
	    m->uefi ? "UEFI" : "BIOS", m->cpu != NULL ? m->cpu : "?",
	    m->cpus);
	size_print(to, m->memory);
	buf_printf(to, " for dom0\n%s%s%sDisks:     %zu\n",
	    hvm != NULL ? "Hardware virtualisation: " : "",
	    hvm != NULL ? hvm : "", hvm != NULL ? "\n" : "", m->ndisks);
	for (size_t i = 0; i < m->ndisks; i++) {
		buf_str_add(to, "    ");
		disk_describe(&m->disks[i], to);
		buf_str_add(to, m->disks[i].medium ? " (the medium)\n" : "\n");
	}
	buf_printf(to, "Network:   %zu\n", m->nnics);
	for (size_t i = 0; i < m->nnics; i++)
		buf_printf(to, "    %s: %s, %s, link %s\n", m->nics[i].name,
		    m->nics[i].mac, m->nics[i].driver,
		    link_name(nic_link(w, &m->nics[i])));
	show_warnings(w, to);
}

int
welcome_leave(struct wizard *w, struct buf *complaint)
{
	char *action = w->form.text[KEY_OF_ACTION];
	bool before = action_wanted(w);
	struct err e;

	if (wizard_probe(w, &e) == -1)
		return wizard_warn(w, complaint, e.text);
	/* where there was no host nobody has said what is to become of it */
	if (!action_wanted(w))
		snprintf(action, FORM_TEXT, "fresh");
	else if (!before)
		action[0] = '\0';
	if (w->machine.ndisks > 0)
		return 0;
	buf_str_add(complaint, "There is no disk to install on.");
	return -1;
}

static const char licence[] =
    "Domus is under the ISC licence: it may be used, copied, modified and "
    "distributed for any purpose, with or without fee, provided that the "
    "copyright notice and the permission notice appear in all copies.\n\n"
    "It is provided \"as is\", and its authors disclaim all warranties, "
    "including all implied warranties of merchantability and fitness. They are "
    "not liable for any damages whatsoever arising out of or in connection "
    "with its use or performance.\n\n"
    "Xen, Linux and the other programs of the image have licences of their "
    "own, mostly the GPL.";

void
licence_build(struct wizard *w, struct page *p)
{
	buf_str_add(&p->text, licence);
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_LICENCE]);
	page_option(p, "no", "I do not accept", "");
	page_option(p, "yes", "I accept", "");
}

int
licence_leave(struct wizard *w, struct buf *complaint)
{
	if (form_is(&w->form, KEY_OF_LICENCE, "yes"))
		return 0;
	buf_str_add(complaint, "Without accepting it nothing is installed.");
	return -1;
}

bool
action_wanted(const struct wizard *w)
{
	for (size_t i = 0; i < w->machine.ndisks; i++)
		if (disk_has_host(&w->machine.disks[i]))
			return true;
	return false;
}

/* The first is the one preselected: nobody loses data by pressing Enter. */
void
action_build(struct wizard *w, struct page *p)
{
	const struct machine *m = &w->machine;

	buf_str_add(&p->text, "A Domus host is on:\n");
	for (size_t i = 0; i < m->ndisks; i++) {
		if (!disk_has_host(&m->disks[i]))
			continue;
		buf_str_add(&p->text, "    ");
		disk_describe(&m->disks[i], &p->text);
		buf_char(&p->text, '\n');
	}
	buf_str_add(&p->text, "\nWhat is to be done?");
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_ACTION]);
	page_option(p, "upgrade", "Upgrade it",
	    "keeps its settings, its pool and all guests");
	page_option(p, "reinstall", "Reinstall it, keeping the guests' disks",
	    "the storage repository stays, the settings are asked anew");
	page_option(p, "restore", "Restore the image before the last upgrade",
	    "");
	page_option(p, "fresh", "Install anew", "erases the chosen disks");
}
