/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_WEB_H
#define DOMUSD_NET_WEB_H

#include <stdbool.h>

#include "buf.h"

struct http;

/*
 * The web page (dom0-rootfs/web), built in.  false: no file of it is asked
 * for, or by a client that cannot take it compressed: not a browser.
 */
bool web_answer(struct buf *to, const struct http *h);

#endif
