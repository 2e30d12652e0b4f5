/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ext.h"
#include "install.h"

/* The slot that an upgrade wants tried and that was not yet, or -1. */
static int
find_tried(const struct ext_place *state, const struct slots *s)
{
	struct conf c = { 0 };
	char *text = NULL;
	const char *uuid;
	struct err none;
	int which = -1;

	if (ext_read(state, TRIAL_DIR "/" TRIAL_NAME, 4096, &text, NULL, &none)
	    == -1)
		return -1;
	if (conf_parse(TRIAL_NAME, text, &c, &none) == 0) {
		uuid = conf_get(&c, "slot", "");
		for (int i = 0; i < 2; i++)
			if (strcmp(uuid, s->slot[i].uuid) == 0)
				which = i;
	}
	conf_free(&c);
	free(text);
	return which;
}

/* The one to be tried, else the one that boots, else any that is whole. */
static int
find_slot(const struct ext_place *state, const struct slots *s,
    const char *efivars, struct installed *in, struct err *e)
{
	int order[4] = { find_tried(state, s), 0, 0, 1 };
	struct err why;

	if (slots_current(s, efivars, &order[1], &why) == -1 &&
	    efivars != NULL) {
		*e = why;
		return -1;
	}
	for (int i = 0; i < 4 && !in->is; i++)
		if (order[i] != -1 && slots_whole(s, order[i])) {
			in->is = true;
			memcpy(in->slot, s->slot[order[i]].uuid, UUID_TEXT);
		}
	return 0;
}

/*
 * A disk that cannot be read as ours is simply not installed: only looking
 * at it at all may fail.
 */
int
installed_check(const struct disk *d, const char *sha256, const char *efivars,
    struct installed *installed_r, struct err *e)
{
	struct ext_place p = { .node = d->node };
	struct slots s;
	struct err other;
	char *has = NULL;
	int rc = 0;

	*installed_r = (struct installed){ 0 };
	if (slots_find(d->node, d->logical, &s, &other) == -1)
		return 0;
	p.offset = s.state.start;
	p.size = s.state.size;
	if (ext_read(&p, "install/answers.sha256", 4096, &has, NULL, &other)
	    == -1)
		return 0;
	has[strcspn(has, "\n")] = '\0';
	memcpy(installed_r->state, s.state.uuid, UUID_TEXT);
	if (strcmp(has, sha256) == 0)
		rc = find_slot(&p, &s, efivars, installed_r, e);
	free(has);
	return rc;
}
