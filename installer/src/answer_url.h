/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ANSWER_URL_H
#define INSTALLER_ANSWER_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"

/*
 * Where the kernel's command line says that the answers are: answerfile= or
 * rt_answerfile= the file itself, answerfile_generator= a program that prints
 * it.  The URL may hold the words of url_words.h.
 */
struct answer_url {
	char url[2048];		/* "" when nothing is said; x86 has no longer
				   line */
	char bootif[32];	/* BOOTIF=: the card that the machine booted
				   from, by pxelinux */
	char token[129];	/* answerfile-token=: for the server */
	bool generator, both;
};

/* Take a word of the command line, if it is one of these. */
void answer_url_word(struct answer_url *u, const char *word);

/* The URL with this machine's words in it; root is before /sys. */
int answer_url_expand(const struct answer_url *u, const char *root,
    struct buf *to, struct err *e);

/* The answers' bytes, the caller's to wipe and free, and the URL that they
 * came from, added to name. */
int answer_url_get(const struct answer_url *u, const char *root,
    struct buf *name, char **text_r, size_t *len_r, struct err *e);

#endif
