/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ext_update.h"
#include "file.h"

#define FILES_MAX 64
#define FILE_MAX (16u << 20)
#define NAME_SIZE 128

/* The plain files of a directory, whole. */
struct tree {
	size_t base;		/* length of the directory's own name */
	struct ext_file files[FILES_MAX];
	char *bytes[FILES_MAX];
	char dirs[FILES_MAX][NAME_SIZE], names[FILES_MAX][NAME_SIZE];
	size_t n;
};

static void
free_tree(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		explicit_bzero(t->bytes[i], t->files[i].len);
		free(t->bytes[i]);
	}
	free(t);
}

static int
add_file(struct tree *t, const char *path, mode_t mode, struct err *e)
{
	const char *rest = path + t->base + 1, *name = strrchr(rest, '/');
	size_t len;

	name = name == NULL ? rest : name + 1;
	if (t->n == FILES_MAX || strlen(rest) >= NAME_SIZE)
		return err_set(e, "%s: too many files, or too long a name, "
		    "for the state", rest);
	if (file_read(path, FILE_MAX, &t->bytes[t->n], &len, e) == -1)
		return -1;
	snprintf(t->names[t->n], NAME_SIZE, "%.*s", NAME_SIZE - 1, name);
	snprintf(t->dirs[t->n], NAME_SIZE, "/%.*s",
	    name > rest ? (int)(name - rest - 1) : 0, rest);
	t->files[t->n] = (struct ext_file){ t->dirs[t->n], t->names[t->n],
		t->bytes[t->n], len, mode & 07777 };
	t->n++;
	return 0;
}

static int
add_dir(struct tree *t, const char *dir, unsigned int depth, struct err *e)
{
	char path[PATH_MAX];
	struct dirent *d;
	struct stat st;
	int rc = 0;
	DIR *list;

	list = depth > 8 ? NULL : opendir(dir);
	if (list == NULL)
		return err_sys(e, "%s", dir);
	while (rc == 0 && (d = readdir(list)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
		if (lstat(path, &st) == -1)
			rc = err_sys(e, "%s", path);
		else if (S_ISDIR(st.st_mode))
			rc = add_dir(t, path, depth + 1, e);
		else if (S_ISREG(st.st_mode))
			rc = add_file(t, path, st.st_mode, e);
		else
			rc = err_set(e, "%s: not a plain file: only those go "
			    "into a state that is kept", path);
	}
	closedir(list);
	return rc;
}

static struct tree *
read_tree(const char *from, struct err *e)
{
	struct tree *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		err_sys(e, "%s", from);
		return NULL;
	}
	t->base = strlen(from);
	if (add_dir(t, from, 0, e) == 0)
		return t;
	free_tree(t);
	return NULL;
}

int
ext_copy_in(const struct ext_place *p, const char *from, struct err *e)
{
	struct tree *t = read_tree(from, e);
	int rc;

	if (t == NULL)
		return -1;
	rc = ext_update(p, t->files, t->n, e);
	free_tree(t);
	return rc;
}

static int
compare(const struct ext_place *p, const struct ext_file *f, struct err *e)
{
	char path[2 * NAME_SIZE], *has;
	size_t len;
	int rc = 0;

	snprintf(path, sizeof(path), "%s/%s", f->dir, f->name);
	if (ext_read(p, path, FILE_MAX, &has, &len, e) == -1)
		return -1;
	if (len != f->len || memcmp(has, f->data, len) != 0)
		rc = err_set(e, "%s: %s reads back differently: the disk is "
		    "not to be trusted", p->node, path);
	explicit_bzero(has, len);
	free(has);
	return rc;
}

int
ext_compare(const struct ext_place *p, const char *with, struct err *e)
{
	struct tree *t = read_tree(with, e);
	int rc = 0;

	if (t == NULL)
		return -1;
	for (size_t i = 0; rc == 0 && i < t->n; i++)
		rc = compare(p, &t->files[i], e);
	free_tree(t);
	return rc;
}
