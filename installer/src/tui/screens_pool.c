/* SPDX-License-Identifier: ISC */
#include "coordinator.h"
#include "remote.h"
#include "wizard.h"

/* A pool of its own, or another's; the coordinator is asked right away. */

#define NETWORK_SECONDS 40u

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

int
join_leave(struct wizard *w, struct buf *complaint)
{
	struct form *f = &w->form;
	bool token = form_is(f, KEY_OF_POOL, "token");
	struct coordinator c = { f->text[KEY_OF_COORDINATOR],
		f->text[KEY_OF_FINGERPRINT],
		token ? NULL : f->text[KEY_OF_USER],
		token ? NULL : f->text[KEY_OF_POOL_PASSWORD] };
	struct buf text = { 0 };
	struct err e = { 0 };
	int rc;

	/* Its network is this system's own, until the host has another. */
	if (w->o->machine == NULL &&
	    remote_network(NULL, NETWORK_SECONDS, &e) == -1)
		rc = 1;
	else
		rc = coordinator_ask(&c, &e);
	if (rc == -1) {
		buf_printf(complaint, "The coordinator refuses: %s", e.text);
		return -1;
	}
	if (rc == 1)
		buf_printf(&text, "The coordinator cannot be asked: %s. The "
		    "host will go on trying.\n", e.text);
	else if (c.fingerprint[0] == '\0')
		buf_printf(&text, "The coordinator answers, but %s.\n",
		    e.text);
	rc = wizard_warn(w, complaint, buf_str(&text));
	buf_free(&text);
	return rc;
}
