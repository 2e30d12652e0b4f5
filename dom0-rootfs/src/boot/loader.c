/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "cmdline.h"
#include "file.h"
#include "loader.h"

#define VARIABLE "/sys/firmware/efi/efivars/LoaderDevicePartUUID-" \
	"4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
#define ATTRIBUTES 4

void
loader_slot_parse(const void *data, size_t len, char uuid[40])
{
	const unsigned char *at = data;
	size_t n = 0;

	for (size_t i = ATTRIBUTES; i + 1 < len && n < 39; i += 2) {
		if (at[i] == 0 || at[i + 1] != 0)
			break;
		uuid[n++] = (char)at[i];
	}
	uuid[n] = '\0';
	if (!is_uuid(uuid))
		uuid[0] = '\0';
}

void
loader_slot(char uuid[40])
{
	struct err e;
	char *data;
	size_t len;

	uuid[0] = '\0';
	if (file_read(VARIABLE, 4096, &data, &len, &e) == -1)
		return;
	loader_slot_parse(data, len, uuid);
	free(data);
}
