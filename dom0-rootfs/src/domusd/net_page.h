/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_PAGE_H
#define DOMUSD_NET_PAGE_H

#include <stdbool.h>

#include "call.h"

struct http;

/*
 * What [net] passes on to [core] by a path of its own (http.h), not as a
 * method: a MSG_HTTP whose only parameter is a struct
 *
 *	verb path	as in the request, the path without query
 *	query		struct: decoded; a name's last value counts
 *	session		from the query or a cookie, or ""
 *	user password	of HTTP Basic, or missing
 *	range		the header, or missing
 *	length		of the body; -1: not known
 *	host		the header
 *
 * The answer's value is a struct {status, type, body, location}, where all but
 * status may be missing.
 */
bool page_is(const struct http *h);

/* false: it is malformed. */
bool page_call(const struct http *h, struct call *c);

#endif
