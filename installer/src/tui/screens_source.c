/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "codes.h"
#include "install.h"
#include "network.h"
#include "origin.h"
#include "pem.h"

/* Where the image comes from, and whether it is whole. */

void
source_build(struct wizard *w, struct page *p)
{
	page_item(p, ITEM_CHOICE, "The image comes from",
	    w->form.text[KEY_OF_SOURCE]);
	page_option(p, "local", w->o->medium != NULL ?
	    "the medium that was booted" : "where this installer came from",
	    "");
	page_option(p, "url", "a server: http, https or ftp", "");
	page_option(p, "nfs", "an NFS server", "");
}

bool
origin_wanted(const struct wizard *w)
{
	return !form_is(&w->form, KEY_OF_SOURCE, "local") &&
	    !form_is(&w->form, KEY_OF_ACTION, "restore");
}

void
origin_build(struct wizard *w, struct page *p)
{
	bool url = form_is(&w->form, KEY_OF_SOURCE, "url");
	struct form *f = &w->form;

	buf_str_add(&p->text, url ? "http, https or ftp: a directory with the "
	    "image's files and their SHA256SUMS, or an ISO." :
	    "The server and the directory: server:/directory.");
	buf_str_add(&p->text, " All but the address may stay empty; F1 tells "
	    "what it is for.");
	page_item(p, ITEM_INPUT, "Address", f->text[KEY_OF_SOURCE_URL]);
	page_item(p, ITEM_INPUT, "Signer", f->text[KEY_OF_SOURCE_SIGNER]);
	if (!url)
		return;
	page_item(p, ITEM_INPUT, "Fingerprint",
	    f->text[KEY_OF_SOURCE_PRINT]);
	page_item(p, ITEM_INPUT, "Authority (CA)", f->text[KEY_OF_SOURCE_CA]);
	page_item(p, ITEM_INPUT, "Proxy", f->text[KEY_OF_PROXY]);
}

static int
load(struct wizard *w, enum key key, const char *what, struct form_pem *pem,
    struct buf *complaint)
{
	const char *typed = w->form.text[key];
	struct err e;

	if (typed[0] == '\0' || pem_load(&w->machine, typed, pem, &e) == 0)
		return 0;
	buf_printf(complaint, "%s: %s\n", what, e.text);
	return -1;
}

int
origin_typed(struct wizard *w, struct buf *complaint)
{
	struct form *f = &w->form;

	if (f->text[KEY_OF_SOURCE_URL][0] == '\0') {
		buf_str_add(complaint, "Type the server's address.");
		return -1;
	}
	if (load(w, KEY_OF_SOURCE_SIGNER, "Signer", &f->signer, complaint) ==
	    -1)
		return -1;
	return form_is(f, KEY_OF_SOURCE, "url") ? load(w, KEY_OF_SOURCE_CA,
	    "Authority", &f->authority, complaint) : 0;
}

void
verify_build(struct wizard *w, struct page *p)
{
	buf_str_add(&p->text, "The image is checked before anything is "
	    "written. That can be done now already.");
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_VERIFY]);
	page_option(p, "later", "check it when it is installed", "");
	page_option(p, "now", "check it now, too", "");
}

/* What the other process is told. */
struct checked {
	struct wizard *w;
	struct network_try network;
};
enum { WHOLE, BAD, NO_NETWORK };

/* What is fetched for it is not kept: memory may be wanted till it is used. */
static int
check_image(void *arg, struct ui *ui)
{
	const struct checked *c = arg;
	const struct wizard *w = c->w;
	const struct options *o = w->o;
	struct install in = { .plan = &w->plan, .ui = ui, .root = o->root,
		.local = o->medium, .net_source = o->net_source,
		.share = o->share, .bootif = o->bootif, .work = o->work, .hasty = true,
		.images = o->nimages > 0 || o->machine != NULL };
	struct err e;
	int rc;

	if (origin_wanted(w) && network_have(w, &c->network, ui, &e) == -1) {
		ui_say(ui, "%s [DI-%d]", e.text, code_of(&e, DI_ADDRESS));
		return NO_NETWORK;
	}
	in.bring_network = !origin_wanted(w) && o->bring_network;
	rc = origins_take(&in, &e);
	origins_drop(o->work);
	rmdir(o->work);
	if (rc == 0)
		return WHOLE;
	ui_say(ui, "FAILED: %s [DI-%d]", e.text, code_of(&e, DI_SOURCE));
	return BAD;
}

/* All that says where it is and who vouches for it. */
static void
describe(const struct wizard *w, struct buf *to)
{
	for (enum key k = KEY_OF_SOURCE; k <= KEY_OF_PROXY; k++)
		buf_printf(to, "%s\n", w->form.text[k]);
}

/* What the job said of it. */
static void
keep_signer(struct wizard *w, const struct buf *log)
{
	const char *at = strstr(buf_str(log), "  " SIGNED_BY);
	size_t len;

	w->signer[0] = '\0';
	if (at == NULL)
		return;
	at += strlen("  " SIGNED_BY);
	len = strcspn(at, "\n");
	snprintf(w->signer, sizeof(w->signer), "%.*s", (int)len, at);
}

static bool
is_verified(const struct wizard *w)
{
	struct buf what = { 0 };
	bool same;

	describe(w, &what);
	same = strcmp(buf_str(&w->verified), buf_str(&what)) == 0;
	buf_free(&what);
	return same;
}

void
verify_say(const struct wizard *w, struct buf *to)
{
	if (w->signer[0] != '\0' && is_verified(w))
		buf_printf(to, "image: checked, and " SIGNED_BY "%s\n",
		    w->signer);
}

static int
check_now(struct wizard *w, struct buf *complaint)
{
	struct checked c = { .w = w };
	struct job job;
	struct err e;
	int rc = -1;

	if ((origin_wanted(w) &&
	    network_prepare(w, &c.network, &e) == -1) ||
	    wizard_plan(w, FORM_PLAIN, &e) == -1 ||
	    job_start(&job, check_image, &c, &e) == -1) {
		buf_free(&c.network.text);
		buf_str_add(complaint, e.text);
		return -1;
	}
	w->front->ops->watch(w->front, "Checking the image", &job);
	network_done(w, &c.network, job.status != NO_NETWORK);
	if (job.status == WHOLE) {
		keep_signer(w, &job.log);
		rc = 0;
	} else
		buf_printf(complaint, job.status == NO_NETWORK ?
		    "There is no network: %s" : "The image is bad: %s",
		    log_tail(&job.log, 1));
	job_free(&job);
	return rc;
}

int
verify_leave(struct wizard *w, struct buf *complaint)
{
	if (!form_is(&w->form, KEY_OF_VERIFY, "now") || is_verified(w))
		return 0;
	if (check_now(w, complaint) == -1)
		return -1;
	buf_reset(&w->verified);
	describe(w, &w->verified);
	return 0;
}
