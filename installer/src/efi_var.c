/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/fs.h>

#include "efi_var.h"
#include "fat_volume.h"
#include "file.h"

#define ATTRIBUTES 7u	/* non-volatile, boot and runtime access */
#define VALUE_MAX 1020

int
efi_var_read(const char *dir, const char *name, unsigned char **data_r,
    size_t *len_r, struct err *e)
{
	char path[PATH_MAX], *raw;
	size_t len;

	*data_r = NULL;
	*len_r = 0;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (access(path, F_OK) == -1)
		return 0;
	if (file_read(path, 65536, &raw, &len, e) == -1)
		return -1;
	if (len < 4) {
		free(raw);
		return 0;
	}
	memmove(raw, raw + 4, len - 4);
	*data_r = (unsigned char *)raw;
	*len_r = len - 4;
	return 0;
}

int
efi_var_write(const char *dir, const char *name, const void *value, size_t len,
    struct err *e)
{
	unsigned char raw[4 + VALUE_MAX];
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (len > VALUE_MAX)
		return err_set(e, "%s: too long", path);
	le32_put(raw, ATTRIBUTES);
	memcpy(raw + 4, value, len);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd == -1)
		return err_sys(e, "%s", path);
	n = write(fd, raw, len + 4);
	if (n != (ssize_t)(len + 4))
		err_sys(e, "%s: write", path);
	close(fd);
	return n == (ssize_t)(len + 4) ? 0 : -1;
}

/* efivarfs makes variables that it does not know immutable. */
void
efi_var_remove(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int fd, flags = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	ioctl(fd, FS_IOC_SETFLAGS, &flags);
	close(fd);
	unlink(path);
}
