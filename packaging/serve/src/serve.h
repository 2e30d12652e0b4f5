/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include <netinet/in.h>
#include <stdbool.h>

#include "dhcpd.h"
#include "err.h"
#include "files.h"
#include "log.h"
#include "machines.h"
#include "site.h"
#include "tokens.h"

struct MHD_Daemon;

/* All of domus-serve: one thread, one loop. */
struct serve {
	struct site site;
	struct dhcpd dhcpd;
	struct machines machines;
	const struct log *log;
	struct roots roots;
	int answers;		/* a directory, or -1 */
	struct tokens tokens;
	time_t until;		/* since boot; 0: for ever */
	int events;		/* epoll */
	int dhcp, boot, tftp, http, signals;	/* sockets; -1: not served */
	unsigned int dhcp_port;
	bool other;		/* another DHCP server was noticed */
	struct MHD_Daemon *daemon;
	struct transfers *transfers;
};

/* What an event of the loop belongs to; a transfer's number follows. */
enum source { SOURCE_DHCP, SOURCE_BOOT, SOURCE_TFTP, SOURCE_HTTP,
	SOURCE_SIGNAL, SOURCE_TRANSFER };
int serve_watch(struct serve *s, int fd, enum source source, unsigned int nr,
    struct err *e);

/* Seconds since boot; and how many it still serves, -1: for ever. */
time_t serve_now(void);
long serve_left(const struct serve *s);

/* Run until a signal says to end, or its time is over. */
int serve_run(struct serve *s, struct err *e);

/* http.c: the web server on s->http; and let it do what there is. */
int http_start(struct serve *s, struct err *e);
void http_work(struct serve *s);
int http_wait(const struct serve *s);	/* milliseconds, -1: for ever */
void http_stop(struct serve *s);

/* transfers.c: files by TFTP. */
int transfers_start(struct serve *s, struct err *e);
void transfers_ask(struct serve *s);	/* s->tftp can be read */
void transfers_take(struct serve *s, unsigned int nr);
int transfers_wait(struct serve *s);	/* the same; does what is due */
void transfers_stop(struct serve *s);

/* sockets.c: bound and ready; *port is what it became when it was 0.  Shared:
 * others who say so, too, may have the port as well. */
int socket_udp(unsigned int *port, const char *interface, bool shared,
    struct err *e);
int socket_tcp(unsigned int *port, const char *interface, struct err *e);
int socket_address(const char *interface, uint32_t *address_r,
    uint32_t *netmask_r, struct err *e);

/* The peer's address as a text. */
void peer_text(const struct sockaddr_in *peer, char to[INET_ADDRSTRLEN]);

#endif
