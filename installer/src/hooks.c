/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codes.h"
#include "fetch.h"
#include "file.h"
#include "install.h"
#include "run.h"

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

/* An address on every card; the boot has done so when answerfile= is remote. */
static void
bring_network(struct install *in)
{
	const char *argv[] = { "domus-net", "--up-all", NULL };
	struct run r = { .line = ui_log_line, .arg = in->ui, .seconds = 60 };
	struct err e;

	if (in->bring_network && run_with(argv, &r, &e) == -1)
		ui_say(in->ui, "  warning: no network: %s [DI-%d]", e.text,
		    DI_ADDRESS);
	in->bring_network = false;
}

int
hooks_fetch(struct install *in, struct err *e)
{
	const struct answers *a = in->plan->answers;
	char path[PATH_MAX];
	size_t i, len;
	char *data;
	int rc;

	snprintf(path, sizeof(path), "%s/state/install/hooks", in->work);
	if (file_mkdirs(path, 0700, e) == -1)
		return -1;
	for (i = 0; i < a->scripts.n; i++) {
		const struct value *url = &a->scripts.list[i].url;

		if (strncmp(url->text, "http", 4) == 0)
			bring_network(in);
		if (fetch(url->text, HOOK_MAX, &data, &len, e) == -1)
			return err_in(e, "line %u: hook", url->at.line);
		hook_path(in, i, path);
		rc = file_write(path, data, len, 0700, e);
		free(data);
		if (rc == -1)
			return -1;
		ui_say(in->ui, "  %s: %s, %zu bytes",
		    stage_name(a->scripts.list[i].stage), url->text, len);
	}
	return 0;
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
		.seconds = s->timeout > 0 ? (int)s->timeout : HOOK_SECONDS };
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
			return -1;
		ui_say(in->ui, "  warning: %s", e->text);
	}
	return 0;
}
