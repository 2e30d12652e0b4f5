/* SPDX-License-Identifier: ISC */
#ifndef TEST_SYSFS_H
#define TEST_SYSFS_H

/* A directory that looks like a sysfs, made for one test. */
struct sysfs {
	char root[64];
};

void sysfs_make(struct sysfs *s);

/* A file with that text, directories above it made as needed; a path ending
 * in '/' is a directory. */
void sysfs_put(const struct sysfs *s, const char *path, const char *text);

void sysfs_link(const struct sysfs *s, const char *path, const char *to);

void sysfs_remove(struct sysfs *s);

#endif
