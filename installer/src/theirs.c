/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "elements.h"
#include "theirs.h"
#include "xml.h"

enum when {
	SAID,		/* the element or attribute is there */
	NOT_SAID,	/* it is not, inside the top element or its element */
	IS,		/* the attribute has one of these values */
	AGAIN,		/* the element is there more than once */
};

/* What means something else here; one row a note. */
static const struct meaning {
	const char *element, *attribute;
	enum when when;
	const char *values;
	const char *note;
} meanings[] = {
	{ "upgrade", "mode", NOT_SAID, NULL,
	    "without a mode it installs afresh, there as here" },
	{ "installation|upgrade", "mode", IS, "reinstall",
	    "there everything is erased; here the state and the SRs are "
	    "kept" },
	{ "installation|upgrade", "mode", IS, "upgrade",
	    "there packages are replaced after a backup of the system; here "
	    "the image goes into the other slot and the old one is kept" },
	{ "restore", NULL, SAID, NULL,
	    "there a backup is copied back; here the slot with the image "
	    "before boots again" },
	{ "installation|upgrade", "sr-type", NOT_SAID, NULL,
	    "XenServer would take lvm, XCP-ng ext; here it is ext" },
	{ "primary-disk", NULL, SAID, NULL,
	    "there 42 GiB of it are the system's; here 1.5 GiB are" },
	{ "source", "type", IS, "url|nfs",
	    "there a repository of packages; here images of Domus: change the "
	    "address" },
	{ "source", NULL, AGAIN, NULL,
	    "there one holds the system and the others more packages; here "
	    "they are tried in order" },
	{ "admin-interface", "hwaddr", SAID, NULL,
	    "there an unknown address leaves a host without network; here "
	    "nothing is installed" },
	{ "root-password", NULL, NOT_SAID, NULL,
	    "there the first start asks for it; here nobody can log in by "
	    "password" },
	{ "ntp", "source", IS, "default",
	    "the default servers are not theirs" },
	{ "service", NULL, SAID, NULL,
	    "services have other names here than systemd's" },
	{ "script", "stage", IS, "filesystem-populated",
	    "its argument is the directory of the new state, not of a whole "
	    "system" },
	{ "script", NULL, SAID, NULL,
	    "there it is fetched when it runs; here before anything is "
	    "written, and what it needs must be in dom0: there is no bash and "
	    "no python" },
	{ "post-install-script", NULL, SAID, NULL,
	    "written as <script stage=\"filesystem-populated\">: its argument "
	    "is the directory of the new state, not of a whole system" },
	{ "install-failed-script", NULL, SAID, NULL,
	    "written as <script stage=\"installation-complete\">: it runs "
	    "after a success, too, with 0 as argument, there as here" },
	{ "ssh-mode", NULL, SAID, NULL,
	    "there auto lets sshd run while the agent does not; here it is "
	    "off" },
};

static void
note(const struct meaning *m, const struct xml_elem *x, struct place at,
    struct findings *f)
{
	finding_add(f, SEVERITY_NOTE, at, NULL, "<%s%s%s>: %s", x->name,
	    m->attribute != NULL ? " " : "",
	    m->attribute != NULL ? m->attribute : "", m->note);
}

/* Their older names count as the name. */
static const struct xml_attr *
find_attr(const struct xml_elem *x, const char *name)
{
	const struct xml_attr *xa;

	for (xa = x->attrs; xa != NULL; xa = xa->next)
		if (strcmp(xa->name, name) == 0 ||
		    (strcmp(name, "sr-type") == 0 &&
		    strcmp(xa->name, "srtype") == 0))
			return xa;
	return NULL;
}

static void
note_element(const struct meaning *m, const struct xml_elem *x, size_t nth,
    struct findings *f)
{
	const struct xml_attr *xa = m->attribute == NULL ? NULL :
	    find_attr(x, m->attribute);

	switch (m->when) {
	case SAID:
		if (m->attribute == NULL)
			note(m, x, x->at, f);
		else if (xa != NULL)
			note(m, x, xa->at, f);
		break;
	case NOT_SAID:
		if (m->attribute != NULL && xa == NULL)
			note(m, x, x->at, f);
		break;
	case IS:
		if (xa != NULL && is_listed(m->values, xa->value))
			note(m, x, xa->at, f);
		break;
	case AGAIN:
		if (nth == 2)
			note(m, x, x->at, f);
		break;
	}
}

/* The next element in the order of the file, or NULL after the last. */
static const struct xml_elem *
following(const struct xml_elem *x)
{
	if (x->child != NULL)
		return x->child;
	while (x != NULL && x->next == NULL)
		x = x->parent;
	return x != NULL ? x->next : NULL;
}

static void
note_all(const struct meaning *m, const struct xml_elem *top,
    struct findings *f)
{
	size_t n = 0;

	/* Otherwise what is not said is kept as it is. */
	if (m->when == NOT_SAID && mode_of(top) > MODE_REINSTALL)
		return;
	for (const struct xml_elem *x = top; x != NULL; x = following(x))
		if (is_listed(m->element, x->name))
			note_element(m, x, ++n, f);
	if (n == 0 && m->when == NOT_SAID && m->attribute == NULL)
		finding_add(f, SEVERITY_NOTE, top->at, NULL,
		    "<%s>: not said: %s", m->element, m->note);
}

void
theirs_notes(const char *text, size_t len, struct findings *f)
{
	struct findings wrong = { 0 };
	struct xml_elem *top = xml_parse(text, len, &wrong);
	const size_t n = sizeof(meanings) / sizeof(meanings[0]);

	findings_free(&wrong);
	if (top == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		note_all(&meanings[i], top, f);
	for (const struct xml_elem *x = top; x != NULL; x = following(x))
		if (x->cdata)
			finding_add(f, SEVERITY_NOTE, x->at, NULL,
			    "<%s>: CDATA is dropped there, so its text was "
			    "another; here it is text", x->name);
	xml_free(top);
}
