/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_RELAY_H
#define DOMUSD_NET_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "net_conn.h"

/*
 * A connection that has become something else: /console, by CONNECT or as a
 * WebSocket.  [core] says who may and gives a socket of [console]'s; from then
 * on bytes are passed on, both ways, little of it kept here.
 */

/* Part of epoll's data: the other process's end of a connection's relay. */
#define RELAY_DATA (UINT64_C(1) << 17)

struct relay;

bool relay_wanted(const struct http *h);

/* Make c->relay and its call; false: refused, and answered. */
bool relay_request(struct conn *c);

/* [core]'s answer to it. */
void relay_reply(struct conn *c, struct reply *r);

enum next relay_step(struct conn *c);

/* Something has come from the other process.  c may be gone on return. */
void relay_event(struct conn *c, uint32_t events);

void relay_free(struct relay *r);	/* r may be NULL */

#endif
