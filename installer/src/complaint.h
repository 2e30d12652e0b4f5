/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_COMPLAINT_H
#define INSTALLER_COMPLAINT_H

/*
 * What libxml2 complains of, in our words: its own quote the document, and
 * what stands after a bare "&" or "<" in a password is a piece of that
 * password.
 */
struct complaint {
	int code;		/* enum xmlParserErrors */
	const char *text;	/* NULL: another one */
	const char *remedy;	/* or NULL */
};

/* Never NULL. */
const struct complaint *complaint_of(int code);

#endif
