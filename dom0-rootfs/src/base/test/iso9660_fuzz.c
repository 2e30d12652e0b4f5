/* SPDX-License-Identifier: ISC */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "iso9660.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * An image whose descriptor and directories are the input: block 0 stands for
 * block 16, and what follows for the blocks after it.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "answers.xml", "boot/initrd" };
	struct iso_file f;
	struct err e;
	int fd = memfd_create("iso", 0);

	if (fd != -1 && pwrite(fd, data, size, 16 * ISO_BLOCK) ==
	    (ssize_t)size)
		for (int i = 0; i < 2; i++)
			if (iso_find(fd, names[i], &f, &e) == 0 &&
			    iso_set_name(&f, names[i], &e) == 0) {
				iso_set_extent(&f, f.size, f.extent);
				iso_set_mode(&f, f.size);
				iso_store(fd, &f, &e);
			}
	close(fd);
	return 0;
}
