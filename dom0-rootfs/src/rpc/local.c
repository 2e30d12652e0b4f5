/* SPDX-License-Identifier: ISC */
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "local.h"

static int
address(const char *path, struct sockaddr_un *sun, struct err *e)
{
	*sun = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(sun->sun_path))
		return err_set(e, "%s: too long for a socket", path);
	strcpy(sun->sun_path, path);
	return 0;
}

int
local_listen(const char *path, struct err *e)
{
	struct sockaddr_un sun;
	char dir[sizeof(sun.sun_path)];
	mode_t mask;
	int fd = -1, n;

	if (address(path, &sun, e) == -1)
		return -1;
	strcpy(dir, path);
	if (file_mkdirs(dirname(dir), 0755, e) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return err_sys(e, "%s: socket", path);
	unlink(path);
	mask = umask(0177);
	n = bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	umask(mask);
	if (n == -1 || listen(fd, 16) == -1) {
		err_sys(e, "%s: listen", path);
		close(fd);
		return -1;
	}
	return fd;
}

int
local_accept(int fd)
{
	struct ucred cred;
	socklen_t len;
	int client;

	for (;;) {
		client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (client == -1)
			return -1;
		len = sizeof(cred);
		if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &cred,
		    &len) == 0 && (cred.uid == 0 || cred.uid == geteuid()))
			return client;
		close(client);
	}
}

int
local_connect(const char *path, struct err *e)
{
	struct sockaddr_un sun;
	int fd;

	if (address(path, &sun, e) == -1)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return err_sys(e, "%s: socket", path);
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1) {
		err_sys(e, "%s", path);
		close(fd);
		return -1;
	}
	return fd;
}
