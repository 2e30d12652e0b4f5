/* SPDX-License-Identifier: ISC */
/*
 * Write the files that manifests list as an archive: a "newc" cpio, as Linux
 * unpacks an initrd (Documentation/driver-api/early-userspace/buffer-format),
 * or with -t a ustar (POSIX.1-1988) for mksquashfs -tar.  Needs no root: owners and
 * device nodes are numbers in the archive.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "manifest.h"

#define FILE_MAX ((size_t)1 << 30)

static const char usage_text[] =
    "usage: mkcpio [-t] [-v NAME=DIR]... MANIFEST... >ARCHIVE\n"
    "  -t            write a tar instead of a cpio\n"
    "  -v NAME=DIR   what $NAME in the manifests' sources stands for\n"
    "Every time in the archive is $SOURCE_DATE_EPOCH, or 1.\n";

struct out {
	FILE *to;
	long time;
	unsigned int ino;
};

typedef void head_fn(struct out *, const struct entry *, size_t);

static void
pad(struct out *o, size_t written, size_t unit)
{
	for (; written % unit != 0; written++)
		putc('\0', o->to);
}

static void
cpio_head(struct out *o, const struct entry *en, size_t size)
{
	const char *name = en->path + (*en->path == '/');
	size_t len;

	if (*name == '\0')
		name = ".";
	len = strlen(name) + 1;
	fprintf(o->to, "070701%08X%08X%08X%08X%08X%08lX%08zX%08X%08X%08X%08X"
	    "%08zX%08X%s", o->ino++, (unsigned int)en->mode, en->uid, en->gid,
	    S_ISDIR(en->mode) ? 2U : 1U, (unsigned long)o->time, size, 0U, 0U,
	    en->major, en->minor, len, 0U, name);
	putc('\0', o->to);
	pad(o, 110 + len, 4);
}

/* ustar's type letters */
static char
tar_type(mode_t mode)
{
	static const struct {
		mode_t type;
		char letter;
	} types[] = {
		{ S_IFREG, '0' }, { S_IFLNK, '2' }, { S_IFCHR, '3' },
		{ S_IFBLK, '4' }, { S_IFDIR, '5' },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == (mode & S_IFMT))
			return types[i].letter;
	return '0';
}

struct ustar {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8],
	    type, link[100], magic[8], user[32], group[32], major[8], minor[8],
	    prefix[155], zero[12];
};

/* A name of up to 255 bytes goes in two pieces, cut at a '/'. */
static void
tar_name(struct ustar *h, const char *name)
{
	const char *cut = name;
	size_t len = strlen(name);

	if (len > sizeof(h->name)) {
		cut = strchr(name + len - sizeof(h->name), '/');
		if (cut == NULL || (size_t)(cut - name) > sizeof(h->prefix)) {
			fprintf(stderr, "mkcpio: %s: too long a name\n", name);
			exit(1);
		}
		memcpy(h->prefix, name, (size_t)(cut - name));
		cut++;
	}
	memcpy(h->name, cut, strlen(cut));
}

static void
tar_head(struct out *o, const struct entry *en, size_t size)
{
	const char *name = en->path + 1;
	unsigned int sum = 0;
	struct ustar h = { 0 };

	if (*name == '\0')
		return;		/* mksquashfs takes none: see its -root-mode */
	if (S_ISLNK(en->mode)) {
		size = 0;
		if (strlen(en->source) > sizeof(h.link)) {
			fprintf(stderr, "mkcpio: %s: too long a link\n",
			    en->path);
			exit(1);
		}
		memcpy(h.link, en->source, strlen(en->source));
	}
	tar_name(&h, name);
	snprintf(h.mode, sizeof(h.mode), "%07o",
	    (unsigned int)en->mode & 07777);
	snprintf(h.uid, sizeof(h.uid), "%07o", en->uid);
	snprintf(h.gid, sizeof(h.gid), "%07o", en->gid);
	snprintf(h.size, sizeof(h.size), "%011zo", size);
	snprintf(h.mtime, sizeof(h.mtime), "%011lo", (unsigned long)o->time);
	h.type = tar_type(en->mode);
	memcpy(h.magic, "ustar\00000", sizeof(h.magic));
	snprintf(h.major, sizeof(h.major), "%07o", en->major);
	snprintf(h.minor, sizeof(h.minor), "%07o", en->minor);
	memset(h.sum, ' ', sizeof(h.sum));
	for (size_t i = 0; i < sizeof(h); i++)
		sum += ((const unsigned char *)&h)[i];
	snprintf(h.sum, sizeof(h.sum), "%06o", sum & 0777777);
	fwrite(&h, sizeof(h), 1, o->to);
}

static int
entry_write(struct out *o, const struct entry *en, bool tar, struct err *e)
{
	const char *what = "";
	char *data = NULL;
	size_t len = 0;

	if (S_ISREG(en->mode)) {
		if (file_read(en->source, FILE_MAX, &data, &len, e) == -1)
			return -1;
		what = data;
	} else if (S_ISLNK(en->mode)) {
		what = en->source;
		len = strlen(what);
	}
	if (tar)
		tar_head(o, en, len);
	else
		cpio_head(o, en, len);
	if (!tar || !S_ISLNK(en->mode)) {
		fwrite(what, 1, len, o->to);
		pad(o, len, tar ? 512 : 4);
	}
	free(data);
	return 0;
}

static int
archive_write(struct out *o, const struct manifest *m, bool tar,
    struct err *e)
{
	static const struct entry end = { .path = (char *)"TRAILER!!!" };
	static const char zeros[1024];

	for (size_t i = 0; i < m->n; i++)
		if (entry_write(o, &m->entries[i], tar, e) == -1)
			return -1;
	if (tar)
		fwrite(zeros, sizeof(zeros), 1, o->to);
	else
		cpio_head(o, &end, 0);
	if (fflush(o->to) != 0 || ferror(o->to))
		return err_sys(e, "write");
	return 0;
}

static int
make(char *manifests[], const char *const *vars, bool tar, struct err *e)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct out o = { stdout, 1, 1 };
	struct manifest m = { 0 };
	int rc = -1;

	if (epoch != NULL && *epoch != '\0')
		o.time = strtol(epoch, NULL, 10);
	for (; *manifests != NULL; manifests++)
		if (manifest_read(&m, *manifests, vars, e) == -1)
			goto out;
	if (manifest_finish(&m, e) == -1)
		goto out;
	rc = archive_write(&o, &m, tar, e);
out:
	manifest_free(&m);
	return rc;
}

int
main(int argc, char *argv[])
{
	const char *vars[16] = { NULL };
	size_t nvars = 0;
	struct err e;
	bool tar = false;
	int c;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	while ((c = getopt(argc, argv, "tv:")) != -1)
		if (c == 't')
			tar = true;
		else if (c == 'v' && nvars + 1 < sizeof(vars) / sizeof(*vars))
			vars[nvars++] = optarg;
		else
			break;
	if (c != -1 || optind == argc) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (make(argv + optind, vars, tar, &e) == -1) {
		fprintf(stderr, "mkcpio: %s\n", e.text);
		return 1;
	}
	return 0;
}
