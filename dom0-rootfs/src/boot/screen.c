/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "file.h"
#include "screen.h"
#include "setup.h"

#define CERTIFICATE STATE_DIR "/tls/host.pem"
#define STATUS "/run/domusd/status"
#define ENROLMENT "/usr/share/domus/enrolment.txt"

static void
address_add(struct screen *s, const struct ifaddrs *a, int family)
{
	char text[INET6_ADDRSTRLEN];
	const void *from;
	size_t len = strlen(s->addresses);

	if (a->ifa_addr == NULL || a->ifa_addr->sa_family != family ||
	    (a->ifa_flags & IFF_LOOPBACK) != 0)
		return;
	from = family == AF_INET ?
	    (const void *)&((struct sockaddr_in *)a->ifa_addr)->sin_addr :
	    (const void *)&((struct sockaddr_in6 *)a->ifa_addr)->sin6_addr;
	if (family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(
	    (const struct in6_addr *)from))
		return;
	snprintf(s->addresses + len, sizeof(s->addresses) - len, "%s%s",
	    len > 0 ? " " : "", inet_ntop(family, from, text, sizeof(text)));
}

static void
addresses_look(struct screen *s)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct ifaddrs *all, *a;

	if (getifaddrs(&all) == -1)
		return;
	for (size_t i = 0; i < 2; i++)
		for (a = all; a != NULL; a = a->ifa_next)
			address_add(s, a, families[i]);
	freeifaddrs(all);
}

static void
pool_look(struct screen *s)
{
	struct conf status = { 0 };
	struct err e;

	if (access(STATUS, F_OK) == 0 && conf_read(STATUS, &status, &e) == 0) {
		snprintf(s->pool, sizeof(s->pool), "%.255s",
		    conf_get(&status, "pool", ""));
		snprintf(s->role, sizeof(s->role), "%.31s",
		    conf_get(&status, "role", ""));
		snprintf(s->coordinator, sizeof(s->coordinator), "%.255s",
		    conf_get(&status, "coordinator", ""));
	}
	conf_free(&status);
}

void
screen_look(struct screen *s)
{
	struct cmdline cmd;
	char ended[16], *pem;
	struct err e;

	*s = (struct screen){ .ended = -1 };
	cmdline_read(&cmd, &e);
	s->mode = cmd.mode;
	gethostname(s->hostname, sizeof(s->hostname) - 1);
	addresses_look(s);
	if (file_read(CERTIFICATE, 1 << 16, &pem, NULL, &e) == 0) {
		screen_fingerprint(pem, s->fingerprint,
		    sizeof(s->fingerprint), &e);
		/* the private key is in there too */
		explicit_bzero(pem, strlen(pem));
		free(pem);
	}
	pool_look(s);
	if (file_read(PROBLEMS, 1 << 14, &s->problems, NULL, &e) == -1)
		s->problems = NULL;
	if (!cmd.show_enrolment ||
	    file_read(ENROLMENT, 1 << 14, &s->notes, NULL, &e) == -1)
		s->notes = NULL;
	if (file_line(RUN_DIR "/install-ended", ended, sizeof(ended), &e) == 0)
		s->ended = atoi(ended);
}

static void
row(struct buf *to, const char *name, const char *value, const char *none)
{
	buf_printf(to, "  %-13s %s\n", name, *value != '\0' ? value : none);
}

static void
pool_text(const struct screen *s, struct buf *to)
{
	buf_printf(to, "  %-13s %s", "pool", *s->pool != '\0' ? s->pool :
	    "the agent has not said yet");
	if (*s->role != '\0')
		buf_printf(to, " (%s%s%s)", s->role,
		    *s->coordinator != '\0' ? "; coordinator " : "",
		    s->coordinator);
	buf_char(to, '\n');
}

static void
host_text(const struct screen *s, struct buf *to)
{
	row(to, "host", s->hostname, "-");
	row(to, "address", s->addresses, "none yet");
	/* 71 characters: a line of its own, as a screen may have only 80 */
	if (*s->fingerprint != '\0')
		buf_printf(to, "  certificate\n    %s\n", s->fingerprint);
	else
		row(to, "certificate", "", "none yet");
	pool_text(s, to);
}

static void
install_text(const struct screen *s, struct buf *to)
{
	if (s->ended == 0)
		buf_str_add(to, "  The installer is done.\n");
	else if (s->ended > 0)
		buf_printf(to, "  The installer could not go on (exit %d): "
		    "its last lines say why.\n", s->ended);
}

static void
rescue_text(const struct screen *s, struct buf *to)
{
	if (s->notes != NULL) {
		buf_str_add(to, s->notes);
		return;
	}
	buf_str_add(to, "  Rescue system: nothing of this machine's disks is "
	    "mounted.\n  A network: domus-net --up-all\n");
}

/* Each mode's own lines, and what Enter leads to. */
static const struct view {
	void (*text)(const struct screen *, struct buf *);
	const char *enter;
} views[] = {
	[MODE_HOST] = { host_text, "to log in" },
	[MODE_INSTALL] = { install_text, "for a shell" },
	[MODE_RESCUE] = { rescue_text, "for a root shell" },
};

void
screen_text(const struct screen *s, struct buf *to)
{
	const char *p = s->problems;
	size_t len;

	buf_printf(to, "Domus %s, %s\n\n", DOMUS_VERSION, mode_name(s->mode));
	views[s->mode].text(s, to);
	for (int second = 0; p != NULL && *p != '\0'; second = !second) {
		len = strcspn(p, "\n");
		buf_printf(to, "%s%.*s\n", second ? "    " : "\n  ! ",
		    (int)len, p);
		p += len + (p[len] == '\n');
	}
	buf_printf(to, "\nPress Enter %s.\n", views[s->mode].enter);
}

void
screen_free(struct screen *s)
{
	free(s->problems);
	free(s->notes);
	s->problems = s->notes = NULL;
}
