/* SPDX-License-Identifier: ISC */
#include "markup.h"

static const struct { char c; const char *as; } escapes[] = {
	{ '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" },
	{ '\t', "&#9;" }, { '\n', "&#10;" }, { '\r', "&#13;" },
};

void
markup_escape(struct buf *to, const char *text)
{
	size_t i, n = sizeof(escapes) / sizeof(escapes[0]);

	for (; *text != '\0'; text++) {
		for (i = 0; i < n && escapes[i].c != *text; i++)
			;
		if (i < n)
			buf_str_add(to, escapes[i].as);
		else
			buf_char(to, *text);
	}
}
