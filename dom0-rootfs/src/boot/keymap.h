/* SPDX-License-Identifier: ISC */
#ifndef BOOT_KEYMAP_H
#define BOOT_KEYMAP_H

#include <stdint.h>
#include <stddef.h>

#include "err.h"

/*
 * A keymap as loadkeys(1) -b writes it: "bkeymap", 256 bytes that say which
 * tables follow, then each table's 128 codes, little-endian.
 */
#define KEYMAP_TABLES 256
#define KEYMAP_KEYS 128

struct keymap {
	unsigned char has[KEYMAP_TABLES];
	uint16_t code[KEYMAP_TABLES][KEYMAP_KEYS];
};

/* Strict: a byte too few or too many is an error. */
int keymap_parse(const void *data, size_t len, struct keymap *k,
    struct err *e);

/* Load the map of that name into the kernel; a machine without a screen has
 * no use for it, and that is no error. */
int keymap_load(const char *name, struct err *e);

#endif
