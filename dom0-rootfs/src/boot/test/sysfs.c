/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "remove_tree.h"
#include "sysfs.h"

void
sysfs_make(struct sysfs *s)
{
	snprintf(s->root, sizeof(s->root), "/tmp/domus-sysfs-XXXXXX");
	assert_non_null(mkdtemp(s->root));
}

static void
whole(const struct sysfs *s, const char *path, char to[256])
{
	struct err e;
	char *slash;

	snprintf(to, 256, "%s%s", s->root, path);
	slash = strrchr(to, '/');
	*slash = '\0';
	assert_int_equal(file_mkdirs(to, 0755, &e), 0);
	*slash = '/';
}

void
sysfs_put(const struct sysfs *s, const char *path, const char *text)
{
	char to[256];
	struct err e;

	whole(s, path, to);
	if (to[strlen(to) - 1] != '/')
		assert_int_equal(file_write(to, text, strlen(text), 0644, &e),
		    0);
}

void
sysfs_link(const struct sysfs *s, const char *path, const char *to)
{
	char from[256];

	whole(s, path, from);
	assert_int_equal(symlink(to, from), 0);
}

void
sysfs_remove(struct sysfs *s)
{
	remove_tree(s->root);
}
