/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "form.h"

static const struct {
	enum key key;
	const char *text;
} defaults[] = {
	{ KEY_OF_KEYMAP, "us" },
	{ KEY_OF_MIRROR, "none" },
	{ KEY_OF_SR_TYPE, "ext" },
	{ KEY_OF_SR_DISKS, "primary" },
	{ KEY_OF_SOURCE, "local" },
	{ KEY_OF_VERIFY, "later" },
	{ KEY_OF_SSH, "on" },
	{ KEY_OF_BOND, "none" },
	{ KEY_OF_PROTO, "dhcp" },
	{ KEY_OF_PROTO6, "none" },
	{ KEY_OF_REGION, "Etc" },
	{ KEY_OF_CITY, "UTC" },
	{ KEY_OF_POOL, "new" },
	{ KEY_OF_SAVE_FILE, "/tmp/answers.xml" },
};

void
form_init(struct form *f)
{
	memset(f, 0, sizeof(*f));
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		snprintf(f->text[defaults[i].key], FORM_TEXT, "%s",
		    defaults[i].text);
}

void
form_wipe(struct form *f)
{
	explicit_bzero(f, sizeof(*f));
}

bool
form_is(const struct form *f, enum key key, const char *value)
{
	return strcmp(f->text[key], value) == 0;
}

bool
form_fresh(const struct form *f)
{
	return f->text[KEY_OF_ACTION][0] == '\0' ||
	    form_is(f, KEY_OF_ACTION, "fresh");
}

const char *
form_mirror(const struct form *f)
{
	const char *disk = f->text[KEY_OF_MIRROR];

	return !form_fresh(f) || disk[0] == '\0' ||
	    form_is(f, KEY_OF_MIRROR, "none") ||
	    form_is(f, KEY_OF_DISK, disk) ? NULL : disk;
}

/* Where the word begins in the list, or NULL. */
static char *
word_in(const char *list, const char *word)
{
	size_t len = strlen(word), n;

	for (; *list != '\0'; list += n, list += *list == ' ') {
		n = strcspn(list, " ");
		if (n == len && memcmp(list, word, len) == 0)
			return (char *)list;
	}
	return NULL;
}

bool
form_has(const char *list, const char *word)
{
	return word_in(list, word) != NULL;
}

void
form_toggle(char list[FORM_TEXT], const char *word)
{
	size_t used = strlen(list), len = strlen(word);
	char *at = word_in(list, word);

	if (at == NULL) {
		if (used + len + 2 <= FORM_TEXT)
			snprintf(list + used, FORM_TEXT - used, "%s%s",
			    used > 0 ? " " : "", word);
		return;
	}
	if (at[len] == ' ')
		memmove(at, at + len + 1, strlen(at + len + 1) + 1);
	else if (at > list)
		at[-1] = '\0';
	else
		*at = '\0';
}
