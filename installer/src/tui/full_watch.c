/* SPDX-License-Identifier: ISC */
#include <poll.h>
#include <string.h>

#include "full.h"

#define BAR 60

static void
draw_bar(int y, unsigned int permille)
{
	int full = (int)(permille * BAR / 1000);

	mvaddch(y, 1, '[');
	for (int x = 0; x < BAR; x++)
		addch(x < full ? '#' : ' ');
	printw("] %3u %%", permille / 10);
}

static void
draw(const char *title, const struct job *j)
{
	int left = job_seconds_left(j, ui_now());

	full_frame(title, "F2: the log");
	draw_bar(4, job_permille(j));
	if (j->steps > 0)
		mvprintw(7, 1, "Step %u of %u: %.60s", j->step, j->steps,
		    j->title);
	if (j->percent > 0)
		printw(", %u %%", j->percent);
	mvprintw(9, 1, "Gone: %d s", (int)(ui_now() - j->from));
	if (left >= 0)
		printw("      Left: about %d s", left);
	if (j->steps > 0)
		mvaddstr(LINES - 4, 1, "Do not switch the machine off.");
	refresh();
}

/* The terminal may go; the job does not care, nor do we. */
void
full_watch(struct front *front, const char *title, struct job *j)
{
	struct full *f = (struct full *)front;
	struct pollfd p[2] = { { .fd = j->fd, .events = POLLIN },
		{ .fd = f->fd, .events = POLLIN } };
	bool lost = false;
	int c;

	set_term(f->screen);
	while (!j->ended) {
		draw(title, j);
		p[1].fd = lost ? -1 : f->fd;
		if (poll(p, 2, 500) == -1)
			continue;
		job_read(j);
		if (p[1].revents == 0)
			continue;
		c = full_key(f, &lost);
		if (!lost && (c == KEY_F(2) || c == 'l'))
			lost = full_read(f, "The log", NULL, j) == -1;
	}
}
