/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_URL_WORDS_H
#define INSTALLER_URL_WORDS_H

#include "buf.h"
#include "err.h"

/*
 * ${serial}, ${uuid} and ${mac} in a URL stand for this machine's: what the
 * firmware says, and the card that bootif names (BOOTIF= of pxelinux, or ""),
 * else the first one.  With a '-' as in ${serial-} they stand for nothing when
 * it has none.  root is before /sys.  What no URL may hold is written as %XX,
 * but in an NFS place, whose names nobody decodes: there it stands as it is,
 * and a '/' in it is an error.
 * check_url_words() knows the same names.
 */
int url_words_expand(const char *url, const char *bootif, const char *root,
    struct buf *to, struct err *e);

/* Add what a maker calls something, or a file's name, as a URL may hold it:
 * RFC 3986, 2.1. */
void url_encode(struct buf *to, const char *text);

/* One of the names, as it is. */
int url_words_get(const char *name, const char *bootif, const char *root,
    char to[128], struct err *e);

#endif
