/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"
#include "iso9660.h"

int
image_open(const char *dir, const char *name, char path_r[PATH_MAX],
    struct err *e)
{
	int fd;

	snprintf(path_r, PATH_MAX, "%s/%s", dir, name);
	fd = open(path_r, O_RDONLY | O_CLOEXEC);
	return fd == -1 ? err_sys(e, "%s", path_r) : fd;
}

/* Inside an ISO, of which nothing is believed. */
static int
find_in_iso(const char *iso, const char *name, uint64_t all,
    struct image_at *f, struct err *e)
{
	struct iso_file file;

	f->fd = open(iso, O_RDONLY | O_CLOEXEC);
	if (f->fd == -1)
		return err_sys(e, "%s", iso);
	if (iso_find(f->fd, name, &file, e) == -1)
		return err_in(e, "%s", iso);
	f->at = (uint64_t)file.extent * ISO_BLOCK;
	f->size = file.size;
	return f->at + f->size <= all ? 0 :
	    err_set(e, "%s: %s reaches beyond its end", iso, name);
}

int
image_find(const char *medium, const char *name, struct image_at *f,
    struct err *e)
{
	struct stat st;
	int rc = 0;

	*f = (struct image_at){ .fd = -1 };
	if (stat(medium, &st) == -1)
		return err_sys(e, "%s", medium);
	if (S_ISREG(st.st_mode)) {
		snprintf(f->path, sizeof(f->path), "%s", medium);
		rc = find_in_iso(medium, name, (uint64_t)st.st_size, f, e);
	} else {
		f->fd = image_open(medium, name, f->path, e);
		if (f->fd == -1)
			rc = -1;
		else if (fstat(f->fd, &st) == -1)
			rc = err_sys(e, "%s", f->path);
		/* what is no file is read to its end */
		f->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size :
		    UINT64_MAX;
	}
	if (rc == 0 && f->at > 0 && lseek(f->fd, (off_t)f->at, SEEK_SET) == -1)
		rc = err_sys(e, "%s", f->path);
	if (rc == -1 && f->fd != -1) {
		close(f->fd);
		f->fd = -1;
	}
	return rc;
}

bool
image_has(const char *medium, const char *name)
{
	struct image_at f;
	struct err none;

	if (image_find(medium, name, &f, &none) == -1)
		return false;
	close(f.fd);
	return true;
}

int
image_text(const char *medium, const char *name, size_t max, char **text_r,
    size_t *len_r, struct err *e)
{
	struct image_at f;
	int rc;

	if (image_find(medium, name, &f, e) == -1)
		return -1;
	*text_r = f.size <= max ? malloc(f.size + 1) : NULL;
	if (f.size > max)
		rc = err_set(e, "%s: %s: larger than %zu bytes", f.path, name,
		    max);
	else if (*text_r == NULL)
		rc = err_sys(e, "%s", f.path);
	else
		rc = iso_read(f.fd, *text_r, f.size, f.at, e);
	close(f.fd);
	if (rc == -1) {
		free(*text_r);
		return -1;
	}
	(*text_r)[f.size] = '\0';
	if (len_r != NULL)
		*len_r = f.size;
	return 0;
}
