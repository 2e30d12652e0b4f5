/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "clock.h"
#include "coordinator.h"
#include "core.h"
#include "token.h"

#define LIFETIME_S 3600
#define LONGEST_S (366 * 24 * 3600)
#define TOKENS 1000
#define KEEP_S (24 * 3600)

/*
 * A note of the database: "token.ID" is
 *
 *	HASH EXPIRES HOST SECRETHASH DESCRIPTION
 *
 * with HOST and SECRETHASH "-" until it is used.
 */
struct token {
	char hash[HASH_HEX], host[ID_UUID], secret_hash[HASH_HEX];
	int64_t expires;
	const char *description;	/* into the note */
};

static bool
parse(const char *note, struct token *t)
{
	int at = 0;

	if (sscanf(note, "%64s %" SCNd64 " %36s %64s %n", t->hash, &t->expires,
	    t->host, t->secret_hash, &at) != 4 || at == 0)
		return false;
	t->description = note + at;
	return true;
}

static void
put(struct db *db, const char *key, const struct token *t)
{
	char note[512];

	snprintf(note, sizeof(note), "%s %" PRId64 " %s %s %.200s", t->hash,
	    t->expires, t->host, t->secret_hash, t->description);
	db_note_set(db, key, note);
}

static bool
is_token(const struct db_note *n)
{
	return n->text != NULL && strncmp(n->key, "token.", 6) == 0;
}

static int
refuse(struct request *q, const char *why)
{
	return req_fail(q, "SESSION_AUTHENTICATION_FAILED", "token", why,
	    NULL);
}

int
token_take(struct request *q, const char *token, const char *whose,
    const char *secret_hash)
{
	struct db *db = &q->core->db;
	const char *key = NULL;
	char hash[HASH_HEX];
	struct token t;

	hash_bytes(token, strlen(token), hash);
	for (size_t i = 0; i < db->nnotes && key == NULL; i++)
		if (is_token(&db->notes[i]) && parse(db->notes[i].text, &t) &&
		    id_same(t.hash, hash))
			key = db->notes[i].key;
	if (key == NULL)
		return refuse(q, "The token is unknown");
	/* the answer got lost; one that was ejected needs another token */
	if (strcmp(t.host, whose) == 0 &&
	    id_same(t.secret_hash, secret_hash) &&
	    coordinator_member_is(db, whose, secret_hash))
		return 0;
	if (strcmp(t.host, "-") != 0)
		return refuse(q, "The token has been used");
	if (t.expires <= core_time())
		return refuse(q, "The token has expired");
	snprintf(t.host, sizeof(t.host), "%s", whose);
	snprintf(t.secret_hash, sizeof(t.secret_hash), "%s", secret_hash);
	put(db, key, &t);
	return 0;
}

void
token_move(struct core *core, const char *key, int64_t by)
{
	const char *note = db_note(&core->db, key);
	struct token t;

	if (note == NULL || !parse(note, &t))
		return;
	t.expires += by;
	put(&core->db, key, &t);
}

void
token_expire(struct core *core)
{
	struct db *db = &core->db;
	struct token t;

	db_begin(db, true);
	for (size_t i = 0; i < db->nnotes; i++)
		if (is_token(&db->notes[i]) && (!parse(db->notes[i].text, &t) ||
		    core_time() - t.expires > KEEP_S))
			db_note_set(db, db->notes[i].key, NULL);
	core_commit(core, "tokens");
}

static size_t
count(const struct db *db)
{
	size_t n = 0;

	for (size_t i = 0; i < db->nnotes; i++)
		n += is_token(&db->notes[i]);
	return n;
}

int
token_create(struct request *q)
{
	struct token t = { .host = "-", .secret_hash = "-" };
	char token[ID_SECRET], key[64] = "token.";
	int64_t lifetime = LIFETIME_S;
	struct value *v;

	if (q->nargs > 0)
		lifetime = req_int(q, 0);
	if (lifetime <= 0 || lifetime > LONGEST_S)
		return req_fail(q, "VALUE_NOT_SUPPORTED", "lifetime", "",
		    "1 second to 366 days", NULL);
	if (count(&q->core->db) >= TOKENS)
		return req_fail(q, "TOO_BUSY", NULL);
	id_secret(token);
	id_uuid(key + 6);
	hash_bytes(token, strlen(token), t.hash);
	t.expires = core_time() + lifetime;
	t.description = req_str(q, 1);
	put(&q->core->db, key, &t);
	clock_token_made(q->core, key);
	v = value_new_struct();
	value_set_str(v, "id", key + 6);
	value_set_str(v, "token", token);
	value_set_str(v, "fingerprint", q->core->cert->fingerprint);
	value_set_time(v, "expires", t.expires);
	return req_return(q, v);
}

int
token_list(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *list = value_new_array(), *v;
	struct token t;

	for (size_t i = 0; i < db->nnotes; i++) {
		if (!is_token(&db->notes[i]) ||
		    !parse(db->notes[i].text, &t))
			continue;
		v = value_new_struct();
		value_set_str(v, "id", db->notes[i].key + 6);
		value_set_time(v, "expires", t.expires);
		value_set_str(v, "state", strcmp(t.host, "-") != 0 ? "used" :
		    t.expires <= core_time() ? "expired" : "open");
		value_set_str(v, "host", strcmp(t.host, "-") != 0 ? t.host :
		    "");
		value_set_str(v, "description", t.description);
		value_add(list, v);
	}
	return req_return(q, list);
}

int
token_revoke(struct request *q)
{
	char key[64];

	snprintf(key, sizeof(key), "token.%.40s", req_str(q, 0));
	if (db_note(&q->core->db, key) == NULL)
		return req_fail(q, "UUID_INVALID", "token", req_str(q, 0),
		    NULL);
	db_note_set(&q->core->db, key, NULL);
	return 0;
}
