/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stddef.h>

#include "uuid.h"

bool
is_uuid(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	for (i = 0; text[i] != '\0' && shape[i] != '\0'; i++)
		if (shape[i] == '-' ? text[i] != '-' :
		    !isxdigit((unsigned char)text[i]))
			return false;
	return text[i] == '\0' && shape[i] == '\0';
}
