/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"
#include "msg.h"
#include "net_rig.h"

/* The test's [core]. */
struct echo {
	struct msg_port port;
	const char *pem2;
	int64_t cancels;
	uint64_t late;		/* id to answer after the next, or 0 */
	int upload;		/* what a page is to take, or -1 */
	uint64_t upload_id;
	size_t received;
};

static void
echo_big(const struct call *c, struct reply *r)
{
	int64_t n = 0;
	struct err e;
	char *text;

	value_as_int(value_at(c->params, 0), &n, &e);
	text = malloc((size_t)n + 1);
	memset(text, 'x', (size_t)n);
	reply_set(r, value_new_text(text, (size_t)n));
	free(text);
}

/* false: no answer for now. */
static bool
echo_answer(struct echo *echo, const struct msg *m, const struct call *c,
    struct reply *r)
{
	struct err e;

	reply_set(r, value_copy(c->params));
	if (strcmp(c->method, "hold") == 0)
		return false;
	if (strcmp(c->method, "late") == 0) {
		echo->late = m->id;
		return false;
	}
	if (strcmp(c->method, "fail") == 0)
		reply_fail(r, "CODE", value_str(value_at(c->params, 0)), NULL);
	else if (strcmp(c->method, "big") == 0)
		echo_big(c, r);
	else if (strcmp(c->method, "cancels") == 0)
		reply_set(r, value_new_int(echo->cancels));
	else if (strcmp(c->method, "peer") == 0)
		reply_set(r, value_new_str(c->peer));
	else if (strcmp(c->method, "cert") == 0) {
		struct value *pem = value_new_str(echo->pem2);

		assert_int_equal(msg_put(&echo->port, MSG_CERT, 0, pem, &e),
		    0);
		value_free(pem);
	}
	return true;
}

/*
 * A page: what is uploaded is thrown away and counted in the answer; a
 * download is one frame of "abc", and then nothing more, not even an end.
 */
static void
echo_page(struct echo *echo, const struct msg *m)
{
	static const char frame[] = "\003\0\0\0abc";
	struct reply r = { 0 };
	struct call c;
	struct value *v = value_new_struct();
	struct err e;
	int pair[2];
	bool upload;

	assert_int_equal(msg_call_get(m, &c, &e), 0);
	upload = strcmp(c.method, "http.import_raw_vdi") == 0;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    pair), 0);
	value_set_str(v, "way", upload ? "upload" : "download");
	assert_int_equal(msg_put(&echo->port, MSG_STREAM, m->id, v, &e), 0);
	assert_int_equal(msg_attach(&echo->port, pair[0], &e), 0);
	if (upload) {
		echo->upload = pair[1];
		echo->upload_id = m->id;
	} else {
		assert_int_equal(write(pair[1], frame, sizeof(frame) - 1),
		    sizeof(frame) - 1);
		close(pair[1]);
		reply_fail(&r, "IMPORT_ERROR", "not all of it", NULL);
		assert_int_equal(msg_reply_put(&echo->port, m->id, &r, &e),
		    0);
	}
	reply_free(&r);
	value_free(v);
	call_free(&c);
}

/* The frames of an upload, all of which a test sends at once. */
static void
echo_upload(struct echo *echo)
{
	struct frames f = { 0 };
	struct reply r = { 0 };
	char data[4096];
	size_t at, used, done = 0, all = 0;
	struct err e;
	ssize_t n = read(echo->upload, data, sizeof(data));

	while (n > 0 && done < (size_t)n) {
		all += frames_take(&f, data + done, (size_t)n - done, &at,
		    &used);
		done += used;
	}
	echo->received += all;
	if (n > 0 && !f.ended)
		return;
	if (f.ended) {
		r.ok = true;
		r.value = value_new_struct();
		value_set(r.value, "body", value_new_fmt("%zu bytes",
		    echo->received));
		msg_reply_put(&echo->port, echo->upload_id, &r, &e);
	} else
		echo->cancels += 100;	/* cut off */
	reply_free(&r);
	close(echo->upload);
	echo->upload = -1;
	echo->received = 0;
}

static void
echo_message(struct echo *echo, const struct msg *m)
{
	struct reply r = { 0 };
	uint64_t late = echo->late;
	struct call c;
	struct err e;

	if (m->kind == MSG_CANCEL)
		echo->cancels++;
	if (m->kind == MSG_HTTP)
		echo_page(echo, m);
	if (m->kind != MSG_CALL)
		return;
	assert_int_equal(msg_call_get(m, &c, &e), 0);
	if (echo_answer(echo, m, &c, &r)) {
		assert_int_equal(msg_reply_put(&echo->port, m->id, &r, &e), 0);
		if (late != 0) {
			msg_reply_put(&echo->port, late, &r, &e);
			echo->late = 0;
		}
	}
	call_free(&c);
	reply_free(&r);
}

void
rig_core_main(int fd, int ready, const char *pem2)
{
	struct echo echo = { .pem2 = pem2, .upload = -1 };
	struct pollfd fds[2], *p = fds;
	struct msg m;
	struct err e;

	msg_port_init(&echo.port, fd, MSG_FROM_NET, MSG_MAX_FROM_NET,
	    MSG_MAX_FROM_CORE);
	while (!echo.port.eof) {
		fds[0] = (struct pollfd){ .fd = fd, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = echo.upload,
		    .events = POLLIN };
		if (msg_waiting(&echo.port))
			p->events |= POLLOUT;
		poll(fds, 2, -1);
		if (fds[1].revents != 0)
			echo_upload(&echo);
		if (msg_fill(&echo.port, &e) == -1 ||
		    msg_flush(&echo.port, &e) == -1)
			break;
		while (msg_next(&echo.port, &m, &e) == 1) {
			if (m.kind == MSG_READY && write(ready, "r", 1) != 1)
				exit(1);
			echo_message(&echo, &m);
		}
		if (msg_flush(&echo.port, &e) == -1)
			break;
	}
	msg_port_free(&echo.port);
}
