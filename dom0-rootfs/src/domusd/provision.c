/* SPDX-License-Identifier: ISC */
#include <libxml/xmlreader.h>
#include <string.h>

#include "provision.h"

#define DISKS_MOST 16

static void
take(struct value *disk, xmlTextReaderPtr x, const char *name)
{
	xmlChar *s = xmlTextReaderGetAttribute(x, BAD_CAST name);

	value_set_str(disk, name, s != NULL ? (const char *)s : "");
	xmlFree(s);
}

static int
take_disk(struct value *disks, xmlTextReaderPtr x, struct err *e)
{
	static const char *const names[] = { "device", "sr", "type" };
	struct value *disk = value_new_struct(), *text;
	xmlChar *s = xmlTextReaderGetAttribute(x, BAD_CAST "size");
	xmlChar *b = xmlTextReaderGetAttribute(x, BAD_CAST "bootable");
	int64_t size = -1;

	for (size_t i = 0; i < 3; i++)
		take(disk, x, names[i]);
	text = value_new_str(s != NULL ? (const char *)s : "");
	if (value_as_int(text, &size, e) == -1 || size < 0)
		size = -1;
	value_free(text);
	value_set_int(disk, "size", size);
	value_set_bool(disk, "bootable", b != NULL &&
	    strcmp((const char *)b, "true") == 0);
	xmlFree(s);
	xmlFree(b);
	value_add(disks, disk);
	if (size == -1)
		return err_set(e, "disks: a disk without a size");
	return value_len(disks) <= DISKS_MOST ? 0 :
	    err_set(e, "disks: more than %d", DISKS_MOST);
}

static int
take_all(struct value *disks, xmlTextReaderPtr x, struct err *e)
{
	const char *name;
	int r;

	while ((r = xmlTextReaderRead(x)) == 1) {
		if (xmlTextReaderNodeType(x) == XML_READER_TYPE_DOCUMENT_TYPE)
			return err_set(e, "disks: no document type, please");
		if (xmlTextReaderNodeType(x) != XML_READER_TYPE_ELEMENT)
			continue;
		name = (const char *)xmlTextReaderConstName(x);
		if (xmlTextReaderDepth(x) == 0 &&
		    strcmp(name, "provision") == 0)
			continue;
		if (xmlTextReaderDepth(x) != 1 || strcmp(name, "disk") != 0)
			return err_set(e, "disks: <%.40s>", name);
		if (take_disk(disks, x, e) == -1)
			return -1;
	}
	return r == 0 ? 0 : err_set(e, "disks: not XML");
}

static void
quiet(void *arg, const char *msg, xmlParserSeverities severity,
    xmlTextReaderLocatorPtr where)
{
	(void)arg;
	(void)msg;
	(void)severity;
	(void)where;
}

struct value *
provision_parse(const char *xml, size_t len, struct err *e)
{
	struct value *disks = value_new_array();
	xmlTextReaderPtr x;
	int rc;

	if (len > 65536) {
		err_set(e, "disks: too long");
		value_free(disks);
		return NULL;
	}
	x = xmlReaderForMemory(xml, (int)len, NULL, NULL, XML_PARSE_NONET |
	    XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (x == NULL) {
		value_free(disks);
		err_set(e, "disks: out of memory");
		return NULL;
	}
	xmlTextReaderSetErrorHandler(x, quiet, NULL);
	rc = take_all(disks, x, e);
	xmlFreeTextReader(x);
	if (rc == -1) {
		value_free(disks);
		return NULL;
	}
	return disks;
}
