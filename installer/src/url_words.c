/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "url_words.h"

static int
dmi(const char *root, const char *name, char to[128], struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/class/dmi/id/%s", root, name);
	if (file_line(path, to, 128, e) == -1)
		return -1;
	for (size_t n = strlen(to); n > 0 && to[n - 1] == ' '; n--)
		to[n - 1] = '\0';
	return to[0] != '\0' ? 0 : err_set(e, "%s: the firmware says nothing",
	    path);
}

static int
get_serial(const char *bootif, const char *root, char to[128],
    struct err *e)
{
	(void)bootif;
	return dmi(root, "product_serial", to, e);
}

static int
get_uuid(const char *bootif, const char *root, char to[128],
    struct err *e)
{
	(void)bootif;
	return dmi(root, "product_uuid", to, e);
}

/* eth2 before eth10 */
static bool
is_before(const char *a, const char *b)
{
	return strlen(a) != strlen(b) ? strlen(a) < strlen(b) :
	    strcmp(a, b) < 0;
}

/* The first card: only hardware has a device. */
static int
first_card(const char *root, char to[128], struct err *e)
{
	char path[PATH_MAX], name[64] = "";
	struct dirent *d;
	DIR *list;

	snprintf(path, sizeof(path), "%s/sys/class/net", root);
	list = opendir(path);
	while (list != NULL && (d = readdir(list)) != NULL) {
		snprintf(path, sizeof(path), "%s/sys/class/net/%s/device",
		    root, d->d_name);
		if (d->d_name[0] != '.' && strlen(d->d_name) < sizeof(name) &&
		    access(path, F_OK) == 0 &&
		    (name[0] == '\0' || is_before(d->d_name, name)))
			strcpy(name, d->d_name);
	}
	if (list != NULL)
		closedir(list);
	if (name[0] == '\0')
		return err_set(e, "this machine has no network interface");
	snprintf(path, sizeof(path), "%s/sys/class/net/%s/address", root,
	    name);
	return file_line(path, to, 128, e);
}

/* BOOTIF is 01-52-54-00-d0-00-01: the hardware's type, then its address. */
static int
get_mac(const char *bootif, const char *root, char to[128],
    struct err *e)
{
	if (strlen(bootif) != 20)
		return first_card(root, to, e);
	for (int i = 0; i < 17; i++)
		to[i] = bootif[3 + i] == '-' ? ':' :
		    (char)tolower((unsigned char)bootif[3 + i]);
	to[17] = '\0';
	return 0;
}

static const struct name {
	const char *name;
	int (*get)(const char *, const char *, char[128], struct err *);
} names[] = {
	{ "serial", get_serial }, { "uuid", get_uuid }, { "mac", get_mac },
};

void
url_encode(struct buf *to, const char *text)
{
	for (; *text != '\0'; text++)
		if (isalnum((unsigned char)*text) ||
		    strchr("-._~:", *text) != NULL)
			buf_char(to, *text);
		else
			buf_printf(to, "%%%02X", (unsigned char)*text);
}

/* Nothing decodes an NFS place: the kernel looks for the very names. */
static bool
is_nfs(const char *url)
{
	return strncmp(url, "nfs:", 4) == 0 || strstr(url, "://") == NULL;
}

static int
add_value(struct buf *to, const char *value, bool nfs, struct err *e)
{
	if (!nfs)
		url_encode(to, value);
	else if (strchr(value, '/') == NULL)
		buf_str_add(to, value);
	else
		return err_set(e, "\"%s\" holds a \"/\": no file is named "
		    "so; use another word, or a server by http", value);
	return 0;
}

static const struct name *
find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len &&
		    strncmp(names[i].name, name, len) == 0)
			return &names[i];
	return NULL;
}

int
url_words_get(const char *name, const char *bootif, const char *root,
    char to[128], struct err *e)
{
	return find_name(name, strlen(name))->get(bootif, root, to, e);
}

static int
add_name(const char *bootif, const char *root, const char *text,
    size_t len, bool nfs, struct buf *to, struct err *e)
{
	bool must = len == 0 || text[len - 1] != '-';
	const struct name *name = find_name(text, must ? len : len - 1);
	char value[128];

	if (name == NULL)
		return err_set(e, "${%.*s}: not ${serial}, ${uuid} or "
		    "${mac}", (int)len, text);
	if (name->get(bootif, root, value, e) == -1) {
		if (must)
			return err_in(e, "${%s}", name->name);
	} else if (add_value(to, value, nfs, e) == -1) {
		return err_in(e, "${%s}", name->name);
	}
	return 0;
}

int
url_words_expand(const char *s, const char *bootif, const char *root,
    struct buf *to, struct err *e)
{
	bool nfs = is_nfs(s);
	const char *end;

	while (*s != '\0') {
		end = strncmp(s, "${", 2) == 0 ? strchr(s, '}') : NULL;
		if (end == NULL) {
			buf_char(to, *s++);
			continue;
		}
		if (add_name(bootif, root, s + 2, (size_t)(end - s - 2), nfs,
		    to, e) == -1)
			return -1;
		s = end + 1;
	}
	return buf_ok(to, e);
}
