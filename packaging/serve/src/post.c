/* SPDX-License-Identifier: ISC */
/* What an installer posts: machines_post(). */
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_tree.h>

#include "machines.h"
#include "site.h"

#define DEEPEST 4

static const char *
text_of(yajl_val v, const char *name)
{
	yajl_val t = yajl_tree_get(v, (const char *[]){ name, NULL },
	    yajl_t_string);

	return t != NULL ? YAJL_GET_STRING(t) : "";
}

static unsigned long
number_of(yajl_val v, const char *name)
{
	yajl_val t = yajl_tree_get(v, (const char *[]){ name, NULL },
	    yajl_t_number);

	return t != NULL && YAJL_IS_INTEGER(t) && YAJL_GET_INTEGER(t) > 0 ?
	    (unsigned long)YAJL_GET_INTEGER(t) : 0;
}

/* Cut to size, at the end of a character. */
static void
keep(char *to, size_t size, const char *text)
{
	size_t n = strlen(text);

	if (n >= size)
		for (n = size - 1; n > 0 && (text[n] & 0xc0) == 0x80; n--)
			;
	memcpy(to, text, n);
	to[n] = '\0';
}

/* yajl's tree is built by recursion. */
static bool
is_deep(const char *body, size_t len)
{
	unsigned int depth = 0;

	for (size_t i = 0; i < len; i++) {
		if ((body[i] == '{' || body[i] == '[') && ++depth > DEEPEST)
			return true;
		if ((body[i] == '}' || body[i] == ']') && depth > 0)
			depth--;
	}
	return false;
}

static const struct event {
	const char *name;
	enum machine_state state;
} events[] = {
	{ "begin", MACHINE_INSTALLS }, { "step", MACHINE_INSTALLS },
	{ "progress", MACHINE_INSTALLS }, { "log", MACHINE_INSTALLS },
	{ "done", MACHINE_DONE }, { "failed", MACHINE_FAILED },
};

static const struct event *
event_of(const char *name)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (strcmp(events[i].name, name) == 0)
			return &events[i];
	return NULL;
}

static void
begin(struct machine *m, const char *run)
{
	m->seq = m->posts = m->lost = 0;
	m->step = m->steps = m->permille = 0;
	m->title[0] = m->text[0] = '\0';
	keep(m->run, sizeof(m->run), run);
}

static void
take(struct machine *m, const struct event *event, yajl_val v)
{
	const char *title = text_of(v, "title"), *text = text_of(v, "text");
	unsigned long permille = number_of(v, "permille");

	/* what is said after the end does not undo it */
	if (strcmp(event->name, "log") != 0)
		m->state = event->state;
	if (number_of(v, "steps") > 0) {
		m->step = (unsigned int)number_of(v, "step");
		m->steps = (unsigned int)number_of(v, "steps");
	}
	if (title[0] != '\0')
		keep(m->title, sizeof(m->title), title);
	if (text[0] != '\0')
		keep(m->text, sizeof(m->text), text);
	if (permille > 0)
		m->permille = permille < 1000 ? (unsigned int)permille : 1000;
	if (m->state == MACHINE_DONE)
		m->permille = 1000;
	keep(m->serial, sizeof(m->serial), text_of(v, "serial"));
	keep(m->uuid, sizeof(m->uuid), text_of(v, "uuid"));
}

static int
take_post(struct machines *all, const char *address, yajl_val v, time_t now,
    struct err *e)
{
	const struct event *event = event_of(text_of(v, "event"));
	unsigned long seq = number_of(v, "seq");
	char mac[DHCP_MAC_TEXT] = "", run[33];
	struct machine *m;

	keep(run, sizeof(run), text_of(v, "run"));
	if (event == NULL || seq == 0 || run[0] == '\0')
		return err_set(e, "no event, run or seq");
	if (!site_mac(text_of(v, "mac"), mac))
		mac[0] = '\0';
	m = machines_seen(all, mac, address, now);
	if (m == NULL)
		return err_set(e, "out of memory");
	if (strcmp(m->run, run) != 0)
		begin(m, run);
	if (seq <= m->seq)
		return 0;
	m->lost += seq - m->seq - 1;
	m->seq = seq;
	m->posts++;
	all->posts++;
	take(m, event, v);
	return 0;
}

int
machines_post(struct machines *all, const char *address, const char *body,
    size_t len, time_t now, struct err *e)
{
	char why[200] = "", *text;
	yajl_val v;
	int rc;

	if (is_deep(body, len) || memchr(body, '\0', len) != NULL)
		return err_set(e, "not a post");
	text = strndup(body, len);
	if (text == NULL)
		return err_set(e, "out of memory");
	v = yajl_tree_parse(text, why, sizeof(why));
	free(text);
	if (v == NULL)
		return err_set(e, "not JSON");
	rc = YAJL_IS_OBJECT(v) ? take_post(all, address, v, now, e) :
	    err_set(e, "not an object");
	yajl_tree_free(v);
	return rc;
}
