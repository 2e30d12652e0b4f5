/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer_url.h"
#include "check.h"
#include "fetch.h"
#include "file.h"
#include "run.h"
#include "url_words.h"
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

int
answer_url_expand(const struct answer_url *u, const char *root,
    struct buf *to, struct err *e)
{
	return url_words_expand(u->url, u->bootif, root, to, e);
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
