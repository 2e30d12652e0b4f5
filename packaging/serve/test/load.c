/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "buf.h"

/*
 * Machines that install, all at once, as a server sees them: a loader by TFTP,
 * its configuration and the image by HTTP, the answers, then progress to the
 * end.  What comes must be right, and every post must be taken.
 */
#define USAGE "usage: serve-load MACHINES URL TFTP-PORT TOKEN LOADER IMAGE " \
	"POSTS\n"
#define MAC "52:54:01:00:%02x:%02x"

struct load {
	unsigned int machines, port, posts;
	const char *url, *token, *loader, *image;
	unsigned long long bytes, tftp;	/* that have come */
	unsigned int running, failed;
	CURLM *multi;
	struct curl_slist *json;
};

struct machine {
	struct load *load;
	unsigned int nr, stage;		/* what it does next */
	unsigned long long got;
	CURL *curl;
	char body[512];
};

static size_t
on_data(char *data, size_t one, size_t n, void *arg)
{
	struct machine *m = arg;

	(void)data;
	(void)one;
	m->got += n;
	return n;
}

static void
post(struct machine *m, unsigned int seq)
{
	const struct load *l = m->load;
	bool last = seq == l->posts;

	snprintf(m->body, sizeof(m->body), "{\"run\":\"load%u\",\"seq\":%u,"
	    "\"mac\":\"" MAC "\",\"event\":\"%s\",\"step\":%u,\"steps\":%u,"
	    "\"title\":\"copy the image\",\"permille\":%u,\"text\":\"copied\"}",
	    m->nr, seq, m->nr >> 8, m->nr & 0xff, last ? "done" : "step", seq,
	    l->posts, seq * 1000 / l->posts);
	curl_easy_setopt(m->curl, CURLOPT_HTTPHEADER, l->json);
	curl_easy_setopt(m->curl, CURLOPT_POSTFIELDS, m->body);
}

/* The stage's request; false: it has done all. */
static bool
next(struct machine *m)
{
	const struct load *l = m->load;
	char url[256], host[64] = "";

	curl_easy_reset(m->curl);
	if (sscanf(l->url, "http://%63[^:/]", host) != 1)
		return false;
	switch (m->stage) {
	case 0:
		snprintf(url, sizeof(url), "tftp://%s:%u/%s", host, l->port,
		    l->loader);
		curl_easy_setopt(m->curl, CURLOPT_TFTP_BLKSIZE, 1408L);
		break;
	case 1:
		snprintf(url, sizeof(url), "%spxelinux.cfg/01-52-54-01-00-"
		    "%02x-%02x", l->url, m->nr >> 8, m->nr & 0xff);
		break;
	case 2:
		snprintf(url, sizeof(url), "%s%s", l->url, l->image);
		break;
	case 3:
		snprintf(url, sizeof(url), "%sanswers?mac=" MAC, l->url,
		    m->nr >> 8, m->nr & 0xff);
		curl_easy_setopt(m->curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
		curl_easy_setopt(m->curl, CURLOPT_XOAUTH2_BEARER, l->token);
		break;
	default:
		if (m->stage - 3 > l->posts)
			return false;
		snprintf(url, sizeof(url), "%sprogress", l->url);
		post(m, m->stage - 3);
	}
	curl_easy_setopt(m->curl, CURLOPT_URL, url);
	curl_easy_setopt(m->curl, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(m->curl, CURLOPT_WRITEDATA, m);
	curl_easy_setopt(m->curl, CURLOPT_PRIVATE, m);
	curl_easy_setopt(m->curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(m->curl, CURLOPT_TIMEOUT, 120L);
	m->got = 0;
	return true;
}

static void
ended(struct machine *m, CURLcode rc)
{
	struct load *l = m->load;
	char *url = NULL;

	curl_multi_remove_handle(l->multi, m->curl);
	if (rc != CURLE_OK) {
		curl_easy_getinfo(m->curl, CURLINFO_EFFECTIVE_URL, &url);
		fprintf(stderr, "serve-load: machine %u: %s: %s\n", m->nr,
		    url, curl_easy_strerror(rc));
		l->failed++;
		l->running--;
		return;
	}
	*(m->stage == 0 ? &l->tftp : &l->bytes) += m->got;
	m->stage++;
	if (next(m))
		curl_multi_add_handle(l->multi, m->curl);
	else
		l->running--;
}

static void
run(struct load *l)
{
	struct machine *m;
	CURLMsg *msg;
	int n, left;

	while (l->running > 0) {
		curl_multi_perform(l->multi, &n);
		while ((msg = curl_multi_info_read(l->multi, &left)) != NULL) {
			CURLcode rc = msg->data.result;

			if (msg->msg != CURLMSG_DONE)
				continue;
			curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
			    (char **)&m);
			ended(m, rc);
		}
		curl_multi_poll(l->multi, NULL, 0, 1000, NULL);
	}
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char *argv[])
{
	struct load l = { 0 };
	struct machine *list;
	double from, took;

	if (argc != 8) {
		fputs(USAGE, argc == 2 ? stdout : stderr);
		return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	l.machines = (unsigned int)strtoul(argv[1], NULL, 10);
	l.url = argv[2];
	l.port = (unsigned int)strtoul(argv[3], NULL, 10);
	l.token = argv[4];
	l.loader = argv[5];
	l.image = argv[6];
	l.posts = (unsigned int)strtoul(argv[7], NULL, 10);
	list = calloc(l.machines, sizeof(*list));
	l.multi = curl_multi_init();
	l.json = curl_slist_append(NULL, "Content-Type: application/json");
	if (list == NULL || l.multi == NULL || l.posts == 0)
		return 1;
	from = now();
	for (unsigned int i = 0; i < l.machines; i++) {
		list[i] = (struct machine){ .load = &l, .nr = i,
			.curl = curl_easy_init() };
		if (list[i].curl == NULL || !next(&list[i]))
			return 1;
		curl_multi_add_handle(l.multi, list[i].curl);
		l.running++;
	}
	run(&l);
	took = now() - from;
	printf("machines %u failed %u seconds %.2f tftp %llu http %llu "
	    "MB/s %.1f requests/s %.0f\n", l.machines, l.failed, took, l.tftp,
	    l.bytes, (double)(l.tftp + l.bytes) / 1e6 / took,
	    l.machines * (l.posts + 4) / took);
	for (unsigned int i = 0; i < l.machines; i++)
		curl_easy_cleanup(list[i].curl);
	curl_multi_cleanup(l.multi);
	curl_slist_free_all(l.json);
	free(list);
	return l.failed > 0;
}
