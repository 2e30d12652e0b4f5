/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_XEN_PASSWORD_H
#define DOMUSD_XEN_PASSWORD_H

#include <stdbool.h>

#include "err.h"

/* Passwords by crypt(3), in [xen]: [core] answers nobody while one is hashed. */

#define PASSWORD_HASH 256

/* No hash, or one that is locked, lets nobody in. */
bool password_matches(const char *hash, const char *password);

/* sha512crypt with a new salt: what both musl and glibc check. */
int password_hash(const char *password, char hash_r[PASSWORD_HASH],
    struct err *e);

/* root's, in the shadow(5) file `path'.  e is set when it cannot be read. */
bool password_root(const char *path, const char *password, struct err *e);
int password_root_set(const char *path, const char *password, struct err *e);

#endif
