/* SPDX-License-Identifier: ISC */
/*
 * domus-iso: put an answer file into an installation ISO, without a rebuild.
 * The ISO has room for it (packaging/mkiso), so that nothing else of it moves.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "iso9660.h"
#include "run.h"

#define LABEL "DOMUS_INSTALL"
#define ROOM (256u << 10)	/* mkiso makes it */
#define ANSWERS_MAX (1u << 20)

static void
usage(FILE *to)
{
	fputs("usage: domus-iso --answers FILE IN.iso OUT.iso\n"
	    "       domus-iso --list IN.iso\n"
	    "  -a, --answers FILE  check FILE and put it into the ISO as"
	    " /answers.xml\n"
	    "  -l, --list          list what the ISO holds\n"
	    "      --help          show this text\n"
	    "      --version       show the version\n", to);
}

/* Refuse what is not our ISO before a byte is written. */
static int
iso_check(const char *iso, struct err *e)
{
	char label[sizeof(LABEL)] = "";
	FILE *f = fopen(iso, "rb");
	int rc = -1;

	if (f == NULL)
		return err_sys(e, "%s", iso);
	/* ECMA-119 8.4: the volume descriptor, its volume identifier */
	if (fseek(f, 16 * 2048 + 40, SEEK_SET) == -1 ||
	    fread(label, 1, sizeof(label) - 1, f) != sizeof(label) - 1)
		err_set(e, "%s: too short for an ISO", iso);
	else if (strcmp(label, LABEL) != 0)
		err_set(e, "%s: not an ISO of Domus (its label is not "
		    LABEL ")", iso);
	else
		rc = 0;
	fclose(f);
	return rc;
}

/* The checker is the program that stands beside us. */
static int
answers_check(const char *self, const char *answers, struct err *e)
{
	char copy[PATH_MAX], checker[PATH_MAX + 16];
	struct buf out = { 0 };
	struct run r = { .output = &out };
	int rc;

	snprintf(copy, sizeof(copy), "%s", self);
	snprintf(checker, sizeof(checker), "%s/domus-answers", dirname(copy));
	rc = run_with((const char *[]){ checker, "check", answers, NULL }, &r,
	    e);
	fwrite(buf_str(&out), 1, out.len, rc == 0 ? stdout : stderr);
	buf_free(&out);
	return rc;
}

/* The room that mkiso leaves for answers ends with this. */
static const char room_end[16] = "DOMUS-ANSWERS-1";

/* Put the answers into their room and show them as /answers.xml. */
static int
answers_put(int fd, const char *text, size_t len, struct err *e)
{
	char end[sizeof(room_end)], *room;
	struct iso_file f;
	uint64_t at;
	int rc;

	if (iso_find(fd, "answers.xml", &f, e) == -1 &&
	    iso_find(fd, "answers.off", &f, e) == -1)
		return err_set(e, "no room for answers: made by another "
		    "version; use its own domus-iso");
	at = (uint64_t)f.extent * ISO_BLOCK;
	if (iso_read(fd, end, sizeof(end), at + ROOM - sizeof(end), e) == -1)
		return -1;
	if (memcmp(end, room_end, sizeof(end)) != 0)
		return err_set(e, "/answers.xml was put there by another "
		    "program; start from the ISO as it was built");
	if (len > ROOM - sizeof(end))
		return err_set(e, "the answers have %zu bytes and the ISO has "
		    "room for %zu", len, (size_t)ROOM - sizeof(end));
	room = calloc(1, ROOM - sizeof(end));
	if (room == NULL)
		return err_sys(e, "answers");
	memcpy(room, text, len);
	rc = iso_write(fd, room, ROOM - sizeof(end), at, e);
	free(room);
	if (rc == 0)
		rc = iso_set_name(&f, "answers.xml", e);
	iso_set_extent(&f, f.extent, (uint32_t)len);
	iso_set_mode(&f, S_IFREG | 0400);
	return rc == 0 ? iso_store(fd, &f, e) : -1;
}

static int
copy(int from, int to, struct err *e)
{
	static char data[1 << 20];
	ssize_t n;

	while ((n = read(from, data, sizeof(data))) > 0)
		if (file_write_all(to, data, (size_t)n, e) == -1)
			return -1;
	return n == 0 ? 0 : err_sys(e, "read");
}

static int
iso_make(const char *in, int to, const char *answers, struct err *e)
{
	int from = open(in, O_RDONLY | O_CLOEXEC), rc = -1;
	char *text = NULL;
	size_t len;

	if (from == -1)
		return err_sys(e, "%s", in);
	if (file_read(answers, ANSWERS_MAX, &text, &len, e) == 0 &&
	    copy(from, to, e) == 0 && answers_put(to, text, len, e) == 0)
		rc = fsync(to) == 0 ? 0 : err_sys(e, "fsync");
	if (text != NULL)
		explicit_bzero(text, len);
	free(text);
	close(from);
	return rc;
}

static int
iso_write_out(const char *answers, const char *in, const char *out,
    struct err *e)
{
	char tmp[PATH_MAX];
	int fd, rc;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.tmp", out) >= sizeof(tmp))
		return err_set(e, "%s: name too long", out);
	if (unlink(tmp) == -1 && errno != ENOENT)
		return err_sys(e, "%s", tmp);
	/* it holds passwords */
	fd = open(tmp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		return err_sys(e, "%s", tmp);
	rc = iso_make(in, fd, answers, e);
	if (close(fd) == -1 && rc == 0)
		rc = err_sys(e, "%s", tmp);
	if (rc == 0 && rename(tmp, out) == -1)
		rc = err_sys(e, "%s", out);
	if (rc == -1)
		unlink(tmp);
	return rc;
}

static int
iso_list(const char *in, struct err *e)
{
	struct buf out = { 0 };
	struct run r = { .output = &out };
	int rc;

	rc = run_with((const char *[]){ "xorriso", "-report_about", "SORRY",
	    "-indev", in, "-find", "/", "-exec", "lsdl", NULL }, &r, e);
	fwrite(buf_str(&out), 1, out.len, stdout);
	buf_free(&out);
	return rc;
}

static int
done(int rc, const struct err *e)
{
	if (rc == -1)
		fprintf(stderr, "domus-iso: %s\n", e->text);
	return rc == -1 ? 1 : 0;
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "answers", required_argument, NULL, 'a' },
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ 0 },
	};
	const char *answers = NULL;
	struct err e;
	int c, list = 0;

	while ((c = getopt_long(argc, argv, "a:l", options, NULL)) != -1)
		switch (c) {
		case 'a':
			answers = optarg;
			break;
		case 'l':
			list = 1;
			break;
		case 'h':
			usage(stdout);
			return 0;
		case 'v':
			puts("domus-iso " DOMUS_VERSION);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	argc -= optind;
	if (argc != (list ? 1 : 2) || (answers != NULL) == list) {
		usage(stderr);
		return 2;
	}
	if (iso_check(argv[optind], &e) == -1)
		return done(-1, &e);
	if (list)
		return done(iso_list(argv[optind], &e), &e);
	if (strcmp(argv[optind], argv[optind + 1]) == 0)
		return done(err_set(&e, "%s: input and output are one file; "
		    "name another output", argv[optind]), &e);
	if (answers_check(argv[0], answers, &e) == -1)
		return done(err_in(&e, "%s", answers), &e);
	return done(iso_write_out(answers, argv[optind], argv[optind + 1],
	    &e), &e);
}
