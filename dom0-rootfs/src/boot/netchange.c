/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "netcards.h"
#include "netchange.h"
#include "nethost.h"
#include "nettrial.h"
#include "servers.h"

#define CONF_MAX (1 << 20)
#define OWN_TRIAL 60.0		/* seconds, of what needs no confirmation */
#define ANSWER_MS 500		/* for who asked to be told by the old address */
#define SECONDS_MAX 3600

/* Whether the management network stays as it is: nobody can lose the host. */
static bool
same_management(const struct netplan *p, const struct nics *n)
{
	struct conf now = { 0 };
	struct netplan old;
	struct err ignored;
	bool same;

	host_conf_load(&now);
	netplan_make(&now, n, &old, &ignored);
	same = old.n > 0 && p->n > 0 && old.list[0].number == 0 &&
	    network_same(&old.list[0], &p->list[0]);
	conf_free(&now);
	return same;
}

/* What is in the file, when all of it can be made with the cards there are. */
static char *
checked(const char *path, struct conf *host, bool *harmless, struct err *e)
{
	struct netplan p;
	struct nics n;
	char *text;

	if (file_read(path, CONF_MAX, &text, NULL, e) == -1)
		return NULL;
	if (conf_parse(path, text, host, e) == 0 &&
	    cards_take(host, NULL, 0, &n, e) == 0 &&
	    netplan_make(host, &n, &p, e) == 0) {
		*harmless = same_management(&p, &n);
		return text;
	}
	free(text);
	return NULL;
}

static int
apply(const struct conf *host, struct err *e)
{
	struct netplan p;
	struct nics n;

	return host_up(host, 0, &p, &n, e) == -1 ? -1 :
	    servers_apply(host, e);
}

/* It failed: what was before is made again. */
static void
undo(void)
{
	struct conf host = { 0 };
	struct err why;

	if (trial_back(&why) == -1) {
		net_complain(&why);
		return;
	}
	host_conf_load(&host);
	if (apply(&host, &why) == -1)
		net_complain(&why);
	conf_free(&host);
}

/* A moment later, in a process of its own: --serve looks after the rest. */
static int
apply_later(const struct conf *host, struct err *e)
{
	const struct timespec moment = { .tv_nsec = ANSWER_MS * 1000000L };
	pid_t pid = fork();
	struct err why;

	if (pid == -1)
		return err_sys(e, "fork");
	if (pid > 0)
		return 0;
	setsid();
	openlog("domus-net", 0, LOG_DAEMON);
	/* whoever started it waits for the end of these */
	if (freopen("/dev/null", "r", stdin) == NULL ||
	    freopen("/dev/null", "w", stdout) == NULL ||
	    freopen("/dev/null", "w", stderr) == NULL)
		_exit(1);
	nanosleep(&moment, NULL);
	if (apply(host, &why) == 0)
		_exit(0);
	syslog(LOG_ERR, "%s", why.text);
	undo();
	_exit(1);
}

static int
change(const char *path, double seconds, struct err *e)
{
	struct conf host = { 0 };
	bool harmless = false;
	char *text = checked(path, &host, &harmless, e);
	int rc = -1;

	if (text == NULL)
		goto out;
	if (harmless)
		seconds = 0;
	if (trial_begin(text, seconds > 0 ? seconds : OWN_TRIAL, e) == -1)
		goto out;
	rc = seconds > 0 ? apply_later(&host, e) : apply(&host, e);
	if (rc == 0 && seconds <= 0)
		rc = trial_keep(e);
	if (rc == -1)
		undo();
out:
	free(text);
	conf_free(&host);
	return rc;
}

int
change_try(char *argv[], struct err *e)
{
	char *end;
	long seconds = strtol(argv[1], &end, 10);

	if (*end != '\0' || seconds < 0 || seconds > SECONDS_MAX)
		return err_set(e, "%s: not a number of seconds up to %d",
		    argv[1], SECONDS_MAX);
	return net_lock(e) == -1 ? -1 : change(argv[0], (double)seconds, e);
}

/* One of the addresses that the name has, or the address that it is. */
static bool
heard(const struct conf *host, const struct addrinfo *list)
{
	char text[INET6_ADDRSTRLEN];

	for (; list != NULL; list = list->ai_next)
		if (getnameinfo(list->ai_addr, list->ai_addrlen, text,
		    sizeof(text), NULL, 0, NI_NUMERICHOST) == 0 &&
		    trial_heard(host, text))
			return true;
	return false;
}

int
change_confirm(char *argv[], struct err *e)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list = NULL;
	struct conf host = { 0 };
	int rc = -1;

	/* a name may take its time: nobody waits for the lock meanwhile */
	if (getaddrinfo(argv[0], NULL, &hints, &list) != 0)
		return err_set(e, "%s: no such address", argv[0]);
	if (net_lock(e) == -1)
		goto out;
	if (!trial_open()) {
		rc = 0;
		goto out;
	}
	host_conf_load(&host);
	if (heard(&host, list))
		rc = trial_keep(e);
	else
		err_set(e, "%s does not speak with this host by %s", argv[0],
		    netplan_bridge(&host));
out:
	freeaddrinfo(list);
	conf_free(&host);
	return rc;
}
