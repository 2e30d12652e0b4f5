/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "buf.h"
#include "codes.h"
#include "fetch.h"
#include "fetch_part.h"
#include "fetch_tls.h"
#include "fetch_why.h"
#include "file.h"
#include "hide.h"
#include "nfs.h"

const struct patience patient = { .tries = 12, .pause = 5, .connect = 10,
	.stall = 30, .whole = 300 };

struct transfer {
	const struct fetch_how *how;
	struct fetch_tls tls;
	int fd;			/* where bytes go; -1: into body */
	struct buf body;
	uint64_t max, len;
	bool parts;		/* what has come is kept for the next try */
	struct fetch_part part;
	bool placed, anew;	/* where bytes go; that they are not right */
	uint64_t at;		/* where this try's bytes began */
	bool too_large;
	struct err write;	/* what went wrong with fd */
	bool failed;
};

/* Where the first byte of an answer goes. */
static int
place(struct transfer *t)
{
	t->placed = true;
	if (t->part.from == 0)
		return 0;
	if (fetch_part_place(&t->part, &t->at, &t->write) == -1) {
		t->anew = true;
		return -1;
	}
	t->len = t->at;
	if (ftruncate(t->fd, (off_t)t->at) == -1 ||
	    lseek(t->fd, (off_t)t->at, SEEK_SET) == -1) {
		t->failed = true;
		return err_sys(&t->write, "rewind");
	}
	if (t->how->goes_on != NULL)
		t->how->goes_on(t->how->arg, t->at);
	return 0;
}

static size_t
on_data(char *data, size_t one, size_t n, void *arg)
{
	struct transfer *t = arg;

	(void)one;		/* is 1 */
	if (t->parts && !t->placed && place(t) == -1)
		return 0;
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
	/* before its first byte nothing says whether it begins anew */
	if (t->parts && !t->placed && t->part.from > 0)
		return 0;
	t->how->progress(t->how->arg, t->at + (uint64_t)done,
	    all > 0 ? t->at + (uint64_t)all : 0);
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
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https,ftp,tftp");
	/* What a certificate stood for is not had from elsewhere. */
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR,
	    strncasecmp(url, "https:", 6) == 0 ? "https" : "http,https");
	/* Not the environment's. */
	curl_easy_setopt(c, CURLOPT_PROXY,
	    t->how->proxy != NULL ? t->how->proxy : "");
	if (t->how->token != NULL && t->how->token[0] != '\0') {
		curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
		curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER, t->how->token);
	}
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, 5L);
	curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, p->connect);
	/* Slower than 10 bytes a second for so long is stalled. */
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 10L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, p->stall);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "domus-install/" DOMUS_VERSION);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	if (t->parts) {
		curl_easy_setopt(c, CURLOPT_HEADERFUNCTION,
		    fetch_part_header);
		curl_easy_setopt(c, CURLOPT_HEADERDATA, &t->part);
	}
	if (t->how->progress != NULL) {
		curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
		curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
		curl_easy_setopt(c, CURLOPT_XFERINFODATA, t);
	}
}

static int
say_why(CURL *c, const struct transfer *t, const char *url, CURLcode r,
    const char *why, struct err *e)
{
	char hidden[512];

	url = hide_login(url, hidden, sizeof(hidden));
	if (t->tls.refused) {
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
		if (e->sys == ENOSPC)
			err_code(e, DI_MEMORY);
		return err_in(e, "%s", url);
	}
	err_set(e, "%s: %s", url, t->tls.unusable ?
	    "an authority's certificate is no certificate" :
	    why[0] != '\0' && strchr(why, '@') == NULL ? why :
	    curl_easy_strerror(r));
	return err_code(e, fetch_code(c, r, e));
}

/* Begin anew, or with the rest. */
static int
begin(CURL *c, struct transfer *t, struct err *e)
{
	bool rest = t->parts && !t->anew && t->len > 0;

	t->placed = t->anew = false;
	t->at = 0;
	if (t->parts && fetch_part_ask(c, &t->part, rest ? t->len : 0, e) ==
	    -1)
		return -1;
	if (rest)
		return 0;
	buf_reset(&t->body);
	t->len = 0;
	if (t->fd != -1 && (ftruncate(t->fd, 0) == -1 ||
	    lseek(t->fd, 0, SEEK_SET) == -1))
		return err_sys(e, "rewind");
	return 0;
}

/* One try. */
static int
attempt(CURL *c, struct transfer *t, CURLcode *r, struct err *e)
{
	if (begin(c, t, e) == -1)
		return -1;
	*r = curl_easy_perform(c);
	/* what came may be empty now */
	if (*r == CURLE_OK && t->parts && !t->placed && place(t) == -1)
		*r = CURLE_WRITE_ERROR;
	/* there is no such part any more */
	if (*r == CURLE_HTTP_RETURNED_ERROR && t->part.from > 0 &&
	    t->part.status == 416)
		t->anew = true;
	return 0;
}

static long
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* Once, or as often as is worth it and there is time for; a try that got
 * further than any before it is none of those that are counted. */
static int
perform(CURL *c, struct transfer *t, CURLcode *r, struct err *e)
{
	const struct patience *p = patience_of(t);
	const struct timespec pause = { p->pause, 0 };
	long end = seconds() + p->whole, left;
	uint64_t most = 0;

	for (int i = 1;; i++) {
		left = end - seconds();
		curl_easy_setopt(c, CURLOPT_TIMEOUT, left > 1 ? left : 1);
		if (attempt(c, t, r, e) == -1)
			return -1;
		if (*r == CURLE_OK || t->too_large || t->tls.refused ||
		    t->failed || (!t->anew && !fetch_is_passing(c, *r)))
			return 0;
		if (t->parts && t->len > most) {
			most = t->len;
			i = 0;
		}
		if ((!t->anew && i >= p->tries) || seconds() + p->pause >= end)
			return 0;
		if (!t->anew)
			nanosleep(&pause, NULL);
	}
}

static int
get(CURL *c, const char *url, struct transfer *t, struct err *e)
{
	char why[CURL_ERROR_SIZE] = "";
	CURLcode r;

	t->tls.how = t->how;
	set_options(c, url, t, why);
	if (fetch_tls(c, &t->tls, e) == -1 || perform(c, t, &r, e) == -1)
		return -1;
	return r != CURLE_OK || t->too_large ?
	    say_why(c, t, url, r, why, e) : buf_ok(&t->body, e);
}

static int
transfer(const char *url, struct transfer *t, struct err *e)
{
	CURL *c = curl_easy_init();
	int rc;

	if (c == NULL) {
		err_set(e, "libcurl: out of memory");
		return err_code(e, DI_MEMORY);
	}
	rc = get(c, url, t, e);
	curl_easy_cleanup(c);
	fetch_part_free(&t->part);
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
	if (strncmp(url, "nfs://", 6) == 0)
		return nfs_get(url, max, data_r, len_r, e);
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

/* From a disk or an NFS server: there is nothing to wait for. */
static int
copy_file(const char *path, struct transfer *t, struct err *e)
{
	int from = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	char part[16384];
	struct stat st;
	ssize_t n = 0;

	if (from == -1 || fstat(from, &st) == -1) {
		rc = err_sys(e, "%s", path);
		err_code(e, errno == ENOENT ? DI_NOT_FOUND : DI_SOURCE);
		goto out;
	}
	while (rc == 0 && (n = read(from, part, sizeof(part))) > 0) {
		if (on_data(part, 1, (size_t)n, t) != (size_t)n)
			rc = say_why(NULL, t, path, CURLE_OK, "", e);
		else if (t->how->progress != NULL)
			t->how->progress(t->how->arg, t->len,
			    (uint64_t)st.st_size);
	}
	if (rc == 0 && n == -1) {
		rc = err_sys(e, "%s: read", path);
		err_code(e, DI_SOURCE);
	}
out:
	if (from != -1)
		close(from);
	return rc;
}

int
fetch_file(const struct fetch_how *how, const char *url, uint64_t max,
    const char *path, struct err *e)
{
	struct transfer t = { .how = how, .max = max,
		.parts = strncasecmp(url, "http", 4) == 0 };
	int rc;

	t.fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (t.fd == -1)
		return err_sys(e, "%s", path);
	rc = strncmp(url, "file://", 7) == 0 ? copy_file(url + 7, &t, e) :
	    transfer(url, &t, e);
	buf_free(&t.body);
	if (close(t.fd) == -1 && rc == 0)
		rc = err_sys(e, "%s", path);
	return rc;
}
