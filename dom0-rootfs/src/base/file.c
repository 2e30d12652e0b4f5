/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"

int
file_read(const char *path, size_t max, char **data_r, size_t *len_r,
    struct err *e)
{
	struct buf b = { 0 };
	char part[16384];
	ssize_t n;
	int fd, rc = -1;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		err_sys(e, "%s", path);
		goto out;
	}
	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			err_sys(e, "%s: read", path);
			goto out;
		}
		if ((size_t)n > max - b.len) {
			err_set(e, "%s: larger than %zu bytes", path, max);
			goto out;
		}
		buf_add(&b, part, (size_t)n);
	}
	buf_add(&b, "", 0);
	if (buf_ok(&b, e) == -1) {
		err_in(e, "%s", path);
		goto out;
	}
	if (len_r != NULL)
		*len_r = b.len;
	*data_r = buf_take(&b);
	rc = 0;
out:
	buf_free(&b);
	if (fd != -1)
		close(fd);
	return rc;
}

int
file_line(const char *path, char *line, size_t size, struct err *e)
{
	char *data;

	if (file_read(path, 1 << 16, &data, NULL, e) == -1)
		return -1;
	data[strcspn(data, "\n")] = '\0';
	snprintf(line, size, "%s", data);
	free(data);
	return 0;
}

int
file_write_all(int fd, const void *data, size_t len, struct err *e)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return err_sys(e, "write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* What a rename changed is on disk only when its directory is. */
static int
sync_parent(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];
	int fd, rc = 0;

	if (slash == NULL)
		snprintf(dir, sizeof(dir), ".");
	else
		snprintf(dir, sizeof(dir), "%.*s",
		    slash == path ? 1 : (int)(slash - path), path);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1)
		rc = err_sys(e, "%s: sync", dir);
	if (fd != -1)
		close(fd);
	return rc;
}

int
file_write(const char *path, const void *data, size_t len, mode_t mode,
    struct err *e)
{
	char tmp[PATH_MAX];
	int fd, rc = -1;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.tmp", path) >= sizeof(tmp))
		return err_set(e, "%s: name too long", path);
	fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd == -1)
		return err_sys(e, "%s", tmp);
	if (fchmod(fd, mode) == -1) {
		err_sys(e, "%s", tmp);
		goto out;
	}
	if (file_write_all(fd, data, len, e) == -1) {
		err_in(e, "%s", tmp);
		goto out;
	}
	if (fsync(fd) == -1) {
		err_sys(e, "%s: sync", tmp);
		goto out;
	}
	if (rename(tmp, path) == -1) {
		err_sys(e, "%s", path);
		goto out;
	}
	rc = sync_parent(path, e);
out:
	close(fd);
	if (rc == -1)
		unlink(tmp);
	return rc;
}

static int
overwrite(int fd, struct err *e)
{
	static const char zeros[4096];
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "size");
	for (off_t left = st.st_size; left > 0; left -= sizeof(zeros))
		if (file_write_all(fd, zeros, left < (off_t)sizeof(zeros) ?
		    (size_t)left : sizeof(zeros), e) == -1)
			return -1;
	return fsync(fd) == -1 ? err_sys(e, "sync") : 0;
}

int
file_erase(const char *path, struct err *e)
{
	int fd, rc;

	fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT ? 0 : err_sys(e, "%s", path);
	rc = overwrite(fd, e);
	close(fd);
	/* it goes in any case */
	if (unlink(path) == -1 && rc == 0)
		rc = err_sys(e, "remove");
	if (sync_parent(path, e) == -1 || rc == -1)
		return err_in(e, "%s", path);
	return 0;
}

int
file_mkdirs(const char *path, mode_t mode, struct err *e)
{
	char part[PATH_MAX];
	char *p;

	if ((size_t)snprintf(part, sizeof(part), "%s", path) >= sizeof(part))
		return err_set(e, "%s: name too long", path);
	for (p = part + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(part, mode) == -1 && errno != EEXIST)
			return err_sys(e, "%s", part);
		*p = '/';
	}
	if (mkdir(part, mode) == -1 && errno != EEXIST)
		return err_sys(e, "%s", part);
	return 0;
}
