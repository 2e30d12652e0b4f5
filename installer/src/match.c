/* SPDX-License-Identifier: ISC */
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "rules.h"

/* One disk against one rule's conditions. */

static bool
like(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, FNM_CASEFOLD) == 0;
}

static const char *
after(const char *text, const char *lead)
{
	size_t n = strlen(lead);

	return strncasecmp(text, lead, n) == 0 ? text + n : text;
}

static bool
any_like(const char *pattern, const struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		if (like(pattern, names->list[i]))
			return true;
	return false;
}

/* Some write a WWN with 0x before it, as /dev/disk/by-id does. */
static bool
wwn_like(const char *pattern, const char *wwn)
{
	return wwn[0] != '\0' && (like(pattern, wwn) ||
	    like(after(pattern, "0x"), after(wwn, "0x")));
}

static void
say_text(struct buf *why, const char *what, const char *has,
    const char *wanted)
{
	if (has[0] == '\0')
		buf_printf(why, "its %s is not known", what);
	else
		buf_printf(why, "%s \"%s\" is not like \"%s\"", what, has,
		    wanted);
}

static void
say_names(struct buf *why, const char *what, const struct names *names,
    const char *wanted)
{
	if (names->n == 0) {
		buf_printf(why, "it has no %s", what);
		return;
	}
	buf_printf(why, "%s", what);
	for (size_t i = 0; i < names->n; i++)
		buf_printf(why, "%s\"%s\"", i > 0 ? ", " : " ",
		    names->list[i]);
	buf_printf(why, " %s not like \"%s\"", names->n > 1 ? "are" : "is",
	    wanted);
}

static bool
text_excludes(const struct match *m, const struct disk *d, struct buf *why)
{
	const struct {
		const char *what, *wanted, *has;
	} rows[] = {
		{ "serial number", m->serial, d->serial },
		{ "model", m->model, d->model },
		{ "transport", m->transport, d->transport },
	};
	const char *id = m->by_id, *path = m->path;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].wanted != NULL && (rows[i].has[0] == '\0' ||
		    !like(rows[i].wanted, rows[i].has))) {
			say_text(why, rows[i].what, rows[i].has,
			    rows[i].wanted);
			return true;
		}
	if (m->wwn != NULL && !wwn_like(m->wwn, d->wwn)) {
		say_text(why, "WWN", d->wwn, m->wwn);
		return true;
	}
	if (id != NULL && !any_like(after(id, "/dev/disk/by-id/"), &d->ids)) {
		say_names(why, "by-id", &d->ids, id);
		return true;
	}
	if (path == NULL ||
	    any_like(after(path, "/dev/disk/by-path/"), &d->paths))
		return false;
	say_names(why, "path", &d->paths, path);
	return true;
}

static bool
flag_excludes(const struct match *m, const struct disk *d, struct buf *why)
{
	const struct {
		const char *yes, *no;
		enum want want;
		bool is;
	} rows[] = {
		{ "it is rotational", "it is not rotational", m->rotational,
		    d->rotational },
		{ "it is empty", "it is not empty", m->empty,
		    d->nholds == 0 },
		{ "it is removable", "it is not removable", m->removable,
		    d->removable },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].want != WANT_ANY &&
		    (rows[i].want == WANT_YES) != rows[i].is) {
			buf_str_add(why, rows[i].is ? rows[i].yes :
			    rows[i].no);
			return true;
		}
	return false;
}

bool
match_excludes(const struct match *m, const struct disk *d, struct buf *why)
{
	/* its disks are what a rule is about */
	if (strcmp(d->transport, "raid") == 0 && (m->transport == NULL ||
	    strcasecmp(m->transport, "raid") != 0)) {
		buf_str_add(why, "it is a RAID of other disks");
		return true;
	}
	if (d->size < m->least) {
		buf_str_add(why, "smaller than ");
		size_print(why, m->least);
		return true;
	}
	if (m->most > 0 && d->size > m->most) {
		buf_str_add(why, "larger than ");
		size_print(why, m->most);
		return true;
	}
	return flag_excludes(m, d, why) || text_excludes(m, d, why);
}
