/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "medium.h"
#include "path.h"

#define DESCRIPTOR 32768	/* sector 16 of 2048 bytes */
#define LABEL_AT 40
#define LABEL_SIZE 32

bool
medium_is(const unsigned char *descriptor, size_t len)
{
	char label[LABEL_SIZE];

	memset(label, ' ', sizeof(label));
	memcpy(label, MEDIUM_LABEL, strlen(MEDIUM_LABEL));
	return len >= LABEL_AT + LABEL_SIZE &&
	    memcmp(descriptor, "\001CD001", 6) == 0 &&
	    memcmp(descriptor + LABEL_AT, label, sizeof(label)) == 0;
}

static bool
device_is(const char *name)
{
	unsigned char part[2048];
	struct path p;
	ssize_t n;
	int fd;

	/* not the loop device of the root, nor memory */
	if (strncmp(name, "loop", 4) == 0 || strncmp(name, "ram", 3) == 0)
		return false;
	fd = open(path_of(&p, "/dev/%s", name), O_RDONLY | O_CLOEXEC |
	    O_NONBLOCK);
	if (fd == -1)
		return false;
	n = pread(fd, part, sizeof(part), DESCRIPTOR);
	close(fd);
	return n > 0 && medium_is(part, (size_t)n);
}

bool
medium_there(void *unused)
{
	struct dirent *d;
	bool there = false;
	DIR *all;

	(void)unused;
	all = opendir("/sys/class/block");
	while (all != NULL && !there && (d = readdir(all)) != NULL)
		there = d->d_name[0] != '.' && device_is(d->d_name);
	if (all != NULL)
		closedir(all);
	return there;
}
