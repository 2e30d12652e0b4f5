/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "slot.h"
#include "tree.h"

#define CONFIGS "pxelinux.cfg/"
#define CONFIG_MAX ((size_t)64 << 10)

static bool
ends(const char *name, const char *with)
{
	size_t n = strlen(name), w = strlen(with);

	return n > w && strcmp(name + n - w, with) == 0;
}

int
files_open(const struct site *s, const struct roots *r, const char *name,
    struct file *f)
{
	char mac[DHCP_MAC_TEXT] = "", *text;
	bool ipxe;
	size_t len;

	*f = (struct file){ .fd = -1 };
	name += strspn(name, "/\\");
	ipxe = ends(name, ".ipxe");
	if (!ipxe && strncmp(name, CONFIGS, strlen(CONFIGS)) != 0) {
		f->fd = tree_open(r->tree, name, &f->size);
		if (f->fd == -1 && r->slot != -1)
			f->fd = slot_file(r->slot, name, &f->size);
		return f->fd == -1 ? -1 : 0;
	}
	text = tree_read(r->tree, name, CONFIG_MAX, &len);
	if (!ipxe && site_mac(name + strlen(CONFIGS), mac) && text == NULL)
		text = tree_read(r->tree, CONFIGS "default", CONFIG_MAX, &len);
	if (text == NULL)
		return -1;
	site_fill(s, mac, ipxe, text, len, &f->text);
	free(text);
	f->size = f->text.len;
	return f->text.failed ? -1 : 0;
}

void
files_close(struct file *f)
{
	if (f->fd != -1)
		close(f->fd);
	buf_free(&f->text);
	*f = (struct file){ .fd = -1 };
}
