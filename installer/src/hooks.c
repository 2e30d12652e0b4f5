/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "file.h"
#include "hide.h"
#include "reach.h"
#include "run.h"
#include "url_words.h"

#define HOOK_SECONDS 600
#define HOOK_MAX (16u << 20)
#define HOOK_ARGS 32

/* Where the nth script is kept: also what the state keeps of it. */
static void
hook_path(const struct install *in, size_t nr, char to[PATH_MAX])
{
	snprintf(to, PATH_MAX, "%s/state/install/hooks/%02zu-%s", in->work, nr,
	    stage_name(in->plan->answers->scripts.list[nr].stage));
}

static int
fetch_hook(struct install *in, const struct fetch_how *how, size_t nr,
    struct err *e)
{
	const struct script *s = &in->plan->answers->scripts.list[nr];
	bool bare = s->type == SOURCE_NFS &&
	    strncmp(s->url.text, "nfs://", 6) != 0;
	struct buf url = { 0 };
	char path[PATH_MAX], shown[512], *data;
	size_t len;
	int rc;

	buf_str_add(&url, bare ? "nfs://" : "");
	rc = url_words_expand(s->url.text, in->bootif, in->root, &url, e);
	if (rc == 0 && is_remote(buf_str(&url)))
		reach_network(in);
	if (rc == 0)
		rc = fetch_how(how, buf_str(&url), HOOK_MAX, &data, &len, e);
	if (rc == -1) {
		buf_free(&url);
		return err_in(e, "line %u: hook", s->url.at.line);
	}
	hook_path(in, nr, path);
	rc = file_write(path, data, len, 0700, e);
	free(data);
	if (rc == 0)
		ui_say(in->ui, "  %s: %s, %zu bytes", stage_name(s->stage),
		    hide_login(buf_str(&url), shown, sizeof(shown)), len);
	buf_free(&url);
	return rc;
}

int
hooks_fetch(struct install *in, struct err *e)
{
	size_t n = in->plan->answers->scripts.n;
	struct reach r;
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%s/state/install/hooks", in->work);
	if (file_mkdirs(path, 0700, e) == -1)
		return -1;
	rc = reach_init(&r, in, patient.tries, patient.whole, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = fetch_hook(in, &r.how, i, e);
	reach_end(&r);
	return rc;
}

/* The stage's own argument, then those of the answers, split at blanks. */
static void
make_argv(const char *argv[HOOK_ARGS + 1], const char *path,
    const char *argument, char *more)
{
	size_t n = 0;
	char *save, *word;

	argv[n++] = path;
	if (argument != NULL)
		argv[n++] = argument;
	for (word = strtok_r(more, " \t\n", &save); word != NULL &&
	    n < HOOK_ARGS; word = strtok_r(NULL, " \t\n", &save))
		argv[n++] = word;
	argv[n] = NULL;
}

static int
run_hook(struct install *in, size_t nr, const char *argument, struct err *e)
{
	const struct script *s = &in->plan->answers->scripts.list[nr];
	char path[PATH_MAX], theirs[64], ours[64], *more;
	const char *env[] = { theirs, ours, NULL };
	const char *argv[HOOK_ARGS + 1];
	struct run r = { .env = env, .line = ui_log_line, .arg = in->ui,
		.seconds = (int)seconds_left(in, s->timeout > 0 ?
		(long)s->timeout : HOOK_SECONDS) };
	int rc;

	more = strdup(s->args.text != NULL ? s->args.text : "");
	if (more == NULL)
		return err_sys(e, "hook");
	snprintf(theirs, sizeof(theirs), "XS_STAGE=%s", stage_name(s->stage));
	snprintf(ours, sizeof(ours), "DOMUS_STAGE=%s", stage_name(s->stage));
	hook_path(in, nr, path);
	make_argv(argv, path, argument, more);
	rc = run_with(argv, &r, e);
	free(more);
	return rc;
}

/* Theirs ignore a hook's failure; ours does as the answers say. */
int
hooks_run(struct install *in, enum stage stage, const char *argument,
    struct err *e)
{
	const struct scripts *all = &in->plan->answers->scripts;

	for (size_t i = 0; i < all->n; i++) {
		if (all->list[i].stage != stage)
			continue;
		ui_say(in->ui, "  hook %s", stage_name(stage));
		if (run_hook(in, i, argument, e) == 0)
			continue;
		err_in(e, "line %u: hook %s", all->list[i].at.line,
		    stage_name(stage));
		if (all->list[i].stop)
			return err_code(e, DI_HOOK);
		ui_say(in->ui, "  warning: %s", e->text);
	}
	return 0;
}
