/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "elements.h"
#include "explain.h"

/*
 * The tables as a Relax NG schema.  It holds what is accepted, so rows
 * that are LATER are not in it.  It asks for words in lower case, and
 * does not check what a pattern cannot: addresses, names, URLs.
 */

#define TOP "installation"

static void
names_print(const char *name, const char *alias, struct buf *to)
{
	if (alias == NULL)
		buf_printf(to, "<name>%s</name>", name);
	else
		buf_printf(to, "<choice><name>%s</name><name>%s</name>"
		    "</choice>", name, alias);
}

static void
words_print(const struct attribute *at, struct buf *to)
{
	const char *list = at->kind == BOOL ? "yes|no|true|false" : at->values;
	size_t len;

	buf_str_add(to, "<choice>");
	if ((at->flags & MAY_BE_EMPTY) != 0)
		buf_str_add(to, "<value/>");
	while (list != NULL) {
		len = strcspn(list, "|");
		buf_printf(to, "<value>%.*s</value>", (int)len, list);
		list = list[len] != '\0' ? list + len + 1 : NULL;
	}
	buf_str_add(to, "</choice>");
}

static void
value_print(const struct attribute *at, struct buf *to)
{
	unsigned long least, most;

	if (at->status == NO_EFFECT) {
		buf_str_add(to, "<text/>");
		return;
	}
	switch (at->kind) {
	case TEXT:
		buf_str_add(to, "<ref name=\"some-text\"/>");
		break;
	case BOOL:
	case WORD:
		words_print(at, to);
		break;
	case NUMBER:
		if (sscanf(at->values, "%lu-%lu", &least, &most) == 2)
			buf_printf(to, "<data type=\"unsignedInt\"><param "
			    "name=\"minInclusive\">%lu</param><param "
			    "name=\"maxInclusive\">%lu</param></data>", least,
			    most);
		break;
	case SIZE:
		buf_str_add(to, "<data type=\"token\"><param name=\"pattern\">"
		    "[0-9]{1,6}[MGT]i?B</param></data>");
		break;
	}
}

static void
attribute_print(const struct attribute *at, struct buf *to)
{
	bool required = (at->flags & REQUIRED) != 0;

	buf_printf(to, "      %s<attribute>",
	    required ? "" : "<optional>");
	names_print(at->name, at->alias, to);
	value_print(at, to);
	buf_printf(to, "</attribute>%s\n", required ? "" : "</optional>");
}

static void
attributes_print(const char *element, const char *but, struct buf *to)
{
	for (size_t i = 0; i < nattributes; i++)
		if (attributes[i].status != LATER &&
		    is_listed(attributes[i].element, element) &&
		    (but == NULL || strcmp(attributes[i].name, but) != 0))
			attribute_print(&attributes[i], to);
}

/* What may stand inside an element, in any order. */
static bool
children_print(const char *inside, enum mode mode, struct buf *to)
{
	bool any = false, required;
	const char *times;

	for (size_t i = 0; i < nelements; i++) {
		const struct element *el = &elements[i];

		if (el->status == LATER || !is_inside(el, inside))
			continue;
		required = (el->flags & REQUIRED) != 0 &&
		    (el->modes == 0 || (el->modes & 1U << mode) != 0);
		times = (el->flags & REPEAT) == 0 ?
		    (required ? "group" : "optional") :
		    required ? "oneOrMore" : "zeroOrMore";
		if (!any)
			buf_str_add(to, "      <interleave>\n");
		any = true;
		buf_printf(to, "        <%s><ref name=\"%s\"/></%s>\n", times,
		    el->name, times);
	}
	if (any)
		buf_str_add(to, "      </interleave>\n");
	return any;
}

static void
element_print(const struct element *el, struct buf *to)
{
	buf_printf(to, "  <define name=\"%s\">\n    <element>", el->name);
	names_print(el->name, el->alias, to);
	buf_char(to, '\n');
	if (el->status == NO_EFFECT)
		buf_str_add(to, "      <ref name=\"anything\"/>\n");
	else {
		attributes_print(el->name, NULL, to);
		if (!children_print(el->name, MODE_FRESH, to))
			buf_str_add(to, (el->flags & NO_TEXT) != 0 ?
			    "      <empty/>\n" : (el->flags & MAY_BE_EMPTY) !=
			    0 ? "      <text/>\n" :
			    "      <ref name=\"some-text\"/>\n");
	}
	buf_str_add(to, "    </element>\n  </define>\n");
}

static bool
has_mode(const char *mode)
{
	for (size_t i = 0; i < nattributes; i++)
		if (strcmp(attributes[i].name, "mode") == 0 &&
		    is_listed(attributes[i].element, TOP))
			return is_listed(attributes[i].values, mode);
	return false;
}

static void
tops_print(struct buf *to)
{
	static const char *const modes[] = { "fresh", "reinstall", "upgrade" };
	const struct element *top = element_find(TOP, "");
	const struct element *restore = element_find("restore", "");

	for (unsigned int m = 0; m < 3; m++) {
		if (!has_mode(modes[m]))
			continue;
		buf_str_add(to, "    <element>");
		names_print(top->name, top->alias, to);
		buf_char(to, '\n');
		if (m == MODE_FRESH)
			buf_str_add(to, "      <optional><attribute name="
			    "\"mode\"><choice><value/><value>fresh</value>"
			    "</choice></attribute></optional>\n");
		else
			buf_printf(to, "      <attribute name=\"mode\"><value>"
			    "%s</value></attribute>\n", modes[m]);
		attributes_print(TOP, "mode", to);
		children_print(TOP, (enum mode)m, to);
		buf_str_add(to, "    </element>\n");
	}
	if (restore->status == LATER)
		return;
	buf_str_add(to, "    <element name=\"restore\">\n");
	attributes_print("restore", NULL, to);
	children_print(TOP, MODE_RESTORE, to);
	buf_str_add(to, "    </element>\n");
}

void
schema_print(struct buf *to)
{
	buf_str_add(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<!-- SPDX-License-Identifier: ISC -->\n"
	    "<!-- domus-answers(5) as Relax NG; printed by \"domus-answers "
	    "schema\".\n"
	    "     Words are in lower case here; \"domus-answers check\" says "
	    "more. -->\n"
	    "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"\n"
	    "    datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes"
	    "\">\n  <start>\n    <choice>\n");
	tops_print(to);
	buf_str_add(to, "    </choice>\n  </start>\n");
	for (size_t i = 0; i < nelements; i++)
		if (elements[i].status != LATER &&
		    elements[i].parent[0] != '\0')
			element_print(&elements[i], to);
	buf_str_add(to, "  <define name=\"some-text\">\n"
	    "    <data type=\"token\"><param name=\"minLength\">1</param>"
	    "</data>\n  </define>\n"
	    "  <define name=\"anything\">\n    <zeroOrMore><choice>"
	    "<attribute><anyName/></attribute><text/>\n"
	    "      <element><anyName/><ref name=\"anything\"/></element>\n"
	    "    </choice></zeroOrMore>\n  </define>\n</grammar>\n");
}
