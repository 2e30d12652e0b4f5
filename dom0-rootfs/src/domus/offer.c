/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "bridge.h"
#include "file.h"
#include "offer.h"

#define END "</installation>"
#define ANSWER_MAX ((size_t)4 << 20)

static const struct rule {
	const char *text;
	bool must;		/* be there; else it must not */
	const char *why;
} rules[] = {
	{ "<primary-disk", true, "they name no disk: say which one is to be "
	    "erased, by <primary-disk>" },
	{ "<root-password type=\"plaintext\"", false, "anybody on the network "
	    "can read them, and root's password with them: give its hash, as "
	    "<root-password type=\"hash\"> (openssl passwd -6)" },
	{ "<pool", false, "they have a <pool>: this pool's is put there" },
	{ END, true, "no " END },
};

int
offer_answers(const char *answers, const char *coordinator,
    const char *fingerprint, const char *token, struct buf *to, struct err *e)
{
	const char *end;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if ((strstr(answers, rules[i].text) != NULL) != rules[i].must)
			return err_set(e, "%s", rules[i].why);
	end = strstr(answers, END);
	buf_add(to, answers, (size_t)(end - answers));
	buf_printf(to, "  <pool coordinator=\"%s\" token=\"%s\" "
	    "fingerprint=\"%s\"/>\n%s", coordinator, token, fingerprint, end);
	return buf_ok(to, e);
}

size_t
offer_machines(const char *list)
{
	size_t n = *list != '\0';

	for (; *list != '\0'; list++)
		n += *list == ',';
	return n;
}

pid_t
offer_runs(void)
{
	char line[32], path[64];
	struct err none;
	long pid;

	if (file_line(OFFER_PID, line, sizeof(line), &none) == -1)
		return 0;
	pid = strtol(line, NULL, 10);
	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	if (pid <= 0 || file_line(path, line, sizeof(line), &none) == -1 ||
	    strcmp(line, "domus-serve") != 0)
		return 0;
	return (pid_t)pid;
}

/* It takes nothing but what comes by its own interface. */
static int
reach(const char *url, struct err *e)
{
	static const struct timeval patience = { 5, 0 };
	struct sockaddr_in a = { .sin_family = AF_INET };
	char host[32], bridge[BRIDGE_NAME];
	unsigned int port = 80;
	int fd;

	if (sscanf(url, "http://%31[0-9.]:%u", host, &port) < 1 ||
	    inet_pton(AF_INET, host, &a.sin_addr) != 1)
		return err_set(e, "%s: no address in \"%s\"", OFFER_URL, url);
	a.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_sys(e, "%s", url);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	netplan_bridge_read("", bridge);
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, bridge,
	    (socklen_t)strlen(bridge)) == -1 ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1) {
		err_sys(e, "%s", url);
		close(fd);
		return -1;
	}
	return fd;
}

char *
offer_ask(struct err *e)
{
	static const char ask[] = "GET /machines.json HTTP/1.0\r\n\r\n";
	char url[80], piece[4096], *body, *text = NULL;
	struct buf b = { 0 };
	ssize_t n = -1;
	int fd;

	if (file_line(OFFER_URL, url, sizeof(url), e) == -1)
		return NULL;
	fd = reach(url, e);
	if (fd == -1)
		return NULL;
	if (file_write_all(fd, ask, sizeof(ask) - 1, e) == 0)
		while ((n = read(fd, piece, sizeof(piece))) > 0 &&
		    b.len < ANSWER_MAX)
			buf_add(&b, piece, (size_t)n);
	body = strstr(buf_str(&b), "\r\n\r\n");
	if (n != 0)
		err_sys(e, "%s", url);
	else if (body == NULL || strncmp(buf_str(&b), "HTTP/1.", 7) != 0)
		err_set(e, "%s: no answer", url);
	else
		text = strdup(body + 4);
	buf_free(&b);
	close(fd);
	return text;
}
