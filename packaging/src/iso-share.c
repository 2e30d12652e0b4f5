/* SPDX-License-Identifier: ISC */
/*
 * iso-share: let files of an ISO lie inside another file of it.
 *
 * BIOS loads vmlinuz and initrd, UEFI loads domus.efi (in efi.img), which has
 * the very same bytes as sections.  A directory record may point anywhere, so
 * the ISO need not hold them twice: the files' records are set to where their
 * bytes are inside efi.img.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "file.h"
#include "iso9660.h"

#define FILE_MAX ((size_t)256 << 20)

/* Where in the first file's bytes the second's are, at a whole block. */
static int
find_bytes(const uint8_t *in, size_t len, const char *what, size_t n,
    size_t *at_r)
{
	for (size_t i = 0; n <= len && i <= len - n; i += ISO_BLOCK)
		if (memcmp(in + i, what, n) == 0) {
			*at_r = i;
			return 0;
		}
	return -1;
}

/* name is the path on the ISO, file what its bytes must be. */
static int
share(int fd, const uint8_t *iso, const struct iso_file *holder,
    const char *name, const char *file, struct err *e)
{
	const uint8_t *in = iso + (size_t)holder->extent * ISO_BLOCK;
	struct iso_file f;
	size_t len, at = 0;
	char *bytes;
	int rc;

	if (iso_find(fd, name, &f, e) == -1)
		return -1;
	if (file_read(file, FILE_MAX, &bytes, &len, e) == -1)
		return -1;
	rc = find_bytes(in, holder->size, bytes, len, &at);
	free(bytes);
	if (rc == -1)
		return err_set(e, "%s is not inside it at a multiple of %u "
		    "bytes", file, ISO_BLOCK);
	iso_set_extent(&f, holder->extent + (uint32_t)(at / ISO_BLOCK),
	    (uint32_t)len);
	return iso_store(fd, &f, e);
}

static int
share_all(int fd, char *argv[], struct err *e)
{
	struct iso_file holder;
	struct stat st;
	uint8_t *iso;
	int rc = 0;

	if (fstat(fd, &st) == -1)
		return err_sys(e, "stat");
	if (iso_find(fd, argv[0], &holder, e) == -1)
		return -1;
	if (((uint64_t)holder.extent * ISO_BLOCK) + holder.size >
	    (uint64_t)st.st_size)
		return err_set(e, "%s: reaches beyond the end", argv[0]);
	iso = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (iso == MAP_FAILED)
		return err_sys(e, "map");
	for (int i = 1; rc == 0 && argv[i] != NULL; i += 2)
		rc = share(fd, iso, &holder, argv[i], argv[i + 1], e);
	munmap(iso, (size_t)st.st_size);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct err e;
	int fd, rc;

	if (argc < 5 || argc % 2 == 0) {
		fputs("usage: iso-share ISO HOLDER NAME FILE...\n"
		    "  let NAME on the ISO lie where HOLDER, a file on it, has"
		    " FILE's bytes\n", argc == 2 &&
		    strcmp(argv[1], "--help") == 0 ? stdout : stderr);
		return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	fd = open(argv[1], O_RDWR | O_CLOEXEC);
	rc = fd == -1 ? err_sys(&e, "open") : share_all(fd, argv + 2, &e);
	if (fd != -1 && close(fd) == -1 && rc == 0)
		rc = err_sys(&e, "close");
	if (rc == -1)
		fprintf(stderr, "iso-share: %s: %s\n", argv[1], e.text);
	return rc == -1 ? 1 : 0;
}
