/* SPDX-License-Identifier: ISC */
#include <string.h>
#include <strings.h>

#include "check.h"
#include "elements.h"
#include "hide.h"
#include "signature.h"
#include "xml.h"

/* Where the image comes from, and who vouches for it. */

#define ERROR SEVERITY_ERROR

void
take_source(struct reader *r, const struct xml_elem *x)
{
	struct origin *s = r->object;
	const char *wrong = NULL;
	char shown[256];

	if (s->type == SOURCE_LOCAL) {
		if (s->fingerprint.text != NULL)
			finding_add(r->f, ERROR, x->at, "take it out",
			    "<source fingerprint>: the medium has no "
			    "certificate");
		return;
	}
	if (x->text[0] == '\0')
		wrong = "says not where";
	else if (s->type == SOURCE_NFS)
		wrong = check_url_words(x->text, check_nfs);
	else
		wrong = check_url_words(x->text, check_source_url);
	if (wrong == NULL && !check_is_iso(x->text) &&
	    strpbrk(x->text, "?#") != NULL)
		wrong = "is no ISO, and a directory's address has no ? and #";
	if (wrong != NULL)
		finding_add(r->f, ERROR, x->at, template_remedy(x->text),
		    "<source>: \"%.200s\" %s", hide_login(x->text, shown,
		    sizeof(shown)), wrong);
	else if (s->fingerprint.text != NULL &&
	    strncasecmp(x->text, "https:", 6) != 0)
		finding_add(r->f, ERROR, x->at, "take it out, or use https",
		    "<source fingerprint>: only a server by https has a "
		    "certificate");
}

/* Whoever is on the way there can change what comes, and its sums too. */
static bool
is_open(const struct origin *o)
{
	const char *address = o->address.text;

	return o->type != SOURCE_LOCAL && address != NULL &&
	    strncasecmp(address, "https:", 6) != 0 &&
	    strncasecmp(address, "file:", 5) != 0;
}

/* For whoever looks at the plan. */
static void
name_signers(struct reader *r)
{
	const struct values *signers = &r->a->signers;
	struct buf names = { 0 };
	struct err e;

	for (size_t i = 0; i < signers->n; i++)
		signature_names(signers->list[i].text, &names);
	if (signers->n == 0 && r->env->signer != NULL)
		signature_names(r->env->signer, &names);
	if (names.len > 0)
		r->a->signer_names = answers_text(r->a, names.data, names.len);
	if (buf_ok(&names, &e) == -1 ||
	    (names.len > 0 && r->a->signer_names == NULL))
		r->f->failed = true;
	buf_free(&names);
}

void
settle_sources(struct reader *r)
{
	const struct origins *all = &r->a->sources;
	const char *own = r->env->signer;

	name_signers(r);
	if (r->a->signers.n > 0 || (own != NULL && own[0] != '\0') ||
	    r->env->theirs)
		return;
	for (size_t i = 0; i < all->n; i++)
		if (is_open(&all->list[i]))
			finding_add(r->f, SEVERITY_WARNING, all->list[i].at,
			    "name its signer, or a server by https",
			    "<source>: nobody vouches for this image%s: what "
			    "the server sends is installed",
			    own != NULL ? "" :
			    ", unless the installer's own names a signer");
}
