/* SPDX-License-Identifier: ISC */
#ifndef BASE_MARKUP_H
#define BASE_MARKUP_H

#include "buf.h"

/*
 * Text as it may stand in XML and HTML, in an element or in an attribute with
 * double quotes; a tab and the ends of lines are kept there, too.
 */
void markup_escape(struct buf *to, const char *text);

#endif
