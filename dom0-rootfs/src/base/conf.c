/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "conf.h"
#include "file.h"

#define CONF_MAX (1 << 20)

static int
append(struct conf *c, const char *key, size_t klen, const char *value,
    size_t vlen, struct err *e)
{
	struct conf_line *lines;
	char *k, *v;

	lines = reallocarray(c->lines, c->n + 1, sizeof(*lines));
	if (lines == NULL)
		return err_set(e, "out of memory");
	c->lines = lines;
	k = strndup(key, klen);
	v = strndup(value, vlen);
	if (k == NULL || v == NULL) {
		free(k);
		free(v);
		return err_set(e, "out of memory");
	}
	lines[c->n++] = (struct conf_line){ k, v };
	return 0;
}

int
conf_parse(const char *name, const char *text, struct conf *c, struct err *e)
{
	size_t len, klen;
	int line = 0;

	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		line++;
		if (len == 0 || *text == '#')
			continue;
		klen = strcspn(text, " \n");
		if (klen == 0 || klen >= len)
			return err_set(e, "%s:%d: not \"key value\"", name,
			    line);
		if (append(c, text, klen, text + klen + 1, len - klen - 1, e)
		    == -1)
			return -1;
	}
	return 0;
}

int
conf_read(const char *path, struct conf *c, struct err *e)
{
	char *text;
	size_t len;
	int rc;

	if (file_read(path, CONF_MAX, &text, &len, e) == -1)
		return -1;
	if (strlen(text) != len)
		rc = err_set(e, "%s: a NUL byte: not a text file", path);
	else
		rc = conf_parse(path, text, c, e);
	free(text);
	return rc;
}

const char *
conf_nth(const struct conf *c, const char *key, size_t i)
{
	for (size_t at = 0; at < c->n; at++)
		if (strcmp(c->lines[at].key, key) == 0 && i-- == 0)
			return c->lines[at].value;
	return NULL;
}

const char *
conf_get(const struct conf *c, const char *key, const char *dflt)
{
	const char *value = conf_nth(c, key, 0);

	return value != NULL ? value : dflt;
}

int
conf_add(struct conf *c, const char *key, const char *value, struct err *e)
{
	if (*key == '\0' || *key == '#' || strpbrk(key, " \n") != NULL)
		return err_set(e, "\"%s\": not a key", key);
	if (strchr(value, '\n') != NULL)
		return err_set(e, "%s: a newline in the value", key);
	return append(c, key, strlen(key), value, strlen(value), e);
}

int
conf_set(struct conf *c, const char *key, const char *value, struct err *e)
{
	size_t to = 0;

	for (size_t at = 0; at < c->n; at++) {
		if (strcmp(c->lines[at].key, key) == 0) {
			free(c->lines[at].key);
			free(c->lines[at].value);
		} else
			c->lines[to++] = c->lines[at];
	}
	c->n = to;
	return value == NULL ? 0 : conf_add(c, key, value, e);
}

int
conf_write(const struct conf *c, const char *path, unsigned int mode,
    struct err *e)
{
	struct buf b = { 0 };
	int rc;

	for (size_t i = 0; i < c->n; i++)
		buf_printf(&b, "%s %s\n", c->lines[i].key, c->lines[i].value);
	rc = buf_ok(&b, e);
	if (rc == 0)
		rc = file_write(path, buf_str(&b), b.len, mode, e);
	buf_free(&b);
	return rc;
}

void
conf_free(struct conf *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->lines[i].key);
		free(c->lines[i].value);
	}
	free(c->lines);
	*c = (struct conf){ 0 };
}
