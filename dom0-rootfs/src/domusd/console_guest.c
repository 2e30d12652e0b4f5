/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console.h"
#include "console_guest.h"
#include "console_term.h"
#include "console_wait.h"

#define TTYS 1000
#define VIEWERS 256
#define TYPED 4096		/* that a guest has not taken; more is lost */
#define PIECE 16384

static struct tty *
tty_of(const struct consoles *c, const char *vm)
{
	struct tty *t;

	for (t = c->ttys; t != NULL && strcmp(t->vm, vm) != 0; t = t->next)
		;
	return t;
}

bool
guest_has(const struct consoles *c, const char *vm)
{
	const struct tty *t = tty_of(c, vm);

	return t != NULL && t->fd != -1;
}

static int
refuse(int fd, int why)
{
	if (fd != -1)
		close(fd);
	errno = why;
	return -1;
}

static struct tty *
tty_new(struct consoles *c, const char *vm)
{
	struct tty *t = calloc(1, sizeof(*t));
	size_t n = 0;

	for (const struct tty *o = c->ttys; o != NULL; o = o->next)
		n++;
	if (t != NULL && n < TTYS)
		t->kept = malloc(CONSOLE_KEPT);
	if (t == NULL || t->kept == NULL) {
		free(t);
		return NULL;
	}
	snprintf(t->vm, sizeof(t->vm), "%s", vm);
	t->fd = -1;
	t->next = c->ttys;
	c->ttys = t;
	return t;
}

int
guest_add(struct consoles *c, const char *vm, int fd)
{
	struct tty *t = tty_of(c, vm);

	if (fd == -1)
		return refuse(fd, ENOENT);
	if (t == NULL)
		t = tty_new(c, vm);
	if (t == NULL)
		return refuse(fd, EMFILE);
	if (t->fd != -1)
		close(t->fd);
	t->fd = fd;
	return 0;
}

/* What the terminal has to say to its guest: keys that were typed, answers. */
static void
typed(void *arg, const char *data, size_t len)
{
	struct tty *t = arg;

	if (!t->mute && len <= TYPED - t->to.len)
		buf_add(&t->to, data, len);
}

/* The next piece of the ring from `from' on: at most up to its end. */
static const char *
piece(const struct tty *t, uint64_t from, size_t *len_r)
{
	size_t at = from % CONSOLE_KEPT;

	*len_r = CONSOLE_KEPT - at;
	if (*len_r > t->said - from)
		*len_r = (size_t)(t->said - from);
	return t->kept + at;
}

static uint64_t
oldest(const struct tty *t)
{
	return t->said > CONSOLE_KEPT ? t->said - CONSOLE_KEPT : 0;
}

/* The first that looks has it made from what was kept. */
static int
need_term(struct tty *t)
{
	const char *data;
	size_t len;

	if (t->term == NULL)
		t->term = term_new(typed, t);
	else
		return 0;
	if (t->term == NULL)
		return -1;
	t->mute = true;
	for (uint64_t at = oldest(t); at < t->said; at += len) {
		data = piece(t, at, &len);
		term_feed(t->term, data, len);
	}
	t->mute = false;
	return 0;
}

int
viewer_add(struct consoles *c, const char *vm, bool pixels, int fd)
{
	struct tty *t = tty_of(c, vm);
	struct viewer *v = NULL;
	size_t n = 0;

	for (v = c->viewers; v != NULL; v = v->next)
		n++;
	if (fd == -1 || t == NULL || t->fd == -1)
		return refuse(fd, ENOENT);
	if (n < VIEWERS && (!pixels || need_term(t) == 0))
		v = calloc(1, sizeof(*v));
	if (v == NULL)
		return refuse(fd, EMFILE);
	v->fd = fd;
	v->tty = t;
	v->pixels = pixels;
	v->seen = oldest(t);
	if (pixels)
		rfb_init(&v->rfb, t->term, c->font);
	v->next = c->viewers;
	c->viewers = v;
	return 0;
}

static void
sweep(struct consoles *c)
{
	struct viewer **at = &c->viewers, *v;

	while ((v = *at) != NULL) {
		if (!v->over) {
			at = &v->next;
			continue;
		}
		*at = v->next;
		close(v->fd);
		rfb_free(&v->rfb);
		free(v);
	}
}

static void
lose_viewers(struct consoles *c, const struct tty *t)
{
	for (struct viewer *v = c->viewers; v != NULL; v = v->next)
		v->over |= v->tty == t;
	sweep(c);
}

void
guest_drop(struct consoles *c, const char *vm)
{
	struct tty **at = &c->ttys, *t;

	openers_give_up(c, vm);
	while (*at != NULL && strcmp((*at)->vm, vm) != 0)
		at = &(*at)->next;
	if ((t = *at) == NULL)
		return;
	lose_viewers(c, t);
	*at = t->next;
	if (t->fd != -1)
		close(t->fd);
	term_free(t->term);
	buf_free(&t->to);
	free(t->kept);
	free(t);
}

void
consoles_close(struct consoles *c)
{
	while (c->ttys != NULL)
		guest_drop(c, c->ttys->vm);
	font_close(c->font);
	openers_free(c);
	msg_port_free(&c->port);
}

static bool
waiting(const struct viewer *v)
{
	return v->pixels ? v->rfb.out.len > 0 : v->seen < v->tty->said;
}

size_t
consoles_poll(struct consoles *c, struct pollfd *fds, size_t room)
{
	size_t n = 0;
	short in;

	for (struct tty *t = c->ttys; t != NULL && n < room; t = t->next)
		fds[n++] = (struct pollfd){ t->fd, (short)(POLLIN |
		    (t->to.len > 0 ? POLLOUT : 0)), 0 };
	for (struct viewer *v = c->viewers; v != NULL && n < room;
	    v = v->next) {
		/* who types more than the guest takes has to wait */
		in = v->tty->to.len < TYPED / 2 ? POLLIN : 0;
		fds[n++] = (struct pollfd){ v->fd, (short)(in |
		    (waiting(v) ? POLLOUT : 0)), 0 };
	}
	return n;
}

static void
keep(struct tty *t, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		t->kept[t->said++ % CONSOLE_KEPT] = data[i];
	if (t->term != NULL)
		term_feed(t->term, data, len);
}

static bool
later(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void
tty_turn(struct consoles *c, struct tty *t, short events)
{
	char data[PIECE];
	ssize_t n;

	if (t->to.len > 0) {
		n = write(t->fd, t->to.data, t->to.len);
		if (n > 0)
			buf_drop(&t->to, (size_t)n);
	}
	if ((events & ~POLLOUT) == 0)
		return;
	n = read(t->fd, data, sizeof(data));
	if (n > 0) {
		keep(t, data, (size_t)n);
	} else if (n == 0 || !later()) {
		close(t->fd);
		t->fd = -1;
		lose_viewers(c, t);
	}
}

static void
viewer_read(struct viewer *v)
{
	char data[1024];
	ssize_t n = read(v->fd, data, sizeof(data));

	if (n == -1 && later())
		return;
	if (n <= 0)
		v->over = true;
	else if (!v->pixels)
		typed(v->tty, data, (size_t)n);
	else if (rfb_feed(&v->rfb, data, (size_t)n) == -1)
		v->over = true;
}

static void
viewer_write(struct viewer *v)
{
	struct buf *b = &v->rfb.out;
	const char *data;
	size_t len;
	ssize_t n;

	if (v->pixels) {
		data = b->data + v->out_at;
		len = b->len - v->out_at;
	} else {
		if (v->seen < oldest(v->tty))
			v->seen = oldest(v->tty);
		data = piece(v->tty, v->seen, &len);
	}
	n = len > 0 ? send(v->fd, data, len, MSG_NOSIGNAL) : 0;
	if (n == -1) {
		v->over |= !later();
		return;
	}
	if (!v->pixels) {
		v->seen += (uint64_t)n;
		return;
	}
	v->out_at += (size_t)n;
	if (v->out_at == b->len) {
		buf_reset(b);
		v->out_at = 0;
	}
}

/* What the guests have said first, so that viewers get it at once. */
void
consoles_run(struct consoles *c, const struct pollfd *fds, size_t n)
{
	struct viewer *v;
	size_t i = 0;

	for (struct tty *t = c->ttys; t != NULL && i < n; t = t->next, i++)
		if (t->fd != -1 && fds[i].revents != 0)
			tty_turn(c, t, fds[i].revents);
	for (v = c->viewers; v != NULL; v = v->next) {
		for (i = 0; i < n && fds[i].fd != v->fd; i++)
			;
		if (i < n && (fds[i].revents & ~POLLOUT) != 0)
			viewer_read(v);
		if (v->pixels && !v->over)
			rfb_update(&v->rfb);
		if (!v->over && waiting(v))
			viewer_write(v);
	}
	sweep(c);
}
