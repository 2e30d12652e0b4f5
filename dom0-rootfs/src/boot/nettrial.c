/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "ip.h"
#include "lease.h"
#include "netif.h"
#include "netplan.h"
#include "nettrial.h"
#include "say.h"
#include "setup.h"

#define BEFORE HOST_CONF ".before"
#define TRIAL LEASE_DIR "/trial"
#define CONF_MAX (1 << 20)
#define ADDRESSES 16
#define ESTABLISHED 1		/* TCP's state in /proc/net/tcp */

bool
trial_open(void)
{
	return access(BEFORE, F_OK) == 0;
}

double
trial_due(void)
{
	struct err ignored;
	char line[64];

	return file_line(TRIAL, line, sizeof(line), &ignored) == 0 ?
	    strtod(line, NULL) : 0;
}

bool
trial_left(void)
{
	return trial_open() && access(TRIAL, F_OK) == -1;
}

int
trial_begin(const char *text, double seconds, struct err *e)
{
	char *old = NULL, due[32];
	size_t len;
	int n, rc = -1;

	if (trial_open())
		return err_set(e, "an earlier change is not confirmed yet");
	if (file_read(HOST_CONF, CONF_MAX, &old, &len, e) == -1)
		return -1;
	n = snprintf(due, sizeof(due), "%.2f\n", since_boot() + seconds);
	if (file_write(TRIAL, due, (size_t)n, 0644, e) == 0 &&
	    file_write(BEFORE, old, len, 0644, e) == 0 &&
	    file_write(HOST_CONF, text, strlen(text), 0644, e) == 0)
		rc = 0;
	else
		trial_back(&(struct err){ 0 });
	free(old);
	return rc;
}

static int
etc_sync(struct err *e)
{
	int fd = open(STATE_DIR "/etc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd == -1 || fsync(fd) == -1 ?
	    err_sys(e, STATE_DIR "/etc: sync") : 0;

	if (fd != -1)
		close(fd);
	return rc;
}

int
trial_keep(struct err *e)
{
	if (unlink(BEFORE) == -1 && errno != ENOENT)
		return err_sys(e, BEFORE);
	if (etc_sync(e) == -1)
		return -1;
	return unlink(TRIAL) == -1 && errno != ENOENT ? err_sys(e, TRIAL) : 0;
}

int
trial_back(struct err *e)
{
	if (rename(BEFORE, HOST_CONF) == -1 && errno != ENOENT)
		return err_sys(e, BEFORE);
	if (etc_sync(e) == -1)
		return -1;
	return unlink(TRIAL) == -1 && errno != ENOENT ? err_sys(e, TRIAL) : 0;
}

/* proc_net_tcp: words of the host's byte order, "0100007F:01BB". */
static bool
address_take(const char *hex, int family, struct ip *ip)
{
	static const unsigned char mapped[12] = { [10] = 0xff, 0xff };
	unsigned int word;

	*ip = (struct ip){ .family = family };
	for (size_t i = 0; i < ip_size(ip) / 4; i++) {
		if (sscanf(hex + 8 * i, "%8x", &word) != 1)
			return false;
		memcpy(ip->a + 4 * i, &word, 4);
	}
	if (family == AF_INET6 && memcmp(ip->a, mapped, 12) == 0) {
		memmove(ip->a, ip->a + 12, 4);
		ip->family = AF_INET;
	}
	return true;
}

static bool
is_ours(const struct conf *host, const struct ip *ip)
{
	struct ip list[ADDRESSES];
	size_t n = netif_addresses(netplan_bridge(host), ip->family, list,
	    ADDRESSES);

	for (size_t i = 0; i < n; i++)
		if (memcmp(list[i].a, ip->a, ip_size(ip)) == 0)
			return true;
	return false;
}

static bool
heard(const struct conf *host, const struct ip *peer, const char *path,
    int family)
{
	char *text, *line, here[33], there[33];
	struct ip local, remote;
	unsigned int state;
	struct err ignored;
	bool found = false;

	if (file_read(path, 16 << 20, &text, NULL, &ignored) == -1)
		return false;
	for (line = strchr(text, '\n'); !found && line != NULL;
	    line = strchr(line + 1, '\n'))
		found = sscanf(line + 1, " %*u: %32[0-9A-F]:%*x "
		    "%32[0-9A-F]:%*x %x", here, there, &state) == 3 &&
		    state == ESTABLISHED &&
		    address_take(here, family, &local) &&
		    address_take(there, family, &remote) &&
		    remote.family == peer->family &&
		    memcmp(remote.a, peer->a, ip_size(peer)) == 0 &&
		    is_ours(host, &local);
	free(text);
	return found;
}

bool
trial_heard(const struct conf *host, const char *peer)
{
	struct ip ip;

	if (strncmp(peer, "::ffff:", 7) == 0 && strchr(peer, '.') != NULL)
		peer += 7;
	if (!ip_parse(&ip, strchr(peer, ':') != NULL ? AF_INET6 : AF_INET,
	    peer))
		return false;
	return heard(host, &ip, "/proc/net/tcp", AF_INET) ||
	    heard(host, &ip, "/proc/net/tcp6", AF_INET6);
}
