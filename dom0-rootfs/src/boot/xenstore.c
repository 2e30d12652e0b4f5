/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "run.h"
#include "say.h"
#include "xenstore.h"

#define SOCKET "/run/xenstored/socket"
#define LOCK "/run/domus/init-dom0.lock"
#define DONE "/run/domus/init-dom0.done"
#define START 30.0		/* seconds xenstored may take */

static int
answers(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	int fd, rc;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	rc = connect(fd, (struct sockaddr *)&a, sizeof(a));
	close(fd);
	return rc;
}

static int
dom0_init(struct err *e)
{
	if (access(DONE, F_OK) == 0)
		return 0;
	if (run((const char *[]){ "xen-init-dom0", NULL }, e) == -1)
		return -1;
	return file_write(DONE, "", 0, 0644, e);
}

int
xenstore_ready(struct err *e)
{
	double end = since_boot() + START;
	int lock, rc;

	while (answers() == -1) {
		if (since_boot() > end)
			return err_set(e, SOCKET ": xenstored does not answer");
		poll(NULL, 0, 20);
	}
	lock = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock == -1 || flock(lock, LOCK_EX) == -1) {
		err_sys(e, LOCK);
		if (lock != -1)
			close(lock);
		return -1;
	}
	rc = dom0_init(e);
	close(lock);
	return rc;
}
