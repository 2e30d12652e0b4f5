/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tokens.h"

#define FILE_MAX ((size_t)64 << 10)

int
tokens_read(const char *path, struct tokens *t, struct err *e)
{
	char *text, *line, *save;
	size_t len;
	int rc = 0;

	if (file_read(path, FILE_MAX, &text, &len, e) == -1)
		return -1;
	for (line = strtok_r(text, "\n", &save); line != NULL && rc == 0;
	    line = strtok_r(NULL, "\n", &save)) {
		if (t->n == TOKENS_MAX || strlen(line) >=
		    sizeof(t->list[0].text))
			rc = err_set(e, "%s: more than %d tokens, or one that "
			    "is too long", path, TOKENS_MAX);
		else
			strcpy(t->list[t->n++].text, line);
	}
	explicit_bzero(text, len);
	free(text);
	return rc;
}

static const char *
of_machine(struct tokens *t, const char *mac)
{
	for (size_t i = 0; mac[0] != '\0' && i < t->n; i++)
		if (strcmp(t->list[i].mac, mac) == 0)
			return t->list[i].text;
	for (size_t i = 0; mac[0] != '\0' && i < t->n; i++)
		if (t->list[i].mac[0] == '\0') {
			snprintf(t->list[i].mac, sizeof(t->list[i].mac), "%s",
			    mac);
			return t->list[i].text;
		}
	return NULL;
}

bool
tokens_fill(struct tokens *t, const char *mac, const char *text, size_t len,
    struct buf *to)
{
	const char *end = text + len, *mark, *token;

	while ((mark = memmem(text, (size_t)(end - text), TOKENS_MARK,
	    strlen(TOKENS_MARK))) != NULL) {
		token = of_machine(t, mac);
		if (token == NULL)
			return false;
		buf_add(to, text, (size_t)(mark - text));
		buf_str_add(to, token);
		text = mark + strlen(TOKENS_MARK);
	}
	buf_add(to, text, (size_t)(end - text));
	return true;
}
