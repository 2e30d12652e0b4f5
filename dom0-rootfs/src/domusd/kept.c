/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "core.h"
#include "file.h"
#include "kept.h"
#include "log.h"
#include "pool.h"

/* How the names of notes begin that are kept: not tokens, which work once. */
static const char *const kept[] = { "pool.", "join.", "member.", "ejected." };

static bool
is_kept(const struct db_note *n)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strncmp(n->key, kept[i], strlen(kept[i])) == 0)
			return n->text != NULL &&
			    strchr(n->text, '\n') == NULL;
	return false;
}

static void
path_of(const struct core *core, char path[512])
{
	snprintf(path, 512, "%s/db/pool.conf", core->options->state);
}

void
kept_tick(struct core *core)
{
	const struct db *db = &core->db;
	struct buf text = { 0 }, *last = &core->pool->kept;
	char path[512];
	struct err e;

	if (core->options->state == NULL || core_pool(core) == NULL)
		return;
	buf_printf(&text, "rebuilt.host %s\nrebuilt.pool %s\n",
	    core->host_ref, rec_str(core_pool(core), pool_uuid));
	for (size_t i = 0; i < db->nnotes; i++)
		if (is_kept(&db->notes[i]))
			buf_printf(&text, "%s %s\n", db->notes[i].key,
			    db->notes[i].text);
	if (strcmp(buf_str(&text), buf_str(last)) == 0) {
		buf_free(&text);
		return;
	}
	path_of(core, path);
	if (file_write(path, buf_str(&text), text.len, 0600, &e) == -1)
		log_error(core->log, "%s", e.text);
	buf_free(last);
	*last = text;
}

int
kept_restore(struct core *core, struct err *e)
{
	struct conf c = { 0 };
	char path[512];
	int rc = 0;

	path_of(core, path);
	if (db_note(&core->db, "generation") != NULL ||
	    access(path, F_OK) == -1)
		return 0;
	if (conf_read(path, &c, e) == -1) {
		log_error(core->log, "%s; this host is of no pool", e->text);
		goto out;
	}
	db_begin(&core->db, true);
	for (size_t i = 0; i < c.n; i++)
		db_note_set(&core->db, c.lines[i].key, c.lines[i].value);
	rc = db_commit(&core->db, e);
	if (rc == 0)
		log_error(core->log, "the database is lost; pool and members "
		    "are as in %s, names and tokens are gone", path);
out:
	conf_free(&c);
	return rc;
}
