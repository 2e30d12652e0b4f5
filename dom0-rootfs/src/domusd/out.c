/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "core.h"
#include "frame.h"
#include "http.h"
#include "out.h"

struct out {
	struct out_text text;
	int fd;
	struct buf b;		/* a frame: head and piece */
	size_t at;		/* sent of it */
	bool ended;		/* it is the last one */
	struct out *next;
};

static void
out_free(struct out *o)
{
	if (o->fd != -1)
		close(o->fd);
	o->text.free(o->text.arg);
	buf_free(&o->b);
	free(o);
}

int
out_answer(struct request *q, const struct out_text *t)
{
	struct out *o = calloc(1, sizeof(*o)), **at;
	size_t n = 0;

	if (o == NULL) {
		t->free(t->arg);
		return req_fail(q, "INTERNAL_ERROR", "out of memory", NULL);
	}
	o->text = *t;
	o->fd = -1;
	for (at = &q->core->outs; *at != NULL; at = &(*at)->next)
		n++;
	if (n >= OUTS || http_pair(q, &o->fd) == -1) {
		out_free(o);
		return req_fail(q, "TOO_BUSY", NULL);
	}
	*at = o;
	q->http->type = t->type;
	http_download(q, -1);
	return http_answer(q, NULL, "");
}

nfds_t
out_poll(const struct core *core, struct pollfd *fds)
{
	nfds_t n = 0;

	for (const struct out *o = core->outs; o != NULL; o = o->next)
		fds[n++] = (struct pollfd){ o->fd, POLLOUT, 0 };
	return n;
}

/* The next frame: a piece, or one that is empty and says that this was all. */
static void
fill(struct core *core, struct out *o)
{
	static const char room[FRAME_HEAD];

	buf_reset(&o->b);
	o->at = 0;
	buf_add(&o->b, room, FRAME_HEAD);
	while (!o->ended && o->b.len == FRAME_HEAD)
		o->ended = !o->text.more(core, o->text.arg, &o->b);
	if (o->b.failed)
		return;
	frame_head((unsigned char *)o->b.data,
	    (uint32_t)(o->b.len - FRAME_HEAD));
	if (o->ended && o->b.len > FRAME_HEAD)
		buf_add(&o->b, room, FRAME_HEAD);
}

/* false: it is over. */
static bool
step(struct core *core, struct out *o)
{
	ssize_t n;

	if (o->at == o->b.len) {
		if (o->ended)
			return false;
		fill(core, o);
	}
	if (o->b.failed)
		return false;	/* without its end: the client will see it */
	n = send(o->fd, o->b.data + o->at, o->b.len - o->at,
	    MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR;
	o->at += (size_t)n;
	return true;
}

void
out_run(struct core *core, const struct pollfd *fds, nfds_t n)
{
	struct out **at = &core->outs, *o;

	for (nfds_t i = 0; i < n && (o = *at) != NULL; i++) {
		if (fds[i].revents == 0 || step(core, o)) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		out_free(o);
	}
}

void
out_close(struct core *core)
{
	struct out *o;

	while ((o = core->outs) != NULL) {
		core->outs = o->next;
		out_free(o);
	}
}
