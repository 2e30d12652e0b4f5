/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arrays.h"
#include "buf.h"
#include "file.h"
#include "setup.h"

void
arrays_tell(const char *name, const struct md_state *s, struct buf *what,
    struct buf *remedy)
{
	buf_printf(what, "%s: %u of the RAID's %u disks %s missing: what it "
	    "holds is on the rest alone", name, s->missing, s->disks,
	    s->missing == 1 ? "is" : "are");
	buf_str_add(remedy, "Attach the disk, or another as large, then: "
	    "domus-raid --add DISK");
}

/* The problems without those of this RAID: two lines each. */
static void
drop_problems(const char *text, const char *name, struct buf *to)
{
	size_t len = strlen(name), n;

	while (*text != '\0') {
		n = strcspn(text, "\n");
		n += text[n] == '\n';
		n += strcspn(text + n, "\n");
		n += text[n] == '\n';
		if (strncmp(text, name, len) != 0 || text[len] != ':')
			buf_add(to, text, n);
		text += n;
	}
}

static void
changed(const char *problems, const char *name, const struct md_state *s)
{
	struct buf all = { 0 }, what = { 0 }, remedy = { 0 };
	char *old = NULL;
	struct err e;

	if (file_read(problems, 1 << 20, &old, NULL, &e) == 0)
		drop_problems(old, name, &all);
	free(old);
	if (s->missing > 0) {
		arrays_tell(name, s, &what, &remedy);
		buf_printf(&all, "%s\n%s\n", buf_str(&what),
		    buf_str(&remedy));
		printf("%s\n", buf_str(&what));
	} else {
		printf("%s: the RAID has all of its disks again\n", name);
	}
	fflush(stdout);
	if (buf_ok(&all, &e) == 0 && file_write(problems, buf_str(&all),
	    all.len, 0644, &e) == -1)
		printf("%s\n", e.text);
	buf_free(&all);
	buf_free(&what);
	buf_free(&remedy);
}

static unsigned int *
missing_of(struct arrays_seen *seen, const char *name, unsigned int now)
{
	unsigned int i;

	for (i = 0; i < seen->n; i++)
		if (strcmp(seen->list[i].name, name) == 0)
			return &seen->list[i].missing;
	if (i == ARRAYS_SEEN)
		return NULL;
	snprintf(seen->list[i].name, sizeof(seen->list[i].name), "%.15s",
	    name);
	seen->list[i].missing = now;	/* it was said at boot */
	seen->n++;
	return &seen->list[i].missing;
}

void
arrays_watch(struct arrays_seen *seen, const char *sysfs,
    const char *problems)
{
	struct md_state state;
	unsigned int *before;
	char path[4096];
	struct dirent *d;
	struct err e;
	DIR *all;

	snprintf(path, sizeof(path), "%s/block", sysfs);
	all = opendir(path);
	while (all != NULL && (d = readdir(all)) != NULL) {
		if (strncmp(d->d_name, "md", 2) != 0 ||
		    !isdigit((unsigned char)d->d_name[2]) ||
		    md_look(sysfs, d->d_name, &state, &e) == -1)
			continue;
		before = missing_of(seen, d->d_name, state.missing);
		if (before == NULL || *before == state.missing)
			continue;
		*before = state.missing;
		changed(problems, d->d_name, &state);
	}
	if (all != NULL)
		closedir(all);
}
