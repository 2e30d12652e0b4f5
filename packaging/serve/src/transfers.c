/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "serve.h"
#include "tftp.h"

#define MOST 512		/* at once */

/* Each has a socket of its own, as TFTP wants: its port is its name. */
struct transfer {
	struct tftp t;
	struct file file;
	int fd;			/* -1: free */
	double due;
	char peer[INET_ADDRSTRLEN];
};

struct transfers {
	struct transfer list[MOST];
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
transfers_start(struct serve *s, struct err *e)
{
	s->transfers = calloc(1, sizeof(*s->transfers));
	if (s->transfers == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < MOST; i++)
		s->transfers->list[i].fd = -1;
	return 0;
}

static void
end(struct transfer *x)
{
	if (x->fd != -1)
		close(x->fd);
	x->fd = -1;
	files_close(&x->file);
}

void
transfers_stop(struct serve *s)
{
	for (size_t i = 0; s->transfers != NULL && i < MOST; i++)
		end(&s->transfers->list[i]);
	free(s->transfers);
	s->transfers = NULL;
}

/* A packet that is not taken is as one that the network lost. */
static void
send_packet(void *arg, const void *data, size_t len)
{
	const struct transfer *x = arg;

	if (send(x->fd, data, len, MSG_NOSIGNAL) == -1)
		return;
}

/* A file name of a stranger, for a log's line. */
static void
printable(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; from[n] != '\0' && n < size - 1; n++)
		to[n] = from[n] >= ' ' && from[n] < 127 ? from[n] : '?';
	to[n] = '\0';
}

static void
refuse(const struct serve *s, const struct sockaddr_in *peer,
    enum tftp_error code, const char *why)
{
	char packet[128];
	size_t len = tftp_error(code, why, packet, sizeof(packet));

	if (sendto(s->tftp, packet, len, MSG_NOSIGNAL,
	    (const struct sockaddr *)peer, sizeof(*peer)) == -1)
		return;
}

static int
open_transfer(struct serve *s, struct transfer *x,
    const struct sockaddr_in *peer)
{
	int size = 1 << 20;
	struct err none;

	x->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (x->fd == -1 ||
	    connect(x->fd, (const struct sockaddr *)peer, sizeof(*peer)) ==
	    -1 || serve_watch(s, x->fd, SOURCE_TRANSFER, (unsigned int)(x -
	    s->transfers->list), &none) == -1)
		return -1;
	setsockopt(x->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}

static void
begin(struct serve *s, struct transfer *x, const struct tftp_request *r,
    const struct sockaddr_in *peer)
{
	char name[80], text[100];

	printable(r->path, name, sizeof(name));
	if (files_open(&s->site, &s->roots, r->path, &x->file) == -1) {
		log_info(s->log, "%s: no file %s", x->peer, name);
		refuse(s, peer, TFTP_NOT_FOUND, "no such file");
		end(x);
		return;
	}
	if (open_transfer(s, x, peer) == -1) {
		refuse(s, peer, TFTP_OTHER, "no socket");
		end(x);
		return;
	}
	x->t = (struct tftp){ .how = *r, .fd = x->file.fd,
		.text = buf_str(&x->file.text), .size = x->file.size,
		.send = send_packet, .arg = x };
	snprintf(text, sizeof(text), "loads %s", name);
	machines_note(&s->machines, "", x->peer, time(NULL), text);
	tftp_begin(&x->t);
	x->due = now() + tftp_patience(&x->t);
}

static struct transfer *
room(struct serve *s)
{
	for (size_t i = 0; i < MOST; i++)
		if (s->transfers->list[i].fd == -1)
			return &s->transfers->list[i];
	return NULL;
}

void
transfers_ask(struct serve *s)
{
	struct sockaddr_in peer;
	socklen_t peer_len = sizeof(peer);
	struct tftp_request r;
	enum tftp_error code;
	struct transfer *x;
	char packet[1500];
	const char *why;
	ssize_t n;

	while ((n = recvfrom(s->tftp, packet, sizeof(packet), 0,
	    (struct sockaddr *)&peer, &peer_len)) >= 0) {
		x = room(s);
		if (tftp_parse(packet, (size_t)n, &r, &code, &why) == -1) {
			refuse(s, &peer, code, why);
		} else if (x == NULL) {
			refuse(s, &peer, TFTP_OTHER, "too many at once");
		} else {
			*x = (struct transfer){ .fd = -1,
				.file = { .fd = -1 } };
			peer_text(&peer, x->peer);
			begin(s, x, &r, &peer);
		}
		peer_len = sizeof(peer);
	}
}

static void
look(struct serve *s, struct transfer *x)
{
	char name[80];

	if (x->t.state == TFTP_GOING)
		return;
	printable(x->t.how.path, name, sizeof(name));
	if (x->t.state == TFTP_DONE) {
		s->machines.tftp += x->t.size;
		log_info(s->log, "%s: %s by TFTP", x->peer, name);
	}
	end(x);
}

void
transfers_take(struct serve *s, unsigned int nr)
{
	struct transfer *x = &s->transfers->list[nr];
	char packet[600];
	ssize_t n = 0;

	while (x->fd != -1 && x->t.state == TFTP_GOING &&
	    (n = recv(x->fd, packet, sizeof(packet), 0)) >= 0) {
		uint64_t before = x->t.acked;

		tftp_take(&x->t, packet, (size_t)n);
		if (x->t.acked != before || x->t.tries == 0)
			x->due = now() + tftp_patience(&x->t);
	}
	/* it has gone: its port answers that nobody is there */
	if (n == -1 && errno == ECONNREFUSED)
		x->t.state = TFTP_FAILED;
	if (x->fd != -1)
		look(s, x);
}

int
transfers_wait(struct serve *s)
{
	double t = now(), next = -1;

	for (size_t i = 0; i < MOST; i++) {
		struct transfer *x = &s->transfers->list[i];

		if (x->fd != -1 && x->due <= t) {
			tftp_again(&x->t);
			x->due = t + tftp_patience(&x->t);
			look(s, x);
		}
		if (x->fd != -1 && (next < 0 || x->due < next))
			next = x->due;
	}
	return next < 0 ? -1 : next <= t ? 0 : (int)((next - t) * 1000) + 1;
}
