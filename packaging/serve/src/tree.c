/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "tree.h"

#define ANSWERS_MAX ((size_t)1 << 20)

int
tree_root(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd == -1 ? err_sys(e, "%s", path) : fd;
}

int
tree_open(int root, const char *name, uint64_t *size_r)
{
	/* O_NONBLOCK: a pipe must not hold all up */
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	char path[PATH_MAX];
	struct stat st;
	size_t n = 0;
	int fd;

	name += strspn(name, "/\\");
	for (; name[n] != '\0' && n < sizeof(path) - 1; n++)
		path[n] = name[n] == '\\' ? '/' : name[n];
	path[n] = '\0';
	if (n == 0 || name[n] != '\0')
		return -1;
	fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EACCES;
		return -1;
	}
	*size_r = (uint64_t)st.st_size;
	return fd;
}

char *
tree_read(int root, const char *name, size_t max, size_t *len_r)
{
	uint64_t size;
	char *text;
	ssize_t n = 0;
	int fd;

	fd = tree_open(root, name, &size);
	if (fd == -1)
		return NULL;
	text = size <= max ? malloc((size_t)size + 1) : NULL;
	*len_r = 0;
	while (text != NULL && *len_r < size &&
	    (n = read(fd, text + *len_r, (size_t)size - *len_r)) > 0)
		*len_r += (size_t)n;
	close(fd);
	if (n == -1) {
		free(text);
		return NULL;
	}
	if (text != NULL)
		text[*len_r] = '\0';
	return text;
}

char *
tree_answers(int root, const char *const names[], size_t nnames,
    size_t *len_r)
{
	char file[160], *text;
	size_t k;

	for (size_t i = 0; i < nnames; i++) {
		if (names[i] == NULL || names[i][0] == '\0' ||
		    names[i][0] == '.' || strlen(names[i]) > 128)
			continue;
		for (k = 0; names[i][k] != '\0'; k++)
			file[k] = isalnum((unsigned char)names[i][k]) ||
			    strchr("._-", names[i][k]) != NULL ?
			    names[i][k] : '_';
		snprintf(file + k, sizeof(file) - k, ".xml");
		text = tree_read(root, file, ANSWERS_MAX, len_r);
		if (text != NULL)
			return text;
	}
	return tree_read(root, "default.xml", ANSWERS_MAX, len_r);
}
