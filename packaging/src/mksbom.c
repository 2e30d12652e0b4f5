/* SPDX-License-Identifier: ISC */
/*
 * mksbom: say of every file of dom0 which source it was made from, as SPDX 2.3
 * in JSON (ISO/IEC 5962 in its later form): the image is a package that holds
 * the files, each of which is generated from a package that is a source.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "file.h"
#include "parts.h"
#include "manifest.h"
#include "spdx.h"

#define FILE_MAX ((size_t)1 << 30)

static const char usage_text[] =
    "usage: mksbom -n VERSION -p PARTS -o OWNERS [-v NAME=DIR]... MANIFEST...\n"
    "  -n VERSION    of Domus\n"
    "  -p PARTS      name, version, package, origin, licence, files; by tabs\n"
    "  -o OWNERS     lines \"NAME FILE\": who made which file of $OUT\n"
    "  -v NAME=DIR   what $NAME in the manifests' sources stands for\n"
    "The document goes to stdout, dated by $SOURCE_DATE_EPOCH.\n";

struct job {
	const char *version, *parts, *owners;
	const char *vars[16];
	size_t nvars;
};

static void
hex_of(const EVP_MD *md, const void *data, size_t len, char *to)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	EVP_Digest(data, len, sum, &n, md, NULL);
	for (unsigned int i = 0; i < n; i++)
		sprintf(to + (size_t)2 * i, "%02x", sum[i]);
}

/* A source below $OUT or $IMG is an upstream's, or Domus' own. */
static const char *
below(const struct job *j, const char *source)
{
	const char *names[] = { "IMG=", "OUT=" }, *dir;
	size_t len;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < j->nvars; i++) {
			dir = j->vars[i];
			if (strncmp(dir, names[k], 4) != 0)
				continue;
			len = strlen(dir + 4);
			if (strncmp(source, dir + 4, len) == 0 &&
			    source[len] == '/')
				return source + len + 1;
		}
	return NULL;
}

static int
file_of(const struct job *j, const struct parts *parts,
    const struct entry *en, struct spdx_file *f, struct err *e)
{
	const char *name = below(j, en->source);
	size_t len;
	char *data;

	f->path = en->path;
	if (parts_owners(parts, name != NULL ? name : en->source, f->from,
	    &f->nfrom, e) == -1)
		return err_in(e, "%s", en->path);
	if (file_read(en->source, FILE_MAX, &data, &len, e) == -1)
		return -1;
	hex_of(EVP_sha1(), data, len, f->sha1);
	hex_of(EVP_sha256(), data, len, f->sha256);
	free(data);
	return 0;
}

static int
files_of(const struct job *j, const struct parts *parts,
    const struct manifest *m, struct spdx *doc, struct err *e)
{
	doc->files = calloc(m->n + 1, sizeof(*doc->files));
	if (doc->files == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < m->n; i++)
		if (S_ISREG(m->entries[i].mode) && file_of(j, parts,
		    &m->entries[i], &doc->files[doc->nfiles++], e) == -1)
			return -1;
	return 0;
}

static int
make(const struct job *j, char *manifests[], struct err *e)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct parts parts = { 0 };
	struct manifest m = { 0 };
	struct spdx doc = { .version = j->version, .parts = &parts };
	int rc = -1;

	doc.created = epoch != NULL ? (time_t)strtoll(epoch, NULL, 10) : 1;
	if (parts_read(&parts, j->parts, j->owners, e) == -1)
		goto out;
	for (; *manifests != NULL; manifests++)
		if (manifest_read(&m, *manifests, j->vars, e) == -1)
			goto out;
	if (manifest_finish(&m, e) == -1 ||
	    files_of(j, &parts, &m, &doc, e) == -1)
		goto out;
	rc = spdx_write(&doc, stdout, e);
out:
	free(doc.files);
	manifest_free(&m);
	parts_free(&parts);
	return rc;
}

static bool
option(struct job *j, int c)
{
	switch (c) {
	case 'n':
		j->version = optarg;
		return true;
	case 'p':
		j->parts = optarg;
		return true;
	case 'o':
		j->owners = optarg;
		return true;
	case 'v':
		if (j->nvars + 1 == sizeof(j->vars) / sizeof(*j->vars))
			return false;
		j->vars[j->nvars++] = optarg;
		return true;
	default:
		return false;
	}
}

int
main(int argc, char *argv[])
{
	struct job j = { .version = NULL };
	struct err e;
	int c;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return 0;
	}
	while ((c = getopt(argc, argv, "n:p:o:v:")) != -1)
		if (!option(&j, c))
			break;
	if (c != -1 || optind == argc || j.version == NULL ||
	    j.parts == NULL || j.owners == NULL) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (make(&j, argv + optind, &e) == -1) {
		fprintf(stderr, "mksbom: %s\n", e.text);
		return 1;
	}
	return 0;
}
