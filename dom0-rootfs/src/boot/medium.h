/* SPDX-License-Identifier: ISC */
#ifndef BOOT_MEDIUM_H
#define BOOT_MEDIUM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The medium that mode install installs from: an ISO 9660 volume labelled
 * DOMUS_INSTALL, on a CD or written raw to a USB stick.
 */
#define MEDIUM_LABEL "DOMUS_INSTALL"

/* True when a block device of this machine holds it. */
bool medium_there(void *unused);

/* True when these bytes are a primary volume descriptor of that label
 * (ECMA-119, 8.4: the volume identifier is at 40, padded with blanks). */
bool medium_is(const unsigned char *descriptor, size_t len);

#endif
