/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "file.h"
#include "md.h"
#include "path.h"

/* domus-raid(8) */

static const char usage_text[] =
    "usage: domus-raid\n"
    "       domus-raid --add DISK [--erase]\n"
    "Show this host's RAIDs, or let a disk take the place of one that is\n"
    "missing: one that was away, or another, which must be empty.\n"
    "  -a, --add DISK   sdb, as the kernel names it\n"
    "  -e, --erase      even if it holds something else\n"
    "  -h, --help       print this text\n"
    "Exit: 0 done, 1 could not, 2 wrong usage.\n";

/* Calls one(name) for each array, until it is not 0. */
static int
each_array(int (*one)(const char *name, void *arg, struct err *e), void *arg,
    struct err *e)
{
	struct dirent *d;
	int rc = 0;
	DIR *all;

	all = opendir("/sys/block");
	while (all != NULL && rc == 0 && (d = readdir(all)) != NULL)
		if (strncmp(d->d_name, "md", 2) == 0 &&
		    isdigit((unsigned char)d->d_name[2]))
			rc = one(d->d_name, arg, e);
	if (all != NULL)
		closedir(all);
	return rc;
}

static int
show(const char *name, void *arg, struct err *e)
{
	unsigned int *shown = arg;
	struct md_state state;
	struct path path;
	struct dirent *d;
	DIR *all;

	if (md_look("/sys", name, &state, e) == -1)
		return -1;
	(*shown)++;
	printf("%s: RAID %u of %u disks:", name, state.level, state.disks);
	all = opendir(path_of(&path, "/sys/block/%s/slaves", name));
	while (all != NULL && (d = readdir(all)) != NULL)
		if (d->d_name[0] != '.')
			printf(" %s", d->d_name);
	if (all != NULL)
		closedir(all);
	if (state.missing > 0)
		printf("; %u missing", state.missing);
	if (state.copying)
		printf("; copying, %u %% done", state.percent);
	putchar('\n');
	return 0;
}

/* The array with a member missing, and one of its members. */
struct wanted {
	char array[32], member[32];
	unsigned int n;
};

static int
find_missing(const char *name, void *arg, struct err *e)
{
	struct wanted *w = arg;
	struct md_state state;
	struct path path;
	struct dirent *d;
	DIR *all;

	if (md_look("/sys", name, &state, e) == -1 || state.missing == 0)
		return 0;
	w->n++;
	snprintf(w->array, sizeof(w->array), "%s", name);
	all = opendir(path_of(&path, "/sys/block/%s/slaves", name));
	while (all != NULL && (d = readdir(all)) != NULL)
		if (d->d_name[0] != '.')
			snprintf(w->member, sizeof(w->member), "%.31s",
			    d->d_name);
	if (all != NULL)
		closedir(all);
	return 0;
}

static uint64_t
number(const char *disk, const char *what)
{
	struct path path;
	char text[32];
	struct err e;

	path_of(&path, "/sys/block/%s/%s", disk, what);
	return file_line(path.text, text, sizeof(text), &e) == -1 ? 0 :
	    strtoull(text, NULL, 10);
}

static int
open_disk(const char *disk, int flags, struct err *e)
{
	struct path path;
	int fd = open(path_of(&path, "/dev/%s", disk), flags | O_CLOEXEC);

	return fd == -1 ? err_sys(e, "%s", path.text) : fd;
}

static int
read_super(const char *disk, struct md_super *s, struct err *e)
{
	int fd = open_disk(disk, O_RDONLY, e), got;

	if (fd == -1)
		return -1;
	got = md_read(fd, number(disk, "size") * 512, s, e);
	close(fd);
	return got;
}

static int
check_empty(const char *disk, int fd, struct err *e)
{
	blkid_probe pr = blkid_new_probe();
	int found = -1;

	if (pr != NULL && blkid_probe_set_device(pr, fd, 0, 0) == 0) {
		blkid_probe_enable_superblocks(pr, 1);
		blkid_probe_enable_partitions(pr, 1);
		found = blkid_do_probe(pr);
	}
	blkid_free_probe(pr);
	return found == 1 ? 0 : err_set(e, found == 0 ? "%s holds something: "
	    "--erase erases it" : "%s: it cannot be read", disk);
}

/* What would be taken for a partition table must not be there meanwhile. */
static int
erase_head(const char *disk, int fd, struct err *e)
{
	static const char none[65536];

	if (lseek(fd, 0, SEEK_SET) == -1)
		return err_sys(e, "%s", disk);
	for (int i = 0; i < 16; i++)
		if (file_write_all(fd, none, sizeof(none), e) == -1)
			return err_in(e, "%s: erase", disk);
	return 0;
}

/* A disk that was no member before. */
static int
make_member(const char *disk, int fd, const struct wanted *w, bool erase,
    struct err *e)
{
	struct md_super s;
	unsigned int nr = 0;

	if (number(disk, "queue/logical_block_size") !=
	    number(w->member, "queue/logical_block_size"))
		return err_set(e, "%s has sectors of another size than %s",
		    disk, w->member);
	if (read_super(w->member, &s, e) != 1)
		return err_in(e, "%s", w->member);
	while (nr < MD_ROLES && (md_is_in(&s, nr) || nr == s.number))
		nr++;
	if (nr == MD_ROLES)
		return err_set(e, "%s had more members than there are numbers",
		    w->array);
	s.number = nr;
	s.nroles = 0;
	s.events = 0;
	if (!erase && check_empty(disk, fd, e) == -1)
		return -1;
	if (erase_head(disk, fd, e) == -1)
		return -1;
	return md_write(fd, number(disk, "size") * 512, &s, MD_IS_SAME, e) ==
	    -1 ? err_in(e, "%s", disk) : 0;
}

static int
add(const char *disk, bool erase, struct err *e)
{
	struct md_super ours, its;
	struct wanted w = { 0 };
	struct path node;
	int fd, rc = 0;

	if (each_array(find_missing, &w, e) == -1)
		return -1;
	if (w.n != 1)
		return err_set(e, w.n == 0 ? "no RAID misses a disk" :
		    "several RAIDs miss a disk: stop one of them first");
	if (read_super(w.member, &ours, e) != 1)
		return err_in(e, "%s", w.member);
	fd = open_disk(disk, O_RDWR | O_EXCL, e);
	if (fd == -1)
		return -1;
	if (read_super(disk, &its, e) != 1 || memcmp(its.array, ours.array,
	    sizeof(ours.array)) != 0)
		rc = make_member(disk, fd, &w, erase, e);
	close(fd);
	if (rc == -1 || md_join(w.array, path_of(&node, "/dev/%s", disk), e) ==
	    -1)
		return -1;
	printf("%s: %s joins it and is copied to; domus-raid says how far\n",
	    w.array, disk);
	return 0;
}

static int
show_all(struct err *e)
{
	unsigned int shown = 0;

	if (each_array(show, &shown, e) == -1)
		return -1;
	if (shown == 0)
		printf("no RAID\n");
	return 0;
}

int
main(int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "add", required_argument, NULL, 'a' },
		{ "erase", no_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 }
	};
	const char *disk = NULL;
	bool erase = false;
	struct err e;
	int o, rc;

	while ((o = getopt_long(argc, argv, "a:eh", longs, NULL)) != -1) {
		if (o == 'h') {
			fputs(usage_text, stdout);
			return 0;
		}
		if (o == '?')
			break;
		if (o == 'a')
			disk = strncmp(optarg, "/dev/", 5) == 0 ? optarg + 5 :
			    optarg;
		erase |= o == 'e';
	}
	if (o != -1 || optind != argc || (erase && disk == NULL)) {
		fputs(usage_text, stderr);
		return 2;
	}
	rc = disk != NULL ? add(disk, erase, &e) : show_all(&e);
	if (rc == -1)
		fprintf(stderr, "domus-raid: %s\n", e.text);
	return rc == -1;
}
