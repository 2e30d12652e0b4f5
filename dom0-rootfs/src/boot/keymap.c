/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kd.h>
#include <linux/keyboard.h>

#include "file.h"
#include "keymap.h"
#include "path.h"
#include "setup.h"

#define MAPS "/usr/share/keymaps"
#define MAGIC "bkeymap"

int
keymap_parse(const void *data, size_t len, struct keymap *k, struct err *e)
{
	const unsigned char *at = data, *end = at + len;

	if (len < strlen(MAGIC) + KEYMAP_TABLES ||
	    memcmp(at, MAGIC, strlen(MAGIC)) != 0)
		return err_set(e, "not a binary keymap");
	at += strlen(MAGIC);
	memcpy(k->has, at, KEYMAP_TABLES);
	at += KEYMAP_TABLES;
	for (size_t t = 0; t < KEYMAP_TABLES; t++) {
		if (k->has[t] > 1)
			return err_set(e, "not a binary keymap");
		if (k->has[t] == 0)
			continue;
		if (end - at < 2 * KEYMAP_KEYS)
			return err_set(e, "a cut-off keymap");
		for (size_t i = 0; i < KEYMAP_KEYS; i++, at += 2)
			k->code[t][i] = (uint16_t)(at[0] | at[1] << 8);
	}
	return at == end ? 0 : err_set(e, "bytes behind the keymap");
}

/* A table or key that this kernel has no room for is left as it is. */
static void
load(int fd, const struct keymap *k)
{
	struct kbentry entry;

	for (size_t t = 0; t < MAX_NR_KEYMAPS; t++)
		for (size_t i = 0; k->has[t] && i < KEYMAP_KEYS; i++) {
			entry.kb_table = (unsigned char)t;
			entry.kb_index = (unsigned char)i;
			entry.kb_value = k->code[t][i];
			ioctl(fd, KDSKBENT, &entry);
		}
}

int
keymap_load(const char *name, struct err *e)
{
	struct keymap *k = NULL;
	char *data = NULL;
	struct path p;
	size_t len;
	int fd = -1, rc = -1;

	fd = open("/dev/tty1", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return 0;	/* a machine without a screen */
	k = malloc(sizeof(*k));
	if (k == NULL) {
		err_set(e, "out of memory");
		goto out;
	}
	if (strchr(name, '/') != NULL) {
		err_set(e, "keymap \"%s\": unknown", name);
		goto out;
	}
	if (file_read(path_of(&p, MAPS "/%s.bmap", name), 1 << 18, &data, &len,
	    e) == -1 || keymap_parse(data, len, k, e) == -1) {
		err_in(e, "keymap \"%s\"", name);
		goto out;
	}
	load(fd, k);
	rc = 0;
out:
	free(data);
	free(k);
	close(fd);
	return rc;
}

int
keymap_set(struct setup *s, struct err *e)
{
	return keymap_load(conf_get(&s->host, "keymap", "us"), e);
}
