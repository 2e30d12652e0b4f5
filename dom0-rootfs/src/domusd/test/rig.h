/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_TEST_RIG_H
#define DOMUSD_TEST_RIG_H

#include "cert.h"
#include "conf.h"
#include "core.h"
#include "log.h"

/*
 * A [core] without its other processes: calls come through a socket pair, the
 * facts from test/machine.json.
 */
struct rig {
	char dir[32];
	struct core core;
	struct options options;
	struct log log;
	struct conf conf;
	struct cert cert;
	struct msg_port port;	/* the client's end */
	uint64_t last_id;
	char session[ID_REF];	/* root's */
};

/* n: which machine, 1 to 9; they differ in name, uuids and addresses. */
struct rig *rig_open(int n);
void rig_close(struct rig *r);

/* End [core] as kill -9 would, and start it again. */
void rig_restart(struct rig *r);

/* Send a call; params is JSON, an array.  Its id. */
uint64_t rig_send(struct rig *r, const char *method, const char *params);
uint64_t rig_send_value(struct rig *r, const char *method,
    const struct value *params);

/* Turn until the answer to that call is there; the caller frees it. */
struct reply rig_wait(struct rig *r, uint64_t id);
bool rig_poll(struct rig *r, uint64_t id, struct reply *reply_r);

/* Both.  `more' is what follows the session in params: "" or ", 1, 2". */
struct reply rig_call(struct rig *r, const char *method, const char *more);

/* The value of a call that must succeed; the caller frees it. */
struct value *rig_get(struct rig *r, const char *method, const char *more);

/* A call must fail with this code. */
void rig_fails(struct rig *r, const char *method, const char *more,
    const char *code);

#endif
