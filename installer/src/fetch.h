/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FETCH_H
#define INSTALLER_FETCH_H

#include <stddef.h>

#include "err.h"

/*
 * Get a small file by its URL: file, http or https (checked against the
 * image's certificates).  Tried again for a minute while the server cannot
 * be reached; at most max bytes.  The caller frees *data_r.
 */
int fetch(const char *url, size_t max, char **data_r, size_t *len_r,
    struct err *e);

#endif
