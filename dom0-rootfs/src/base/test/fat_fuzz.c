/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A disk that claims to be installed is read before anything is trusted. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "SHA256SUMS", "a/b", "xen.gz" };
	struct fat *fat = NULL;
	char hex[HASH_HEX];
	struct err e;
	int fd;

	fd = memfd_create("fat", 0);
	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		return 0;
	if (fat_open(fd, 0, &fat, &e) == 0) {
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			fat_hash(fat, names[i], hex, &e);
		fat_room(fat);
	}
	fat_close(fat);
	close(fd);
	return 0;
}
