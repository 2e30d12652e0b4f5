/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_ID_H
#define DOMUSD_ID_H

#include <stdbool.h>

#include "err.h"

/* Names that nobody can guess. */

#define ID_UUID 37
#define ID_REF 47		/* "OpaqueRef:" and a uuid */
#define ID_SECRET 65		/* 256 bits as hex digits */

/* All of them end the program when the system has no random bytes. */
void id_uuid(char uuid_r[ID_UUID]);
void id_ref(char ref_r[ID_REF]);
void id_secret(char secret_r[ID_SECRET]);

/* Whether s looks like a uuid. */
bool id_is_uuid(const char *s);

/* Whether two secrets are the same, in a time that tells nothing. */
bool id_same(const char *a, const char *b);

#endif
