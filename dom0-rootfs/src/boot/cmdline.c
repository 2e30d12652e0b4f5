/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmdline.h"
#include "file.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const modes[] = {
	[MODE_HOST] = "host",
	[MODE_INSTALL] = "install",
	[MODE_RESCUE] = "rescue",
};

const char *
mode_name(enum mode mode)
{
	return modes[mode];
}

static int
take_mode(struct cmdline *c, const char *value, struct err *e)
{
	for (size_t i = 0; i < COUNT(modes); i++)
		if (strcmp(modes[i], value) == 0) {
			c->mode = (enum mode)i;
			return 0;
		}
	return err_set(e, "domus.mode=%s: not install, host or rescue", value);
}

static int
take_state(struct cmdline *c, const char *value, struct err *e)
{
	if (!is_uuid(value))
		return err_set(e, "domus.state=%s: not a PARTUUID", value);
	snprintf(c->state, sizeof(c->state), "%s", value);
	return 0;
}

static int
take_answers(struct cmdline *c, const char *value, struct err *e)
{
	(void)e;
	c->answers_by_net |= strncmp(value, "file:", 5) != 0;
	return 0;
}

static int
take_boot(struct cmdline *c, const char *value, struct err *e)
{
	(void)e;
	c->answers_by_net |= strcmp(value, "net") == 0;
	return 0;
}

/* What a rescue system tells besides; the only such text yet. */
static int
take_show(struct cmdline *c, const char *value, struct err *e)
{
	if (strcmp(value, "enrolment") != 0)
		return err_set(e, "domus.show=%s: not enrolment", value);
	c->show_enrolment = true;
	return 0;
}

static const struct word {
	const char *name;
	int (*take)(struct cmdline *, const char *, struct err *);
} words[] = {
	{ "domus.boot=",	take_boot },
	{ "domus.mode=",	take_mode },
	{ "domus.state=",	take_state },
	{ "domus.show=",	take_show },
	{ "answerfile=",	take_answers },
	{ "rt_answerfile=",	take_answers },
	{ "answerfile_generator=", take_answers },
};

static int
word_take(struct cmdline *c, const char *text, struct err *e)
{
	size_t len;

	for (const struct word *w = words; w < words + COUNT(words); w++) {
		len = strlen(w->name);
		if (strncmp(text, w->name, len) == 0)
			return w->take(c, text + len, e);
	}
	return 0;
}

int
cmdline_parse(const char *text, struct cmdline *c, struct err *e)
{
	char *copy, *rest, *w;
	struct err ignored;
	int rc = 0;

	*c = (struct cmdline){ .mode = MODE_HOST };
	copy = strdup(text);
	if (copy == NULL)
		return err_set(e, "out of memory");
	for (w = strtok_r(copy, " \t\n", &rest); w != NULL;
	    w = strtok_r(NULL, " \t\n", &rest))
		if (word_take(c, w, rc == 0 ? e : &ignored) == -1)
			rc = -1;
	free(copy);
	return rc;
}

int
cmdline_read(struct cmdline *c, struct err *e)
{
	char *text, now[16];
	struct err none;
	int rc;

	*c = (struct cmdline){ .mode = MODE_HOST };
	if (file_read("/proc/cmdline", 1 << 16, &text, NULL, e) == -1)
		return -1;
	rc = cmdline_parse(text, c, e);
	free(text);
	if (file_line(MODE_FILE, now, sizeof(now), &none) == 0 &&
	    strcmp(now, mode_name(MODE_HOST)) == 0)
		c->mode = MODE_HOST;
	return rc;
}
