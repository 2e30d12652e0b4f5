/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "xva.h"

/* POSIX.1-1988: where a header's fields are, and how long. */
#define NAME_LEN 100
#define MODE 100
#define SIZE 124
#define SIZE_LEN 12
#define SUM 148
#define SUM_LEN 8
#define TYPE 156
#define MAGIC 257
#define PREFIX 345
#define PREFIX_LEN 155

size_t
tar_padding(uint64_t len)
{
	return (TAR_HEAD - (size_t)(len % TAR_HEAD)) % TAR_HEAD;
}

/* Of all bytes, those of the sum itself as blanks. */
static unsigned int
sum(const unsigned char *head)
{
	unsigned int n = 0;

	for (size_t i = 0; i < TAR_HEAD; i++)
		n += i >= SUM && i < SUM + SUM_LEN ? ' ' : head[i];
	return n;
}

void
tar_put(unsigned char head[TAR_HEAD], const char *name, uint64_t len)
{
	char *h = (char *)head;

	memset(head, 0, TAR_HEAD);
	snprintf(h, NAME_LEN, "%s", name);
	/* mode, uid, gid, size, mtime: octal, each ended by a NUL */
	memcpy(h + MODE, "0000400", 8);
	memcpy(h + MODE + 8, "0000000", 8);
	memcpy(h + MODE + 16, "0000000", 8);
	snprintf(h + SIZE, SIZE_LEN, "%011llo", (unsigned long long)len);
	memcpy(h + SIZE + SIZE_LEN, "00000000000", SIZE_LEN);
	h[TYPE] = '0';
	memcpy(h + MAGIC, "ustar\00000", 8);
	snprintf(h + SUM, SUM_LEN, "%06o", sum(head));
	h[SUM + SUM_LEN - 1] = ' ';
}
