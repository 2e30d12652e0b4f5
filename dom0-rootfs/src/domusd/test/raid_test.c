/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bundle.h"
#include "facts.h"
#include "file.h"
#include "jsonrpc.h"
#include "pool_rig.h"
#include "probe.h"
#include "raid_alert.h"
#include "rig.h"

static const char *const files[] = { "level", "raid_disks", "degraded",
	"sync_action" };

/* A machine's /sys with one RAID, of which so many disks are missing. */
static void
make_sysfs(const char *root, const char *missing)
{
	const char *const texts[] = { "raid1\n", "2\n", missing, "idle\n" };
	char path[256];
	struct err e;

	snprintf(path, sizeof(path), "%s/sys/block/md127/md", root);
	assert_int_equal(file_mkdirs(path, 0755, &e), 0);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/sys/block/md127/md/%s", root,
		    files[i]);
		assert_int_equal(file_write(path, texts[i], strlen(texts[i]),
		    0644, &e), 0);
	}
}

static void
remove_sysfs(const char *root)
{
	static const char *const dirs[] = { "/sys/block/md127/md",
		"/sys/block/md127", "/sys/block", "/sys", "" };
	char path[256];

	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s%s/%s", root, dirs[0],
		    files[i]);
		assert_int_equal(unlink(path), 0);
	}
	for (size_t i = 0; i < 5; i++) {
		snprintf(path, sizeof(path), "%s%s", root, dirs[i]);
		assert_int_equal(rmdir(path), 0);
	}
}

/* What the probe finds below root becomes records. */
static void
look(struct rig *r, const char *root)
{
	struct value *facts = value_new_struct(), *xen = value_new_struct();
	struct err e;

	value_set_str(xen, "version", "4.20.3");
	value_set(facts, "xen", xen);
	probe_raids(root, facts);
	assert_int_equal(facts_apply(&r->core, facts, &e), 0);
	value_free(facts);
}

/* How many messages of that name; with which words in the last. */
static size_t
messages(const struct rig *r, const char *name, const char *words)
{
	const struct db *db = &r->core.db;
	const struct record *m;
	size_t n = 0;

	for (size_t i = 0; i < db_count(db, CLASS_message); i++) {
		m = db_at(db, CLASS_message, i);
		if (strcmp(rec_str(m, message_name), name) != 0)
			continue;
		n++;
		assert_string_equal(rec_str(m, message_cls), "Host");
		assert_non_null(strstr(rec_str(m, message_body), words));
	}
	return n;
}

static void
a_lost_disk_and_its_return_make_one_message_each(void **state)
{
	char root[] = "/tmp/raid_test.XXXXXX";
	struct rig *r = rig_open(1);

	(void)state;
	assert_non_null(mkdtemp(root));
	make_sysfs(root, "0\n");
	look(r, root);
	assert_int_equal(messages(r, "RAID_DEGRADED", ""), 0);
	make_sysfs(root, "1\n");
	look(r, root);
	look(r, root);
	assert_int_equal(messages(r, "RAID_DEGRADED", "h1: 1 of the 2 disks "
	    "of RAID md127 is missing"), 1);
	rig_restart(r);		/* known after a restart, and nothing found */
	look(r, root);
	assert_int_equal(messages(r, "RAID_DEGRADED", ""), 1);
	assert_int_equal(messages(r, "RAID_RECOVERED", ""), 0);
	make_sysfs(root, "0\n");
	look(r, root);
	look(r, root);
	assert_int_equal(messages(r, "RAID_RECOVERED", "RAID md127 has all of "
	    "its 2 disks again"), 1);
	assert_int_equal(messages(r, "RAID_DEGRADED", ""), 1);
	remove_sysfs(root);
	rig_close(r);
}

/* What a member's record says, the coordinator tells. */
static void
a_member_s_raid_is_told_by_the_coordinator(void **state)
{
	struct pool *p = *state;
	struct value *bundle;
	char root[] = "/tmp/raid_test.XXXXXX";
	struct err e;

	join(p, p->a, secret_a);
	assert_non_null(mkdtemp(root));
	for (int missing = 1; missing >= 0; missing--) {
		make_sysfs(root, missing == 1 ? "1\n" : "0\n");
		look(p->a, root);
		bundle = bundle_make(&p->a->core);
		for (int again = 0; again < 2; again++) {
			db_begin(&p->c->core.db, true);
			assert_int_equal(bundle_apply(&p->c->core.db,
			    p->a->core.host_uuid, bundle, false, &e), 0);
			assert_int_equal(db_commit(&p->c->core.db, &e), 0);
		}
		value_free(bundle);
		assert_int_equal(messages(p->c, "RAID_DEGRADED", "md127"), 1);
		assert_int_equal(messages(p->c, "RAID_RECOVERED", "md127"),
		    1 - missing);
	}
	remove_sysfs(root);
}

/* It was degraded before it joined. */
static void
a_degraded_host_that_joins_is_told_of(void **state)
{
	char root[] = "/tmp/raid_test.XXXXXX";
	struct pool *p = *state;

	assert_non_null(mkdtemp(root));
	make_sysfs(root, "1\n");
	look(p->a, root);
	join(p, p->a, secret_a);
	assert_int_equal(messages(p->c, "RAID_DEGRADED", "md127"), 1);
	remove_sysfs(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_lost_disk_and_its_return_make_one_message_each),
		POOL_TEST(a_degraded_host_that_joins_is_told_of),
		POOL_TEST(a_member_s_raid_is_told_by_the_coordinator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
