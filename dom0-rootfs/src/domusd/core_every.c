/* SPDX-License-Identifier: ISC */
#include "core.h"
#include "facts.h"
#include "guest.h"
#include "job.h"
#include "pool.h"
#include "session.h"
#include "stats.h"
#include "task.h"
#include "token.h"

static void
give_back(struct core *core)
{
	(void)core;
	buf_age_spares();
}

/* What is done from time to time; seconds 0: as often as facts are read. */
static const struct {
	int seconds;
	void (*run)(struct core *);
} every[EVERY] = {
	{ 0, facts_ask },
	{ 1, pool_tick },
	{ 60, session_expire },
	{ 3600, task_expire },
	{ 3600, token_expire },
	{ 60, job_sweep },
	{ 5, guest_watch },
	{ 5, stats_ask },
	{ 3600, stats_sweep },
	{ 5, give_back },
};

void
core_every(struct core *core)
{
	int seconds;

	for (size_t i = 0; i < EVERY; i++) {
		if (core->every_due[i] > core_ms())
			continue;
		seconds = every[i].seconds != 0 ? every[i].seconds :
		    core->options->interval;
		core->every_due[i] = core_ms() + seconds * 1000;
		every[i].run(core);
	}
}
