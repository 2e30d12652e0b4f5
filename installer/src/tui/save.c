/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fat.h"
#include "file.h"
#include "probe.h"
#include "save.h"

#define FILE_NAME "answers.xml"

/* A stick for answers is kept from being installed on, but not from these. */
static bool
is_stick(const struct disk *d)
{
	for (size_t i = 0; i < d->nholds; i++)
		if (strcmp(d->holds[i].label, LABEL_MEDIUM) == 0)
			return false;
	return (d->removable || strcmp(d->transport, "usb") == 0) &&
	    !d->read_only && d->in_use[0] == '\0';
}

/* "sdb 1048576": the disk and where the volume begins; false: none. */
static bool
volume_of(const struct machine *m, const char *place, const struct disk **d_r,
    const struct holding **h_r)
{
	char value[FORM_TEXT];

	for (size_t i = 0; i < m->ndisks; i++)
		for (size_t k = 0; k < m->disks[i].nholds; k++) {
			*d_r = &m->disks[i];
			*h_r = &m->disks[i].holds[k];
			snprintf(value, sizeof(value), "%s %llu",
			    (*d_r)->name, (unsigned long long)(*h_r)->start);
			if (strcmp((*h_r)->what, "vfat") == 0 &&
			    strcmp(value, place) == 0)
				return true;
		}
	return false;
}

static void
add_stick(const struct disk *d, struct page *p)
{
	struct buf label = { 0 }, detail = { 0 };
	char value[FORM_TEXT];
	bool any = false;

	buf_str_add(&label, "the stick ");
	disk_describe(d, &label);
	for (size_t i = 0; i < d->nholds; i++) {
		const struct holding *h = &d->holds[i];

		if (strcmp(h->what, "vfat") != 0)
			continue;
		buf_reset(&detail);
		buf_printf(&detail, "as " FILE_NAME " on its volume \"%s\", ",
		    h->label);
		size_print(&detail, h->size);
		snprintf(value, sizeof(value), "%s %llu", d->name,
		    (unsigned long long)h->start);
		page_option(p, value, buf_str(&label), buf_str(&detail));
		any = true;
	}
	if (!any)
		page_option(p, d->name, buf_str(&label), "not usable: no FAT "
		    "file system is on it")->disabled = true;
	p->failed |= label.failed || detail.failed;
	buf_free(&label);
	buf_free(&detail);
}

void
save_build(struct wizard *w, struct page *p)
{
	buf_str_add(&p->text, "The file has the hash of root's password, and a "
	    "pool's token or password as typed. An installer finds it by "
	    "itself on a volume labelled " LABEL_ANSWERS ".");
	page_item(p, ITEM_CHOICE, "Where to?", w->form.text[KEY_OF_SAVE]);
	for (size_t i = 0; i < w->machine.ndisks; i++)
		if (is_stick(&w->machine.disks[i]))
			add_stick(&w->machine.disks[i], p);
	page_option(p, "file", "a file in this system's memory", "");
	page_item(p, ITEM_INPUT, "File (in memory)",
	    w->form.text[KEY_OF_SAVE_FILE]);
}

/* Nothing is mounted: nobody else has it open, or it is refused. */
static int
write_stick(const struct disk *d, const struct holding *h,
    const struct buf *xml, struct err *e)
{
	bool device = strncmp(d->node, "/dev/", 5) == 0;
	struct fat *fat = NULL;
	int fd, rc = -1;

	fd = open(d->node, O_RDWR | O_CLOEXEC | (device ? O_EXCL : 0));
	if (fd == -1)
		return err_sys(e, "%s", d->node);
	if (fat_open(fd, h->start, &fat, e) == 0)
		rc = fat_save(fat, FILE_NAME, xml->data, xml->len, e);
	fat_close(fat);
	close(fd);
	return rc == -1 ? err_in(e, "%s", d->name) : 0;
}

static int
save(struct wizard *w, const struct buf *xml, struct err *e)
{
	const char *place = w->form.text[KEY_OF_SAVE];
	const char *file = w->form.text[KEY_OF_SAVE_FILE];
	const struct holding *h;
	const struct disk *d;

	if (volume_of(&w->machine, place, &d, &h)) {
		if (write_stick(d, h, xml, e) == -1)
			return -1;
		snprintf(w->saved, sizeof(w->saved), "The answers are on %s "
		    "as " FILE_NAME ".%s", d->name, strcmp(h->label,
		    LABEL_ANSWERS) == 0 ? "" : " Label the volume "
		    LABEL_ANSWERS " for an installer to find it.");
		return 0;
	}
	if (file[0] != '/')
		return err_set(e, "the file: type a path that begins with /");
	if (file_write(file, xml->data, xml->len, 0600, e) == -1)
		return -1;
	snprintf(w->saved, sizeof(w->saved), "The answers are in %.200s.",
	    file);
	return 0;
}

int
save_answers(struct wizard *w, struct buf *complaint)
{
	struct buf xml = { 0 };
	struct err e;
	int rc;

	w->saved[0] = '\0';
	rc = form_xml(&w->form, FORM_HASHED, &xml, NULL, &e);
	if (rc == 0)
		rc = save(w, &xml, &e);
	if (rc == -1)
		buf_printf(complaint, "Not saved: %s", e.text);
	if (xml.data != NULL)
		explicit_bzero(xml.data, xml.len);
	buf_free(&xml);
	return rc;
}
