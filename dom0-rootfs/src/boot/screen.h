/* SPDX-License-Identifier: ISC */
#ifndef BOOT_SCREEN_H
#define BOOT_SCREEN_H

#include <stdbool.h>

#include "buf.h"
#include "cmdline.h"
#include "err.h"

/*
 * What a console shows while nobody is logged in.  Strings are "" when not
 * known.
 */
struct screen {
	enum mode mode;
	char hostname[65];
	char addresses[512];	/* blank-separated, IPv4 first */
	char fingerprint[96];	/* of the TLS certificate: "SHA256:..." */
	char pool[256], role[32], coordinator[256];
	char *problems;		/* as problem() writes them; or NULL */
	char *notes;		/* what else is to be told; or NULL */
	int ended;		/* the installer's exit status; -1: it runs */
};

/* Fill it in from the running system.  What cannot be read is "". */
void screen_look(struct screen *s);

/* The text, lines ended by "\n". */
void screen_text(const struct screen *s, struct buf *to);

void screen_free(struct screen *s);

/* "SHA256:" and the hash of the first certificate in a PEM file's text. */
int screen_fingerprint(const char *pem, char *to, size_t size,
    struct err *e);

#endif
