/* SPDX-License-Identifier: ISC */
#ifndef CUTS_NVRAM_H
#define CUTS_NVRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "tape.h"

/*
 * What a UEFI firmware remembers.  Each variable is taken whole and at once:
 * no cut leaves half of it.
 */
#define NVRAM_VARS 64

struct nvram {
	bool is;		/* else the firmware is not known */
	size_t n;
	struct var {
		char name[80];
		unsigned char data[1024];	/* without its attributes */
		size_t len;
	} list[NVRAM_VARS];
};

/* From a directory as efivarfs has it. */
int nvram_load(struct nvram *v, const char *dir, struct err *e);

int nvram_apply(struct nvram *v, const struct op *op, struct err *e);

bool nvram_same(const struct nvram *a, const struct nvram *b);

/*
 * The partition that a boot entry leads to, as its GUID's bytes: the one for
 * the next boot, or the nth of the order.  False: there is no such entry;
 * guid is all zeros when it leads to no partition.
 */
bool nvram_next(const struct nvram *v, unsigned char guid[16]);
bool nvram_order(const struct nvram *v, size_t nth, unsigned char guid[16]);

#endif
