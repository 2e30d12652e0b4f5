/* SPDX-License-Identifier: ISC */
#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "file.h"
#include "health.h"

#define STATE_DIR "/var/lib/domus"

/* A state that could not be mended is mounted read-only. */
static int
state_is_written(const struct health *h, struct err *why)
{
	char path[PATH_MAX], *text, *line, *save, options[8];
	bool is = false;

	snprintf(path, sizeof(path), "%s/proc/mounts", h->root);
	if (file_read(path, 1 << 20, &text, NULL, why) == -1)
		return -1;
	for (line = strtok_r(text, "\n", &save); line != NULL && !is;
	    line = strtok_r(NULL, "\n", &save))
		is = sscanf(line, "%*s " STATE_DIR " ext4 %7[^,],", options)
		    == 1 && strcmp(options, "rw") == 0;
	free(text);
	return is ? 0 : err_set(why, "the state is not mounted for writing");
}

static int
dom0_is_known(const struct health *h, struct err *why)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/run/domus/init-dom0.done", h->root);
	return access(path, F_OK) == 0 ? 0 :
	    err_set(why, "xenstore does not know dom0");
}

static bool
is_reachable(const struct sockaddr *a)
{
	const struct sockaddr_in6 *six = (const void *)a;

	return a->sa_family == AF_INET || (a->sa_family == AF_INET6 &&
	    !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr));
}

static int
network_has_address(const struct health *h, struct err *why)
{
	struct ifaddrs *all, *i;
	bool has = false;

	if (getifaddrs(&all) == -1)
		return err_sys(why, "addresses");
	for (i = all; i != NULL; i = i->ifa_next)
		has |= strcmp(i->ifa_name, h->bridge) == 0 &&
		    i->ifa_addr != NULL && is_reachable(i->ifa_addr);
	freeifaddrs(all);
	return has ? 0 : err_set(why, "%s has no address", h->bridge);
}

/* Any answer will do; whose certificate it is does not matter here. */
static int
agent_answers(const struct health *h, struct err *why)
{
	CURL *c = curl_easy_init();
	CURLcode r;

	if (c == NULL)
		return err_set(why, "out of memory");
	curl_easy_setopt(c, CURLOPT_URL, h->agent);
	curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, 20L);
	r = curl_easy_perform(c);
	curl_easy_cleanup(c);
	return r == CURLE_OK ? 0 : err_set(why, "the agent does not answer: "
	    "%s", curl_easy_strerror(r));
}

static int (*const checks[])(const struct health *, struct err *) = {
	state_is_written, dom0_is_known, network_has_address, agent_answers,
};

int
health_check(const struct health *h, struct err *why)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i](h, why) == -1)
			return -1;
	return 0;
}
