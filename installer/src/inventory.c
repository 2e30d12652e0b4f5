/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"
#include "xml.h"

/*
 * The inventory file:
 *
 *	<inventory firmware="uefi" memory="N" cpu="..." cpus="N">
 *	  <disk name="sda" size="N" logical-sector="N" ...>
 *	    <id>ata-...</id> <path>pci-...</path>
 *	    <holds start="N" size="N" what="ext4" label="x"
 *		partition="1" type="GUID" name="y"/>
 *	  </disk>
 *	  <nic name="eth0" mac="..." driver="e1000e" path="..." link="yes"/>
 *	</inventory>
 */

static void
put(struct buf *to, const char *name, const char *value)
{
	buf_printf(to, " %s=\"", name);
	xml_escape(to, value);
	buf_char(to, '"');
}

static void
put_number(struct buf *to, const char *name, uint64_t n)
{
	buf_printf(to, " %s=\"%" PRIu64 "\"", name, n);
}

static void
put_flag(struct buf *to, const char *name, bool value)
{
	if (value)
		put(to, name, "yes");
}

static void
put_names(struct buf *to, const char *element, const struct names *n)
{
	for (size_t i = 0; i < n->n; i++) {
		buf_printf(to, "    <%s>", element);
		xml_escape(to, n->list[i]);
		buf_printf(to, "</%s>\n", element);
	}
}

static void
save_disk(const struct disk *d, struct buf *to)
{
	buf_str_add(to, "  <disk");
	put(to, "name", d->name);
	put_number(to, "size", d->size);
	put_number(to, "logical-sector", d->logical);
	put_number(to, "physical-sector", d->physical);
	put(to, "model", d->model);
	put(to, "serial", d->serial);
	put(to, "wwn", d->wwn);
	put(to, "transport", d->transport);
	put_flag(to, "removable", d->removable);
	put_flag(to, "read-only", d->read_only);
	put_flag(to, "rotational", d->rotational);
	put_flag(to, "medium", d->medium);
	if (d->in_use[0] != '\0')
		put(to, "in-use", d->in_use);
	if (d->array[0] != '\0')
		put(to, "raid", d->array);
	put_flag(to, "unreadable", d->unread);
	buf_str_add(to, ">\n");
	put_names(to, "id", &d->ids);
	put_names(to, "path", &d->paths);
	for (size_t i = 0; i < d->nholds; i++) {
		buf_str_add(to, "    <holds");
		put_number(to, "start", d->holds[i].start);
		put_number(to, "size", d->holds[i].size);
		put(to, "what", d->holds[i].what);
		put(to, "label", d->holds[i].label);
		if (d->holds[i].number > 0)
			put_number(to, "partition", d->holds[i].number);
		if (d->holds[i].type[0] != '\0')
			put(to, "type", d->holds[i].type);
		if (d->holds[i].name[0] != '\0')
			put(to, "name", d->holds[i].name);
		buf_str_add(to, "/>\n");
	}
	buf_str_add(to, "  </disk>\n");
}

const char *
link_name(enum link link)
{
	static const char *const names[] = { [LINK_UNKNOWN] = "unknown",
		[LINK_NO] = "no", [LINK_YES] = "yes" };

	return names[link];
}

void
machine_save(const struct machine *m, struct buf *to)
{
	buf_str_add(to, "<?xml version=\"1.0\"?>\n<inventory");
	put(to, "firmware", m->uefi ? "uefi" : "bios");
	put_number(to, "memory", m->memory);
	put(to, "cpu", m->cpu != NULL ? m->cpu : "");
	put_number(to, "cpus", m->cpus);
	buf_str_add(to, ">\n");
	for (size_t i = 0; i < m->ndisks; i++)
		save_disk(&m->disks[i], to);
	for (size_t i = 0; i < m->nnics; i++) {
		buf_str_add(to, "  <nic");
		put(to, "name", m->nics[i].name);
		put(to, "mac", m->nics[i].mac);
		put(to, "driver", m->nics[i].driver);
		if (m->nics[i].path[0] != '\0')
			put(to, "path", m->nics[i].path);
		put(to, "link", link_name(m->nics[i].link));
		buf_str_add(to, "/>\n");
	}
	buf_str_add(to, "</inventory>\n");
}

static const char *
get(const struct xml_elem *x, const char *name)
{
	const struct xml_attr *a = xml_attr(x, name);

	return a != NULL ? a->value : "";
}

static bool
get_flag(const struct xml_elem *x, const char *name)
{
	return strcmp(get(x, name), "yes") == 0;
}

static uint64_t
get_number(const struct xml_elem *x, const char *name, uint64_t max,
    struct findings *f)
{
	const struct xml_attr *a = xml_attr(x, name);
	char *end = NULL;
	uint64_t n = 0;

	if (a == NULL) {
		finding_add(f, SEVERITY_ERROR, x->at, NULL,
		    "<%s>: attribute %s is missing", x->name, name);
		return 0;
	}
	errno = 0;
	if (a->value[0] >= '0' && a->value[0] <= '9')
		n = strtoull(a->value, &end, 10);
	if (end == NULL || *end != '\0' || errno != 0 || n > max)
		finding_add(f, SEVERITY_ERROR, a->at, NULL,
		    "<%s %s>: \"%s\" is not a number that fits", x->name, name,
		    a->value);
	return n;
}

static void
load_holding(struct disk *d, const struct xml_elem *x, struct findings *f)
{
	struct holding *h = disk_holding_add(d, get(x, "what"),
	    get(x, "label"));

	if (h == NULL || text_set(&h->type, get(x, "type")) == -1 ||
	    text_set(&h->name, get(x, "name")) == -1) {
		f->failed = true;
		return;
	}
	h->start = get_number(x, "start", UINT64_MAX, f);
	h->size = get_number(x, "size", UINT64_MAX, f);
	if (xml_attr(x, "partition") != NULL)
		h->number = (unsigned int)get_number(x, "partition", 1024, f);
}

static void
load_inside(struct disk *d, const struct xml_elem *x, struct findings *f)
{
	for (x = x->child; x != NULL; x = x->next) {
		if (strcmp(x->name, "id") == 0) {
			f->failed |= names_add(&d->ids, x->text) == -1;
		} else if (strcmp(x->name, "path") == 0) {
			f->failed |= names_add(&d->paths, x->text) == -1;
		} else if (strcmp(x->name, "holds") == 0) {
			load_holding(d, x, f);
		} else {
			finding_add(f, SEVERITY_ERROR, x->at, NULL,
			    "<%s>: unknown element", x->name);
		}
	}
}

static void
load_disk(struct machine *m, const struct xml_elem *x, struct findings *f)
{
	struct disk *d = machine_disk_add(m, get(x, "name"));
	struct buf node = { 0 };

	if (d == NULL) {
		f->failed = true;
		return;
	}
	d->size = get_number(x, "size", UINT64_MAX / 2, f);
	d->logical = (unsigned int)get_number(x, "logical-sector", 1 << 20, f);
	d->physical = (unsigned int)get_number(x, "physical-sector", 1 << 20,
	    f);
	if (d->logical < 512 || (d->logical & (d->logical - 1)) != 0)
		finding_add(f, SEVERITY_ERROR, x->at, NULL,
		    "<disk logical-sector>: %u is no sector's size",
		    d->logical);
	d->removable = get_flag(x, "removable");
	d->read_only = get_flag(x, "read-only");
	d->rotational = get_flag(x, "rotational");
	d->medium = get_flag(x, "medium");
	d->unread = get_flag(x, "unreadable");
	buf_printf(&node, "/dev/%s", d->name);
	if (text_set(&d->node, buf_str(&node)) == -1 ||
	    text_set(&d->model, get(x, "model")) == -1 ||
	    text_set(&d->serial, get(x, "serial")) == -1 ||
	    text_set(&d->wwn, get(x, "wwn")) == -1 ||
	    text_set(&d->transport, get(x, "transport")) == -1 ||
	    text_set(&d->in_use, get(x, "in-use")) == -1 ||
	    text_set(&d->array, get(x, "raid")) == -1)
		f->failed = true;
	buf_free(&node);
	load_inside(d, x, f);
}

static void
load_nic(struct machine *m, const struct xml_elem *x, struct findings *f)
{
	struct nic *n = machine_nic_add(m, get(x, "name"));

	if (n == NULL || text_set(&n->mac, get(x, "mac")) == -1 ||
	    text_set(&n->driver, get(x, "driver")) == -1 ||
	    text_set(&n->path, get(x, "path")) == -1) {
		f->failed = true;
		return;
	}
	for (int i = LINK_UNKNOWN; i <= LINK_YES; i++)
		if (strcmp(get(x, "link"), link_name((enum link)i)) == 0)
			n->link = (enum link)i;
}

int
machine_load(struct machine *m, const char *text, size_t len,
    struct findings *f)
{
	struct xml_elem *top = xml_parse(text, len, f);
	const struct xml_elem *x;

	if (top == NULL)
		return -1;
	if (strcmp(top->name, "inventory") != 0)
		finding_add(f, SEVERITY_ERROR, top->at,
		    "domus-install --inventory prints one",
		    "<%s>: not an inventory", top->name);
	m->uefi = strcmp(get(top, "firmware"), "uefi") == 0;
	m->memory = get_number(top, "memory", UINT64_MAX, f);
	m->cpus = (unsigned int)get_number(top, "cpus", 1 << 20, f);
	if (text_set(&m->cpu, get(top, "cpu")) == -1)
		f->failed = true;
	for (x = top->child; x != NULL; x = x->next) {
		if (strcmp(x->name, "disk") == 0)
			load_disk(m, x, f);
		else if (strcmp(x->name, "nic") == 0)
			load_nic(m, x, f);
		else
			finding_add(f, SEVERITY_ERROR, x->at, NULL,
			    "<%s>: unknown element", x->name);
	}
	xml_free(top);
	machine_sort(m);
	return findings_bad(f) ? -1 : 0;
}
