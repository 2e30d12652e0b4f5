/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "file.h"
#include "install.h"
#include "run.h"

#define HOOK_SECONDS 600
#define HOOK_MAX (16u << 20)

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
		ui_say(in->ui, "  warning: no network: %s", e.text);
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

/* Theirs ignore a hook's failure; ours does, too, and says so. */
void
hooks_run(struct install *in, enum stage stage, const char *argument)
{
	const struct answers *a = in->plan->answers;
	char path[PATH_MAX], theirs[64], ours[64];
	const char *env[] = { theirs, ours, NULL };
	const char *argv[] = { path, argument, NULL };
	struct run r = { .env = env, .seconds = HOOK_SECONDS,
		.line = ui_log_line, .arg = in->ui };
	struct err e;

	snprintf(theirs, sizeof(theirs), "XS_STAGE=%s", stage_name(stage));
	snprintf(ours, sizeof(ours), "DOMUS_STAGE=%s", stage_name(stage));
	for (size_t i = 0; i < a->scripts.n; i++) {
		if (a->scripts.list[i].stage != stage)
			continue;
		hook_path(in, i, path);
		ui_say(in->ui, "  hook %s", stage_name(stage));
		if (run_with(argv, &r, &e) == -1)
			ui_say(in->ui, "  warning: %s", e.text);
	}
}
