/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "codes.h"
#include "install.h"
#include "network.h"
#include "save.h"

/* The summary, the installation, and what follows it. */

void
summary_build(struct wizard *w, struct page *p)
{
	struct err e;

	p->danger = true;
	if (wizard_plan(w, FORM_HASHED | FORM_AGAIN, &e) == -1) {
		buf_printf(&p->text, "%s\n", e.text);
		return;
	}
	if (findings_bad(&w->findings)) {
		p->next = "Look again";
		buf_str_add(&p->text, "The answers do not fit; go back and "
		    "change them:\n\n");
		wizard_findings(w, SECTION_NONE, &p->text);
		return;
	}
	p->next = form_fresh(&w->form) ?
	    "Erase and install" : "Do it";
	buf_str_add(&p->text, "This will be done:\n\n");
	verify_say(w, &p->text);
	plan_print(&w->plan, &p->text);
	if (w->findings.n > 0)
		buf_char(&p->text, '\n');
	wizard_findings(w, SECTION_NONE, &p->text);
}

int
summary_leave(struct wizard *w, struct buf *complaint)
{
	struct err e;

	if (wizard_plan(w, FORM_HASHED | FORM_AGAIN, &e) == -1) {
		buf_str_add(complaint, e.text);
		return -1;
	}
	return findings_bad(&w->findings) ? -1 : 0;
}

/* What the other process is told. */
struct task {
	struct wizard *w;
	struct network_try network;
};

static int
install(void *arg, struct ui *ui)
{
	struct task *t = arg;
	struct wizard *w = t->w;
	struct options o = *w->o;
	struct answers a = { 0 };
	struct installed found;
	struct err e;

	if (origin_wanted(w) &&
	    network_have(w, &t->network, ui, &e) == -1) {
		fail_say(ui, &e, DI_ADDRESS);
		ui_say(ui, "nothing was written");
		return OUTCOME_FAILED;
	}
	if (origin_wanted(w))
		o.bring_network = false;
	o.agreed = w->agreed ? &w->plan : NULL;
	return (int)session_install(&o, ui, "answers", w->xml.data,
	    w->xml.len, &a, &found);
}

const struct end_page end_pages[] = {
	[END_PAGE_DONE] = { "Installed", "The host boots from its disk; take "
	    "the medium out, or let the firmware boot the disk first." },
	[END_PAGE_FAILED] = { "The installation failed", "The cause is the "
	    "line with FAILED. Correct it, and try again: no reboot is "
	    "needed, and all that was typed is still there." },
	[END_PAGE_LOG] = { "The log",
	    "What the installation said, the last at the end." },
	[END_PAGE_SAVE] = { "Save the answers", "The file is put into the "
	    "stick's top directory; one of that name is replaced. A path in "
	    "the installer's own memory is gone after the reboot, but can be "
	    "fetched by SSH." },
};

static struct page
end_page(enum end_page_nr nr, const char *next)
{
	return (struct page){ .title = end_pages[nr].title,
		.help = end_pages[nr].help, .next = next };
}

/* From "FAILED" on: what, and what it left behind; not what went before. */
static void
add_failure(const struct job *j, struct buf *to)
{
	const char *at = strstr(buf_str(&j->log), "FAILED:"), *end;

	if (at == NULL)
		at = log_tail(&j->log, 10);
	end = strstr(at, "what went before:");
	buf_add(to, at, end != NULL ? (size_t)(end - at) : strlen(at));
}

static void
add_saved(const struct wizard *w, struct page *p)
{
	if (w->saved[0] != '\0')
		buf_printf(&p->text, "\n%s\n", w->saved);
}

static void
build_done(struct wizard *w, struct page *p, const struct job *j)
{
	buf_printf(&p->text, "%s, in %d s. The answers can be saved as a file "
	    "that does the same on another machine, with nobody asked.\n",
	    form_is(&w->form, KEY_OF_ACTION, "restore") ?
	    "The image before the last upgrade boots again" :
	    "Domus is installed", (int)(j->took + 0.5));
	add_saved(w, p);
	page_item(p, ITEM_CHOICE, "", w->form.text[KEY_OF_NEXT]);
	page_option(p, "reboot", "Reboot into the host", "");
	page_option(p, "poweroff", "Power off", "");
	page_option(p, "save", "Save the answers", "");
	page_option(p, "shell", "A shell", "");
}

static void
build_failed(struct wizard *w, struct page *p, const struct job *j)
{
	page_item(p, ITEM_CHOICE, "What next?", w->form.text[KEY_OF_NEXT]);
	page_option(p, "retry", "Try again with the same answers", "");
	page_option(p, "back", "Back to the questions", "");
	page_option(p, "log", "Look at the log", "");
	page_option(p, "save", "Save the answers", "");
	page_option(p, "shell", "A shell", "");
	page_option(p, "reboot", "Reboot", "");
	page_option(p, "poweroff", "Power off", "");
	add_failure(j, &p->text);
	add_saved(w, p);
}

static void
show_log(struct wizard *w, const struct job *j)
{
	struct page p = end_page(END_PAGE_LOG, "Close");

	p.from_end = true;
	buf_str_add(&p.text, buf_str(&j->log));
	w->front->ops->ask(w->front, &p);
	page_free(&p);
}

static void
ask_save(struct wizard *w)
{
	struct buf complaint = { 0 };
	enum reply reply;
	struct page p;
	struct err e;

	/* a stick may have been plugged in just now */
	w->agreed = false;
	wizard_probe(w, &e);
	do {
		p = end_page(END_PAGE_SAVE, "Save");
		save_build(w, &p);
		page_settle(&p);
		buf_str_add(&p.complaint, buf_str(&complaint));
		buf_reset(&complaint);
		reply = w->front->ops->ask(w->front, &p);
		page_free(&p);
	} while (reply == REPLY_NEXT && save_answers(w, &complaint) == -1);
	buf_free(&complaint);
}

/* What the person wants next; REPLY_LOST: nobody is there any more. */
static enum reply
ask_next(struct wizard *w, const struct job *j)
{
	bool done = j->status == OUTCOME_DONE;
	enum reply reply;
	struct page p;

	w->form.text[KEY_OF_NEXT][0] = '\0';
	do {
		p = end_page(done ? END_PAGE_DONE : END_PAGE_FAILED, "Go on");
		(done ? build_done : build_failed)(w, &p, j);
		page_settle(&p);
		reply = w->front->ops->ask(w->front, &p);
		page_free(&p);
		if (reply == REPLY_LOST || reply == REPLY_TAKEN)
			return REPLY_LOST;
		if (reply == REPLY_NEXT && form_is(&w->form, KEY_OF_NEXT,
		    "save"))
			ask_save(w);
		else if (reply == REPLY_NEXT && form_is(&w->form, KEY_OF_NEXT,
		    "log"))
			show_log(w, j);
		else if (reply == REPLY_NEXT || !done)
			return reply;
	} while (true);
}

static enum tui_end
next_end(const struct wizard *w)
{
	return form_is(&w->form, KEY_OF_NEXT, "reboot") ? TUI_REBOOT :
	    form_is(&w->form, KEY_OF_NEXT, "poweroff") ? TUI_POWEROFF :
	    TUI_SHELL;
}

static enum tui_end
end_of(const struct wizard *w, const struct job *j, enum reply reply)
{
	if (reply == REPLY_LOST)
		return j->status == OUTCOME_DONE ? TUI_REBOOT : TUI_LOST;
	if (reply == REPLY_BACK || form_is(&w->form, KEY_OF_NEXT, "back"))
		return TUI_TAKEN;
	return next_end(w);
}

enum tui_end
end_install(struct wizard *w)
{
	struct task t = { .w = w };
	enum tui_end end = TUI_TAKEN;
	bool again = true;
	enum reply reply;
	struct job j;
	struct err e;

	w->agreed = true;
	if ((origin_wanted(w) &&
	    network_prepare(w, &t.network, &e) == -1) ||
	    wizard_plan(w, FORM_HASHED | FORM_AGAIN, &e) == -1)
		again = false;
	while (again) {
		if (job_start(&j, install, &t, &e) == -1)
			break;
		w->front->ops->watch(w->front, "Installing", &j);
		if (j.status == OUTCOME_DONE)
			t.network.needed = false;
		reply = ask_next(w, &j);
		again = reply == REPLY_NEXT &&
		    form_is(&w->form, KEY_OF_NEXT, "retry");
		end = end_of(w, &j, reply);
		job_free(&j);
		/* The disk is another now; what was typed is the same. */
		w->agreed = false;
		wizard_probe(w, &e);
	}
	network_done(w, &t.network, !t.network.needed);
	return end;
}
