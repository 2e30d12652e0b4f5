/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FETCH_H
#define INSTALLER_FETCH_H

#include <stddef.h>

#include "err.h"

/* How long is waited for servers; seconds. */
struct patience {
	int tries, pause;	/* while it cannot be reached */
	long connect, stall, whole;
};
extern const struct patience patient;

/*
 * Get a small file by its URL: file, http or https (checked against the
 * image's certificates).  Tried again for a minute while the server cannot
 * be reached; at most max bytes.  The caller frees *data_r.  The error's code
 * is one of codes.h.
 */
int fetch(const char *url, size_t max, char **data_r, size_t *len_r,
    struct err *e);
int fetch_by(const struct patience *p, const char *url, size_t max,
    char **data_r, size_t *len_r, struct err *e);

#endif
