/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_NET_RIG_H
#define DOMUSD_NET_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include <openssl/types.h>

#include "buf.h"
#include "client.h"
#include "fingerprint.h"
#include "net.h"

/*
 * A real [net] process and a small [core] of the test's, each forked, on
 * ephemeral ports of 127.0.0.1.  That [core] knows these methods:
 *
 *	echo		its parameters
 *	fail		the error CODE with its parameters
 *	big n		n letters
 *	hold		no answer, ever
 *	late		answered after the next call is
 *	cancels		how many calls were cancelled
 *	peer		the peer's address
 *	cert		sends [net] the rig's second certificate
 *
 * And these pages: import_raw_vdi tells how many bytes came, and counts 100
 * cancels when they were cut off; export_raw_vdi breaks off behind "abc".
 */
struct rig {
	char *pem, *pem2, root[32];
	struct fingerprint print, print2;
	unsigned int port, http_port;
	pid_t net, core;
	bool sandbox;
};

/* That [core], in a process of its own. */
void rig_core_main(int fd, int ready, const char *pem2);

/* conf: limits and timeouts only; the rest is filled in. */
void rig_start(struct rig *r, struct net_config conf);

/* End [core]; the exit status of [net], which should follow. */
int rig_stop(struct rig *r);

/* A client that writes what it is told, byte by byte if need be. */
struct wire {
	int fd;
	SSL *ssl;		/* NULL: plain */
	SSL_CTX *ctx;
};

void wire_open(struct wire *w, unsigned int port, bool tls);
void wire_send(struct wire *w, const char *text);
void wire_send_n(struct wire *w, const char *data, size_t len);
void wire_close(struct wire *w);

/*
 * One answer, by its Content-Length: head and body in one text.  The end of
 * the connection gives what there was, maybe "".
 */
char *wire_answer(struct wire *w, struct buf *b);

/* A POST, added to b. */
void rig_post(struct buf *b, const char *path, const char *body);

/* A client that wants that certificate (NULL: any). */
void rig_client(const struct rig *r, const struct fingerprint *print,
    struct rpc_client **c);

void assert_has(const char *text, const char *part);

/* Run tests, each with a rig of its own as its state. */
#define RIG_TESTS 32
#define RIG_HEAD_MS 1500
#define RIG_IDLE_MS 4000
int rig_run(const struct CMUnitTest *tests, size_t n, bool sandbox);

#endif
