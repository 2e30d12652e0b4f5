/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tftp.h"

enum { RRQ = 1, WRQ, DATA, ACK, ERROR, OACK };

#define BLKSIZE 512
#define MOST_BLKSIZE 65464
#define MOST_WINDOW 64		/* more gains nothing and costs a burst */

/* A text that ends inside the packet; NULL: it does not. */
static const char *
text_at(const char *p, size_t len, size_t *at)
{
	const char *text = p + *at;
	const char *end = *at < len ? memchr(text, '\0', len - *at) : NULL;

	if (end == NULL)
		return NULL;
	*at = (size_t)(end - p) + 1;
	return text;
}

static bool
number(const char *text, unsigned int least, unsigned int most,
    unsigned int *to)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long n;

	if (digits == 0 || digits > 8 || text[digits] != '\0')
		return false;
	n = strtoul(text, NULL, 10);
	if (n < least)
		return false;
	*to = (unsigned int)(n > most ? most : n);
	return true;
}

/* What is not known or makes no sense is not answered for: RFC 2347. */
static void
option(struct tftp_request *r, const char *name, const char *value)
{
	if (strcasecmp(name, "blksize") == 0)
		r->has_blksize = number(value, 8, MOST_BLKSIZE, &r->blksize);
	else if (strcasecmp(name, "windowsize") == 0)
		r->has_window = number(value, 1, MOST_WINDOW, &r->window);
	else if (strcasecmp(name, "timeout") == 0)
		r->has_timeout = number(value, 1, 255, &r->timeout);
	else if (strcasecmp(name, "tsize") == 0)
		r->tsize = true;
}

int
tftp_parse(const void *data, size_t len, struct tftp_request *r,
    enum tftp_error *code, const char **why)
{
	const char *p = data, *path, *mode, *name, *value;
	size_t at = 2;

	*r = (struct tftp_request){ .blksize = BLKSIZE, .window = 1,
		.timeout = 1 };
	*code = TFTP_ILLEGAL;
	*why = "not a read request";
	if (len < 2 || p[0] != 0 || p[1] != RRQ) {
		if (len >= 2 && p[0] == 0 && p[1] == WRQ) {
			*code = TFTP_ACCESS;
			*why = "nothing is written here";
		}
		return -1;
	}
	path = text_at(p, len, &at);
	mode = path != NULL ? text_at(p, len, &at) : NULL;
	if (mode == NULL || strlen(path) >= sizeof(r->path))
		return -1;
	if (strcasecmp(mode, "octet") != 0) {
		*why = "only octet";
		return -1;
	}
	memcpy(r->path, path, strlen(path) + 1);
	while ((name = text_at(p, len, &at)) != NULL &&
	    (value = text_at(p, len, &at)) != NULL)
		option(r, name, value);
	return 0;
}

size_t
tftp_error(enum tftp_error code, const char *why, void *to, size_t size)
{
	char *p = to;
	int n;

	p[0] = 0;
	p[1] = ERROR;
	p[2] = 0;
	p[3] = (char)code;
	n = snprintf(p + 4, size - 4, "%s", why);
	return (size_t)n < size - 4 ? 4 + (size_t)n + 1 : size;
}

static void
fail(struct tftp *t, const char *why)
{
	char packet[128];

	t->state = TFTP_FAILED;
	t->send(t->arg, packet, tftp_error(TFTP_OTHER, why, packet,
	    sizeof(packet)));
}

static size_t
say(char *to, size_t at, size_t size, const char *name, uint64_t value)
{
	int n = snprintf(to + at, size - at, "%s%c%" PRIu64, name, 0, value);

	return at + (size_t)n + 1;
}

static void
greet(struct tftp *t)
{
	char packet[128] = { 0, OACK };
	size_t at = 2;

	if (t->how.has_blksize)
		at = say(packet, at, sizeof(packet), "blksize",
		    t->how.blksize);
	if (t->how.has_window)
		at = say(packet, at, sizeof(packet), "windowsize",
		    t->how.window);
	if (t->how.has_timeout)
		at = say(packet, at, sizeof(packet), "timeout",
		    t->how.timeout);
	if (t->how.tsize)
		at = say(packet, at, sizeof(packet), "tsize", t->size);
	t->send(t->arg, packet, at);
}

static bool
block(const struct tftp *t, uint64_t nr, char *to, size_t *len_r)
{
	uint64_t from = (nr - 1) * t->how.blksize, left = t->size - from;
	size_t want = left < t->how.blksize ? (size_t)left : t->how.blksize;
	ssize_t n;

	*len_r = want;
	if (t->fd == -1) {
		memcpy(to, t->text + from, want);
		return true;
	}
	for (size_t got = 0; got < want; got += (size_t)n) {
		n = pread(t->fd, to + got, want - got,
		    (off_t)(from + got));
		if (n <= 0)
			return false;
	}
	return true;
}

static void
window(struct tftp *t)
{
	char packet[4 + MOST_BLKSIZE];
	size_t len;

	for (uint64_t nr = t->acked + 1; nr <= t->blocks &&
	    nr <= t->acked + t->how.window; nr++) {
		packet[0] = 0;
		packet[1] = DATA;
		packet[2] = (char)(nr >> 8);
		packet[3] = (char)nr;
		if (!block(t, nr, packet + 4, &len)) {
			fail(t, "the file cannot be read");
			return;
		}
		t->send(t->arg, packet, 4 + len);
	}
}

void
tftp_begin(struct tftp *t)
{
	t->state = TFTP_GOING;
	t->blocks = t->size / t->how.blksize + 1;
	t->acked = 0;
	t->tries = 0;
	t->greeted = !t->how.tsize && !t->how.has_blksize &&
	    !t->how.has_window && !t->how.has_timeout;
	if (t->greeted)
		window(t);
	else
		greet(t);
}

/* A block may be acknowledged twice: by a slow network, which must not have
 * all sent twice from then on; or, in a window, since one was lost. */
static void
same_again(struct tftp *t)
{
	if (t->how.window == 1 || ++t->tries > TFTP_TRIES)
		return;
	window(t);
}

void
tftp_take(struct tftp *t, const void *data, size_t len)
{
	const unsigned char *p = data;
	unsigned int nr, ahead;

	if (t->state != TFTP_GOING || len < 4 || p[0] != 0)
		return;
	if (p[1] == ERROR)
		t->state = TFTP_FAILED;
	if (p[1] != ACK)
		return;
	nr = (unsigned int)p[2] << 8 | p[3];
	if (!t->greeted) {
		t->greeted = nr == 0;
		t->tries = 0;
		if (t->greeted)
			window(t);
		return;
	}
	ahead = (nr - (unsigned int)t->acked) & 0xffff;
	if (ahead == 0) {
		same_again(t);
		return;
	}
	if (ahead > t->how.window || t->acked + ahead > t->blocks)
		return;
	t->acked += ahead;
	t->tries = 0;
	if (t->acked == t->blocks)
		t->state = TFTP_DONE;
	else
		window(t);
}

void
tftp_again(struct tftp *t)
{
	if (t->state != TFTP_GOING)
		return;
	if (++t->tries > TFTP_TRIES)
		t->state = TFTP_FAILED;
	else if (!t->greeted)
		greet(t);
	else
		window(t);
}

unsigned int
tftp_patience(const struct tftp *t)
{
	unsigned int n = t->how.timeout << (t->tries < 2 ? t->tries : 2);

	return n < 255 ? n : 255;
}
