/* SPDX-License-Identifier: ISC */
/*
 * domus-iso: put an answer file into an installation ISO, without a rebuild.
 * The work is xorriso's, which keeps what makes the ISO boot.
 */
#include <errno.h>
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
#include "run.h"

#define LABEL "DOMUS_INSTALL"

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

static int
iso_write(const char *answers, const char *in, const char *out, struct err *e)
{
	char tmp[PATH_MAX];
	int rc;

	if ((size_t)snprintf(tmp, sizeof(tmp), "%s.tmp", out) >= sizeof(tmp))
		return err_set(e, "%s: name too long", out);
	if (unlink(tmp) == -1 && errno != ENOENT)
		return err_sys(e, "%s", tmp);
	rc = run((const char *[]){ "xorriso", "-report_about", "SORRY",
	    "-indev", in, "-outdev", tmp, "-boot_image", "any", "replay",
	    "-map", answers, "/answers.xml",
	    "-chown_r", "0", "/answers.xml", "--",
	    "-chmod", "0400", "/answers.xml", "--", "-commit", NULL }, e);
	if (rc == 0 && chmod(tmp, 0600) == -1)
		rc = err_sys(e, "%s", tmp);	/* it holds passwords */
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
	return done(iso_write(answers, argv[optind], argv[optind + 1], &e),
	    &e);
}
