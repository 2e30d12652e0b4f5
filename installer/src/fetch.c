/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "buf.h"
#include "codes.h"
#include "fetch.h"
#include "file.h"
#include "fingerprint.h"

/* libcurl is built without a place of its own to look. */
#define CERTIFICATES "/etc/ssl/certs/ca-certificates.crt"

const struct patience patient = { .tries = 12, .pause = 5, .connect = 10,
	.stall = 30, .whole = 300 };

struct transfer {
	const struct fetch_how *how;
	struct fingerprint want;
	bool refused;		/* another certificate than wanted */
	int fd;			/* where bytes go; -1: into body */
	struct buf body;
	uint64_t max, len;
	bool too_large;
	struct err write;	/* what went wrong with fd */
	bool failed;
};

static size_t
on_data(char *data, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)one;		/* is 1 */
	if (n > t->max - t->len) {
		t->too_large = true;
		return 0;
	}
	t->len += n;
	if (t->fd == -1) {
		buf_add(&t->body, data, n);
		return t->body.failed ? 0 : n;
	}
	t->failed = file_write_all(t->fd, data, n, &t->write) == -1;
	return t->failed ? 0 : n;
}

static int
on_progress(void *arg, curl_off_t all, curl_off_t done, curl_off_t up,
    curl_off_t upped)
{
	const struct transfer *t = arg;

	(void)up, (void)upped;
	t->how->progress(t->how->arg, (uint64_t)done, (uint64_t)all);
	return 0;
}

/* OpenSSL asks whether the chain is good: only the first certificate counts. */
static int
check_certificate(X509_STORE_CTX *ctx, void *arg)
{
	X509 *cert = X509_STORE_CTX_get0_cert(ctx);
	struct transfer *t = arg;
	struct fingerprint f;
	struct err none;

	if (cert != NULL && fingerprint_of(cert, &f, &none) == 0 &&
	    fingerprint_equal(&f, &t->want))
		return 1;
	t->refused = true;
	X509_STORE_CTX_set_error(ctx, X509_V_ERR_CERT_REJECTED);
	return 0;
}

static CURLcode
on_ssl_ctx(CURL *curl, void *ssl_ctx, void *arg)
{
	(void)curl;
	SSL_CTX_set_verify(ssl_ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ssl_ctx, check_certificate, arg);
	return CURLE_OK;
}

/* Whoever has the pinned certificate is the server, by whatever name. */
static int
pin(CURL *c, struct transfer *t, struct err *e)
{
	if (t->how->fingerprint == NULL)
		return 0;
	if (fingerprint_parse(t->how->fingerprint, &t->want, e) == -1)
		return -1;
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, on_ssl_ctx);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, t);
	return 0;
}

static const struct patience *
patience_of(const struct transfer *t)
{
	return t->how->patience != NULL ? t->how->patience : &patient;
}

static void
set_options(CURL *c, const char *url, struct transfer *t, char *why)
{
	const struct patience *p = patience_of(t);

	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CAINFO, CERTIFICATES);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,ftp,tftp");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	if (t->how->proxy != NULL)
		curl_easy_setopt(c, CURLOPT_PROXY, t->how->proxy);
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
	if (t->how->progress != NULL) {
		curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
		curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
	}
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
say_why(const struct transfer *t, const char *url, CURLcode r,
    const char *why, struct err *e)
{
	if (t->refused) {
		err_set(e, "%s: the server has another certificate than the "
		    "fingerprint says", url);
		return err_code(e, DI_CERTIFICATE);
	}
	if (t->too_large) {
		err_set(e, "%s: larger than %llu bytes", url,
		    (unsigned long long)t->max);
		return err_code(e, DI_LARGE);
	}
	if (t->failed) {
		*e = t->write;
		return err_in(e, "%s", url);
	}
	err_set(e, "%s: %s", url, why[0] != '\0' ? why :
	    curl_easy_strerror(r));
	return err_code(e, kind_of(r));
}

/* Begin anew. */
static int
rewind_body(struct transfer *t, struct err *e)
{
	buf_reset(&t->body);
	t->len = 0;
	if (t->fd != -1 && (ftruncate(t->fd, 0) == -1 ||
	    lseek(t->fd, 0, SEEK_SET) == -1))
		return err_sys(e, "rewind");
	return 0;
}

static int
get(CURL *c, const char *url, struct transfer *t, struct err *e)
{
	const struct timespec pause = { patience_of(t)->pause, 0 };
	int tries = patience_of(t)->tries;
	char why[CURL_ERROR_SIZE] = "";
	CURLcode r = CURLE_OK;

	set_options(c, url, t, why);
	if (pin(c, t, e) == -1)
		return -1;
	for (int i = 0; i < tries; i++) {
		if (rewind_body(t, e) == -1)
			return -1;
		r = curl_easy_perform(c);
		if (r == CURLE_OK || t->too_large || t->refused || t->failed ||
		    !is_passing(c, r))
			break;
		if (i + 1 < tries)
			nanosleep(&pause, NULL);
	}
	return r != CURLE_OK || t->too_large ? say_why(t, url, r, why, e) :
	    buf_ok(&t->body, e);
}

static int
transfer(const char *url, struct transfer *t, struct err *e)
{
	CURL *c = curl_easy_init();
	int rc;

	if (c == NULL)
		return err_set(e, "%s: out of memory", url);
	rc = get(c, url, t, e);
	curl_easy_cleanup(c);
	return rc;
}

int
fetch_how(const struct fetch_how *how, const char *url, size_t max,
    char **data_r, size_t *len_r, struct err *e)
{
	struct transfer t = { .how = how, .fd = -1, .max = max };
	int rc = -1;

	if (strncmp(url, "file://", 7) == 0)
		return file_read(url + 7, max, data_r, len_r, e);
	if (transfer(url, &t, e) == 0) {
		buf_add(&t.body, "", 0);
		*len_r = t.body.len;
		*data_r = buf_take(&t.body);
		rc = *data_r != NULL ? 0 : err_set(e, "%s: empty", url);
	}
	buf_free(&t.body);
	return rc;
}

int
fetch(const char *url, size_t max, char **data_r, size_t *len_r,
    struct err *e)
{
	return fetch_how(&(struct fetch_how){ 0 }, url, max, data_r, len_r,
	    e);
}

int
fetch_by(const struct patience *p, const char *url, size_t max, char **data_r,
    size_t *len_r, struct err *e)
{
	return fetch_how(&(struct fetch_how){ .patience = p }, url, max,
	    data_r, len_r, e);
}

int
fetch_file(const struct fetch_how *how, const char *url, uint64_t max,
    const char *path, struct err *e)
{
	struct transfer t = { .how = how, .max = max };
	int rc;

	t.fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (t.fd == -1)
		return err_sys(e, "%s", path);
	rc = transfer(url, &t, e);
	buf_free(&t.body);
	if (close(t.fd) == -1 && rc == 0)
		rc = err_sys(e, "%s", path);
	return rc;
}
