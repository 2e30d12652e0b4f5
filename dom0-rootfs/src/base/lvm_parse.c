/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lvm.h"

/*
 * LVM2's text: "name { ... }", "name = value", "name = [ value, ... ]"; values
 * are numbers and "texts"; # is a comment to the end of the line.
 */
#define DEPTH 8

struct reader {
	const char *s, *end;
	char path[DEPTH][LVM_NAME];	/* sections that are open */
	unsigned int depth;
	unsigned int nth;		/* value of an array */
	struct lvm_vg *vg;
	const char *lv_name;
	struct lvm_lv *lv;
	bool found;			/* lv_name is there */
	struct {
		struct lvm_segment s;
		uint64_t stripes;
		bool striped;
	} segment;			/* the one that is open */
	struct err *e;
};

static void
skip(struct reader *r)
{
	for (; r->s < r->end; r->s++)
		if (*r->s == '#')
			while (r->s + 1 < r->end && r->s[1] != '\n')
				r->s++;
		else if (!isspace((unsigned char)*r->s))
			return;
}

static bool
next_is(struct reader *r, char c)
{
	skip(r);
	if (r->s == r->end || *r->s != c)
		return false;
	r->s++;
	return true;
}

static int
bad(struct reader *r, const char *what)
{
	return err_set(r->e, "LVM: metadata: %s", what);
}

/*
 * A name, a number or a text.  lvm2's descriptions quote whole commands: of a
 * long text the end is cut, as nothing that is asked for here is so long.
 */
static int
word(struct reader *r, char to[LVM_NAME])
{
	bool quoted = next_is(r, '"');
	size_t n = 0;

	while (r->s < r->end && (quoted ? *r->s != '"' :
	    isalnum((unsigned char)*r->s) || strchr("_.+-", *r->s) != NULL)) {
		if (quoted && *r->s == '\\' && r->s + 1 < r->end)
			r->s++;
		if (*r->s == '\0' || (!quoted && n == LVM_NAME - 1))
			return bad(r, "a word is too long");
		if (n < LVM_NAME - 1)
			to[n++] = *r->s;
		r->s++;
	}
	to[n] = '\0';
	if (quoted)
		return next_is(r, '"') ? 0 : bad(r, "a text does not end");
	return n > 0 ? 0 : bad(r, "a word is missing");
}

static bool
in(const struct reader *r, unsigned int depth, const char *section)
{
	return r->depth == depth && strcmp(r->path[1], section) == 0;
}

static int
take_pv(struct reader *r, const char *name, const char *value)
{
	struct lvm_pv *pv = &r->vg->pvs[r->vg->npvs - 1];

	if (strcmp(name, "id") == 0)
		snprintf(pv->id, sizeof(pv->id), "%.*s", LVM_ID - 1, value);
	else if (strcmp(name, "pe_start") == 0)
		pv->start = strtoull(value, NULL, 10) * 512;
	else if (strcmp(name, "pe_count") == 0)
		pv->extents = strtoull(value, NULL, 10);
	return 0;
}

static int
take_segment(struct reader *r, const char *name, const char *value)
{
	uint64_t n = strtoull(value, NULL, 10);
	unsigned int i;

	if (strcmp(name, "start_extent") == 0)
		r->segment.s.at = n;
	else if (strcmp(name, "extent_count") == 0)
		r->segment.s.extents = n;
	else if (strcmp(name, "type") == 0)
		r->segment.striped = strcmp(value, "striped") == 0;
	else if (strcmp(name, "stripe_count") == 0)
		r->segment.stripes = n;
	else if (strcmp(name, "stripes") == 0 && r->nth == 1)
		r->segment.s.from = n;
	else if (strcmp(name, "stripes") == 0 && r->nth == 0) {
		for (i = 0; i < r->vg->npvs; i++)
			if (strcmp(r->vg->pvs[i].name, value) == 0)
				break;
		r->segment.s.pv = i;
	}
	return 0;
}

static int
take(struct reader *r, const char *name, const char *value)
{
	if (r->depth == 1 && strcmp(name, "id") == 0)
		snprintf(r->vg->id, sizeof(r->vg->id), "%.*s", LVM_ID - 1,
		    value);
	else if (r->depth == 1 && strcmp(name, "extent_size") == 0)
		r->vg->extent = strtoull(value, NULL, 10) * 512;
	else if (in(r, 3, "physical_volumes"))
		return take_pv(r, name, value);
	else if (in(r, 4, "logical_volumes"))
		return take_segment(r, name, value);
	else if (in(r, 3, "logical_volumes") && strcmp(name, "id") == 0 &&
	    r->found && r->lv->id[0] == '\0')
		snprintf(r->lv->id, sizeof(r->lv->id), "%.*s", LVM_ID - 1,
		    value);
	return 0;
}

static int
begin(struct reader *r, const char *name)
{
	struct lvm_vg *vg = r->vg;

	if (r->depth == DEPTH)
		return bad(r, "too deep");
	snprintf(r->path[r->depth++], LVM_NAME, "%s", name);
	if (r->depth == 1 && vg->name[0] == '\0') {
		snprintf(vg->name, sizeof(vg->name), "%s", name);
	} else if (in(r, 3, "physical_volumes")) {
		if (vg->npvs == LVM_PVS)
			return bad(r, "too many physical volumes");
		vg->pvs[vg->npvs] = (struct lvm_pv){ 0 };
		snprintf(vg->pvs[vg->npvs++].name, LVM_NAME, "%s", name);
	} else if (in(r, 3, "logical_volumes") && r->lv_name != NULL &&
	    strcmp(r->lv_name, name) == 0) {
		r->found = true;
	} else if (in(r, 4, "logical_volumes")) {
		memset(&r->segment, 0, sizeof(r->segment));
	}
	return 0;
}

/* A segment is whole: count it, and keep it when it is the wanted one's. */
static int
end_segment(struct reader *r)
{
	const struct lvm_segment *s = &r->segment.s;

	if (r->segment.striped)
		r->vg->used += s->extents;
	if (!r->found || strcmp(r->path[2], r->lv_name) != 0)
		return 0;
	if (!r->segment.striped || r->segment.stripes != 1 ||
	    s->pv >= r->vg->npvs || s->extents == 0)
		return bad(r, "the volume is not linear");
	if (r->lv->nsegments == LVM_PVS)
		return bad(r, "the volume has too many segments");
	if (s->from > r->vg->pvs[s->pv].extents ||
	    s->extents > r->vg->pvs[s->pv].extents - s->from)
		return bad(r, "a segment lies out of its disk");
	r->lv->segments[r->lv->nsegments++] = *s;
	return 0;
}

static int
end(struct reader *r)
{
	if (r->depth == 0)
		return bad(r, "a section ends that did not begin");
	if (in(r, 4, "logical_volumes") && end_segment(r) == -1)
		return -1;
	r->depth--;
	return 0;
}

static int
values(struct reader *r, const char *name)
{
	char value[LVM_NAME];

	r->nth = 0;
	if (!next_is(r, '['))
		return word(r, value) == -1 ? -1 : take(r, name, value);
	while (!next_is(r, ']')) {
		if (word(r, value) == -1 || take(r, name, value) == -1)
			return -1;
		r->nth++;
		next_is(r, ',');
	}
	return 0;
}

static int
walk(struct reader *r)
{
	char name[LVM_NAME];

	for (skip(r); r->s < r->end && *r->s != '\0'; skip(r)) {
		if (next_is(r, '}')) {
			if (end(r) == -1)
				return -1;
			continue;
		}
		if (word(r, name) == -1)
			return -1;
		if (next_is(r, '{') ? begin(r, name) == -1 :
		    next_is(r, '=') ? values(r, name) == -1 :
		    bad(r, "neither a section nor a value") == -1)
			return -1;
	}
	return r->depth == 0 ? 0 : bad(r, "it ends too early");
}

int
lvm_parse(const char *text, size_t len, struct lvm_vg *vg,
    const char *lv_name, struct lvm_lv *lv_r, struct err *e)
{
	struct reader r = { .s = text, .end = text + len, .vg = vg,
		.lv_name = lv_name, .lv = lv_r, .e = e };

	*vg = (struct lvm_vg){ 0 };
	if (lv_r != NULL)
		*lv_r = (struct lvm_lv){ 0 };
	if (walk(&r) == -1)
		return -1;
	if (vg->name[0] == '\0' || vg->extent == 0)
		return bad(&r, "no volume group");
	for (unsigned int i = 0; i < vg->npvs; i++)
		vg->extents += vg->pvs[i].extents;
	if (lv_name != NULL && !r.found)
		return err_set(e, "LVM: %s has no volume %s", vg->name,
		    lv_name);
	return 0;
}
