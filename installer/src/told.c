/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_gen.h>

#include "progress.h"

/* The lines are those of ui_events(), and "E 1" or "E 0" at the end. */

static void
take_step(struct told *t, const char *line)
{
	int at = 0;

	if (sscanf(line, "%u %u %u %u %u %31s %n", &t->step, &t->steps,
	    &t->before, &t->weight, &t->sum, t->name, &at) < 6 || at == 0)
		return;
	snprintf(t->title, sizeof(t->title), "%s", line + at);
	t->percent = 0;
}

void
told_line(struct told *t, const char *line)
{
	if (strncmp(line, "S ", 2) == 0) {
		take_step(t, line + 2);
	} else if (strncmp(line, "P ", 2) == 0) {
		t->percent = (unsigned int)strtoul(line + 2, NULL, 10);
	} else if (strncmp(line, "E ", 2) == 0) {
		t->ended = true;
		t->done = line[2] == '1';
	} else if (strncmp(line, "L ", 2) == 0 && line[2] != '\0') {
		snprintf(t->text, sizeof(t->text), "%s",
		    line + 2 + strspn(line + 2, " "));
		if (strncmp(line, "L FAILED:", 9) == 0)
			snprintf(t->failure, sizeof(t->failure), "%s",
			    t->text);
	}
}

static void
text(yajl_gen g, const char *name, const char *value)
{
	yajl_gen_string(g, (const unsigned char *)name, strlen(name));
	yajl_gen_string(g, (const unsigned char *)value, strlen(value));
}

static void
number(yajl_gen g, const char *name, unsigned long value)
{
	yajl_gen_string(g, (const unsigned char *)name, strlen(name));
	yajl_gen_integer(g, (long long)value);
}

/* What programs print, and was cut, need not be UTF-8. */
static void
plain(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~')
			*s = '?';
}

static unsigned int
permille(const struct told *t)
{
	unsigned int p = t->percent < 100 ? t->percent : 100;

	if (t->ended && t->done)
		return 1000;
	return t->sum == 0 ? 0 :
	    (t->before * 1000 + t->weight * p * 10) / t->sum;
}

void
told_json(struct told *t, struct buf *to)
{
	const char *event = t->ended ? t->done ? "done" : "failed" :
	    t->steps > 0 ? "step" : "begin";
	const unsigned char *out;
	yajl_gen g = yajl_gen_alloc(NULL);
	size_t len;

	if (g == NULL) {
		to->failed = true;
		return;
	}
	plain(t->text);
	plain(t->failure);
	plain(t->title);
	yajl_gen_map_open(g);
	text(g, "run", t->run);
	number(g, "seq", ++t->seq);
	text(g, "mac", t->mac);
	text(g, "serial", t->serial);
	text(g, "uuid", t->uuid);
	text(g, "event", event);
	number(g, "step", t->step);
	number(g, "steps", t->steps);
	text(g, "name", t->name);
	text(g, "title", t->title);
	number(g, "permille", permille(t));
	text(g, "text", t->ended && !t->done && t->failure[0] != '\0' ?
	    t->failure : t->text);
	text(g, "version", DOMUS_VERSION);
	yajl_gen_map_close(g);
	if (yajl_gen_get_buf(g, &out, &len) == yajl_gen_status_ok)
		buf_add(to, out, len);
	else
		to->failed = true;
	yajl_gen_free(g);
}
