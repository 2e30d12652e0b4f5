/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "xml.h"

const struct xml_attr *
xml_attr(const struct xml_elem *el, const char *name)
{
	const struct xml_attr *a;

	for (a = el->attrs; a != NULL; a = a->next)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

void
xml_escape(struct buf *to, const char *s)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '<':
			buf_str_add(to, "&lt;");
			break;
		case '&':
			buf_str_add(to, "&amp;");
			break;
		case '"':
			buf_str_add(to, "&quot;");
			break;
		default:
			/* Firmware's strings hold anything. */
			buf_char(to, (unsigned char)*s < ' ' ||
			    (unsigned char)*s > '~' ? '?' : *s);
		}
	}
}

/* By hand, not by recursion: the depth is the document's. */
void
xml_free(struct xml_elem *el)
{
	struct xml_elem *next;
	struct xml_attr *a;

	while (el != NULL) {
		if (el->child != NULL) {
			next = el->child;
			el->child = NULL;
			el = next;
			continue;
		}
		next = el->next != NULL ? el->next : el->parent;
		while ((a = el->attrs) != NULL) {
			el->attrs = a->next;
			free(a->name);
			free(a->value);
			free(a);
		}
		if (el->raw != NULL)
			buf_free(el->raw);
		free(el->raw);
		free(el->name);
		free(el->text);
		free(el);
		el = next;
	}
}
