/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console.h"
#include "console_guest.h"
#include "console_wait.h"
#include "log.h"
#include "net_sandbox.h"
#include "priv.h"

#define POLLED 2048
#define SPARE_FDS 16

/* Whether the answer is there at once; a terminal may be on its way. */
static bool
open_one(struct consoles *c, uint64_t id, const struct value *params, int fd,
    struct reply *r)
{
	const char *vm = value_get_str(params, "vm");
	const char *kind = value_get_str(params, "kind");
	bool pixels = kind != NULL && strcmp(kind, "rfb") == 0;

	if (vm == NULL)
		vm = "";
	if (!guest_has(c, vm)) {
		if (opener_add(c, id, vm, pixels, fd) == 0)
			return false;
		opener_reply(r, -1, vm);
		return true;
	}
	opener_reply(r, viewer_add(c, vm, pixels, fd), vm);
	return true;
}

/* A call's descriptor comes in the order of the calls that carry one. */
static bool
answer(void *arg, uint64_t id, enum priv what, struct value *params,
    struct reply *r)
{
	struct consoles *c = arg;
	const char *vm = value_get_str(value_at(params, 0), "vm");
	int fd = what == PRIV_CONSOLE_DROP ? -1 : msg_fd_take(&c->port), rc;

	if (vm == NULL)
		vm = "";
	switch (what) {
	case PRIV_CONSOLE_ADD:
		rc = guest_add(c, vm, fd);
		break;
	case PRIV_CONSOLE_DROP:
		guest_drop(c, vm);
		rc = 0;
		break;
	case PRIV_CONSOLE_OPEN:
		return open_one(c, id, value_at(params, 0), fd, r);
	default:
		if (fd != -1)
			close(fd);
		reply_fail(r, "INTERNAL_ERROR", "not [console]'s business",
		    NULL);
		return true;
	}
	opener_reply(r, rc, vm);
	return true;
}

static int
turn(struct consoles *c, struct pollfd *fds, struct err *e)
{
	size_t n = 1;

	fds[0] = (struct pollfd){ c->port.fd, priv_events(&c->port), 0 };
	n += consoles_poll(c, fds + 1, POLLED - 1);
	if (poll(fds, n, openers_due(c)) == -1)
		return errno == EINTR ? 0 : err_sys(e, "poll");
	consoles_run(c, fds + 1, n - 1);
	if (fds[0].revents != 0 && priv_turn(&c->port, answer, c, e) == -1)
		return -1;
	return openers_run(c, e);
}

static int
serve(struct consoles *c, const struct console_config *conf, struct err *e)
{
	struct pollfd *fds = calloc(POLLED, sizeof(*fds));
	int rc = 0;

	c->font = font_open();
	if (fds == NULL || c->font == NULL)
		rc = err_set(e, "out of memory");
	else if (conf->sandbox)
		rc = net_sandbox(conf->root, conf->uid, POLLED + SPARE_FDS, e);
	while (rc == 0 && !c->port.eof)
		rc = turn(c, fds, e);
	free(fds);
	return rc == -1 && e->sys == EPIPE ? 0 : rc;
}

int
console_main(const struct console_config *conf)
{
	struct consoles c = { 0 };
	struct err e;
	int rc;

	priv_port(&c.port, conf->core_fd);
	c.port.takes_fds = true;
	rc = serve(&c, conf, &e);
	if (rc == -1)
		log_error(conf->log, "consoles: %s", e.text);
	consoles_close(&c);
	return rc == 0 ? 0 : 1;
}
