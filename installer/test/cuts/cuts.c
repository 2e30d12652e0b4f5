/* SPDX-License-Identifier: ISC */
/*
 * Replay a recording on a disk as it was before, and judge what each power cut
 * would leave: after every write, in the middle of it, and with what lies
 * between two flushes in other orders.  Prints TAP and how many points.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fat_volume.h"
#include "layout.h"
#include "points.h"

struct job {
	const char *before[RECORD_DISKS], *after[RECORD_DISKS];
	unsigned int nbefore, nafter;
	const char *vars, *vars_after;
	const char *tape, *scratch;
	const char *first, *end;
	bool must_boot, keep_sr, keep_first, mirror, no_flush, percent;
	size_t stop;
	unsigned int random, every, seed;
	unsigned int cases;
	int failed;
};

static const char usage_text[] =
"usage: cuts --before IMAGE --after IMAGE --tape FILE --scratch FILE [options]\n"
"IMAGE before is worked on: give a copy.  A second disk is given by more of\n"
"--before and --after; the first one boots.\n"
"  --vars DIR, --vars-after DIR\n"
"                the firmware's variables, before and after\n"
"  --random N    orders tried between each two flushes (20)\n"
"  --every N     of them, writes tried alone and left out (20)\n"
"  --seed N      of the random orders (1)\n"
"  --must-boot   the old or the new image boots at every point\n"
"  --stop N[%]   only leave IMAGE before as a cut after N operations does\n"
"  --end A,B     what BIOS and UEFI start at the end (new,new)\n"
"  --first STEP  the step that writes first\n"
"  --no-flush    pretend that nothing was ever flushed\n"
"  --keep-sr     nothing is written to the storage repository\n"
"  --keep-first  nor to partition 1, which is in a table at every point\n"
"  --mirror      both disks are members of a RAID 1, and each is looked at\n"
"Exit: 0 all is well, 1 not, 2 wrong usage.\n";

static int
read_flags(struct job *job, int argc, char *argv[])
{
	static const struct option longs[] = {
		{ "before", 1, NULL, 'b' }, { "after", 1, NULL, 'a' },
		{ "vars", 1, NULL, 'v' }, { "vars-after", 1, NULL, 'V' },
		{ "tape", 1, NULL, 't' }, { "scratch", 1, NULL, 'x' },
		{ "random", 1, NULL, 'r' }, { "every", 1, NULL, 'e' },
		{ "seed", 1, NULL, 's' }, { "must-boot", 0, NULL, 'm' },
		{ "stop", 1, NULL, 'p' }, { "end", 1, NULL, 'd' },
		{ "first", 1, NULL, 'f' }, { "no-flush", 0, NULL, 'n' },
		{ "keep-sr", 0, NULL, 'k' }, { "help", 0, NULL, 'h' },
		{ "keep-first", 0, NULL, 'K' }, { "mirror", 0, NULL, 'M' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'b':
			if (job->nbefore == RECORD_DISKS)
				return -1;
			job->before[job->nbefore++] = optarg;
			break;
		case 'a':
			if (job->nafter == RECORD_DISKS)
				return -1;
			job->after[job->nafter++] = optarg;
			break;
		case 'v': job->vars = optarg; break;
		case 'V': job->vars_after = optarg; break;
		case 't': job->tape = optarg; break;
		case 'x': job->scratch = optarg; break;
		case 'r': job->random = (unsigned int)atoi(optarg); break;
		case 'e': job->every = (unsigned int)atoi(optarg); break;
		case 's': job->seed = (unsigned int)atoi(optarg); break;
		case 'm': job->must_boot = true; break;
		case 'p':
			job->stop = (size_t)atol(optarg);
			job->percent = strchr(optarg, '%') != NULL;
			break;
		case 'd': job->end = optarg; break;
		case 'f': job->first = optarg; break;
		case 'n': job->no_flush = true; break;
		case 'k': job->keep_sr = true; break;
		case 'K': job->keep_first = true; break;
		case 'M': job->mirror = true; break;
		case 'h': return 1;
		default: return -1;
		}
	return optind == argc && job->nbefore > 0 &&
	    job->nafter == job->nbefore &&
	    (job->vars == NULL) == (job->vars_after == NULL) && job->tape != NULL && job->scratch != NULL ? 0 : -1;
}

static void
say_case(struct job *job, bool ok, const char *what)
{
	printf("%sok %u - %s\n", ok ? "" : "not ", ++job->cases, what);
	job->failed |= !ok;
}

/* A recording that misses a write would prove nothing. */
static int
same_content(const struct bench *a, const struct bench *b, bool *same_r,
    struct err *e)
{
	char x[65536], y[65536];
	size_t n;

	*same_r = a->size == b->size;
	for (uint64_t at = 0; *same_r && at < a->size; at += n) {
		n = a->size - at < sizeof(x) ? (size_t)(a->size - at) :
		    sizeof(x);
		if (fat_pread(a->fd, x, n, at, e) == -1 ||
		    fat_pread(b->fd, y, n, at, e) == -1)
			return -1;
		*same_r = memcmp(x, y, n) == 0;
	}
	return 0;
}

static bool
is_within(const struct op *op, uint64_t start, uint64_t end)
{
	return op_writes(op) && op->at < end && op->at + op->len > start;
}

static bool
touches_sr(const struct tape *t, const struct rack *r)
{
	const struct bench *b;

	for (size_t i = 0; i < t->n; i++) {
		b = &r->disks[t->ops[i].disk];
		if (is_within(&t->ops[i], b->start[1 + PART_SR],
		    b->end[1 + PART_SR]))
			return true;
	}
	return false;
}

static bool
touches_first(const struct tape *t, const struct judge *j)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->ops[i].disk == 0 &&
		    is_within(&t->ops[i], j->kept, j->kept_end))
			return true;
	return false;
}

static void
say_points(const struct points *p)
{
	size_t flushes = 0, writes = 0, second = 0;

	for (size_t i = 0; i < p->t->n; i++) {
		flushes += p->t->ops[i].kind == RECORD_FLUSH;
		writes += op_writes(&p->t->ops[i]);
		second += op_writes(&p->t->ops[i]) && p->t->ops[i].disk > 0;
	}
	printf("# %zu writes, %zu flushes: %zu points checked: %zu after a "
	    "write, %zu within one, %zu in another order\n",
	    writes, flushes, p->n, p->prefixes, p->torn, p->reordered);
	printf("# %zu of the writes are the second disk's; %zu are the "
	    "firmware's variables besides\n", second, p->t->n - writes -
	    flushes);
	printf("# by BIOS and by UEFI: %zu start nothing, %zu the old image, "
	    "%zu the new one, %zu garbage; %zu slots and %zu states were "
	    "read\n", p->boots[BOOTS_NOTHING], p->boots[BOOTS_OLD],
	    p->boots[BOOTS_NEW], p->boots[BOOTS_GARBAGE], p->j->slots,
	    p->j->states);
}

/* The disks and variables at the end, as the installer left them. */
static int
is_whole(struct rack *r, struct rack *after, bool *same_r, struct err *e)
{
	*same_r = nvram_same(&r->nvram, &after->nvram);
	for (unsigned int i = 0; *same_r && i < r->n; i++)
		if (same_content(&r->disks[i], &after->disks[i], same_r, e) ==
		    -1)
			return -1;
	return 0;
}

/* A member is a disk as large as its RAID, whose table says how large. */
static int
mirror_size(struct rack *r, struct rack *after, struct err *e)
{
	unsigned char b[8];
	uint64_t size;

	if (r->n != 2)
		return err_set(e, "a RAID of %u disks", r->n);
	if (fat_pread(after->disks[0].fd, b, 8, 512 + 32, e) == -1)
		return -1;
	size = (le32(b) | (uint64_t)le32(b + 4) << 32) * 512 + 512;
	if (size > after->disks[0].size || size > after->disks[1].size)
		return err_set(e, "a RAID that is larger than its disks");
	for (unsigned int i = 0; i < 2; i++)
		r->disks[i].size = after->disks[i].size = size;
	return 0;
}

/* Only images need that the RAID's file is copied to its members; what comes
 * after that is not on them. */
static void
drop_copying(struct tape *t)
{
	size_t n = 0;

	while (n < t->n && strstr(t->ops[n].step, " mirror: ") == NULL)
		n++;
	t->n = n;
}

static int
learn(struct judge *j, struct rack *r, struct rack *after, struct err *e)
{
	struct bench *b, *a;

	j->after = after->disks;
	if (judge_learn(&r->disks[0], &j->sides[0], e) == -1 ||
	    judge_learn(&after->disks[0], &j->sides[1], e) == -1)
		return -1;
	for (unsigned int i = 0; i < r->n; i++) {
		b = &r->disks[i], a = &after->disks[i];
		if (judge_regions(a, e) == -1)
			return -1;
		memcpy(b->start, a->start, sizeof(b->start));
		memcpy(b->end, a->end, sizeof(b->end));
	}
	return 0;
}

static int
check(struct job *job, struct rack *r, struct rack *after,
    const struct tape *t, struct err *e)
{
	static struct judge j;
	struct points p = { .r = r, .t = t, .j = &j, .random = job->random,
		.every = job->every, .seed = job->seed + 0x9e3779b97f4a7c15,
		.must_boot = job->must_boot };
	char end[32], what[64];
	bool same;

	j.scratch = job->scratch;
	j.mirror = job->mirror;
	if (j.mirror && (mirror_size(r, after, e) == -1))
		return -1;
	if (learn(&j, r, after, e) == -1 || (job->keep_first &&
	    judge_keep(&j, &r->disks[0], e) == -1) || points_check(&p, e) == -1 ||
	    is_whole(r, after, &same, e) == -1)
		return -1;
	say_points(&p);
	say_case(job, t->n > 0 && same, "the recording is whole");
	say_case(job, p.bad == 0, job->must_boot ?
	    "each cut leaves a disk that boots the old or the new image" :
	    "each cut leaves a disk that boots a whole image or nothing");
	snprintf(end, sizeof(end), "%s,%s", boots_names[p.last.bios],
	    boots_names[p.last.uefi]);
	snprintf(what, sizeof(what), "and the last one boots %s", job->end);
	say_case(job, strcmp(end, job->end) == 0, what);
	if (job->first != NULL)
		say_case(job, t->n > 0 && strstr(t->ops[0].step, job->first) !=
		    NULL, "nothing is written before its step");
	if (job->keep_first)
		say_case(job, !touches_first(t, &j), "nothing is written to "
		    "partition 1");
	if (job->keep_sr)
		say_case(job, !touches_sr(t, r), "nothing is written to the "
		    "SR");
	return 0;
}

/* As if the installer had forgotten to: the judge must see that. */
static void
drop_flushes(struct tape *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (t->ops[i].kind != RECORD_FLUSH)
			t->ops[n++] = t->ops[i];
	t->n = n;
}

static int
leave_cut(const struct job *job, struct rack *r, const struct tape *t,
    struct err *e)
{
	size_t n = job->percent ? t->n * job->stop / 100 : job->stop;

	n = n <= t->n ? n : t->n;
	for (size_t i = 0; i < n; i++)
		if (op_writes(&t->ops[i]) &&
		    bench_put(&r->disks[t->ops[i].disk], t, i, 0,
		    op_sectors(&t->ops[i]), 0, e) == -1)
			return -1;
	printf("# %zu of %zu operations\n", n, t->n);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct job job = { .random = 20, .every = 20, .seed = 1,
		.end = "new,new" };
	static struct rack before, after;
	uint64_t sizes[RECORD_DISKS] = { 0 };
	struct tape t;
	struct err e;
	int rc;

	rc = read_flags(&job, argc, argv);
	if (rc != 0) {
		fputs(usage_text, rc == 1 ? stdout : stderr);
		return rc == 1 ? 0 : 2;
	}
	if (rack_open(&before, job.before, job.nbefore, job.vars, &e) == -1 ||
	    rack_open(&after, job.after, job.nafter, job.vars_after, &e) == -1
	    || tape_load(&t, job.tape, rack_sizes(&before, sizes), &e) == -1 ||
	    (job.mirror && (drop_copying(&t), false)) ||
	    (job.no_flush && (drop_flushes(&t), false)) ||
	    (job.stop > 0 ? leave_cut(&job, &before, &t, &e) :
	    check(&job, &before, &after, &t, &e)) == -1) {
		printf("Bail out! %s\n", e.text);
		fprintf(stderr, "cuts: %s\n", e.text);
		return 1;
	}
	if (job.stop == 0)
		printf("1..%u\n", job.cases);
	tape_free(&t);
	rack_close(&before);
	rack_close(&after);
	return job.failed;
}
