/* SPDX-License-Identifier: ISC */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <yajl/yajl_gen.h>

#include "spdx.h"

#define NONE "NOASSERTION"
#define IMAGE "SPDXRef-Image"

/* yajl keeps an error of its own, looked at once. */
static void
str(yajl_gen g, const char *s)
{
	yajl_gen_string(g, (const unsigned char *)s, strlen(s));
}

static void
pair(yajl_gen g, const char *name, const char *value)
{
	str(g, name);
	str(g, value);
}

static void
list(yajl_gen g, const char *name)
{
	str(g, name);
	yajl_gen_array_open(g);
}

static void
one_text(yajl_gen g, const char *name, const char *value)
{
	list(g, name);
	str(g, value);
	yajl_gen_array_close(g);
}

/* SPDX allows letters, digits, "." and "-" in a name of its own. */
static void
part_id(const struct part *p, char to[80])
{
	snprintf(to, 80, "SPDXRef-Source-%.60s", p->name);
	for (char *c = to; *c != '\0'; c++)
		if (*c == '_' || *c == '+')
			*c = '-';
}

static void
relation(yajl_gen g, const char *a, const char *type, const char *b)
{
	yajl_gen_map_open(g);
	pair(g, "spdxElementId", a);
	pair(g, "relationshipType", type);
	pair(g, "relatedSpdxElement", b);
	yajl_gen_map_close(g);
}

static int
by_sum(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* SPDX 2.3, 7.9: the SHA1 of the files' SHA1s, sorted, without separators. */
static int
verification(const struct spdx *doc, char to[41], struct err *e)
{
	char (*sums)[41] = calloc(doc->nfiles + 1, sizeof(*sums)), *text;
	unsigned char md[EVP_MAX_MD_SIZE];
	size_t i;

	text = calloc(doc->nfiles + 1, 40);
	if (sums == NULL || text == NULL) {
		free(sums);
		free(text);
		return err_set(e, "out of memory");
	}
	for (i = 0; i < doc->nfiles; i++)
		memcpy(sums[i], doc->files[i].sha1, sizeof(sums[i]));
	qsort(sums, doc->nfiles, sizeof(*sums), by_sum);
	for (i = 0; i < doc->nfiles; i++)
		memcpy(text + 40 * i, sums[i], 40);
	EVP_Digest(text, 40 * doc->nfiles, md, NULL, EVP_sha1(), NULL);
	for (i = 0; i < 20; i++)
		sprintf(to + 2 * i, "%02x", md[i]);
	free(sums);
	free(text);
	return 0;
}

static void
head(yajl_gen g, const struct spdx *doc, const char *code)
{
	char text[128];
	struct tm tm;

	pair(g, "spdxVersion", "SPDX-2.3");
	pair(g, "dataLicense", "CC0-1.0");
	pair(g, "SPDXID", "SPDXRef-DOCUMENT");
	snprintf(text, sizeof(text), "domus-%s", doc->version);
	pair(g, "name", text);
	/* a name that no other image has, and this one always */
	snprintf(text, sizeof(text), "urn:sha1:%s", code);
	pair(g, "documentNamespace", text);
	gmtime_r(&doc->created, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	str(g, "creationInfo");
	yajl_gen_map_open(g);
	pair(g, "created", text);
	one_text(g, "creators", "Tool: domus-mksbom");
	yajl_gen_map_close(g);
	one_text(g, "documentDescribes", IMAGE);
	list(g, "hasExtractedLicensingInfos");
	yajl_gen_map_open(g);
	pair(g, "licenseId", "LicenseRef-public-domain");
	pair(g, "name", "public domain");
	pair(g, "extractedText", "This file is in the public domain.");
	yajl_gen_map_close(g);
	yajl_gen_array_close(g);
}

static void
image(yajl_gen g, const struct spdx *doc, const char *code)
{
	yajl_gen_map_open(g);
	pair(g, "SPDXID", IMAGE);
	pair(g, "name", "domus-image");
	pair(g, "versionInfo", doc->version);
	pair(g, "downloadLocation", NONE);
	yajl_gen_string(g, (const unsigned char *)"filesAnalyzed", 13);
	yajl_gen_bool(g, true);
	str(g, "packageVerificationCode");
	yajl_gen_map_open(g);
	pair(g, "packageVerificationCodeValue", code);
	yajl_gen_map_close(g);
	pair(g, "licenseConcluded", NONE);
	pair(g, "licenseDeclared", NONE);
	one_text(g, "licenseInfoFromFiles", NONE);
	pair(g, "copyrightText", NONE);
	pair(g, "primaryPackagePurpose", "OPERATING-SYSTEM");
	yajl_gen_map_close(g);
}

/* How vulnerability scanners know it: by Debian's source or binary package. */
static void
package_url(yajl_gen g, const struct part *p)
{
	bool source = strncmp(p->package, "src:", 4) == 0;
	char url[512], version[256], *to = version;

	if (strcmp(p->origin, "domus") == 0)
		return;
	for (const char *c = p->version; *c != '\0' &&
	    to < version + sizeof(version) - 4; c++)
		if (*c == '+' || *c == ':')
			to += sprintf(to, "%%%02X", (unsigned int)*c);
		else
			*to++ = *c;
	*to = '\0';
	snprintf(url, sizeof(url), "pkg:deb/debian/%s@%s?%s%s%s",
	    p->package + (source ? 4 : 0), version,
	    source ? "arch=source" : "arch=amd64",
	    strcmp(p->origin, "installed") != 0 ? "&distro=" : "",
	    strcmp(p->origin, "installed") != 0 ? p->origin : "");
	list(g, "externalRefs");
	yajl_gen_map_open(g);
	pair(g, "referenceCategory", "PACKAGE-MANAGER");
	pair(g, "referenceType", "purl");
	pair(g, "referenceLocator", url);
	yajl_gen_map_close(g);
	yajl_gen_array_close(g);
}

static void
part(yajl_gen g, const struct part *p)
{
	char id[80];

	part_id(p, id);
	yajl_gen_map_open(g);
	pair(g, "SPDXID", id);
	pair(g, "name", p->name);
	pair(g, "versionInfo", p->version);
	pair(g, "downloadLocation", NONE);
	yajl_gen_string(g, (const unsigned char *)"filesAnalyzed", 13);
	yajl_gen_bool(g, false);
	pair(g, "licenseConcluded", p->licence);
	pair(g, "licenseDeclared", p->licence);
	pair(g, "copyrightText", NONE);
	if (*p->files != '\0')
		pair(g, "sourceInfo", p->files);
	package_url(g, p);
	yajl_gen_map_close(g);
}

static void
checksum(yajl_gen g, const char *algorithm, const char *value)
{
	yajl_gen_map_open(g);
	pair(g, "algorithm", algorithm);
	pair(g, "checksumValue", value);
	yajl_gen_map_close(g);
}

/* What several parts made is under the licences of all. */
static void
file(yajl_gen g, const struct spdx_file *f, const char *id)
{
	char name[4096], licence[4096] = "";
	size_t len = 0;

	for (size_t i = 0; i < f->nfrom && len < sizeof(licence); i++)
		len += (size_t)snprintf(licence + len, sizeof(licence) - len,
		    f->nfrom > 1 ? "%s(%s)" : "%s%s", i > 0 ? " AND " : "",
		    f->from[i]->licence);
	snprintf(name, sizeof(name), ".%s", f->path);
	yajl_gen_map_open(g);
	pair(g, "SPDXID", id);
	pair(g, "fileName", name);
	list(g, "checksums");
	checksum(g, "SHA1", f->sha1);
	checksum(g, "SHA256", f->sha256);
	yajl_gen_array_close(g);
	pair(g, "licenseConcluded", licence);
	one_text(g, "licenseInfoInFiles", NONE);
	pair(g, "copyrightText", NONE);
	yajl_gen_map_close(g);
}

static void
body(yajl_gen g, const struct spdx *doc, const char *code)
{
	char id[80], from[80];
	size_t i, k;

	list(g, "packages");
	image(g, doc, code);
	for (i = 0; i < doc->parts->n; i++)
		part(g, &doc->parts->list[i]);
	yajl_gen_array_close(g);
	list(g, "files");
	for (i = 0; i < doc->nfiles; i++) {
		snprintf(id, sizeof(id), "SPDXRef-File-%zu", i);
		file(g, &doc->files[i], id);
	}
	yajl_gen_array_close(g);
	list(g, "relationships");
	relation(g, "SPDXRef-DOCUMENT", "DESCRIBES", IMAGE);
	for (i = 0; i < doc->parts->n; i++) {
		part_id(&doc->parts->list[i], from);
		relation(g, IMAGE, "GENERATED_FROM", from);
	}
	for (i = 0; i < doc->nfiles; i++) {
		snprintf(id, sizeof(id), "SPDXRef-File-%zu", i);
		relation(g, IMAGE, "CONTAINS", id);
		for (k = 0; k < doc->files[i].nfrom; k++) {
			part_id(doc->files[i].from[k], from);
			relation(g, id, "GENERATED_FROM", from);
		}
	}
	yajl_gen_array_close(g);
}

int
spdx_write(const struct spdx *doc, FILE *to, struct err *e)
{
	const unsigned char *text;
	char code[41];
	size_t len;
	yajl_gen g;
	int rc = -1;

	if (verification(doc, code, e) == -1)
		return -1;
	g = yajl_gen_alloc(NULL);
	if (g == NULL)
		return err_set(e, "out of memory");
	yajl_gen_map_open(g);
	head(g, doc, code);
	body(g, doc, code);
	if (yajl_gen_map_close(g) != yajl_gen_status_ok ||
	    yajl_gen_get_buf(g, &text, &len) != yajl_gen_status_ok)
		err_set(e, "a name in it is not UTF-8");
	else if (fwrite(text, 1, len, to) != len || fputc('\n', to) == EOF ||
	    fflush(to) != 0)
		err_sys(e, "write");
	else
		rc = 0;
	yajl_gen_free(g);
	return rc;
}
