/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_FETCH_WHY_H
#define INSTALLER_FETCH_WHY_H

#include <stdbool.h>

#include <curl/curl.h>

#include "codes.h"

/* Why a transfer failed: whether waiting can mend it, and what it is called;
 * what libcurl does not know of it is added to e. */
bool fetch_is_passing(CURL *c, CURLcode r);
enum code fetch_code(CURL *c, CURLcode r, struct err *e);

#endif
