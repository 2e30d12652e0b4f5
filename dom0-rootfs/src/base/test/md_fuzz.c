/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "md.h"

#define SIZE ((uint64_t)64 << 20)
#define AT (SIZE - 8192)	/* where a disk of that size has it */

#define SUM 216
#define COUNT 220
#define ROLES 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t
word(const unsigned char *b)
{
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
	    (uint32_t)b[3] << 24;
}

/* The right checksum, which would stop what is changed at random. */
static void
seal(unsigned char b[4096])
{
	size_t n = ROLES + 2 * (size_t)word(b + COUNT), i;
	uint64_t all = 0;

	if (word(b + COUNT) > 1920)
		return;
	for (i = 0; i + 4 <= n; i += 4)
		all += i == SUM ? 0 : word(b + i);
	if (n % 4 == 2)
		all += word(b + i) & 0xffff;
	all = (all & 0xffffffff) + (all >> 32);
	for (i = 0; i < 4; i++)
		b[SUM + i] = (unsigned char)(all >> 8 * i);
}

/* Any bytes as a superblock: what is read keeps to its bounds. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char b[4100] = { 0 };
	struct md_super s;
	struct err e;
	int fd = memfd_create("disk", MFD_CLOEXEC);

	memcpy(b, data, size < 4096 ? size : 4096);
	seal(b);
	if (fd == -1 || ftruncate(fd, (off_t)SIZE) == -1 ||
	    pwrite(fd, b, 4096, (off_t)AT) != 4096)
		abort();
	if (md_read(fd, SIZE, &s, &e) == 1) {
		if (s.nroles > MD_ROLES || s.name[32] != '\0')
			abort();
		for (unsigned int i = 0; i <= MD_ROLES; i++)
			md_is_in(&s, i);
		if (md_active(&s) > MD_ROLES)
			abort();
	}
	close(fd);
	return 0;
}
