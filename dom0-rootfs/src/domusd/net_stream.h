/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_STREAM_H
#define DOMUSD_NET_STREAM_H

#include "net_conn.h"

/*
 * Bodies of any length, which [net] only passes on: between a client and a
 * descriptor that [core] has sent (MSG_STREAM), in frames (frame.h).  The
 * message's value is {way: "upload" "download"} and, for a download, {status,
 * type, headers, length: -1 not known}.
 *
 * An upload ends with [core]'s answer to the call, which may come before all
 * is read: then the rest is not wanted.  A download is the answer; one that
 * ends without its last frame cuts the connection, so that no client takes a
 * part for the whole.
 */
#define STREAM_DATA (UINT64_C(1) << 24)	/* in epoll's data, with the slot */

/* Steps of a connection in these states. */
enum next stream_upload(struct conn *c);
enum next stream_download(struct conn *c);

/* It moves no body any more, or never did. */
void stream_end(struct conn *c);

#endif
