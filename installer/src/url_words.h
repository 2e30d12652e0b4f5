/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_URL_WORDS_H
#define INSTALLER_URL_WORDS_H

#include "buf.h"
#include "err.h"

/*
 * ${serial}, ${uuid} and ${mac} in a URL stand for this machine's: what the
 * firmware says, and the card that bootif names (BOOTIF= of pxelinux, or ""),
 * else the first one.  With a '-' as in ${serial-} they stand for nothing when
 * it has none.  What no URL may hold is written as %XX.  root is before /sys.
 * check_url_words() knows the same names.
 */
int url_words_expand(const char *url, const char *bootif, const char *root,
    struct buf *to, struct err *e);

/* One of the names, as it is. */
int url_words_get(const char *name, const char *bootif, const char *root,
    char to[128], struct err *e);

#endif
