/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_PASSWORD_H
#define INSTALLER_PASSWORD_H

#include "buf.h"
#include "err.h"

/* Add a SHA-512 crypt(3) of the password, with 96 bits of salt. */
int password_hash(const char *plain, struct buf *to, struct err *e);

#endif
