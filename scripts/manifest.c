/* SPDX-License-Identifier: ISC */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "manifest.h"

#define MANIFEST_MAX (4 << 20)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct kind {
	const char *name;
	mode_t type;		/* 0: a tree */
	int fields;		/* how many a line has, the kind included */
} kinds[] = {
	{ "dir",	S_IFDIR,	4 },
	{ "file",	S_IFREG,	5 },
	{ "link",	S_IFLNK,	5 },
	{ "node",	S_IFCHR,	7 },
	{ "tree",	0,		5 },
};

static int
entry_add(struct manifest *m, const struct entry *new, struct err *e)
{
	struct entry *en;

	en = reallocarray(m->entries, m->n + 1, sizeof(*en));
	if (en == NULL)
		return err_set(e, "out of memory");
	m->entries = en;
	en += m->n;
	*en = *new;
	en->path = strdup(new->path);
	en->source = new->source != NULL ? strdup(new->source) : NULL;
	m->n++;
	if (en->path == NULL || (new->source != NULL && en->source == NULL))
		return err_set(e, "out of memory");
	return 0;
}

/* 0: whatever this is, it does not ask for a dynamic loader. */
static int
static_elf(int fd, const char *source, struct err *e)
{
	Elf64_Ehdr h;
	Elf64_Phdr p;

	if (pread(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h) ||
	    memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 ||
	    h.e_ident[EI_CLASS] != ELFCLASS64)
		return 0;
	for (int i = 0; i < h.e_phnum; i++) {
		if (pread(fd, &p, sizeof(p), (off_t)(h.e_phoff +
		    (Elf64_Off)i * sizeof(p))) != (ssize_t)sizeof(p))
			return err_set(e, "%s: a cut-off executable", source);
		if (p.p_type == PT_INTERP)
			return err_set(e, "%s: not linked statically", source);
	}
	return 0;
}

static int
file_check(const char *source, struct err *e)
{
	struct stat st;
	int fd, rc;

	fd = open(source, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", source);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		rc = err_set(e, "%s: not a regular file", source);
	else
		rc = static_elf(fd, source, e);
	close(fd);
	return rc;
}

/* "$OUT/x" by vars, "x" beside the manifest. */
static int
source_expand(const char *source, const char *manifest,
    const char *const *vars, struct buf *to, struct err *e)
{
	const char *slash = strrchr(manifest, '/');
	size_t len;

	if (*source == '/')
		return err_set(e, "%s: a path of one machine", source);
	if (*source != '$') {
		if (slash != NULL)
			buf_add(to, manifest, (size_t)(slash - manifest) + 1);
		buf_str_add(to, source);
		return buf_ok(to, e);
	}
	len = strcspn(++source, "/");
	for (; *vars != NULL; vars++)
		if (strncmp(*vars, source, len) == 0 && (*vars)[len] == '=')
			break;
	if (*vars == NULL)
		return err_set(e, "$%.*s: nobody said what it is", (int)len,
		    source);
	buf_str_add(to, *vars + len + 1);
	buf_str_add(to, source + len);
	return buf_ok(to, e);
}

static int
tree_one(struct manifest *m, const struct entry *tree, const FTSENT *f,
    struct err *e)
{
	struct entry en = *tree;
	char target[4096], path[4096];
	ssize_t n;

	if ((size_t)snprintf(path, sizeof(path), "%s%s", tree->path,
	    f->fts_path + strlen(tree->source)) >= sizeof(path))
		return err_set(e, "%s: path too long", f->fts_path);
	en.path = path;
	en.source = f->fts_path;
	en.mode = S_IFREG | tree->mode;
	switch (f->fts_info) {
	case FTS_D:
		en.mode = S_IFDIR | 0755;
		en.source = NULL;
		break;
	case FTS_F:
		if (file_check(f->fts_path, e) == -1)
			return -1;
		break;
	case FTS_SL:
	case FTS_SLNONE:
		n = readlink(f->fts_accpath, target, sizeof(target) - 1);
		if (n == -1)
			return err_sys(e, "%s", f->fts_path);
		target[n] = '\0';
		en.mode = S_IFLNK | 0777;
		en.source = target;
		break;
	default:
		return err_set(e, "%s: neither directory, file nor link",
		    f->fts_path);
	}
	return entry_add(m, &en, e);
}

static int
tree_add(struct manifest *m, const struct entry *tree, struct err *e)
{
	char *roots[] = { tree->source, NULL };
	FTSENT *f;
	FTS *fts;
	int rc = 0;

	fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (fts == NULL)
		return err_sys(e, "%s", tree->source);
	while (rc == 0 && (f = fts_read(fts)) != NULL) {
		if (f->fts_info == FTS_DP)
			continue;
		if (f->fts_level == 0 && f->fts_info != FTS_D)
			rc = err_set(e, "%s: not a directory", tree->source);
		else
			rc = tree_one(m, tree, f, e);
	}
	fts_close(fts);
	return rc;
}

static int
number(const char *text, int base, unsigned int max, unsigned int *n_r,
    struct err *e)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(text, &end, base);
	if (errno != 0 || end == text || *end != '\0' || n > max)
		return err_set(e, "\"%s\": not a number up to %u", text, max);
	*n_r = (unsigned int)n;
	return 0;
}

static int
owner(char *text, struct entry *en, struct err *e)
{
	char *colon = strchr(text, ':');

	if (colon == NULL)
		return err_set(e, "\"%s\": not uid:gid", text);
	*colon = '\0';
	if (number(text, 10, 65535, &en->uid, e) == -1)
		return -1;
	return number(colon + 1, 10, 65535, &en->gid, e);
}

static int
permissions(char *field[], struct entry *en, struct err *e)
{
	unsigned int mode;

	if (number(field[2], 8, 07777, &mode, e) == -1)
		return -1;
	if (en->mode != S_IFDIR && (mode & (S_ISUID | S_ISGID)) != 0)
		return err_set(e, "%s: setuid and setgid are not had here",
		    en->path);
	en->mode |= mode;
	return owner(field[3], en, e);
}

static int
device(char *field[], struct entry *en, struct err *e)
{
	if (strcmp(field[4], "b") == 0)
		en->mode = (en->mode & ~(mode_t)S_IFMT) | S_IFBLK;
	else if (strcmp(field[4], "c") != 0)
		return err_set(e, "\"%s\": neither b nor c", field[4]);
	if (number(field[5], 10, 4095, &en->major, e) == -1)
		return -1;
	return number(field[6], 10, 65535, &en->minor, e);
}

static const struct kind *
kind_of(const char *name)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static int
line_take(struct manifest *m, struct entry *en, char *field[], int n,
    const char *const *vars, struct err *e)
{
	const struct kind *k = kind_of(field[0]);
	struct buf source = { 0 };
	int rc = -1;

	if (k == NULL)
		return err_set(e, "\"%s\": unknown kind", field[0]);
	if (n != k->fields)
		return err_set(e, "%s: %d fields, not %d", k->name, n,
		    k->fields);
	en->path = field[1];
	en->mode = k->type;
	if (*en->path != '/')
		return err_set(e, "%s: does not start with /", en->path);
	if (k->type == S_IFLNK) {
		en->mode |= 0777;
		en->source = field[4];
		return entry_add(m, en, e);
	}
	if (permissions(field, en, e) == -1)
		return -1;
	if (k->type == S_IFCHR && device(field, en, e) == -1)
		return -1;
	if (n != 5)
		return entry_add(m, en, e);
	if (source_expand(field[4], en->from, vars, &source, e) == -1)
		goto out;
	en->source = source.data;
	if (k->type == 0)
		rc = tree_add(m, en, e);
	else if (file_check(en->source, e) == 0)
		rc = entry_add(m, en, e);
out:
	buf_free(&source);
	return rc;
}

static int
split(char *line, char *field[], int max)
{
	int n = 0;

	for (char *w = strtok(line, " \t"); w != NULL; w = strtok(NULL, " \t"))
		if (n++ < max)
			field[n - 1] = w;
	return n;
}

int
manifest_read(struct manifest *m, const char *path, const char *const *vars,
    struct err *e)
{
	char *text, *at, *line, *field[8], last[4096] = "";
	struct entry en;
	int n, number_of = 0, rc = 0;

	if (file_read(path, MANIFEST_MAX, &text, NULL, e) == -1)
		return -1;
	at = text;
	while (rc == 0 && (line = strsep(&at, "\n")) != NULL) {
		number_of++;
		n = split(line, field, (int)COUNT(field));
		if (n == 0 || field[0][0] == '#')
			continue;
		en = (struct entry){ .from = path, .line = number_of };
		if (n < 4)
			rc = err_set(e, "too few fields");
		else if (strcmp(last, field[1]) >= 0)
			rc = err_set(e, "%s: not sorted after %s", field[1],
			    last);
		else {
			snprintf(last, sizeof(last), "%s", field[1]);
			rc = line_take(m, &en, field, n, vars, e);
		}
	}
	if (rc == -1)
		err_in(e, "%s:%d", path, number_of);
	free(text);
	return rc;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->path,
	    ((const struct entry *)b)->path);
}

static bool
has_parent(const struct manifest *m, const struct entry *en)
{
	struct entry key, *parent;
	size_t len = (size_t)(strrchr(en->path, '/') - en->path);
	char dir[4096];

	if (len == 0)
		return true;
	snprintf(dir, sizeof(dir), "%.*s", (int)len, en->path);
	key.path = dir;
	parent = bsearch(&key, m->entries, m->n, sizeof(key), by_path);
	return parent != NULL && S_ISDIR(parent->mode);
}

int
manifest_finish(struct manifest *m, struct err *e)
{
	struct entry *a, *b;

	if (m->n == 0)
		return err_set(e, "an empty manifest");
	qsort(m->entries, m->n, sizeof(*m->entries), by_path);
	for (size_t i = 0; i < m->n; i++) {
		b = &m->entries[i];
		a = i > 0 ? b - 1 : NULL;
		if (a != NULL && strcmp(a->path, b->path) == 0)
			return err_set(e, "%s:%d: %s: also in %s:%d", b->from,
			    b->line, b->path, a->from, a->line);
		if (!has_parent(m, b))
			return err_set(e, "%s:%d: %s: no \"dir\" for its "
			    "directory", b->from, b->line, b->path);
	}
	return 0;
}

void
manifest_free(struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++) {
		free(m->entries[i].path);
		free(m->entries[i].source);
	}
	free(m->entries);
	*m = (struct manifest){ 0 };
}
