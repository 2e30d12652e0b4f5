/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console.h"
#include "console_guest.h"
#include "log.h"
#include "net_sandbox.h"
#include "priv.h"

#define POLLED 2048
#define SPARE_FDS 16

/* A call's descriptor comes in the order of the calls that carry one. */
static bool
answer(void *arg, uint64_t id, enum priv what, struct value *params,
    struct reply *r)
{
	struct consoles *c = arg;
	const char *vm = value_get_str(value_at(params, 0), "vm");
	const char *kind = value_get_str(value_at(params, 0), "kind");
	int fd = what == PRIV_CONSOLE_DROP ? -1 : msg_fd_take(&c->port), rc;

	(void)id;
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
		rc = viewer_add(c, vm, kind != NULL &&
		    strcmp(kind, "rfb") == 0, fd);
		break;
	default:
		if (fd != -1)
			close(fd);
		reply_fail(r, "INTERNAL_ERROR", "not [console]'s business",
		    NULL);
		return true;
	}
	if (rc == -1)
		reply_fail(r, errno == ENOENT ? "HANDLE_INVALID" : "TOO_BUSY",
		    "VM", vm, NULL);
	else
		reply_set(r, value_new_null());
	return true;
}

static int
turn(struct consoles *c, struct pollfd *fds, struct err *e)
{
	size_t n = 1;

	fds[0] = (struct pollfd){ c->port.fd, priv_events(&c->port), 0 };
	n += consoles_poll(c, fds + 1, POLLED - 1);
	if (poll(fds, n, -1) == -1)
		return errno == EINTR ? 0 : err_sys(e, "poll");
	consoles_run(c, fds + 1, n - 1);
	return fds[0].revents == 0 ? 0 : priv_turn(&c->port, answer, c, e);
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
