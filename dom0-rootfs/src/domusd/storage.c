/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "core.h"
#include "facts.h"
#include "host.h"
#include "pool.h"
#include "priv.h"

/* SR and PBD, as far as local storage goes. */

int
storage_get_supported_types(struct request *q)
{
	const struct db *db = &q->core->db;
	struct value *types = value_new_array();

	for (size_t i = 0; i < db_count(db, CLASS_SM); i++)
		value_add_str(types, rec_str(db_at(db, CLASS_SM, i), SM_type));
	return req_return(q, types);
}

/* Sizes are the host's: it looks again, and its records follow. */
static int
scanned(struct request *q)
{
	return q->answer.ok ? 0 : req_fail_answer(q);
}

int
storage_sr_scan(struct request *q)
{
	const struct db *db = &q->core->db;
	const struct value *pbds = rec_get(q->self, SR_PBDs);
	const struct record *pbd;
	struct record *host;

	for (size_t i = 0; i < value_len(pbds); i++) {
		pbd = db_find(db, CLASS_PBD, value_str(value_at(pbds, i)));
		if (pbd == NULL || !rec_bool(pbd, PBD_currently_attached))
			continue;
		host = rec_ref(db, pbd, PBD_host);
		q->core->every_due[0] = 0;	/* facts, in a moment */
		return pool_ask_host(q, host, PRIV_FACTS, value_new_array(),
		    scanned);
	}
	return req_fail(q, "SR_NO_PBDS", q->self->ref, NULL);
}

static int
attached(struct request *q)
{
	if (!q->answer.ok)
		return req_fail_answer(q);
	db_set_bool(&q->core->db, q->self, PBD_currently_attached,
	    strcmp(q->method.verb, "plug") == 0);
	return 0;
}

static int
plug(struct request *q, bool want)
{
	const struct db *db = &q->core->db;
	struct record *host = rec_ref(db, q->self, PBD_host);
	const struct record *sr = rec_ref(db, q->self, PBD_SR);
	struct value *params;

	if (rec_bool(q->self, PBD_currently_attached) == want)
		return 0;
	if (host == NULL || sr == NULL)
		return req_fail(q, "HANDLE_INVALID", host == NULL ? "host" :
		    "SR", rec_str(q->self, host == NULL ? PBD_host : PBD_SR),
		    NULL);
	params = value_new_array();
	value_add_str(params, rec_str(sr, SR_uuid));
	return pool_ask_host(q, host, want ? PRIV_SR_ATTACH : PRIV_SR_DETACH,
	    params, attached);
}

int
storage_pbd_plug(struct request *q)
{
	return plug(q, true);
}

int
storage_pbd_unplug(struct request *q)
{
	return plug(q, false);
}
