/* SPDX-License-Identifier: ISC */
#ifndef BASE_DHCP_H
#define BASE_DHCP_H

#include <stddef.h>
#include <stdint.h>

/*
 * Messages of DHCP (RFC 2131, 2132, 3396) and of PXE on top of it: reading and
 * making them, no input or output.  Addresses are in network order.
 */
enum dhcp_type { DHCP_DISCOVER = 1, DHCP_OFFER, DHCP_REQUEST, DHCP_DECLINE,
	DHCP_ACK, DHCP_NAK, DHCP_RELEASE, DHCP_INFORM };

enum dhcp_option { DHCP_OPT_NETMASK = 1, DHCP_OPT_ROUTER = 3,
	DHCP_OPT_DNS = 6, DHCP_OPT_VENDOR = 43, DHCP_OPT_ADDRESS = 50,
	DHCP_OPT_LEASE = 51, DHCP_OPT_TYPE = 53, DHCP_OPT_SERVER = 54,
	DHCP_OPT_LIST = 55, DHCP_OPT_MAX_SIZE = 57, DHCP_OPT_CLASS = 60,
	DHCP_OPT_TFTP = 66, DHCP_OPT_FILE = 67, DHCP_OPT_USER = 77,
	DHCP_OPT_ARCH = 93, DHCP_OPT_GUID = 97,
	DHCP_OPT_PREFIX = 210,	/* pxelinux: before every file's name */
	DHCP_OPT_WORDS = 224 };	/* ours: words for the installer */

#define DHCP_MAC 6
#define DHCP_MAC_TEXT 18
#define DHCP_TEXT 1024

struct dhcp {
	unsigned int op;	/* 1: of a client, 2: of a server */
	uint32_t xid;		/* as it stands there */
	unsigned int flags;
	uint32_t ciaddr, yiaddr, siaddr, giaddr;
	unsigned char mac[DHCP_MAC];
	char file[129];
	const unsigned char *options;	/* in what was parsed */
	size_t noptions;
};

/* -1: not DHCP over Ethernet, or its options do not end where they say. */
int dhcp_parse(struct dhcp *m, const void *data, size_t len);

/* All bytes of an option, as it may stand in parts; how many, cut to size;
 * -1: it is not there. */
int dhcp_option(const struct dhcp *m, unsigned int code, void *to,
    size_t size);

/* The same as a text: "" when it is not there or has a NUL inside it. */
void dhcp_text(const struct dhcp *m, unsigned int code, char to[DHCP_TEXT]);

/* The message's type, or 0; an option of four bytes, or 0. */
unsigned int dhcp_type(const struct dhcp *m);
uint32_t dhcp_u32(const struct dhcp *m, unsigned int code);

/* "52:54:00:d0:00:01" */
void dhcp_mac(const unsigned char mac[DHCP_MAC], char to[DHCP_MAC_TEXT]);

/* A message being made; what does not fit sets full. */
struct dhcp_out {
	unsigned char data[1472];
	size_t len;
	int full;
};

/* The head's fields and its file, the type, then options, then the end. */
void dhcp_begin(struct dhcp_out *o, const struct dhcp *head,
    enum dhcp_type type);
void dhcp_add(struct dhcp_out *o, unsigned int code, const void *data,
    size_t len);
void dhcp_add_u32(struct dhcp_out *o, unsigned int code, uint32_t value);
void dhcp_add_text(struct dhcp_out *o, unsigned int code, const char *text);
void dhcp_end(struct dhcp_out *o);

#endif
