/* SPDX-License-Identifier: ISC */
#ifndef BASE_NICPATH_H
#define BASE_NICPATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where a network card is plugged in, which outlives the kernel's numbering:
 * its PCI address, 0000:03:00.0, and 0000:03:00.0[1] for the second port of
 * one device.  Behind USB there is none.
 */
#define NICPATH 32

/* dir is the card's /sys/class/net/NAME; "" when it has no path. */
void nicpath_read(const char *dir, char *to, size_t size);

/* Whether these characters are a PCI address. */
bool nicpath_is_pci(const char *text, size_t len);

#endif
