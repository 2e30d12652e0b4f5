/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "file.h"
#include "save.h"

#define STICK_DIR "/run/domus/stick"
#define FILE_NAME "answers.xml"

/* The partition of a disk that begins there: its node's name. */
static int
part_at(const struct options *o, const char *disk, uint64_t start,
    char to[NAME_MAX])
{
	char path[PATH_MAX], text[32];
	struct dirent *d;
	struct err e;
	int rc = -1;
	DIR *dir;

	if (start == 0) {
		snprintf(to, NAME_MAX, "%s", disk);
		return 0;
	}
	snprintf(path, sizeof(path), "%s/sys/class/block/%s", o->root, disk);
	dir = opendir(path);
	while (rc == -1 && dir != NULL && (d = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%s/sys/class/block/%s/%s/start",
		    o->root, disk, d->d_name);
		if (strncmp(d->d_name, disk, strlen(disk)) != 0 ||
		    file_line(path, text, sizeof(text), &e) == -1 ||
		    strtoull(text, NULL, 10) * 512 != start)
			continue;
		snprintf(to, NAME_MAX, "%.200s", d->d_name);
		rc = 0;
	}
	if (dir != NULL)
		closedir(dir);
	return rc;
}

static void
add_stick(const struct options *o, const struct disk *d, struct page *p)
{
	struct buf label = { 0 };
	char node[NAME_MAX], value[NAME_MAX + 8];

	for (size_t i = 0; i < d->nholds; i++) {
		const struct holding *h = &d->holds[i];

		if (strcmp(h->what, "vfat") != 0 ||
		    part_at(o, d->name, h->start, node) == -1)
			continue;
		buf_reset(&label);
		buf_printf(&label, "the stick %s: \"%s\", ", node, h->label);
		size_print(&label, h->size);
		snprintf(value, sizeof(value), "/dev/%s", node);
		page_option(p, value, buf_str(&label), "as " FILE_NAME);
	}
	buf_free(&label);
}

void
save_build(struct wizard *w, struct page *p)
{
	page_item(p, ITEM_CHOICE, "Where to?", w->form.text[KEY_OF_SAVE]);
	for (size_t i = 0; i < w->machine.ndisks; i++) {
		const struct disk *d = &w->machine.disks[i];

		if ((d->removable || strcmp(d->transport, "usb") == 0) &&
		    !d->medium && !d->read_only)
			add_stick(w->o, d, p);
	}
	page_option(p, "file", "a file in this system's memory", "");
	page_item(p, ITEM_INPUT, "File (in memory)",
	    w->form.text[KEY_OF_SAVE_FILE]);
}

static int
write_stick(const char *node, const struct buf *xml, struct err *e)
{
	int rc;

	if (file_mkdirs(STICK_DIR, 0700, e) == -1)
		return -1;
	if (mount(node, STICK_DIR, "vfat", MS_NOSUID | MS_NODEV | MS_NOEXEC,
	    NULL) == -1)
		return err_sys(e, "%s: mount", node);
	rc = file_write(STICK_DIR "/" FILE_NAME, xml->data, xml->len, 0600, e);
	if (umount(STICK_DIR) == -1 && rc == 0)
		rc = err_sys(e, "%s: unmount", node);
	return rc;
}

int
save_answers(struct wizard *w, struct buf *complaint)
{
	const char *place = w->form.text[KEY_OF_SAVE];
	const char *file = w->form.text[KEY_OF_SAVE_FILE];
	struct buf xml = { 0 };
	struct err e;
	int rc;

	rc = form_xml(&w->form, FORM_HASHED, &xml, NULL, &e);
	if (rc == 0 && strncmp(place, "/dev/", 5) == 0)
		rc = write_stick(place, &xml, &e);
	else if (rc == 0 && file[0] != '/')
		rc = err_set(&e, "the file: type a path that begins with /");
	else if (rc == 0)
		rc = file_write(file, xml.data, xml.len, 0600, &e);
	if (rc == -1)
		buf_printf(complaint, "Not saved: %s", e.text);
	if (xml.data != NULL)
		explicit_bzero(xml.data, xml.len);
	buf_free(&xml);
	return rc;
}
