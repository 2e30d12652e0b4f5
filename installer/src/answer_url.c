/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "answer_url.h"
#include "check.h"
#include "fetch.h"
#include "file.h"
#include "run.h"
#include "xml.h"

#define GENERATOR_MAX (16u << 20)
#define GENERATOR_SECONDS 600

void
answer_url_word(struct answer_url *u, const char *word)
{
	static const struct { const char *word; bool generator; } words[] = {
		{ "answerfile=", false },
		{ "rt_answerfile=", false },
		{ "answerfile_generator=", true },
	};
	size_t n;

	if (strncmp(word, "BOOTIF=", 7) == 0)
		snprintf(u->bootif, sizeof(u->bootif), "%s", word + 7);
	if (strncmp(word, "answerfile-token=", 17) == 0)
		snprintf(u->token, sizeof(u->token), "%s", word + 17);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		n = strlen(words[i].word);
		if (strncmp(word, words[i].word, n) != 0)
			continue;
		u->both |= u->url[0] != '\0' &&
		    u->generator != words[i].generator;
		u->generator = words[i].generator;
		snprintf(u->url, sizeof(u->url), "%s", word + n);
	}
}

static int
dmi(const char *root, const char *name, char to[128], struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/sys/class/dmi/id/%s", root, name);
	if (file_line(path, to, 128, e) == -1)
		return -1;
	for (size_t n = strlen(to); n > 0 && to[n - 1] == ' '; n--)
		to[n - 1] = '\0';
	return to[0] != '\0' ? 0 : err_set(e, "%s: the firmware says nothing",
	    path);
}

static int
get_serial(const struct answer_url *u, const char *root, char to[128],
    struct err *e)
{
	(void)u;
	return dmi(root, "product_serial", to, e);
}

static int
get_uuid(const struct answer_url *u, const char *root, char to[128],
    struct err *e)
{
	(void)u;
	return dmi(root, "product_uuid", to, e);
}

/* eth2 before eth10 */
static bool
is_before(const char *a, const char *b)
{
	return strlen(a) != strlen(b) ? strlen(a) < strlen(b) :
	    strcmp(a, b) < 0;
}

/* The first card: only hardware has a device. */
static int
first_card(const char *root, char to[128], struct err *e)
{
	char path[PATH_MAX], name[64] = "";
	struct dirent *d;
	DIR *list;

	snprintf(path, sizeof(path), "%s/sys/class/net", root);
	list = opendir(path);
	while (list != NULL && (d = readdir(list)) != NULL) {
		snprintf(path, sizeof(path), "%s/sys/class/net/%s/device",
		    root, d->d_name);
		if (d->d_name[0] != '.' && strlen(d->d_name) < sizeof(name) &&
		    access(path, F_OK) == 0 &&
		    (name[0] == '\0' || is_before(d->d_name, name)))
			strcpy(name, d->d_name);
	}
	if (list != NULL)
		closedir(list);
	if (name[0] == '\0')
		return err_set(e, "this machine has no network interface");
	snprintf(path, sizeof(path), "%s/sys/class/net/%s/address", root,
	    name);
	return file_line(path, to, 128, e);
}

/* BOOTIF is 01-52-54-00-d0-00-01: the hardware's type, then its address. */
static int
get_mac(const struct answer_url *u, const char *root, char to[128],
    struct err *e)
{
	if (strlen(u->bootif) != 20)
		return first_card(root, to, e);
	for (int i = 0; i < 17; i++)
		to[i] = u->bootif[3 + i] == '-' ? ':' :
		    (char)tolower((unsigned char)u->bootif[3 + i]);
	to[17] = '\0';
	return 0;
}

static const struct name {
	const char *name;
	int (*get)(const struct answer_url *, const char *, char[128],
	    struct err *);
} names[] = {
	{ "serial", get_serial }, { "uuid", get_uuid }, { "mac", get_mac },
};

/* What a maker calls a machine may be no URL: RFC 3986, 2.1. */
static void
add_encoded(struct buf *to, const char *text)
{
	for (; *text != '\0'; text++)
		if (isalnum((unsigned char)*text) ||
		    strchr("-._~:", *text) != NULL)
			buf_char(to, *text);
		else
			buf_printf(to, "%%%02X", (unsigned char)*text);
}

static const struct name *
find_name(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len &&
		    strncmp(names[i].name, name, len) == 0)
			return &names[i];
	return NULL;
}

int
answer_url_name(const struct answer_url *u, const char *root,
    const char *name, char to[128], struct err *e)
{
	return find_name(name, strlen(name))->get(u, root, to, e);
}

static int
add_name(const struct answer_url *u, const char *root, const char *text,
    size_t len, struct buf *to, struct err *e)
{
	bool must = len == 0 || text[len - 1] != '-';
	const struct name *name = find_name(text, must ? len : len - 1);
	char value[128];

	if (name == NULL)
		return err_set(e, "${%.*s}: not ${serial}, ${uuid} or "
		    "${mac}", (int)len, text);
	if (name->get(u, root, value, e) == 0)
		add_encoded(to, value);
	else if (must)
		return err_in(e, "${%s}", name->name);
	return 0;
}

int
answer_url_expand(const struct answer_url *u, const char *root,
    struct buf *to, struct err *e)
{
	const char *s = u->url, *end;

	while (*s != '\0') {
		end = strncmp(s, "${", 2) == 0 ? strchr(s, '}') : NULL;
		if (end == NULL) {
			buf_char(to, *s++);
			continue;
		}
		if (add_name(u, root, s + 2, (size_t)(end - s - 2), to, e) ==
		    -1)
			return -1;
		s = end + 1;
	}
	return buf_ok(to, e);
}

/* Theirs: the program's own words are the answers, its failure is ours. */
static int
generate(const char *program, size_t len, char **text_r, size_t *len_r,
    struct err *e)
{
	static const char *const env[] = { "XS_STAGE=answerfile",
		"DOMUS_STAGE=answerfile", NULL };
	char dir[] = "/tmp/domus-generator.XXXXXX", path[64];
	const char *argv[] = { path, NULL };
	struct buf out = { 0 };
	struct run r = { .env = env, .output = &out,
		.seconds = GENERATOR_SECONDS };
	int rc;

	if (mkdtemp(dir) == NULL)
		return err_sys(e, "%s", dir);
	snprintf(path, sizeof(path), "%s/generator", dir);
	rc = file_write(path, program, len, 0700, e);
	if (rc == 0)
		rc = run_with(argv, &r, e);
	unlink(path);
	rmdir(dir);
	if (rc == 0 && (out.len == 0 || out.len > XML_MAX_SIZE))
		rc = err_set(e, "it printed %zu bytes", out.len);
	if (rc == 0) {
		*len_r = out.len;
		*text_r = buf_take(&out);
	}
	if (out.data != NULL)
		explicit_bzero(out.data, out.len);
	buf_free(&out);
	return rc == -1 ? err_in(e, "answerfile_generator=") : 0;
}

int
answer_url_get(const struct answer_url *u, const char *root,
    struct buf *name, char **text_r, size_t *len_r, struct err *e)
{
	const char *word = u->generator ? "answerfile_generator=" :
	    "answerfile=", *wrong;
	const struct fetch_how how = { .token = u->token };
	char *program;
	size_t len;
	int rc;

	if (u->both)
		return err_set(e, "answerfile= and answerfile_generator= are "
		    "both given: take one out");
	if (answer_url_expand(u, root, name, e) == -1)
		return err_in(e, "%s", word);
	wrong = check_answer_url(buf_str(name));
	if (wrong != NULL)
		return err_set(e, "%s: its URL %s", word, wrong);
	if (!u->generator)
		return fetch_how(&how, buf_str(name), XML_MAX_SIZE, text_r,
		    len_r, e);
	if (fetch_how(&how, buf_str(name), GENERATOR_MAX, &program, &len, e)
	    == -1)
		return -1;
	rc = generate(program, len, text_r, len_r, e);
	free(program);
	return rc;
}
