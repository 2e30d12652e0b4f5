/* SPDX-License-Identifier: ISC */
#include <unistd.h>

#include "call.h"
#include "disk.h"
#include "vm_console.h"
#include "vm_fake.h"
#include "xen.h"

static const char *
text(const struct value *v, const char *name)
{
	return value_get_str(v, name) != NULL ? value_get_str(v, name) : "";
}

/* A disk that is not there keeps a guest from starting. */
const char *
fake_missing_disk(const char *root, const struct value *vbds)
{
	const struct value *disk;
	char path[DISK_PATH];
	struct err e;

	for (size_t i = 0; i < value_len(vbds); i++) {
		disk = value_get(value_at(vbds, i), "disk");
		if (disk != NULL && (disk_path(root, text(disk, "sr"),
		    text(disk, "location"), path, &e) == -1 ||
		    access(path, R_OK) == -1))
			return text(disk, "location");
	}
	return NULL;
}

void
fake_console(bool runs, struct reply *r)
{
	struct err e;
	pid_t pid = 0;
	int fd = runs ? console_login(xen_login, &pid, &e) : -1;

	if (fd < 0)
		reply_fail(r, "INTERNAL_ERROR", "no terminal", NULL);
	else
		reply_set_fd(r, fd);
}
