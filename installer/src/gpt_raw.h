/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_GPT_RAW_H
#define INSTALLER_GPT_RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/*
 * A GPT as bytes, for what must be changed so that no power cut leaves the
 * disk without one.  Offsets in a header and an entry: UEFI 2.10, 5.3.2 and
 * 5.3.3.
 */
enum { GPT_H_SIZE = 12, GPT_H_CRC = 16, GPT_H_MINE = 24, GPT_H_OTHER = 32,
	GPT_H_ENTRIES = 72, GPT_H_COUNT = 80, GPT_H_EACH = 84,
	GPT_H_ENTRIES_CRC = 88 };
enum { GPT_E_TYPE = 0, GPT_E_UUID = 16, GPT_E_START = 32, GPT_E_END = 40,
	GPT_E_ATTRIBUTES = 48, GPT_E_NAME = 56, GPT_E_NAME_CHARS = 36 };
#define GPT_LEGACY_BOOT 4u	/* attribute 2, in the first byte */
#define GPT_SECTOR_MAX 4096u

struct gpt_raw {
	int fd;
	uint32_t sector;
	uint64_t sectors;	/* of the disk */
	unsigned char header[GPT_SECTOR_MAX];
	unsigned char *entries;
	uint32_t count, each;
	size_t size;		/* of all entries, in whole sectors */
};

/* The first table that is whole; its copy, else.  -1: none is.  t->fd is -1
 * before; gpt_raw_close() in either case. */
int gpt_raw_open(const char *node, int flags, struct gpt_raw *t,
    struct err *e);
void gpt_raw_close(struct gpt_raw *t);

/* Whether both tables lie at the disk's ends, as ours do. */
bool gpt_raw_is_plain(const struct gpt_raw *t);

/* The copy at the disk's end is written and synced before the first table. */
int gpt_raw_write(struct gpt_raw *t, struct err *e);

uint64_t le64(const unsigned char *p);
void le64_put(unsigned char *p, uint64_t v);

#endif
