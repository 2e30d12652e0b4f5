/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "console_guest.h"
#include "console_wait.h"
#include "priv.h"

#define OPENERS 32
#define PATIENCE_MS 5000

struct opener {
	uint64_t id;
	char vm[ID_UUID];
	bool pixels;
	int fd;
	int64_t until;
	struct opener *next;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int
opener_add(struct consoles *c, uint64_t id, const char *vm, bool pixels,
    int fd)
{
	struct opener *o, **at = &c->openers;
	size_t n = 0;

	for (; *at != NULL; at = &(*at)->next)
		n++;
	o = fd != -1 && n < OPENERS ? calloc(1, sizeof(*o)) : NULL;
	if (o == NULL) {
		if (fd != -1)
			close(fd);
		errno = EMFILE;
		return -1;
	}
	o->id = id;
	snprintf(o->vm, sizeof(o->vm), "%s", vm);
	o->pixels = pixels;
	o->fd = fd;
	o->until = now_ms() + PATIENCE_MS;
	*at = o;
	return 0;
}

void
opener_reply(struct reply *r, int rc, const char *vm)
{
	if (rc == 0)
		reply_set(r, value_new_null());
	else
		reply_fail(r, errno == ENOENT ? "HANDLE_INVALID" : "TOO_BUSY",
		    "VM", vm, NULL);
}

/* viewer_add() takes the descriptor, and says ENOENT when there is nothing. */
static int
answer(struct consoles *c, struct opener *o, struct err *e)
{
	struct reply r = { 0 };
	int rc;

	opener_reply(&r, viewer_add(c, o->vm, o->pixels, o->fd), o->vm);
	rc = priv_reply(&c->port, o->id, &r, e);
	reply_free(&r);
	free(o);
	return rc;
}

int
openers_run(struct consoles *c, struct err *e)
{
	struct opener **at = &c->openers, *o;
	int64_t now = c->openers != NULL ? now_ms() : 0;
	int rc = 0;

	while (rc == 0 && (o = *at) != NULL) {
		if (o->until > now && !guest_has(c, o->vm)) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		rc = answer(c, o, e);
	}
	return rc;
}

int
openers_due(const struct consoles *c)
{
	int64_t now, due = INT64_MAX;

	if (c->openers == NULL)
		return -1;
	now = now_ms();
	for (const struct opener *o = c->openers; o != NULL; o = o->next)
		due = o->until < due ? o->until : due;
	return due <= now ? 0 : (int)(due - now);
}

void
openers_give_up(struct consoles *c, const char *vm)
{
	for (struct opener *o = c->openers; o != NULL; o = o->next)
		if (strcmp(o->vm, vm) == 0)
			o->until = 0;
}

void
openers_free(struct consoles *c)
{
	struct opener *o;

	while ((o = c->openers) != NULL) {
		c->openers = o->next;
		close(o->fd);
		free(o);
	}
}
