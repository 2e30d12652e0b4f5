/* SPDX-License-Identifier: ISC */
#include "markup.h"
#include "put.h"

void
put_attr_text(struct buf *to, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buf_printf(to, " %s=\"", name);
	markup_escape(to, text);
	buf_char(to, '"');
}

void
put_attr(struct buf *to, const char *name, const struct value *v)
{
	put_attr_text(to, name, v->text);
}

void
put_attr_number(struct buf *to, const char *name, unsigned int n)
{
	if (n != 0)
		buf_printf(to, " %s=\"%u\"", name, n);
}

void
put_elem(struct buf *to, const char *indent, const char *name,
    const struct value *v)
{
	if (v->text == NULL)
		return;
	buf_printf(to, "%s<%s>", indent, name);
	markup_escape(to, v->text);
	buf_printf(to, "</%s>\n", name);
}

void
put_elems(struct buf *to, const char *name, const struct values *vs)
{
	for (size_t i = 0; i < vs->n; i++)
		put_elem(to, "  ", name, &vs->list[i]);
}
