/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dm.h"
#include "file.h"

#define UUID "7d2c1d3c-5b1f-4c7e-9d0e-2f3a4b5c6d7e"

/* Two disks joined to one volume. */
static void
make(struct lvm_vg *vg, struct lvm_lv *lv)
{
	struct err e;

	*vg = (struct lvm_vg){ .extent = LVM_EXTENT, .npvs = 2 };
	*lv = (struct lvm_lv){ .nsegments = 2 };
	lvm_sr_group(vg->name, UUID, true);
	assert_int_equal(lvm_id(vg->id, &e), 0);
	assert_int_equal(lvm_id(lv->id, &e), 0);
	for (unsigned int i = 0; i < 2; i++) {
		vg->pvs[i] = (struct lvm_pv){ .start = LVM_START,
			.extents = 10 + i, .size = 50u << 20 };
		vg->pvs[i].name[0] = 'p';
		vg->pvs[i].name[1] = (char)('0' + i);
		assert_int_equal(lvm_id(vg->pvs[i].id, &e), 0);
		lv->segments[i] = (struct lvm_segment){ .at = i * 10,
			.extents = 10 + i, .pv = i };
	}
}

static void
what_is_written_is_read_again(void **state)
{
	struct lvm_vg vg, has;
	struct lvm_lv lv, had;
	struct buf b = { 0 }, text = { 0 };
	char id[LVM_ID];
	struct err e;

	(void)state;
	make(&vg, &lv);
	for (unsigned int i = 0; i < 2; i++) {
		buf_reset(&b);
		buf_reset(&text);
		assert_int_equal(lvm_compose(&vg, i, UUID, &lv, 1, &b, &e), 0);
		assert_int_equal(b.len, LVM_START);
		assert_int_equal(lvm_text(b.data, b.len, id, &text, &e), 0);
		assert_string_equal(id, vg.pvs[i].id);
	}
	assert_int_equal(lvm_parse(text.data, text.len, &has, UUID, &had, &e),
	    0);
	assert_string_equal(has.name, vg.name);
	assert_string_equal(has.id, vg.id);
	assert_int_equal(has.npvs, 2);
	assert_int_equal(has.extents, 21);
	assert_int_equal(has.used, 21);
	assert_int_equal(has.extent, LVM_EXTENT);
	assert_string_equal(has.pvs[1].id, vg.pvs[1].id);
	assert_int_equal(has.pvs[1].start, LVM_START);
	assert_string_equal(had.id, lv.id);
	assert_int_equal(had.nsegments, 2);
	assert_memory_equal(had.segments, lv.segments,
	    2 * sizeof(lv.segments[0]));
	buf_free(&b);
	buf_free(&text);
}

static void
damage_anywhere_is_found(void **state)
{
	static const size_t at[] = { 512, 512 + 30, 4096 + 40, 4096 + 700 };
	struct lvm_vg vg;
	struct lvm_lv lv;
	struct buf b = { 0 }, text = { 0 };
	char id[LVM_ID];
	struct err e;

	(void)state;
	make(&vg, &lv);
	assert_int_equal(lvm_compose(&vg, 0, UUID, &lv, 1, &b, &e), 0);
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		buf_reset(&text);
		b.data[at[i]] ^= 1;
		assert_int_equal(lvm_text(b.data, b.len, id, &text, &e), -1);
		b.data[at[i]] ^= 1;
	}
	buf_reset(&text);
	assert_int_equal(lvm_text(b.data, 8192, id, &text, &e), -1);
	buf_free(&b);
	buf_free(&text);
}

/* As lvm2 writes it: comments, hints, other volumes. */
static const char theirs[] = "# made\n" "vg1 {\n" "id = \"a\"\n"
    "extent_size = 8192\t\t# 4 Megabytes\n" "physical_volumes {\n"
    "pv0 {\nid = \"b\"\ndevice = \"/dev/sda {\"\npe_start = 2048\n"
    "pe_count = 100\n}\n}\n" "logical_volumes {\n"
    "one {\nid = \"c\"\nsegment1 {\nstart_extent = 0\nextent_count = 30\n"
    "type = \"striped\"\nstripe_count = 1\nstripes = [\n\"pv0\", 5\n]\n}\n}\n"
    "pool {\nid = \"d\"\nsegment1 {\nstart_extent = 0\nextent_count = 30\n"
    "type = \"thin-pool\"\n}\n}\n" "}\n}\n"
    "contents = \"Text Format Volume Group\"\nversion = 1\n";

/* What lvm2's tools leave there of the command that they carried out. */
static void
long_descriptions_are_no_hindrance(void **state)
{
	struct buf b = { 0 };
	struct lvm_vg vg;
	struct lvm_lv lv;
	struct err e;

	(void)state;
	buf_str_add(&b, "description = \"Created by 'lvcreate --addtag "
	    "\\\"a }\\\"");
	for (int i = 0; i < 40; i++)
		buf_str_add(&b, " /dev/sda");
	buf_printf(&b, "'\"\n%s", theirs);
	if (lvm_parse(b.data, b.len, &vg, "one", &lv, &e) == -1)
		fail_msg("%s", e.text);
	assert_string_equal(vg.name, "vg1");
	assert_int_equal(vg.extents, 100);
	buf_free(&b);
}

static void
their_text_is_read(void **state)
{
	struct lvm_vg vg;
	struct lvm_lv lv;
	struct err e;

	(void)state;
	if (lvm_parse(theirs, sizeof(theirs), &vg, "one", &lv, &e) == -1)
		fail_msg("%s", e.text);
	assert_int_equal(vg.extents, 100);
	assert_int_equal(vg.used, 30);
	assert_string_equal(lv.id, "c");
	assert_int_equal(lv.segments[0].from, 5);
	assert_int_equal(lvm_parse(theirs, sizeof(theirs), &vg, "pool", &lv,
	    &e), -1);
	assert_non_null(strstr(e.text, "not linear"));
	assert_int_equal(lvm_parse(theirs, sizeof(theirs), &vg, "none", &lv,
	    &e), -1);
	for (size_t n = 0; n < sizeof(theirs) - 60; n++)
		assert_int_equal(lvm_parse(theirs, n, &vg, "one", &lv, &e),
		    -1);
}

/* Two PVs as files; a group of an SR of type lvm has no volume. */
static void
write_pvs(char nodes[2][64], const struct lvm_vg *vg, const struct lvm_lv *lv)
{
	struct buf b = { 0 };
	struct err e;

	for (unsigned int i = 0; i < 2; i++) {
		snprintf(nodes[i], 64, "/tmp/lvm_test.XXXXXX");
		close(mkstemp(nodes[i]));
		buf_reset(&b);
		assert_int_equal(lvm_compose(vg, i, lv != NULL ? UUID : NULL,
		    lv, 1, &b, &e), 0);
		assert_int_equal(file_write(nodes[i], b.data, b.len, 0600, &e),
		    0);
	}
	buf_free(&b);
}

static void
a_group_has_its_size_only_when_it_is_whole(void **state)
{
	uint64_t size = 0, used = 1;
	char nodes[2][64];
	struct lvm_vg vg;
	struct lvm_lv lv;
	struct err e;

	(void)state;
	make(&vg, &lv);
	lvm_sr_group(vg.name, UUID, false);
	write_pvs(nodes, &vg, NULL);
	if (lvm_sr_space(UUID, (const char (*)[64])nodes, 2, &size, &used, &e)
	    == -1)
		fail_msg("%s", e.text);
	assert_true(size == 21 * LVM_EXTENT && used == 0);
	assert_int_equal(lvm_sr_space(UUID, (const char (*)[64])nodes, 1,
	    &size, &used, &e), -1);
	assert_non_null(strstr(e.text, "on 2 disks, 1 are here"));
	vg.name[3] = 'x';
	unlink(nodes[0]);
	unlink(nodes[1]);
	write_pvs(nodes, &vg, NULL);
	assert_int_equal(lvm_sr_space(UUID, (const char (*)[64])nodes, 2,
	    &size, &used, &e), -1);
	assert_non_null(strstr(e.text, "of volume group"));
	unlink(nodes[0]);
	unlink(nodes[1]);
}

/* Names of disks change; the PVs' ids do not. */
static void
pieces_are_found_by_id(void **state)
{
	static const char nodes[2][64] = { "/dev/sdb1", "/dev/sda4" };
	struct dm_piece pieces[LVM_PVS];
	char ids[2][LVM_ID];
	struct lvm_vg vg;
	struct lvm_lv lv;
	struct err e;

	(void)state;
	make(&vg, &lv);
	memcpy(ids[0], vg.pvs[1].id, LVM_ID);
	memcpy(ids[1], vg.pvs[0].id, LVM_ID);
	assert_int_equal(dm_pieces(&vg, &lv, nodes,
	    (const char (*)[LVM_ID])ids, 2, pieces, &e), 0);
	assert_string_equal(pieces[0].node, "/dev/sda4");
	assert_string_equal(pieces[1].node, "/dev/sdb1");
	assert_true(pieces[1].at == 10 * LVM_EXTENT);
	assert_true(pieces[1].size == 11 * LVM_EXTENT);
	assert_true(pieces[1].from == LVM_START);
	assert_int_equal(dm_pieces(&vg, &lv, nodes,
	    (const char (*)[LVM_ID])ids, 1, pieces, &e), -1);
	assert_non_null(strstr(e.text, "a disk is missing"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(damage_anywhere_is_found),
		cmocka_unit_test(their_text_is_read),
		cmocka_unit_test(long_descriptions_are_no_hindrance),
		cmocka_unit_test(a_group_has_its_size_only_when_it_is_whole),
		cmocka_unit_test(pieces_are_found_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
