/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bootline.h"
#include "bootwords.h"
#include "file.h"

static void
read_word(struct bootline *b, const char *word)
{
	static const struct { const char *word; enum end end; } ends[] = {
		{ "atexit=shell", END_SHELL },
		{ "atexit=reboot", END_REBOOT },
		{ "atexit=poweroff", END_POWEROFF },
	};

	answer_url_word(&b->url, word);
	if (strncmp(word, "domus.source=", 13) == 0)
		snprintf(b->source, sizeof(b->source), "%s", word + 13);
	if (strncmp(word, "progress-url=", 13) == 0)
		snprintf(b->progress, sizeof(b->progress), "%s", word + 13);
	b->net |= strcmp(word, "domus.boot=net") == 0;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(word, ends[i].word) == 0)
			b->end = ends[i].end;
}

int
bootline_read(struct bootline *b, const char *root, struct err *e)
{
	char path[PATH_MAX], *text, *save, *word;

	snprintf(path, sizeof(path), "%s/proc/cmdline", root);
	if (file_read(path, 65536, &text, NULL, e) == -1)
		return -1;
	for (word = strtok_r(text, " \n", &save); word != NULL;
	    word = strtok_r(NULL, " \n", &save))
		read_word(b, word);
	free(text);
	return 0;
}

/* What the command line says itself counts. */
static void
take_told(struct bootline *b, const struct bootline *told)
{
	struct answer_url ours = b->url;

	if (ours.url[0] == '\0') {
		b->url = told->url;
		if (ours.bootif[0] != '\0')
			memcpy(b->url.bootif, ours.bootif,
			    sizeof(ours.bootif));
	} else if (ours.bootif[0] == '\0') {
		memcpy(b->url.bootif, told->url.bootif, sizeof(ours.bootif));
	}
	if (b->end == END_UNSET)
		b->end = told->end;
	if (b->source[0] == '\0')
		memcpy(b->source, told->source, sizeof(b->source));
	if (b->progress[0] == '\0')
		memcpy(b->progress, told->progress, sizeof(b->progress));
}

/* Booted over the network: what do the servers there say? */
void
bootline_ask(struct bootline *b, struct ui *ui)
{
	char words[BOOTWORDS_MAX], *word, *save;
	struct bootline told = { 0 };
	struct err e;
	int rc;

	rc = bootwords_ask(words, &e);
	if (rc == -1)
		ui_say(ui, "warning: no server can be asked: %s", e.text);
	if (rc != 1)
		return;
	for (word = strtok_r(words, " ", &save); word != NULL;
	    word = strtok_r(NULL, " ", &save))
		if (bootword_may(word, strlen(word)))
			read_word(&told, word);
		else
			ui_say(ui, "warning: a server says a word that it may "
			    "not");
	take_told(b, &told);
}
