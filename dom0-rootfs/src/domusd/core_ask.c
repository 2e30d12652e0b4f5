/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core.h"
#include "log.h"
#include "request.h"

/* Questions to the processes behind [core], and their answers. */

void
core_ask(struct core *core, struct peer *to, const char *what,
    struct value *params, void (*answered)(struct core *, struct request *,
    struct reply *), struct request *q)
{
	core_ask_fd(core, to, what, params, -1, answered, q);
}

void
core_ask_fd(struct core *core, struct peer *to, const char *what,
    struct value *params, int fd, void (*answered)(struct core *,
    struct request *, struct reply *), struct request *q)
{
	struct question *a = calloc(1, sizeof(*a)), **at;
	struct call c = { .method = strdup(what), .params = params };
	struct err e;

	if (a == NULL || c.method == NULL || to == NULL ||
	    value_ok(params, &e) == -1 ||
	    (fd != -1 && !msg_fd_room(&to->port)) ||
	    msg_call_put(&to->port, core->last_id + 1, &c, &e) == -1) {
		if (fd != -1)
			close(fd);
		fd = -1;
		log_error(core->log, "%s: cannot be asked", what);
		/* answered from the loop, never from inside the asking */
		to = NULL;
	}
	if (fd != -1 && msg_attach(&to->port, fd, &e) == -1)
		to = NULL;
	call_free(&c);
	if (a == NULL)
		abort();
	*a = (struct question){ ++core->last_id, to, answered, q, NULL };
	for (at = &core->questions; *at != NULL; at = &(*at)->next)
		;
	*at = a;
}

static void
answer_question(struct core *core, struct question **at, struct reply *r)
{
	struct question *a = *at;

	*at = a->next;
	a->answered(core, a->q, r);
	free(a);
}

void
core_got_reply(struct core *core, const struct peer *p, const struct msg *m)
{
	struct question **at;
	struct reply r;
	struct err e;

	for (at = &core->questions; *at != NULL; at = &(*at)->next)
		if ((*at)->id == m->id && (*at)->to == p)
			break;
	if (*at == NULL)
		return;
	if (msg_reply_get(m, &r, &e) == -1)
		reply_fail(&r, "INTERNAL_ERROR", e.text, NULL);
	answer_question(core, at, &r);
	reply_free(&r);
}

void
core_answer_unasked(struct core *core)
{
	struct question **at = &core->questions;
	struct reply r = { 0 };

	while (*at != NULL) {
		if ((*at)->to != NULL) {
			at = &(*at)->next;
			continue;
		}
		reply_fail(&r, "INTERNAL_ERROR", "cannot be asked", NULL);
		answer_question(core, at, &r);
		at = &core->questions;
	}
	reply_free(&r);
}

void
core_got_note(struct core *core, const struct peer *p, const struct msg *m)
{
	const struct question *a;
	struct value *v;
	struct err e;

	for (a = core->questions; a != NULL; a = a->next)
		if (a->id == m->id && a->to == p)
			break;
	if (a == NULL || a->q == NULL || a->q->noted == NULL)
		return;
	v = value_decode(m->data, m->len, &value_limits_reply, NULL, &e);
	if (v != NULL)
		a->q->noted(a->q, v);
	value_free(v);
}
