/* SPDX-License-Identifier: ISC */
#include "clock.h"
#include "core.h"
#include "log.h"
#include "session.h"
#include "token.h"

#define LEAST_S 2		/* both clocks are read in whole seconds */
#define YOUNG 1000		/* as many as there may be tokens */

void
clock_token_made(struct core *core, const char *key)
{
	if (core->young == NULL)
		core->young = value_new_array();
	if (value_len(core->young) == YOUNG)
		value_remove_at(core->young, 0);
	value_add_str(core->young, key);
}

static void
move(struct core *core, int64_t by)
{
	log_warn(core->log, "the clock was set %s by %lld s",
	    by > 0 ? "forward" : "back", (long long)(by > 0 ? by : -by));
	db_begin(&core->db, true);
	session_move(core, by);
	for (size_t i = 0; i < value_len(core->young); i++)
		token_move(core, value_str(value_at(core->young, i)), by);
	core_commit(core, "clock");
}

void
clock_look(struct core *core)
{
	int64_t ahead = core_time() - core_ms() / 1000;
	int64_t by = ahead - core->clock_ahead;

	if (core->clock_known && by > -LEAST_S && by < LEAST_S)
		return;
	if (core->clock_known)
		move(core, by);
	core->clock_known = true;
	core->clock_ahead = ahead;
}
