/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "layout.h"

#define TYPE_ESP "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define TYPE_LINUX "0FC63DAF-8483-4772-8E79-3D69D8477DE4"

const char layout_lvm[] = "E6D6D379-F507-44C2-A23C-238F2A3DF928";

const struct part_kind part_kinds[PART_COUNT] = {
	[PART_SLOT_A] = { "domus-a", TYPE_ESP, "slot A, boots", SLOT_MB * MIB,
	    SLOT_MB * MIB, true },
	[PART_SLOT_B] = { "domus-b", TYPE_ESP, "slot B, for updates",
	    SLOT_MB * MIB, SLOT_MB * MIB, false },
	[PART_STATE] = { "domus-state", TYPE_LINUX, "state (ext4)",
	    STATE_MB * MIB, 448 * MIB, false },
	[PART_SR] = { "domus-sr", TYPE_LINUX, "SR (ext4)", 0, 0, false },
};

void
part_name(char *to, size_t size, const char *disk, unsigned int number)
{
	size_t n = strlen(disk);

	snprintf(to, size, "%s%s%u", disk,
	    n > 0 && isdigit((unsigned char)disk[n - 1]) ? "p" : "", number);
}
