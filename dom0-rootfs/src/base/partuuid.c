/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include <blkid/blkid.h>

#include "partuuid.h"

void
partuuid(const char *name, char uuid[40])
{
	const char *value;
	char device[64];
	blkid_probe pr;

	uuid[0] = '\0';
	snprintf(device, sizeof(device), "/dev/%.40s", name);
	pr = blkid_new_probe_from_filename(device);
	if (pr == NULL)
		return;
	blkid_probe_enable_superblocks(pr, 0);
	blkid_probe_enable_partitions(pr, 1);
	blkid_probe_set_partitions_flags(pr, BLKID_PARTS_ENTRY_DETAILS);
	if (blkid_do_safeprobe(pr) == 0 && blkid_probe_lookup_value(pr,
	    "PART_ENTRY_UUID", &value, NULL) == 0)
		snprintf(uuid, 40, "%s", value);
	blkid_free_probe(pr);
}
