/* SPDX-License-Identifier: ISC */
#include <stddef.h>

#include <libxml/xmlerror.h>

#include "complaint.h"

static const struct complaint complaints[] = {
	{ XML_ERR_UNDECLARED_ENTITY, "an entity that is not declared",
	    "write &amp; for &" },
	{ XML_WAR_UNDECLARED_ENTITY, "an entity that is not declared",
	    "write &amp; for &" },
	{ XML_ERR_ENTITYREF_SEMICOL_MISSING, "a bare &", "write &amp; for &" },
	{ XML_ERR_NAME_REQUIRED, "a name is missing, or a bare < or &",
	    "write &lt; for <, &amp; for &" },
	{ XML_ERR_INVALID_CHARREF, "no such character", "write &amp; for &" },
	{ XML_ERR_TAG_NAME_MISMATCH, "an end tag is not of the element that "
	    "is open", NULL },
	{ XML_ERR_TAG_NOT_FINISHED, "an element is not ended", NULL },
	{ XML_ERR_GT_REQUIRED, "> is missing", NULL },
	{ XML_ERR_LT_REQUIRED, "a bare <", "write &lt; for <" },
	{ XML_ERR_LT_IN_ATTRIBUTE, "< in a value", "write &lt; for <" },
	{ XML_ERR_LTSLASH_REQUIRED, "an end tag is missing", NULL },
	{ XML_ERR_ATTRIBUTE_NOT_STARTED, "a value without quotes", NULL },
	{ XML_ERR_ATTRIBUTE_NOT_FINISHED, "a value's end quote is missing",
	    NULL },
	{ XML_ERR_ATTRIBUTE_WITHOUT_VALUE, "an attribute without a value",
	    NULL },
	{ XML_ERR_ATTRIBUTE_REDEFINED, "an attribute is said twice", NULL },
	{ XML_ERR_SPACE_REQUIRED, "a blank is missing between attributes",
	    NULL },
	{ XML_ERR_DOCUMENT_EMPTY, "no element at all", NULL },
	{ XML_ERR_DOCUMENT_END, "more after the last element", NULL },
	{ XML_ERR_ENTITY_LOOP, "entities that expand without end", NULL },
	{ XML_ERR_INVALID_ENCODING, "not text in its encoding",
	    "save it as UTF-8" },
	{ XML_ERR_UNSUPPORTED_ENCODING, "an unknown encoding",
	    "save it as UTF-8" },
	{ XML_ERR_INVALID_CHAR, "a character that XML does not allow", NULL },
};

const struct complaint *
complaint_of(int code)
{
	static const struct complaint other = { 0, NULL, NULL };

	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++)
		if (complaints[i].code == code)
			return &complaints[i];
	return &other;
}
