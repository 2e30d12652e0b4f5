/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_LINK_H
#define DOMUSD_LINK_H

#include "core.h"

/* The code of a failure to reach the other host at all. */
#define LINK_UNREACHABLE "LINK_UNREACHABLE"

/* The largest answer of [link]'s: what 1 MiB of JSON can become. */
#define LINK_MAX ((size_t)8 << 20)

/*
 * Call a method of another host through [link].  fingerprint "" or NULL: any
 * certificate.  params is taken.  answered() looks at the reply with
 * link_result() first.
 */
void link_call(struct core *core, const char *address,
    const char *fingerprint, const char *method, struct value *params,
    void (*answered)(struct core *, struct request *, struct reply *));

/* The same through [ask], which waits for no hello, in the name of q. */
void link_ask(struct request *q, const char *address,
    const char *fingerprint, const char *method, struct value *params,
    void (*answered)(struct core *, struct request *, struct reply *));

/*
 * Turn [link]'s answer into the other host's: 0, and r->value is its result;
 * -1, and r is its failure.  *seen_r (may be NULL), if the connection was
 * made, becomes the fingerprint of its certificate.
 */
int link_result(struct reply *r, char **seen_r);

#endif
