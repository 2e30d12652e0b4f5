/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FETCH_TLS_H
#define INSTALLER_FETCH_TLS_H

#include <stdbool.h>

#include <curl/curl.h>

#include "fetch.h"
#include "fingerprint.h"

/* Which servers a transfer takes for real; lives as long as the handle. */
struct fetch_tls {
	const struct fetch_how *how;
	struct fingerprint want;
	bool refused;		/* another certificate than wanted */
	bool unusable;		/* one of how's authorities is no certificate */
};

/* By the image's authorities and how's, or by a fingerprint alone. */
int fetch_tls(CURL *c, struct fetch_tls *t, struct err *e);

#endif
