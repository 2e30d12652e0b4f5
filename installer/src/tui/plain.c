/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "form.h"
#include "front.h"

/*
 * Line by line, for terminals that can do no more: numbers choose, an empty
 * line keeps what is shown, "<" goes back, "?" explains.
 */
#define WIDTH 78
#define MARKS_MAX 64		/* in one line */

struct plain {
	struct front front;
	FILE *in, *out;
};

enum heard { HEARD_LINE, HEARD_EMPTY, HEARD_BACK, HEARD_LOST, HEARD_TAKEN };

static void
put_text(struct plain *f, const char *lead, const char *text)
{
	const char *next;
	size_t len;

	for (; *text != '\0'; text = next) {
		len = text_wrap(text, WIDTH - strlen(lead), &next);
		fprintf(f->out, "%s", lead);
		for (size_t i = 0; i < len; i++)
			fputc(text[i] < ' ' || text[i] > '~' ? '?' : text[i],
			    f->out);
		fputc('\n', f->out);
	}
}

/* Until a line is there to be read, or another terminal was used. */
static bool
wait_line(struct plain *f)
{
	struct claim *claim = f->front.claim;
	struct pollfd p = { .fd = fileno(f->in), .events = POLLIN };

	while (!claim->ours && claim->take != NULL) {
		if (poll(&p, 1, 1000) > 0) {
			claim->ours = claim->take(claim->arg);
			return claim->ours;
		}
		if (claim->taken(claim->arg))
			return false;
	}
	claim->ours = true;
	return true;
}

static enum heard
hear(struct plain *f, const char *help, char line[FORM_TEXT])
{
	for (;;) {
		fflush(f->out);
		if (!wait_line(f))
			return HEARD_TAKEN;
		if (fgets(line, FORM_TEXT, f->in) == NULL)
			return HEARD_LOST;
		line[strcspn(line, "\r\n")] = '\0';
		if (strcmp(line, "?") != 0)
			break;
		fputc('\n', f->out);
		put_text(f, "  ", help);
		fprintf(f->out, "> ");
	}
	return strcmp(line, "<") == 0 ? HEARD_BACK :
	    line[0] == '\0' ? HEARD_EMPTY : HEARD_LINE;
}

static enum heard
hear_secret(struct plain *f, const char *help, char line[FORM_TEXT])
{
	struct termios old, quiet;
	bool tty = tcgetattr(fileno(f->in), &old) == 0;
	enum heard h;

	fflush(f->out);
	if (tty) {
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(fileno(f->in), TCSADRAIN, &quiet);
	}
	h = hear(f, help, line);
	if (tty) {
		tcsetattr(fileno(f->in), TCSADRAIN, &old);
		fputc('\n', f->out);
	}
	return h;
}

static enum heard
ask_input(struct plain *f, const struct page *p, struct item *i)
{
	bool secret = i->kind == ITEM_SECRET;
	char line[FORM_TEXT];
	enum heard h;

	fprintf(f->out, "%s [%s]: ", i->label, !secret ? i->value :
	    i->value[0] != '\0' ? "as before" : "");
	h = secret ? hear_secret(f, p->help, line) : hear(f, p->help, line);
	if (h == HEARD_LINE)
		snprintf(i->value, FORM_TEXT, "%s", strcmp(line, "-") == 0 ?
		    "" : line);
	explicit_bzero(line, sizeof(line));
	return h;
}

static void
show_options(struct plain *f, struct item *i)
{
	if (i->label[0] != '\0')
		fprintf(f->out, "%s\n", i->label);
	for (size_t n = 0; n < i->noptions; n++) {
		const struct option_row *o = &i->options[n];

		if (o->disabled)
			fprintf(f->out, "      -  ");
		else
			fprintf(f->out, "%s%3zu)  ", item_picked(i, o) ?
			    " *" : "  ", n + 1);
		put_text(f, "", o->label);
		put_text(f, "         ", o->detail);
	}
	fprintf(f->out, i->kind == ITEM_CHECKS ?
	    "Numbers to mark or unmark; empty: go on: " :
	    "A number; empty: as marked: ");
}

/*
 * Numbers, by blanks or commas; of a choice, one.  False: something else
 * stands there, and nothing is picked.
 */
static bool
pick(struct item *i, char *line)
{
	const struct option_row *picked[MARKS_MAX];
	char *save, *word, *end;
	size_t all = 0, most = i->kind == ITEM_CHOICE ? 1 : MARKS_MAX;
	unsigned long n;

	for (word = strtok_r(line, " ,", &save); word != NULL;
	    word = strtok_r(NULL, " ,", &save)) {
		n = strtoul(word, &end, 10);
		if (*end != '\0' || n == 0 || n > i->noptions ||
		    i->options[n - 1].disabled || all == most)
			return false;
		picked[all++] = &i->options[n - 1];
	}
	for (n = 0; n < all; n++)
		item_pick(i, picked[n]);
	return true;
}

static enum heard
ask_options(struct plain *f, struct page *p, struct item *i)
{
	char line[FORM_TEXT];
	enum heard h;
	bool good;

	for (;;) {
		/* nothing that is on paper changes: it is told anew */
		if (p->refresh != NULL)
			p->refresh(p->arg, p);
		show_options(f, i);
		h = hear(f, p->help, line);
		if (h != HEARD_LINE)
			return h;
		good = pick(i, line);
		if (!good)
			fprintf(f->out, i->kind == ITEM_CHOICE ?
			    "Not one number of those above.\n" :
			    "Not numbers of those above.\n");
		else if (i->kind == ITEM_CHOICE)
			return h;
	}
}

static enum heard
ask_go(struct plain *f, const struct page *p)
{
	char line[FORM_TEXT];
	enum heard h;

	do {
		fprintf(f->out, p->danger ?
		    "%s?  \"yes\", or \"<\" for back: " :
		    "%s: press Enter (\"<\" for back, \"?\" for help): ",
		    p->next);
		h = hear(f, p->help, line);
	} while (p->danger && (h == HEARD_EMPTY || (h == HEARD_LINE &&
	    strcmp(line, "yes") != 0)));
	return h;
}

static enum reply
plain_ask(struct front *front, struct page *p)
{
	struct plain *f = (struct plain *)front;
	enum heard h = HEARD_EMPTY;

	fprintf(f->out, "\n== %s ==\n\n", p->title);
	put_text(f, "", buf_str(&p->text));
	if (p->text.len > 0)
		fputc('\n', f->out);
	put_text(f, "! ", buf_str(&p->complaint));
	if (p->complaint.len > 0)
		fputc('\n', f->out);
	for (size_t n = 0; h <= HEARD_EMPTY && n < p->nitems; n++)
		h = p->items[n].kind == ITEM_INPUT ||
		    p->items[n].kind == ITEM_SECRET ?
		    ask_input(f, p, &p->items[n]) :
		    ask_options(f, p, &p->items[n]);
	if (h <= HEARD_EMPTY && (p->nitems == 0 || p->danger))
		h = ask_go(f, p);
	return h == HEARD_BACK ? REPLY_BACK : h == HEARD_LOST ? REPLY_LOST :
	    h == HEARD_TAKEN ? REPLY_TAKEN : REPLY_NEXT;
}

/* The log itself, as it comes: it names the steps and tells how far it is. */
static void
plain_watch(struct front *front, const char *title, struct job *j)
{
	struct plain *f = (struct plain *)front;
	struct pollfd p = { .fd = j->fd, .events = POLLIN };
	size_t shown = 0;

	fprintf(f->out, "\n== %s ==\n\n", title);
	while (!j->ended) {
		poll(&p, 1, 1000);
		job_read(j);
		fwrite(buf_str(&j->log) + shown, 1, j->log.len - shown,
		    f->out);
		shown = j->log.len;
		fflush(f->out);
	}
}

static void
plain_close(struct front *front)
{
	struct plain *f = (struct plain *)front;

	fclose(f->in);
	fclose(f->out);
	free(f);
}

static const struct front_ops ops = { plain_ask, plain_watch, plain_close };

struct front *
plain_open(int in, int out, struct claim *claim, struct err *e)
{
	struct plain *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	f->front = (struct front){ &ops, claim };
	f->in = fdopen(dup(in), "r");
	f->out = fdopen(dup(out), "w");
	if (f->in != NULL && f->out != NULL) {
		/* A line at a time, so that poll() tells the truth. */
		setvbuf(f->in, NULL, _IONBF, 0);
		return &f->front;
	}
	err_sys(e, "terminal");
	if (f->in != NULL)
		fclose(f->in);
	free(f);
	return NULL;
}
