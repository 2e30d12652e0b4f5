/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core.h"
#include "event.h"

/* Changes that come this close together are told together. */
#define BATCH_MS 50
#define LONGEST_WAIT_S 3600

struct event_wait {
	uint64_t token;
	int64_t until;			/* milliseconds */
	bool whole[CLASSES];		/* every record of the class */
	const struct value *classes;	/* as the client gave them */
	bool tasks_only;
};

struct found {
	struct record **changed;	/* newest first */
	const struct deletion **deleted;
	size_t nchanged, ndeleted;
};

static void
found_free(struct found *f)
{
	free(f->changed);
	free(f->deleted);
}

static bool
wants(const struct event_wait *w, enum class_id cls, const char *ref)
{
	const char *s, *slash;

	if (w->whole[cls])
		return true;
	for (size_t i = 0; i < value_len(w->classes); i++) {
		s = value_str(value_at(w->classes, i));
		slash = s != NULL ? strchr(s, '/') : NULL;
		if (slash != NULL && strcasecmp(slash + 1, ref) == 0 &&
		    model_class_any(s, (size_t)(slash - s)) == cls)
			return true;
	}
	return false;
}

static bool
grow(void *array, size_t n, size_t size)
{
	void **a = array, *more;

	if ((n & (n - 1)) != 0)		/* not a power of two: room left */
		return true;
	more = reallocarray(*a, n == 0 ? 1 : n * 2, size);
	if (more != NULL)
		*a = more;
	return more != NULL;
}

static int
find(const struct db *db, const struct event_wait *w, struct found *f)
{
	const struct deletion *d;
	struct record *r;

	for (r = db->newest; r != NULL && r->changed > w->token; r = r->older) {
		if (!model_has_events(r->cls) || !wants(w, r->cls, r->ref))
			continue;
		if (!grow(&f->changed, f->nchanged, sizeof(*f->changed)))
			return -1;
		f->changed[f->nchanged++] = r;
	}
	for (size_t i = 0; i < db->ndeleted; i++) {
		d = &db->deleted[(db->deleted_first + i) % DELETIONS];
		if (d->at <= w->token || d->created > w->token ||
		    !model_has_events(d->cls) || !wants(w, d->cls, d->ref))
			continue;
		if (!grow(&f->deleted, f->ndeleted, sizeof(*f->deleted)))
			return -1;
		f->deleted[f->ndeleted++] = d;
	}
	return 0;
}

static void
lower(char *to, size_t size, const char *from)
{
	size_t i;

	for (i = 0; from[i] != '\0' && i + 1 < size; i++)
		to[i] = from[i] >= 'A' && from[i] <= 'Z' ?
		    (char)(from[i] - 'A' + 'a') : from[i];
	to[i] = '\0';
}

static void
put_str(struct buf *b, const char *name, const char *s)
{
	value_encode_name(b, name);
	value_encode_str(b, s);
}

static void
put_event(struct buf *b, enum class_id cls, const char *ref, uint64_t at,
    const char *operation, struct record *r)
{
	const struct buf *record = r != NULL ? rec_encoded(r) : NULL;
	char name[64];

	lower(name, sizeof(name), model_classes[cls].name);
	value_encode_struct(b, record != NULL ? 6 : 5);
	value_encode_name(b, "id");
	value_encode_int(b, (int64_t)at);
	put_str(b, "timestamp", "0.0");
	put_str(b, "class", name);
	put_str(b, "operation", operation);
	put_str(b, "ref", ref);
	if (record != NULL) {
		value_encode_name(b, "snapshot");
		buf_add(b, record->data, record->len);
	}
	b->failed |= r != NULL && record == NULL;
}

static void
put_events(struct buf *b, const struct event_wait *w, const struct found *f)
{
	struct record *r;

	value_encode_array(b, (uint32_t)(f->nchanged + f->ndeleted));
	for (size_t i = 0; i < f->ndeleted; i++)
		put_event(b, f->deleted[i]->cls, f->deleted[i]->ref,
		    f->deleted[i]->at, "del", NULL);
	for (int added = 0; added <= 1; added++) {
		for (size_t i = f->nchanged; i-- > 0;) {
			r = f->changed[i];
			if ((r->created > w->token) != added)
				continue;
			put_event(b, r->cls, r->ref, r->changed,
			    added ? "add" : "mod", r);
		}
	}
}

static void
put_counts(struct buf *b, const struct db *db)
{
	struct value *counts = value_new_struct();
	char name[64];

	for (enum class_id c = 0; c < CLASSES; c++) {
		if (!model_has_events(c))
			continue;
		lower(name, sizeof(name), model_classes[c].name);
		value_set(counts, name,
		    value_new_int32((int32_t)db_count(db, c)));
	}
	value_encode(b, counts);
	b->failed |= counts == NULL || counts->failed;
	value_free(counts);
}

static void
token_text(char text[48], uint64_t generation)
{
	snprintf(text, 48, "%020" PRIu64 ",%020" PRIu64, generation,
	    generation);
}

/* An answer of this batch, which may be empty. */
static int
give(struct request *q, const struct event_wait *w, const struct found *f)
{
	char token[48];

	token_text(token, q->core->db.generation);
	value_encode_struct(&q->result, 3);
	value_encode_name(&q->result, "events");
	put_events(&q->result, w, f);
	put_str(&q->result, "token", token);
	value_encode_name(&q->result, "valid_ref_counts");
	put_counts(&q->result, &q->core->db);
	return 0;
}

static int
attempt(struct request *q, struct event_wait *w, bool wait)
{
	const struct db *db = &q->core->db;
	struct found f = { 0 };
	int rc;

	/* Everything is "added" for one who knows nothing yet. */
	if (w->token != 0 && (w->token < db->lost ||
	    w->token > db->generation))
		return req_fail(q, "EVENTS_LOST", NULL);
	if (find(db, w, &f) == -1)
		rc = req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	else if (wait && f.nchanged == 0 && f.ndeleted == 0)
		rc = 1;
	else
		rc = give(q, w, &f);
	if (rc == 1)
		w->token = db->generation;	/* nothing for him up to here */
	found_free(&f);
	return rc;
}

static int
parse_token(const char *text, uint64_t *token_r)
{
	char *end;

	*token_r = strtoull(text, &end, 10);
	if (*end == ',')
		strtoull(end + 1, &end, 10);
	return *end == '\0' ? 0 : -1;
}

static int
subscribe(struct request *q, struct event_wait *w)
{
	const char *s;
	enum class_id c;
	double timeout = q->args[2]->u.f;

	w->classes = q->args[0];
	w->tasks_only = value_len(w->classes) > 0;
	for (size_t i = 0; i < value_len(w->classes); i++) {
		s = value_str(value_at(w->classes, i));
		c = model_class_any(s, strlen(s));
		for (enum class_id all = 0; all < CLASSES; all++)
			if (all == c || strcmp(s, "*") == 0)
				w->whole[all] = true;
		w->tasks_only &= strncasecmp(s, "task", 4) == 0;
	}
	if (parse_token(req_str(q, 1), &w->token) == -1)
		return req_fail(q, "EVENT_FROM_TOKEN_PARSE_FAILURE",
		    req_str(q, 1), NULL);
	if (!(timeout > 0))
		timeout = 0;
	if (timeout > LONGEST_WAIT_S)
		timeout = LONGEST_WAIT_S;
	w->until = core_ms() + (int64_t)(timeout * 1000);
	return 0;
}

int
event_from(struct request *q)
{
	struct event_wait *w = calloc(1, sizeof(*w));
	int rc;

	if (w == NULL)
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	q->later = w;
	q->later_free = free;
	if (subscribe(q, w) == -1)
		return -1;
	rc = attempt(q, w, w->until > core_ms());
	if (rc == 1)
		q->wait = w;
	return rc;
}

static int
again(struct request *q)
{
	return attempt(q, q->wait, true);
}

static int
too_late(struct request *q)
{
	return attempt(q, q->wait, false);
}

int
event_inject(struct request *q)
{
	enum class_id cls = model_class_any(req_str(q, 0),
	    strlen(req_str(q, 0)));
	struct record *r;
	char token[48];

	if (cls == CLASSES)
		return req_fail(q, "INTERNAL_ERROR", "no such class", NULL);
	r = db_find(&q->core->db, cls, req_str(q, 1));
	if (r == NULL)
		return req_fail(q, "HANDLE_INVALID", model_classes[cls].name,
		    req_str(q, 1), NULL);
	/* from before: whoever waits from here on hears of it for certain */
	token_text(token, q->core->db.generation);
	db_touch(&q->core->db, r);
	return req_return_str(q, token);
}

int
event_get_current_id(struct request *q)
{
	return req_return(q, value_new_int((int64_t)q->core->db.generation));
}

void
event_changed(void *arg)
{
	struct core *core = arg;
	const struct request *q;
	int64_t due = core_ms() + BATCH_MS;

	for (q = core->requests; q != NULL; q = q->next)
		if (q->wait != NULL && q->wait->tasks_only)
			due = core_ms();
	if (core->events_due == 0 || due < core->events_due)
		core->events_due = due;
}

/* One who does not read gets what has changed until he does. */
static bool
busy(const struct request *q)
{
	return q->peer != NULL && core_peer_full(q->peer);
}

int64_t
event_due(const struct core *core)
{
	int64_t due = core->events_due;
	const struct request *q;

	for (q = core->requests; q != NULL; q = q->next)
		if (q->wait != NULL && !busy(q) &&
		    (due == 0 || q->wait->until < due))
			due = q->wait->until;
	return due;
}

void
event_run(struct core *core)
{
	int64_t now = core_ms();
	bool changed = core->events_due != 0 && core->events_due <= now;
	struct request *q, *next;

	if (changed)
		core->events_due = 0;
	for (q = core->requests; q != NULL; q = next) {
		next = q->next;
		if (q->wait == NULL)
			continue;
		if (busy(q)) {
			if (changed)
				core->events_due = now + BATCH_MS;
			continue;
		}
		if (q->wait->until <= now)
			request_continue(q, too_late);
		else if (changed)
			request_continue(q, again);
	}
}
