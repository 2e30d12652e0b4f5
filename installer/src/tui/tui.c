/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "wizard.h"

int
wizard_probe(struct wizard *w, struct err *e)
{
	machine_free(&w->machine);
	return session_machine(w->o, &w->machine, e);
}

static void
forget_plan(struct wizard *w)
{
	findings_free(&w->findings);
	answers_free(&w->answers);
	if (w->xml.data != NULL)
		explicit_bzero(w->xml.data, w->xml.cap);
	buf_free(&w->xml);
	w->findings = (struct findings){ .file = "answers" };
	w->answers = (struct answers){ 0 };
}

int
wizard_plan(struct wizard *w, unsigned int how, struct err *e)
{
	struct names_at names;
	struct answers_env env = session_env(w->o, &names);

	forget_plan(w);
	if (form_xml(&w->form, how, &w->xml, &w->sections, e) == -1)
		return -1;
	answers_parse(&w->answers, w->xml.data, w->xml.len, &env,
	    &w->findings);
	plan_make(&w->plan, &w->answers, &w->machine, &w->findings);
	return 0;
}

bool
network_is_ours(const struct wizard *w)
{
	return form_is(&w->form, KEY_OF_ACTION, "upgrade");
}

int
wizard_plan_net(struct wizard *w, struct err *e)
{
	return wizard_plan(w, network_is_ours(w) ? FORM_NETWORK : FORM_PLAIN,
	    e);
}

/* A person typed no elements: "<ipaddr>: ..." is told without the name. */
static void
add_finding(const struct finding *f, struct buf *to)
{
	const char *text = f->text, *colon;

	if (text[0] == '<' && (colon = strstr(text, ">: ")) != NULL)
		text = colon + 3;
	buf_printf(to, "%s%s%s%s\n", f->severity == SEVERITY_ERROR ?
	    "Error: " : f->severity == SEVERITY_WARNING ? "Warning: " : "",
	    text, f->remedy[0] != '\0' ? "; " : "", f->remedy);
}

bool
wizard_findings(const struct wizard *w, enum section section, struct buf *to)
{
	const struct sections *s = &w->sections;
	bool bad = false;

	for (size_t i = 0; i < w->findings.n; i++) {
		const struct finding *f = &w->findings.list[i];

		if (section != SECTION_NONE &&
		    (f->at.line < s->from[section] ||
		    f->at.line > s->to[section]))
			continue;
		if (f->severity == SEVERITY_NOTE)
			continue;
		add_finding(f, to);
		bad |= f->severity == SEVERITY_ERROR;
	}
	return bad;
}

int
wizard_warn(struct wizard *w, struct buf *complaint, const char *text)
{
	if (text[0] == '\0' || strcmp(buf_str(&w->warned), text) == 0)
		return 0;
	buf_reset(&w->warned);
	buf_str_add(&w->warned, text);
	buf_printf(complaint, "%sOnce more the same, and it is taken as it "
	    "is.", text);
	return -1;
}

int
wizard_check(struct wizard *w, enum section section, struct buf *complaint)
{
	struct buf found = { 0 };
	struct err e;
	int rc;

	if ((section == SECTION_NIC || section == SECTION_NAMES ?
	    wizard_plan_net(w, &e) : wizard_plan(w, FORM_PLAIN, &e)) == -1) {
		buf_str_add(complaint, e.text);
		return -1;
	}
	if (wizard_findings(w, section, &found)) {
		buf_str_add(complaint, buf_str(&found));
		rc = -1;
	} else {
		rc = wizard_warn(w, complaint, buf_str(&found));
	}
	buf_free(&found);
	return rc;
}

/* 0: on to the next screen. */
static int
check(struct wizard *w, const struct screen *s, struct buf *complaint)
{
	if (s->typed != NULL && s->typed(w, complaint) == -1)
		return -1;
	if (s->section != SECTION_NONE &&
	    wizard_check(w, s->section, complaint) == -1)
		return -1;
	return s->leave != NULL ? s->leave(w, complaint) : 0;
}

static enum reply
ask(struct wizard *w, const struct screen *s)
{
	struct buf complaint = { 0 };
	enum reply reply;
	struct page p;

	do {
		p = (struct page){ .title = s->title, .help = s->help,
			.next = "Next" };
		s->build(w, &p);
		page_settle(&p);
		buf_str_add(&p.complaint, buf_str(&complaint));
		buf_reset(&complaint);
		reply = w->front->ops->ask(w->front, &p);
		page_free(&p);
	} while (reply == REPLY_NEXT && check(w, s, &complaint) == -1);
	buf_free(&complaint);
	buf_reset(&w->warned);
	return reply;
}

static unsigned int
action(const struct wizard *w)
{
	static const char *const names[] = { "fresh", "reinstall", "upgrade",
		"restore" };

	for (unsigned int i = 0; i < 4; i++)
		if (form_is(&w->form, KEY_OF_ACTION, names[i]))
			return 1u << i;
	return FOR_FRESH;
}

static bool
of_network(const struct screen *s)
{
	return (s->actions & OF_NETWORK) != 0;
}

static bool
wanted(const struct wizard *w, const struct screen *s)
{
	if (of_network(s) && network_is_ours(w) && !origin_wanted(w))
		return false;
	return (s->actions & action(w)) != 0 &&
	    (s->wanted == NULL || s->wanted(w));
}

/*
 * The nth question: a server can only be asked by a network, so what is asked
 * of the network is asked before the server's address then.
 */
static const struct screen *
nth(const struct wizard *w, size_t n)
{
	size_t from = 0, net, to;

	while (screens[from].build != origin_build)
		from++;
	for (net = from; !of_network(&screens[net]); net++)
		;
	for (to = net; of_network(&screens[to]); to++)
		;
	if (!origin_wanted(w) || n < from || n >= to)
		return &screens[n];
	return &screens[n < from + to - net ? n + net - from :
	    n - (to - net)];
}

/* All questions, from that one on; 0: all are answered. */
static int
question_all(struct wizard *w, size_t at, enum tui_end *end_r)
{
	int direction = 1;

	while (at < nscreens) {
		const struct screen *s = nth(w, at);

		if (wanted(w, s))
			switch (ask(w, s)) {
			case REPLY_NEXT:
				direction = 1;
				break;
			case REPLY_BACK:
				direction = -1;
				break;
			case REPLY_TAKEN:
				*end_r = TUI_TAKEN;
				return -1;
			case REPLY_LOST:
				*end_r = TUI_LOST;
				return -1;
			}
		if (direction == -1 && at == 0)
			direction = 1;
		else
			at += (size_t)direction;
	}
	return 0;
}

enum tui_end
tui_run(const struct options *o, struct front *front)
{
	struct wizard *w = calloc(1, sizeof(*w));
	enum tui_end end = TUI_LOST;
	size_t from = 0;
	struct err e;

	if (w == NULL)
		return TUI_LOST;
	w->o = o;
	w->front = front;
	form_init(&w->form);
	/* What cannot be looked at is said by the welcome. */
	wizard_probe(w, &e);
	nics_up(w);
	while (question_all(w, from, &end) == 0) {
		end = end_install(w);
		if (end != TUI_TAKEN)
			break;
		from = nscreens - 1;
	}
	form_wipe(&w->form);
	forget_plan(w);
	machine_free(&w->machine);
	buf_free(&w->warned);
	buf_free(&w->network);
	buf_free(&w->verified);
	free(w);
	return end;
}
