/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "buf.h"
#include "codes.h"
#include "fetch.h"
#include "file.h"

/* libcurl is built without a place of its own to look. */
#define CERTIFICATES "/etc/ssl/certs/ca-certificates.crt"

const struct patience patient = { .tries = 12, .pause = 5, .connect = 10,
	.stall = 30, .whole = 300 };

struct transfer {
	struct buf body;
	size_t max;
	bool too_large;
};

static size_t
on_data(char *data, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)one;		/* is 1 */
	if (n > t->max - t->body.len) {
		t->too_large = true;
		return 0;
	}
	buf_add(&t->body, data, n);
	return t->body.failed ? 0 : n;
}

static void
set_options(CURL *c, const struct patience *p, const char *url,
    struct transfer *t, char *why)
{
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CAINFO, CERTIFICATES);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, p->connect);
	/* Slower than 10 bytes a second for so long is stalled. */
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 10L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, p->stall);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, p->whole);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "domus-install/" DOMUS_VERSION);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
}

/* What waiting can mend: a network or a server that is not up yet. */
static bool
is_passing(CURL *c, CURLcode r)
{
	long status = 0;

	if (r == CURLE_HTTP_RETURNED_ERROR) {
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
		return status >= 500;
	}
	return r == CURLE_COULDNT_RESOLVE_HOST || r == CURLE_COULDNT_CONNECT ||
	    r == CURLE_OPERATION_TIMEDOUT || r == CURLE_GOT_NOTHING ||
	    r == CURLE_RECV_ERROR || r == CURLE_PARTIAL_FILE;
}

/* What it was, for whoever has to mend it. */
static enum code
kind_of(CURLcode r)
{
	static const struct { CURLcode r; enum code code; } kinds[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, DI_NAME },
		{ CURLE_COULDNT_RESOLVE_PROXY, DI_NAME },
		{ CURLE_COULDNT_CONNECT, DI_CONNECT },
		{ CURLE_OPERATION_TIMEDOUT, DI_STALLED },
		{ CURLE_PARTIAL_FILE, DI_SHORT },
		{ CURLE_GOT_NOTHING, DI_SHORT },
		{ CURLE_RECV_ERROR, DI_SHORT },
		{ CURLE_WEIRD_SERVER_REPLY, DI_SHORT },
		{ CURLE_HTTP_RETURNED_ERROR, DI_SERVER },
		{ CURLE_UNSUPPORTED_PROTOCOL, DI_SERVER },
		{ CURLE_TOO_MANY_REDIRECTS, DI_SERVER },
		{ CURLE_PEER_FAILED_VERIFICATION, DI_CERTIFICATE },
		{ CURLE_SSL_CONNECT_ERROR, DI_CERTIFICATE },
		{ CURLE_SSL_CACERT_BADFILE, DI_CERTIFICATE },
		{ CURLE_OUT_OF_MEMORY, DI_MEMORY },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].r == r)
			return kinds[i].code;
	return DI_SERVER;
}

static int
get(CURL *c, const struct patience *p, const char *url, struct transfer *t,
    struct err *e)
{
	const struct timespec pause = { p->pause, 0 };
	char why[CURL_ERROR_SIZE] = "";
	CURLcode r = CURLE_OK;

	set_options(c, p, url, t, why);
	for (int i = 0; i < p->tries; i++) {
		buf_reset(&t->body);
		r = curl_easy_perform(c);
		if (r == CURLE_OK || t->too_large || !is_passing(c, r))
			break;
		if (i + 1 < p->tries)
			nanosleep(&pause, NULL);
	}
	if (t->too_large) {
		err_set(e, "%s: larger than %zu bytes", url, t->max);
		return err_code(e, DI_LARGE);
	}
	if (r != CURLE_OK) {
		err_set(e, "%s: %s", url, why[0] != '\0' ? why :
		    curl_easy_strerror(r));
		return err_code(e, kind_of(r));
	}
	return buf_ok(&t->body, e);
}

int
fetch_by(const struct patience *p, const char *url, size_t max,
    char **data_r, size_t *len_r, struct err *e)
{
	struct transfer t = { .max = max };
	CURL *c;
	int rc = -1;

	if (strncmp(url, "file://", 7) == 0)
		return file_read(url + 7, max, data_r, len_r, e);
	c = curl_easy_init();
	if (c == NULL)
		return err_set(e, "%s: out of memory", url);
	if (get(c, p, url, &t, e) == 0) {
		buf_add(&t.body, "", 0);
		*len_r = t.body.len;
		*data_r = buf_take(&t.body);
		rc = *data_r != NULL ? 0 : err_set(e, "%s: empty", url);
	}
	buf_free(&t.body);
	curl_easy_cleanup(c);
	return rc;
}

int
fetch(const char *url, size_t max, char **data_r, size_t *len_r,
    struct err *e)
{
	return fetch_by(&patient, url, max, data_r, len_r, e);
}
