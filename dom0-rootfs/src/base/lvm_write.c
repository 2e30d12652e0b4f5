/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "lvm.h"
#include "lvm_disk.h"

int
lvm_id(char id[LVM_ID], struct err *e)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	unsigned char random[32];
	size_t n = 0;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return err_sys(e, "getrandom");
	for (size_t i = 0; i < sizeof(random); i++) {
		if (i == 6 || (i > 6 && i < 30 && (i - 6) % 4 == 0))
			id[n++] = '-';
		id[n++] = digits[random[i] % 62];
	}
	id[n] = '\0';
	return 0;
}

static void
put32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

static void
put64(unsigned char *p, uint64_t v)
{
	put32(p, (uint32_t)v);
	put32(p + 4, (uint32_t)(v >> 32));
}

static void
say_pv(struct buf *to, const struct lvm_pv *pv)
{
	buf_printf(to, "\n%s {\nid = \"%s\"\ndevice = \"unknown\"\n\n"
	    "status = [\"ALLOCATABLE\"]\nflags = []\n", pv->name, pv->id);
	buf_printf(to, "dev_size = %llu\npe_start = %llu\npe_count = %llu\n}\n",
	    (unsigned long long)pv->size / 512,
	    (unsigned long long)pv->start / 512,
	    (unsigned long long)pv->extents);
}

static void
say_lv(struct buf *to, const struct lvm_vg *vg, const char *name,
    const struct lvm_lv *lv, long long when)
{
	buf_printf(to, "\nlogical_volumes {\n\n%s {\nid = \"%s\"\n"
	    "status = [\"READ\", \"WRITE\", \"VISIBLE\"]\nflags = []\n"
	    "creation_time = %lld\ncreation_host = \"domus\"\n"
	    "segment_count = %u\n", name, lv->id, when, lv->nsegments);
	for (unsigned int i = 0; i < lv->nsegments; i++) {
		const struct lvm_segment *s = &lv->segments[i];

		buf_printf(to, "\nsegment%u {\nstart_extent = %llu\n"
		    "extent_count = %llu\n\ntype = \"striped\"\n"
		    "stripe_count = 1\n\nstripes = [\n\"%s\", %llu\n]\n}\n",
		    i + 1, (unsigned long long)s->at,
		    (unsigned long long)s->extents, vg->pvs[s->pv].name,
		    (unsigned long long)s->from);
	}
	buf_str_add(to, "}\n}\n");
}

static void
say_group(struct buf *to, const struct lvm_vg *vg, const char *lv_name,
    const struct lvm_lv *lv, long long when)
{
	buf_printf(to, "%s {\nid = \"%s\"\nseqno = 1\nformat = \"lvm2\"\n"
	    "status = [\"RESIZEABLE\", \"READ\", \"WRITE\"]\nflags = []\n",
	    vg->name, vg->id);
	buf_printf(to, "extent_size = %llu\nmax_lv = 0\nmax_pv = 0\n"
	    "metadata_copies = 0\n\nphysical_volumes {\n",
	    (unsigned long long)vg->extent / 512);
	for (unsigned int i = 0; i < vg->npvs; i++)
		say_pv(to, &vg->pvs[i]);
	buf_str_add(to, "}\n");
	if (lv != NULL)
		say_lv(to, vg, lv_name, lv, when);
	buf_printf(to, "}\n\ncontents = \"Text Format Volume Group\"\n"
	    "version = 1\n\ndescription = \"\"\n\ncreation_host = \"domus\"\n"
	    "creation_time = %lld\n\n", when);
	buf_char(to, '\0');
}

/* Ids stand on disk without their dashes. */
static void
put_id(unsigned char *p, const char *id)
{
	for (; *id != '\0'; id++)
		if (*id != '-')
			*p++ = (unsigned char)*id;
}

static void
put_label(unsigned char *sector, const struct lvm_pv *pv)
{
	unsigned char *p = sector + LVM_LABEL_LEN;

	memcpy(sector, LVM_LABEL_MAGIC, 8);
	put64(sector + 8, 1);
	put32(sector + 20, LVM_LABEL_LEN);
	memcpy(sector + 24, LVM_LABEL_TYPE, 8);
	put_id(p, pv->id);
	put64(p + 32, pv->size);
	put64(p + 40, pv->start);	/* data: to the end; then 16 of 0 */
	put64(p + 72, LVM_AREA);	/* metadata; then 16 of 0 */
	put64(p + 80, LVM_START - LVM_AREA);
	put32(p + 104, 2);		/* the extension's version */
	put32(p + 108, 1);		/* in use */
	put32(sector + 16, lvm_crc(sector + 20, 512 - 20));
}

static void
put_area(unsigned char *area, const struct buf *text)
{
	memcpy(area + 4, LVM_AREA_MAGIC, 16);
	put32(area + 20, 1);
	put64(area + 24, LVM_AREA);
	put64(area + 32, LVM_START - LVM_AREA);
	put64(area + 40, 512);
	put64(area + 48, text->len);
	put32(area + 56, lvm_crc(text->data, text->len));
	put32(area, lvm_crc(area + 4, 512 - 4));
	memcpy(area + 512, text->data, text->len);
}

int
lvm_compose(const struct lvm_vg *vg, unsigned int nr, const char *lv_name,
    const struct lvm_lv *lv, long long when, struct buf *to, struct err *e)
{
	static const char none[4096];
	struct buf text = { 0 };
	int rc;

	say_group(&text, vg, lv_name, lv, when);
	while (to->len < LVM_START && !to->failed)
		buf_add(to, none, sizeof(none));
	rc = buf_ok(&text, e) == -1 || buf_ok(to, e) == -1 ? -1 : 0;
	if (rc == 0 && text.len > LVM_START - LVM_AREA - 512)
		rc = err_set(e, "volume group %s: too much metadata", vg->name);
	if (rc == 0) {
		put_label((unsigned char *)to->data + 512, &vg->pvs[nr]);
		put_area((unsigned char *)to->data + LVM_AREA, &text);
	}
	buf_free(&text);
	return rc;
}
