/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wizard.h"

/* The password, logins, the clock. */

void
password_build(struct wizard *w, struct page *p)
{
	buf_str_add(&p->text, "The password of root.");
	page_item(p, ITEM_SECRET, "Password",
	    w->form.text[KEY_OF_PASSWORD]);
	page_item(p, ITEM_SECRET, "The same again",
	    w->form.text[KEY_OF_PASSWORD_AGAIN]);
}

int
password_typed(struct wizard *w, struct buf *complaint)
{
	const char *password = w->form.text[KEY_OF_PASSWORD];

	if (password[0] == '\0')
		buf_str_add(complaint, "Type a password.");
	else if (!form_is(&w->form, KEY_OF_PASSWORD_AGAIN, password))
		buf_str_add(complaint, "The two differ.");
	else
		return 0;
	return -1;
}

void
ssh_build(struct wizard *w, struct page *p)
{
	page_item(p, ITEM_CHOICE, "SSH", w->form.text[KEY_OF_SSH]);
	page_option(p, "on", "sshd runs on the host", "");
	page_option(p, "off", "no remote login", "");
	page_item(p, ITEM_INPUT, "Public key (optional)",
	    w->form.text[KEY_OF_SSH_KEY]);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Names of zones and regions are capital; the rest is none. */
static int
is_name(const struct dirent *d)
{
	return isupper((unsigned char)d->d_name[0]);
}

/*
 * Names below a directory of zoneinfo: its directories (S_IFDIR), or its files
 * and, after lead, those of its directories (S_IFREG).
 */
static void
add_names(struct page *p, const char *dir, const char *lead, mode_t type)
{
	char path[PATH_MAX], name[512];
	struct dirent **list = NULL;
	struct stat st;
	int n;

	n = scandir(dir, &list, is_name, by_name);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		snprintf(name, sizeof(name), "%.200s%s", lead,
		    list[i]->d_name);
		free(list[i]);
		if (stat(path, &st) == -1)
			continue;
		if ((st.st_mode & S_IFMT) == type) {
			page_option(p, name, name, "");
		} else if (S_ISDIR(st.st_mode) && lead[0] == '\0') {
			strcat(name, "/");
			add_names(p, path, name, type);
		}
	}
	free(list);
}

void
region_build(struct wizard *w, struct page *p)
{
	char path[PATH_MAX];

	buf_str_add(&p->text, "Where is the host?");
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_REGION]);
	snprintf(path, sizeof(path), "%s/zoneinfo", w->o->data);
	add_names(p, path, "", S_IFDIR);
	if (p->items[0].noptions == 0)
		page_option(p, "Etc", "Etc", "");
}

bool
city_wanted(const struct wizard *w)
{
	return w->form.text[KEY_OF_REGION][0] != '\0';
}

void
city_build(struct wizard *w, struct page *p)
{
	const char *region = w->form.text[KEY_OF_REGION];
	char path[PATH_MAX];

	buf_printf(&p->text, "Which city in %s?", region);
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_CITY]);
	snprintf(path, sizeof(path), "%s/zoneinfo/%s", w->o->data, region);
	add_names(p, path, "", S_IFREG);
	if (p->items[0].noptions == 0)
		page_option(p, "UTC", "UTC", "");
}

void
ntp_build(struct wizard *w, struct page *p)
{
	bool dhcp = form_is(&w->form, KEY_OF_PROTO, "dhcp");

	buf_str_add(&p->text, "Where does the host get the time from?");
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_NTP]);
	if (dhcp)
		page_option(p, "dhcp", "servers that DHCP names", "");
	page_option(p, "default", "the default servers", "");
	page_option(p, "manual", "servers of your own, asked next", "");
	page_option(p, "none", "none: this machine's clock is right", "");
}

bool
servers_wanted(const struct wizard *w)
{
	return form_is(&w->form, KEY_OF_NTP, "manual");
}

void
servers_build(struct wizard *w, struct page *p)
{
	page_item(p, ITEM_INPUT, "Time server", w->form.text[KEY_OF_NTP1]);
	page_item(p, ITEM_INPUT, "Second", w->form.text[KEY_OF_NTP2]);
	page_item(p, ITEM_INPUT, "Third", w->form.text[KEY_OF_NTP3]);
}
