/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "nicpath.h"

bool
nicpath_is_pci(const char *text, size_t len)
{
	static const char shape[] = "xxxx:xx:xx.x";

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (i >= len || (shape[i] == 'x' ?
		    strchr("0123456789abcdef", text[i]) == NULL :
		    text[i] != shape[i]))
			return false;
	return len == sizeof(shape) - 1;
}

/* The last PCI device of where the card hangs. */
void
nicpath_read(const char *dir, char *to, size_t size)
{
	char path[PATH_MAX], real[PATH_MAX], port[8];
	const char *part, *end;
	struct err e;
	size_t len;

	*to = '\0';
	snprintf(path, sizeof(path), "%s/device", dir);
	if (realpath(path, real) == NULL || strstr(real, "/usb") != NULL)
		return;
	for (part = real; *part != '\0'; part = *end == '/' ? end + 1 : end) {
		end = part + strcspn(part, "/");
		if (nicpath_is_pci(part, (size_t)(end - part)))
			snprintf(to, size, "%.*s", (int)(end - part), part);
	}
	snprintf(path, sizeof(path), "%s/dev_port", dir);
	len = strlen(to);
	if (len > 0 && file_line(path, port, sizeof(port), &e) == 0 &&
	    strcmp(port, "0") != 0)
		snprintf(to + len, size - len, "[%s]", port);
}
