/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db.h"
#include "log.h"
#include "map.h"
#include "id.h"
#include "store.h"
#include "type.h"

/* Records, transactions, and what is left of them after kill -9. */

static const struct log quiet = { NULL, LOG_LEVEL_ERROR, NULL, 0 };

struct fixture {
	char dir[32], path[64];
	struct db db;
};

static void
reopen(struct fixture *f)
{
	struct store *store;
	struct err e;

	db_close(&f->db);
	if (store_sqlite_open(f->path, &quiet, &store, &e) == -1 ||
	    db_open(&f->db, store, &quiet, &e) == -1)
		fail_msg("%s", e.text);
}

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/domus-db.XXXXXX");
	if (mkdtemp(f->dir) == NULL)
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/db", f->dir);
	reopen(f);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;
	char path[80];

	db_close(&f->db);
	unlink(f->path);
	snprintf(path, sizeof(path), "%s-wal", f->path);
	unlink(path);
	snprintf(path, sizeof(path), "%s-shm", f->path);
	unlink(path);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void
commit(struct db *db)
{
	struct err e;

	if (db_commit(db, &e) == -1)
		fail_msg("%s", e.text);
}

static struct record *
host_with_pif(struct db *db, struct record **pif_r)
{
	struct value *v = value_new_struct();
	struct record *host, *pif;

	value_set_str(v, "name_label", "h");
	host = db_create(db, CLASS_host, NULL, v);
	value_free(v);
	v = value_new_struct();
	value_set_str(v, "host", host->ref);
	pif = db_create(db, CLASS_PIF, NULL, v);
	value_free(v);
	if (pif_r != NULL)
		*pif_r = pif;
	return host;
}

static void
records_come_back_with_their_back_references(void **state)
{
	struct fixture *f = *state;
	char ref[ID_REF];
	struct record *r;

	db_begin(&f->db, true);
	r = host_with_pif(&f->db, NULL);
	assert_int_equal(value_len(rec_get(r, host_PIFs)), 1);
	strcpy(ref, r->ref);
	db_note_set(&f->db, "key", "text");
	commit(&f->db);
	reopen(f);
	r = db_find(&f->db, CLASS_host, ref);
	assert_non_null(r);
	assert_string_equal(rec_str(r, host_name_label), "h");
	assert_int_equal(value_len(rec_get(r, host_PIFs)), 1);
	assert_string_equal(db_note(&f->db, "key"), "text");
	assert_ptr_equal(db_by_uuid(&f->db, CLASS_host, rec_str(r,
	    host_uuid)), r);
	assert_null(db_find(&f->db, CLASS_VM, ref));
}

/* Hosts are upgraded: rows lack what is new, and hold what is gone. */
static void
rows_of_another_version_are_read(void **state)
{
	struct fixture *f = *state;
	struct store *s = f->db.store;
	struct value *v = value_new_struct();
	struct buf b = { 0 };
	struct record *r;
	struct err e;

	value_set_str(v, "name_label", "old");
	value_set_str(v, "field_of_old", "x");
	value_set_str(v, "VCPUs_max", "many");	/* of another type then */
	value_encode(&b, v);
	assert_int_equal(s->ops->begin(s, &e), 0);
	s->ops->put(s, "VM", "OpaqueRef:old", b.data, b.len, &e);
	s->ops->put(s, "class_of_old", "OpaqueRef:gone", b.data, b.len, &e);
	assert_int_equal(s->ops->commit(s, &e), 0);
	reopen(f);
	r = db_find(&f->db, CLASS_VM, "OpaqueRef:old");
	assert_non_null(r);
	assert_string_equal(rec_str(r, VM_name_label), "old");
	assert_string_equal(rec_str(r, VM_power_state), "Halted");
	assert_int_equal(rec_int(r, VM_VCPUs_max), 0);
	assert_null(db_find_any(&f->db, "OpaqueRef:gone"));
	value_free(v);
	buf_free(&b);
}

static void
a_rollback_leaves_nothing_behind(void **state)
{
	struct fixture *f = *state;
	struct db *db = &f->db;
	struct record *host, *pif;
	uint64_t generation;

	db_begin(db, true);
	host = host_with_pif(db, &pif);
	commit(db);
	generation = db->generation;
	db_begin(db, true);
	db_set_str(db, host, host_name_label, "other");
	db_destroy(db, pif);
	assert_int_equal(value_len(rec_get(host, host_PIFs)), 0);
	host_with_pif(db, NULL);
	db_note_set(db, "key", "text");
	db_rollback(db);
	assert_int_equal(db_count(db, CLASS_host), 1);
	assert_int_equal(db_count(db, CLASS_PIF), 1);
	assert_string_equal(rec_str(host, host_name_label), "h");
	assert_int_equal(value_len(rec_get(host, host_PIFs)), 1);
	assert_null(db_note(db, "key"));
	assert_int_equal(db->generation, generation);
	assert_ptr_equal(db_find(db, CLASS_PIF, pif->ref), pif);
}

static void
destroying_an_owner_frees_what_refers_to_it(void **state)
{
	struct fixture *f = *state;
	struct record *host, *pif;

	db_begin(&f->db, true);
	host = host_with_pif(&f->db, &pif);
	commit(&f->db);
	db_begin(&f->db, true);
	db_destroy(&f->db, host);
	commit(&f->db);
	assert_string_equal(rec_str(pif, PIF_host), NULL_REF);
	assert_int_equal(f->db.ndeleted, 1);
	reopen(f);
	assert_int_equal(db_count(&f->db, CLASS_host), 0);
	assert_int_equal(db_count(&f->db, CLASS_PIF), 1);
}

static void
an_owner_made_later_finds_its_members(void **state)
{
	struct fixture *f = *state;
	struct value *v = value_new_struct();
	struct record *host;
	char ref[ID_REF];

	id_ref(ref);
	db_begin(&f->db, true);
	value_set_str(v, "host", ref);
	db_create(&f->db, CLASS_PIF, NULL, v);
	value_free(v);
	host = db_create(&f->db, CLASS_host, ref, NULL);
	commit(&f->db);
	assert_int_equal(value_len(rec_get(host, host_PIFs)), 1);
}

static void
figures_are_remembered_but_not_stored(void **state)
{
	struct fixture *f = *state;
	struct record *host;
	uint64_t before;

	db_begin(&f->db, true);
	host = host_with_pif(&f->db, NULL);
	commit(&f->db);
	before = f->db.generation;
	db_begin(&f->db, false);
	db_set_str(&f->db, host, host_hostname, "figure");
	commit(&f->db);
	assert_true(f->db.generation > before);
	assert_string_equal(rec_str(host, host_hostname), "figure");
	reopen(f);
	assert_string_equal(rec_str(db_at(&f->db, CLASS_host, 0),
	    host_hostname), "");
	/* no token of the last run is younger than this one */
	assert_true(f->db.generation > before + 1000000);
}

static void
setting_the_same_is_no_change(void **state)
{
	struct fixture *f = *state;
	struct record *host;
	uint64_t before;

	db_begin(&f->db, true);
	host = host_with_pif(&f->db, NULL);
	commit(&f->db);
	before = f->db.generation;
	db_begin(&f->db, true);
	db_set_str(&f->db, host, host_name_label, "h");
	db_set_key(&f->db, host, host_other_config, "none", NULL);
	commit(&f->db);
	assert_int_equal(f->db.generation, before);
}

static void
deletions_are_forgotten_one_day(void **state)
{
	struct fixture *f = *state;
	struct db *db = &f->db;
	uint64_t lost = db->lost;

	for (int i = 0; i < 2; i++) {
		db_begin(db, false);
		for (int j = 0; j < DELETIONS; j++)
			db_create(db, CLASS_session, NULL, NULL);
		commit(db);
		db_begin(db, false);
		while (db_count(db, CLASS_session) > 0)
			db_destroy(db, db_at(db, CLASS_session, 0));
		commit(db);
	}
	assert_int_equal(db->ndeleted, DELETIONS);
	assert_true(db->lost > lost);
}

static void
a_map_finds_what_was_put_and_not_removed(void **state)
{
	char names[1000][8];
	struct map m = { 0 };

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		snprintf(names[i], sizeof(names[i]), "%zu", i);
		assert_true(map_put(&m, names[i], names[i]));
	}
	for (size_t i = 0; i < 1000; i += 3)
		map_remove(&m, names[i]);
	for (size_t i = 0; i < 1000; i++)
		assert_ptr_equal(map_get(&m, names[i]),
		    i % 3 == 0 ? NULL : names[i]);
	map_free(&m);
	map_free(&m);
	assert_null(map_get(&m, "1"));
}

/* Count up, and tell each number only after its commit. */
static void
count_for_ever(struct fixture *f, int fd)
{
	struct record *r = db_at(&f->db, CLASS_host, 0);
	struct err e;

	for (int64_t i = 1;; i++) {
		db_begin(&f->db, true);
		db_set_int(&f->db, r, host_memory_overhead, i);
		db_create(&f->db, CLASS_task, NULL, NULL);
		if (db_commit(&f->db, &e) == -1 ||
		    write(fd, &i, sizeof(i)) != sizeof(i))
			_exit(1);
	}
}

/* Read what the child told, and kill it after a moment that differs. */
static int64_t
kill_after(pid_t pid, int fd, int point)
{
	int64_t told = 0;

	usleep((useconds_t)(3000 + point * 1700));
	kill(pid, SIGKILL);
	while (read(fd, &told, sizeof(told)) == sizeof(told))
		;
	waitpid(pid, NULL, 0);
	return told;
}

static void
one_kill(struct fixture *f, int point)
{
	int64_t told, have;
	size_t tasks;
	int fds[2];
	pid_t pid;

	db_begin(&f->db, true);
	while (db_count(&f->db, CLASS_task) > 0)
		db_destroy(&f->db, db_at(&f->db, CLASS_task, 0));
	commit(&f->db);
	db_close(&f->db);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		reopen(f);
		count_for_ever(f, fds[1]);
	}
	close(fds[1]);
	told = kill_after(pid, fds[0], point);
	close(fds[0]);
	reopen(f);
	have = rec_int(db_at(&f->db, CLASS_host, 0), host_memory_overhead);
	tasks = db_count(&f->db, CLASS_task);
	/* at most the one whose commit was not told yet; whole or not at all */
	if (told > 0) {
		assert_in_range(have, told, told + 1);
		assert_int_equal(tasks, have);
	}
}

static void
kill_9_loses_nothing_that_was_told(void **state)
{
	struct fixture *f = *state;

	db_begin(&f->db, true);
	host_with_pif(&f->db, NULL);
	commit(&f->db);
	for (int point = 0; point < 20; point++)
		one_kill(f, point);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(records_come_back_with_their_back_references),
		TEST(rows_of_another_version_are_read),
		TEST(a_rollback_leaves_nothing_behind),
		TEST(destroying_an_owner_frees_what_refers_to_it),
		TEST(an_owner_made_later_finds_its_members),
		TEST(figures_are_remembered_but_not_stored),
		TEST(setting_the_same_is_no_change),
		TEST(deletions_are_forgotten_one_day),
		cmocka_unit_test(a_map_finds_what_was_put_and_not_removed),
		TEST(kill_9_loses_nothing_that_was_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
