/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ORIGIN_H
#define INSTALLER_ORIGIN_H

#include "install.h"

/*
 * Where the image comes from: the answers' sources in their order, until one
 * is whole.  What comes from a server is kept in memory, and everything is
 * checked there, before anything is written to a disk.  in->medium is what
 * came of it.
 *
 * A server has an ISO, known by its name's end, or a directory: the ISO's
 * tree, or its parts and SHA256SUMS beside one another.  When anybody may sign
 * (the answers say who, or share/signer.pem does), SHA256SUMS.sig must be
 * there and good.
 */
int origins_take(struct install *in, struct err *e);

/* How the line begins that says whose signature was found good. */
#define SIGNED_BY "signed by "

/* Forget what was fetched; nothing may be open there. */
void origins_drop(const char *work);

#endif
