/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "background.h"
#include "file.h"

int
background_fork(int *tell_r)
{
	int ends[2], status = 1;
	char word;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1 || (pid = fork()) == -1) {
		perror("domus-serve: background");
		return -1;
	}
	if (pid == 0) {
		close(ends[0]);
		*tell_r = ends[1];
		return 0;
	}
	close(ends[1]);
	if (read(ends[0], &word, 1) == 1)
		return 1;
	waitpid(pid, &status, 0);
	return -1;
}

int
background_note(const char *path, struct err *e)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	return file_write(path, text, (size_t)n, 0644, e);
}

int
background_ready(int tell, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1)
		return err_sys(e, "/dev/null");
	setsid();
	for (int fd = 0; fd < 3; fd++)
		if (dup2(null, fd) == -1)
			return err_sys(e, "/dev/null");
	if (write(tell, "r", 1) != 1)
		return err_sys(e, "background");
	close(tell);
	return 0;
}

static ssize_t
to_log(void *arg, const char *text, size_t len)
{
	(void)arg;
	syslog(LOG_DAEMON | LOG_INFO, "%.*s", (int)len, text);
	return (ssize_t)len;
}

FILE *
background_log(void)
{
	const cookie_io_functions_t how = { .write = to_log };
	FILE *f = fopencookie(NULL, "w", how);

	openlog("domus-serve", 0, LOG_DAEMON);
	if (f != NULL)
		setvbuf(f, NULL, _IOLBF, 1024);
	return f;
}
