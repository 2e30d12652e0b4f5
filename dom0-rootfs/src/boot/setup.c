/* SPDX-License-Identifier: ISC */
/* From init's sysinit to the services: a table of steps, and what else init
 * and the services call this program for. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "devices.h"
#include "file.h"
#include "keymap.h"
#include "run.h"
#include "service.h"
#include "setup.h"
#include "stop.h"
#include "xenstore.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define HOST	(1u << MODE_HOST)
#define RESCUE	(1u << MODE_RESCUE)
#define INSTALL	(1u << MODE_INSTALL)
#define ALL	(HOST | RESCUE | INSTALL)
#define ONCE	(1u << 8)	/* not for an installer that becomes a host */

static const char usage_text[] =
    "usage: domus-setup [--services | --finish | --stop | --hotplug |\n"
    "    --become-host PARTUUID | --keymap NAME |\n"
    "    --when FILE PROGRAM [ARGUMENT]... |\n"
    "    --with-xenstore PROGRAM [ARGUMENT]...]\n"
    "Without an option: bring dom0 up, as init's sysinit.\n";

/* From here on only errors of the kernel go to the consoles: syslog(2). */
static int
kernel_hush(struct setup *s, struct err *e)
{
	(void)s;
	return klogctl(8, NULL, 4) == -1 ? err_sys(e, "console log level") : 0;
}

/* The boot, from top to bottom. */
static const struct step {
	const char *title;
	unsigned int modes;
	int (*run)(struct setup *, struct err *);
	const char *remedy;
} steps[] = {
	{ "memory file systems", ALL | ONCE, mounts_make,
	    "The kernel is not the one of this image: boot it as made." },
	{ "directories", ALL | ONCE, dirs_make,
	    "Give dom0 more memory (dom0_mem= of Xen)." },
	{ "drivers", ALL | ONCE, devices_load,
	    "Devices may be missing: see dmesg." },
	{ "late devices", INSTALL | RESCUE, devices_settle,
	    "Devices may be missing: see dmesg." },
	{ "state partition", HOST, state_mount,
	    "Boot the rescue entry and look at the disks (blkid, e2fsck -f); "
	    "with several, name one by domus.state=PARTUUID." },
	{ "RAID", ALL, arrays_look,
	    "Look at the disks: domus-raid, dmesg." },
	{ "host.conf", HOST, host_read,
	    "Boot the rescue entry and restore it, or install again." },
	{ "log", HOST, log_keep, "The log is in memory only." },
	{ "host name", ALL, name_set, "Correct hostname in " HOST_CONF "." },
	{ "users", ALL, users_set, "Only the rescue entry gives a shell." },
	{ "time zone", HOST, zone_set, "Correct timezone in " HOST_CONF "." },
	{ "keymap", HOST, keymap_set, "Correct keymap in " HOST_CONF "." },
	{ "ssh host keys", HOST, ssh_keys_make,
	    "Make room in " STATE_DIR " and reboot." },
	{ "network", ALL, network_start,
	    "Correct the network in " HOST_CONF ", then: domus-net --up" },
	{ "storage repository", HOST, storage_mount,
	    "Guests on it cannot start: boot the rescue entry and look at the "
	    "disk (e2fsck -f)." },
	{ "quiet kernel", ALL, kernel_hush, "Its messages disturb screens." },
	{ "services", ALL, services_choose, "Boot Xen, not Linux alone." },
};

void
problem(const struct setup *s, const struct err *e, const char *remedy)
{
	struct buf b = { 0 };
	struct err none;
	int fd;

	say(&s->say, "domus-setup: %s", e->text);
	say(&s->say, "domus-setup:   %s", remedy);
	buf_printf(&b, "%s\n%s\n", e->text, remedy);
	fd = open(PROBLEMS, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd != -1) {
		file_write_all(fd, buf_str(&b), b.len, &none);
		close(fd);
	}
	buf_free(&b);
}

static void
boot(struct setup *s)
{
	const struct step *step;
	double from;
	struct err e;

	for (step = steps; step < steps + COUNT(steps); step++) {
		if ((step->modes & 1u << s->cmd.mode) == 0 ||
		    (s->again && (step->modes & ONCE) != 0))
			continue;
		from = since_boot();
		if (step->run(s, &e) == -1)
			problem(s, &e, step->remedy);
		say(&s->say, "domus-setup: %6.2f s  %s (%.2f s)",
		    since_boot(), step->title, since_boot() - from);
	}
}

/* state: NULL at boot, else the UUID of the state to go on with. */
static int
setup(const char *state)
{
	struct setup s = { .uevents = -1, .again = state != NULL };
	struct err cmd;
	int bad;

	bad = cmdline_read(&s.cmd, &cmd);
	if (state != NULL)
		snprintf(s.cmd.state, sizeof(s.cmd.state), "%s", state);
	say_open(&s.say);
	say(&s.say, "domus-setup: Domus %s, mode %s", DOMUS_VERSION,
	    mode_name(s.cmd.mode));
	boot(&s);
	if (bad == -1)
		problem(&s, &cmd, "Correct the kernel's command line.");
	if (s.uevents != -1)
		close(s.uevents);
	conf_free(&s.host);
	say_close(&s.say);
	return 0;
}

static int
setup_main(struct err *e)
{
	(void)e;
	return setup(NULL);
}

/* The installer found this machine installed, and firmware that boots the
 * medium all the same: the image is the host's, too, so go on as that. */
static int
become_host(const char *state, struct err *e)
{
	if (!is_uuid(state))
		return err_set(e, "--become-host: %s: not a PARTUUID", state);
	if (file_write(MODE_FILE, "host\n", 5, 0644, e) == -1)
		return -1;
	return setup(state);
}

static int
stop_main(struct err *e)
{
	struct say s;
	int rc;

	say_open(&s);
	say(&s, "domus-setup: stopping services");
	rc = stop_all(&s, e);
	say(&s, "domus-setup: disks are %s",
	    rc == 0 ? "unmounted" : "not all unmounted");
	say_close(&s);
	return rc;
}

/* What services say on stderr belongs into the log, not over the screens; the
 * kernel's limits how much that can be. */
static int
speak_to_log(struct err *e)
{
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (fd != -1 && (dup2(fd, STDOUT_FILENO) == -1 ||
	    dup2(fd, STDERR_FILENO) == -1))
		return err_sys(e, "/dev/kmsg");
	return 0;
}

/* On a host: whether an image that is tried is to be kept. */
static int
watch_slot(struct err *e)
{
	if (speak_to_log(e) == -1)
		return -1;
	execlp("domus-slot", "domus-slot", "--watch", (char *)NULL);
	return err_sys(e, "domus-slot");
}

/*
 * After the services are there: the installer, once.  It speaks to the
 * consoles itself; theirs is the prompt when it has ended (domus-console
 * watches for the file).
 */
static int
finish_main(struct err *e)
{
	static char *const argv[] = { (char *)"domus-install", NULL };
	struct cmdline cmd;
	char text[32];
	int status;
	pid_t pid;

	if (cmdline_read(&cmd, e) == -1)
		return -1;
	if (cmd.mode == MODE_HOST)
		return watch_slot(e);
	if (cmd.mode != MODE_INSTALL)
		return 0;
	pid = fork();
	if (pid == -1)
		return err_sys(e, "fork");
	if (pid == 0) {
		execvp(argv[0], argv);
		fprintf(stderr, "domus-setup: %s: %s\n", argv[0],
		    strerror(errno));
		_exit(127);
	}
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	snprintf(text, sizeof(text), "%d\n", WIFSIGNALED(status) ?
	    128 + WTERMSIG(status) : WEXITSTATUS(status));
	return file_write(RUN_DIR "/install-ended", text, strlen(text), 0644,
	    e);
}

static int
services_main(struct err *e)
{
	if (speak_to_log(e) == -1)
		return -1;
	execlp("runsvdir", "runsvdir", SERVICE_DIR, (char *)NULL);
	return err_sys(e, "runsvdir");
}

static int
become(char *argv[], struct err *e)
{
	execvp(argv[0], argv);
	return err_sys(e, "%s", argv[0]);
}

static int
with_xenstore(char *argv[], struct err *e)
{
	return xenstore_ready(e) == -1 ? -1 : become(argv, e);
}

/* argv[0] is a file that another service makes when it is ready. */
static int
when(char *argv[], struct err *e)
{
	double end = since_boot() + 30;

	while (access(argv[0], F_OK) == -1) {
		if (since_boot() > end)
			return err_sys(e, "%s", argv[0]);
		poll(NULL, 0, 20);
	}
	return become(argv + 1, e);
}

static const struct job {
	const char *option;
	int (*run)(struct err *);
} jobs[] = {
	{ "--finish",	finish_main },
	{ "--services",	services_main },
	{ "--stop",	stop_main },
	{ "--hotplug",	devices_serve },
};

int
main(int argc, char *argv[])
{
	int (*job)(struct err *) = argc == 1 ? setup_main : NULL;
	struct err e;
	int rc;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	for (size_t i = 0; argc == 2 && i < COUNT(jobs); i++)
		if (strcmp(argv[1], jobs[i].option) == 0)
			job = jobs[i].run;
	if (job != NULL)
		rc = job(&e);
	else if (argc == 3 && strcmp(argv[1], "--become-host") == 0)
		rc = become_host(argv[2], &e);
	else if (argc == 3 && strcmp(argv[1], "--keymap") == 0)
		rc = keymap_load(argv[2], &e);
	else if (argc > 2 && strcmp(argv[1], "--with-xenstore") == 0)
		rc = with_xenstore(argv + 2, &e);
	else if (argc > 3 && strcmp(argv[1], "--when") == 0)
		rc = when(argv + 2, &e);
	else {
		fputs(usage_text, stderr);
		return 2;
	}
	if (rc == -1)
		fprintf(stderr, "domus-setup: %s\n", e.text);
	return rc == -1;
}
