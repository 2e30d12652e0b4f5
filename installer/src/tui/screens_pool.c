/* SPDX-License-Identifier: ISC */
#include "coordinator.h"
#include "network.h"

/* A pool of its own, or another's; the coordinator is asked right away. */

void
pool_build(struct wizard *w, struct page *p)
{
	page_item(p, ITEM_CHOICE, "The host",
	    w->form.text[KEY_OF_POOL]);
	page_option(p, "new", "is a pool of its own", "");
	page_option(p, "token", "joins a pool, by a token", "");
	page_option(p, "user", "joins a pool, by a user's password", "");
}

bool
join_wanted(const struct wizard *w)
{
	return !form_is(&w->form, KEY_OF_POOL, "new");
}

void
join_build(struct wizard *w, struct page *p)
{
	struct form *f = &w->form;

	page_item(p, ITEM_INPUT, "Coordinator", f->text[KEY_OF_COORDINATOR]);
	if (form_is(f, KEY_OF_POOL, "token")) {
		page_item(p, ITEM_SECRET, "Token", f->text[KEY_OF_TOKEN]);
	} else {
		page_item(p, ITEM_INPUT, "User", f->text[KEY_OF_USER]);
		page_item(p, ITEM_SECRET, "Password",
		    f->text[KEY_OF_POOL_PASSWORD]);
	}
	page_item(p, ITEM_INPUT, "Fingerprint",
	    f->text[KEY_OF_FINGERPRINT]);
}

/* What the other process is told, and how it ends. */
struct asked {
	struct wizard *w;
	struct coordinator c;
	struct network_try network;
};
enum { ANSWERED, SILENT, REFUSED, NO_NETWORK };

static int
ask(void *arg, struct ui *ui)
{
	struct asked *a = arg;
	struct err e = { .text = "" };
	int rc;

	if (network_have(a->w, &a->network, ui, &e) == -1) {
		ui_say(ui, "%s", e.text);
		return NO_NETWORK;
	}
	rc = coordinator_ask(&a->c, &e);
	if (rc != 0 || a->c.fingerprint[0] == '\0')
		ui_say(ui, "%s", e.text);
	return rc == -1 ? REFUSED : rc == 1 ? SILENT : ANSWERED;
}

/* The job's last line says why; only a refusal must be mended. */
static int
judge(struct wizard *w, const struct asked *a, const struct job *job,
    struct buf *complaint)
{
	static const struct {
		const char *before, *after;
	} says[] = {
		[ANSWERED] = { "The coordinator answers, but ", "" },
		[SILENT] = { "The coordinator cannot be asked: ",
		    "The host will go on trying.\n" },
		[REFUSED] = { "The coordinator refuses: ", "" },
		[NO_NETWORK] = { "There is no network to ask the coordinator "
		    "by: ", "The host will go on trying.\n" },
	};
	int how = job->status > NO_NETWORK ? SILENT : job->status, rc;
	struct buf text = { 0 };

	if (how == ANSWERED && a->c.fingerprint[0] != '\0')
		return 0;
	buf_printf(&text, "%s%s%s", says[how].before, log_tail(&job->log, 1),
	    says[how].after);
	if (how == REFUSED)
		buf_str_add(complaint, buf_str(&text));
	rc = how == REFUSED ? -1 : wizard_warn(w, complaint, buf_str(&text));
	buf_free(&text);
	return rc;
}

int
join_leave(struct wizard *w, struct buf *complaint)
{
	struct form *f = &w->form;
	bool token = form_is(f, KEY_OF_POOL, "token");
	struct asked a = { .w = w, .c = { f->text[KEY_OF_COORDINATOR],
		f->text[KEY_OF_FINGERPRINT],
		token ? NULL : f->text[KEY_OF_USER],
		token ? NULL : f->text[KEY_OF_POOL_PASSWORD] } };
	struct job job;
	struct err e;
	int rc;

	if (network_prepare(w, &a.network, &e) == -1 ||
	    job_start(&job, ask, &a, &e) == -1) {
		buf_free(&a.network.text);
		buf_str_add(complaint, e.text);
		return -1;
	}
	w->front->ops->watch(w->front, "Asking the coordinator", &job);
	network_done(w, &a.network, job.status != NO_NETWORK);
	rc = judge(w, &a, &job, complaint);
	job_free(&job);
	return rc;
}
