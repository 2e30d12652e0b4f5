/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "extcopy.h"

/* blkid_do_safeprobe() */
#define FOUND 0
#define NOTHING 1

static bool
is_ext(blkid_probe pr)
{
	const char *type;
	int rc;

	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_TYPE);
	rc = blkid_do_safeprobe(pr);
	return rc == NOTHING || (rc == FOUND &&
	    blkid_probe_lookup_value(pr, "TYPE", &type, NULL) == 0 &&
	    strncmp(type, "ext", 3) == 0);
}

bool
extcopy_usable(const char *node, uint64_t offset, uint64_t size)
{
	blkid_probe pr = blkid_new_probe();
	int fd = open(node, O_RDONLY | O_CLOEXEC);
	bool usable;

	usable = pr != NULL && fd != -1 && blkid_probe_set_device(pr, fd,
	    (blkid_loff_t)offset, (blkid_loff_t)size) == 0 && is_ext(pr);
	if (pr != NULL)
		blkid_free_probe(pr);
	if (fd != -1)
		close(fd);
	return usable;
}
