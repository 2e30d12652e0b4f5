/* SPDX-License-Identifier: ISC */
#ifndef SERVE_SITE_H
#define SERVE_SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "dhcp.h"
#include "err.h"

#define SITE_MACHINES 256

/* How a machine boots; each kind may get another first file. */
enum boot { BOOT_NONE, BOOT_BIOS, BOOT_UEFI, BOOT_HTTP, BOOT_IPXE, BOOT_DOMUS,
	BOOT_KINDS };

/* What the server is to machines, as main() was told. */
struct site {
	char url[64];		/* "http://192.0.2.1:8080/" */
	uint32_t address;	/* network order */
	const char *file[BOOT_KINDS];
	bool answers;		/* there are some to be had */
	char token[129];	/* for them; "" none */
	unsigned char only[SITE_MACHINES][DHCP_MAC];	/* that are served */
	size_t nonly;		/* 0: all are */
};

/* "52:54:00:d0:00:01,...": the only machines that are served. */
int site_only(struct site *s, const char *list, struct err *e);
bool site_takes(const struct site *s, const unsigned char mac[DHCP_MAC]);

/*
 * The words that the installer is told on top of its command line.  mac may be
 * "" when it is not known.
 */
void site_words(const struct site *s, const char *mac, struct buf *to);

/*
 * A configuration of the tree, for this server: the words stand behind each
 * "domus.boot=net".  For iPXE's scripts, which know a machine's names by other
 * words than the installer.
 */
void site_fill(const struct site *s, const char *mac, bool ipxe,
    const char *text, size_t len, struct buf *to);

/* "52:54:00:d0:00:01" out of 01-52-54-00-d0-00-01 or any way to write it;
 * false: it is none. */
bool site_mac(const char *text, char mac[DHCP_MAC_TEXT]);

#endif
