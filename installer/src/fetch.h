/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FETCH_H
#define INSTALLER_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* How long is waited for servers; seconds. */
struct patience {
	int tries, pause;	/* while it cannot be reached */
	long connect, stall;
	long whole;		/* for a file, with all tries */
};
extern const struct patience patient;

/* How to get it; zeroed is well. */
struct fetch_how {
	const struct patience *patience;	/* NULL: patient */
	const char *fingerprint;	/* of the server's certificate: it alone
					   counts; NULL: the image's
					   authorities do */
	const char *const *authorities;	/* certificates in PEM; besides the
					   image's */
	size_t nauthorities;
	const char *proxy;		/* URL, or NULL */
	const char *token;		/* for the server alone: RFC 6750; or
					   NULL or "" */
	/* What has come so far; all is 0 when not known.  May be NULL. */
	void (*progress)(void *, uint64_t done, uint64_t all);
	/* A transfer that broke off goes on there; 0: it begins anew.  May be
	 * NULL. */
	void (*goes_on)(void *, uint64_t at);
	void *arg;
};

/*
 * Get a file by its URL: file, http, https, ftp, tftp or nfs.  Tried again for
 * a minute while the server cannot be reached; at most max bytes.  The caller
 * frees *data_r.  Redirections lead to http and https only, from https to
 * https.  The error's code is one of codes.h; a user's name and password in
 * the URL are not in its text.
 */
int fetch(const char *url, size_t max, char **data_r, size_t *len_r,
    struct err *e);
int fetch_by(const struct patience *p, const char *url, size_t max,
    char **data_r, size_t *len_r, struct err *e);
int fetch_how(const struct fetch_how *how, const char *url, size_t max,
    char **data_r, size_t *len_r, struct err *e);

/* The same into a file, made anew; not by nfs.  No room for it there is
 * DI_MEMORY: such files are kept in memory.  By http and https a transfer that
 * breaks off goes on where it was, if the server can do that and the file is
 * the same; as long as it gets further, that is not counted as a try. */
int fetch_file(const struct fetch_how *how, const char *url, uint64_t max,
    const char *path, struct err *e);

#endif
