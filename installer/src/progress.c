/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

#include "check.h"
#include "progress.h"
#include "url_words.h"

#define CERTIFICATES "/etc/ssl/certs/ca-certificates.crt"
#define BETWEEN 0.25		/* seconds between two posts */
#define LAST 8.0		/* for the last one */

static size_t
drop(char *data, size_t one, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return one * n;
}

static CURL *
poster(const char *url, struct curl_slist **head)
{
	CURL *c = curl_easy_init();

	*head = curl_slist_append(NULL, "Content-Type: application/json");
	if (c == NULL)
		return NULL;
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CAINFO, CERTIFICATES);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, *head);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 5L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, 10L);
	curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "domus-install/" DOMUS_VERSION);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, drop);
	return c;
}

static bool
post(CURL *c, struct told *t)
{
	struct buf body = { 0 };
	bool went;

	told_json(t, &body);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body.len);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, buf_str(&body));
	went = !body.failed && curl_easy_perform(c) == CURLE_OK;
	/* not taken: the same number again */
	if (!went)
		t->seq--;
	buf_free(&body);
	return went;
}

static bool
take_lines(int fd, struct buf *part, struct told *t)
{
	char data[4096], *end;
	ssize_t n;

	while ((n = read(fd, data, sizeof(data))) > 0) {
		buf_add(part, data, (size_t)n);
		while (part->data != NULL &&
		    (end = memchr(part->data, '\n', part->len)) != NULL) {
			*end = '\0';
			told_line(t, part->data);
			buf_drop(part, (size_t)(end - part->data) + 1);
		}
	}
	return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* Until the pipe ends, and what it said last is told. */
static void
tell(int fd, const char *url, struct told *t)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	double next = 0, end = 0, wait = BETWEEN;
	bool open = true, fresh = true;
	struct curl_slist *head;
	struct buf part = { 0 };
	CURL *c = poster(url, &head);

	while (c != NULL && (open || (fresh && ui_now() < end))) {
		double left = fresh ? next - ui_now() : 60;

		if (poll(&p, open ? 1 : 0, left > 0 ? (int)(left * 1000) + 1 :
		    0) > 0) {
			open = take_lines(fd, &part, t);
			t->ended |= !open;	/* or it was killed */
			end = ui_now() + LAST;
			fresh = true;
		}
		if (!fresh || (ui_now() < next && open))
			continue;
		fresh = !post(c, t);
		wait = !fresh ? BETWEEN : wait < 4 ? wait * 2 : 4;
		next = ui_now() + wait;
	}
	curl_slist_free_all(head);
	curl_easy_cleanup(c);
	buf_free(&part);
}

static void
name_machine(struct told *t, const char *root, const char *bootif)
{
	unsigned char random[16];
	struct err e;

	if (url_words_get("mac", bootif, root, t->mac, &e) == -1)
		t->mac[0] = '\0';
	if (url_words_get("serial", bootif, root, t->serial, &e) == -1)
		t->serial[0] = '\0';
	if (url_words_get("uuid", bootif, root, t->uuid, &e) == -1)
		t->uuid[0] = '\0';
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		memset(random, 0, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(t->run + 2 * i, 3, "%02x", random[i]);
}

void
progress_begin(struct ui *ui, const char *url, const char *root,
    const char *bootif)
{
	const char *wrong = check_proxy(url);
	struct told t = { 0 };
	int ends[2];

	if (ui->post != -1)
		return;
	if (wrong != NULL) {
		ui_say(ui, "warning: progress-url=: its URL %s", wrong);
		return;
	}
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1)
		return;
	name_machine(&t, root, bootif);
	ui->poster = fork();
	if (ui->poster == 0) {
		close(ends[1]);
		setsid();
		signal(SIGPIPE, SIG_IGN);
		tell(ends[0], url, &t);
		_exit(0);
	}
	close(ends[0]);
	if (ui->poster == -1) {
		close(ends[1]);
		return;
	}
	ui->post = ends[1];
}

void
progress_end(struct ui *ui, bool done)
{
	double end = ui_now() + LAST + 10;

	if (ui->post == -1)
		return;
	/* this line must not be lost */
	fcntl(ui->post, F_SETFL, 0);
	ui_post(ui, 'E', done ? "1" : "0", 1);
	close(ui->post);
	ui->post = -1;
	while (waitpid(ui->poster, NULL, WNOHANG) == 0) {
		if (ui_now() > end)
			kill(ui->poster, SIGKILL);
		poll(NULL, 0, 20);
	}
}
