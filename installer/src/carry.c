/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "carry.h"
#include "codes.h"
#include "ext_update.h"
#include "file.h"
#include "origin.h"
#include "run.h"

#define LAST_LINES 12
#define GRACE 5.0	/* seconds to end by itself when its time is over */
#define KILLED 2.0	/* and to be gone when it was killed */

/* The log once more, with what the last steps and hooks said. */
static void
keep_log(struct install *in)
{
	struct ext_place p = install_place(in, PART_STATE);
	struct err e;

	if (ext_update(&p, &(struct ext_file){ "install", "log",
	    buf_str(&in->ui->log), in->ui->log.len, 0644 }, 1, &e) == -1)
		ui_say(in->ui, "warning: the log was not kept: %s", e.text);
}

void
carry_failed(struct install *in, const struct err *e)
{
	char *tail = strdup(ui_tail(in->ui, LAST_LINES));

	fail_say(in->ui, e, DI_OTHER);
	if (in->writing && in->plan->answers->mode != MODE_FRESH)
		ui_say(in->ui, "the host on %s still boots as before: correct "
		    "the cause and try again",
		    in->plan->disks[0].disk->name);
	else if (in->writing)
		for (unsigned int i = 0; i < in->plan->nerased; i++)
			ui_say(in->ui, "%s was erased and is not installed: "
			    "correct the cause and install again",
			    in->plan->erased[i]->name);
	else
		ui_say(in->ui, "nothing was written");
	ui_say(in->ui, "what went before:\n%s", tail != NULL ? tail : "");
	free(tail);
}

/* What is made there, beside the directories "state" and "image". */
static const char *const files[] = { "sr", "array0", "array1" };

/* Secrets stood there. */
static void
remove_work(const char *work)
{
	char state[PATH_MAX], file[PATH_MAX];
	const char *argv[] = { "rm", "-rf", "--", state, NULL };
	struct err e;

	snprintf(state, sizeof(state), "%s/state", work);
	origins_drop(work);
	run(argv, &e);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(file, sizeof(file), "%s/%s", work, files[i]);
		unlink(file);
	}
	rmdir(work);
}

static bool
is_ours(const char *name)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(name, files[i]) == 0)
			return true;
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, "state") == 0 || strcmp(name, "image") == 0;
}

/* A directory with anything but what we leave when killed is not ours. */
int
carry_work(const char *work, struct err *e)
{
	bool theirs = false;
	struct dirent *d;
	DIR *dir;

	dir = opendir(work);
	while (dir != NULL && (d = readdir(dir)) != NULL)
		theirs |= !is_ours(d->d_name);
	if (dir != NULL)
		closedir(dir);
	if (theirs)
		return err_set(e, "%s: not empty: name an empty directory to "
		    "work in, or none", work);
	remove_work(work);
	return file_mkdirs(work, 0700, e);
}

/* marked: what install_mark() said, with its error. */
static enum outcome
work(struct install *in, int marked, struct err *e)
{
	double from = ui_now();
	int rc = marked;
	bool done;

	if (rc == 0)
		rc = install_run(in, e);
	ui_watch(in->ui, 'E', "");	/* it came back: time for hooks */
	if (rc == -1)
		carry_failed(in, e);
	else
		ui_say(in->ui, "installed in %.0f s", ui_now() - from);
	done = rc == 0;
	in->deadline = 0;
	if (hooks_run(in, STAGE_COMPLETE, done ? "0" : "1", e) == -1) {
		fail_say(in->ui, e, DI_HOOK);
		rc = -1;
	}
	if (done)
		keep_log(in);
	install_release(in);
	conf_free(&in->old);
	remove_work(in->work);
	return rc == 0 ? OUTCOME_DONE : OUTCOME_FAILED;
}

/* What the steps' process says, as it says it. */
struct watch {
	pid_t pid;
	int fd;
	struct buf part;
	char step[32];
	bool back;		/* the steps are over: hooks may take longer */
};

static void
watch_line(struct watch *w, struct install *in, const char *line)
{
	if (line[0] == 'S')
		sscanf(line, "S %*u %*u %*u %*u %*u %31s", w->step);
	else if (line[0] == 'L')
		buf_printf(&in->ui->log, "%s\n", line + 2);
	else if (line[0] == 'E')
		w->back = true;
}

/* False: it ended, and everything that it started. */
static bool
watch_read(struct watch *w, struct install *in)
{
	char part[4096], *end;
	ssize_t n = read(w->fd, part, sizeof(part));

	if (n == -1)
		return errno == EINTR;
	buf_add(&w->part, part, (size_t)n);
	while (w->part.data != NULL &&
	    (end = strchr(w->part.data, '\n')) != NULL) {
		*end = '\0';
		watch_line(w, in, w->part.data);
		buf_drop(&w->part, (size_t)(end - w->part.data) + 1);
	}
	return n > 0;
}

/* Until it ends, or until that moment: true, it goes on. */
static bool
watch_until(struct watch *w, struct install *in, double end)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	double left;

	for (;;) {
		left = w->back ? 1 : end - ui_now();
		if (left <= 0)
			return true;
		if (poll(&p, 1, w->back ? -1 : (int)(left * 1000) + 1) > 0 &&
		    !watch_read(w, in))
			return false;
	}
}

static int
watch_start(struct watch *w, struct install *in, int marked, struct err *e)
{
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		return err_sys(e, "pipe");
	w->pid = fork();
	if (w->pid == 0) {
		close(fds[0]);
		setpgid(0, 0);
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 ||
		    getppid() != parent)
			_exit(OUTCOME_FAILED);
		in->ui->watch = fds[1];
		_exit((int)work(in, marked, e));
	}
	close(fds[1]);
	w->fd = fds[0];
	return w->pid == -1 ? err_sys(e, "fork") : 0;
}

/* It does not come back: what it would have done at its end is done here, but
 * for what needs the disk. */
static enum outcome
give_up(struct watch *w, struct install *in, struct err *e)
{
	enum outcome outcome = OUTCOME_FAILED;

	kill(-w->pid, SIGKILL);
	if (watch_until(w, in, ui_now() + KILLED))
		outcome = OUTCOME_HUNG;
	err_set(e, "step %s: not done within %u seconds, as <timeout install> "
	    "says, and it %s", w->step, in->plan->answers->timeout.install,
	    outcome == OUTCOME_HUNG ? "hangs in the kernel: a disk, or what it "
	    "is attached to, does not answer" : "did not end by itself");
	err_code(e, DI_LATE);
	in->deadline = 0;
	in->writing = install_writes(in->plan, w->step);
	carry_failed(in, e);
	if (hooks_run(in, STAGE_COMPLETE, "1", e) == -1)
		fail_say(in->ui, e, DI_HOOK);
	if (outcome == OUTCOME_FAILED)
		remove_work(in->work);
	return outcome;
}

/* A disk may stop a process for ever, and no signal ends it then: with a limit
 * the steps have a process of their own. */
static enum outcome
carry_watched(struct install *in, int marked, struct err *e)
{
	struct watch w = { .fd = -1, .step = "medium" };
	enum outcome outcome = OUTCOME_FAILED;
	int status = 0;
	bool late;

	in->deadline = ui_now() + in->plan->answers->timeout.install;
	if (watch_start(&w, in, marked, e) == -1) {
		carry_failed(in, e);
		goto out;
	}
	late = watch_until(&w, in, in->deadline + GRACE);
	if (late)
		outcome = give_up(&w, in, e);
	if (outcome == OUTCOME_HUNG)
		goto out;
	while (waitpid(w.pid, &status, 0) == -1 && errno == EINTR)
		;
	if (!late && WIFEXITED(status)) {
		outcome = (enum outcome)WEXITSTATUS(status);
	} else if (!late) {
		err_set(e, "step %s: the installer ended by signal %d", w.step,
		    WTERMSIG(status));
		in->writing = install_writes(in->plan, w.step);
		carry_failed(in, e);
	}
out:
	if (w.fd != -1)
		close(w.fd);
	buf_free(&w.part);
	return outcome;
}

enum outcome
carry_out(struct install *in, int marked, struct err *e)
{
	return in->plan->answers->timeout.install > 0 ?
	    carry_watched(in, marked, e) : work(in, marked, e);
}
