/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codes.h"
#include "efi.h"
#include "ext.h"
#include "fat_volume.h"
#include "file.h"
#include "first.h"
#include "install.h"
#include "origin.h"
#include "probe.h"
#include "raid.h"
#include "reach.h"
#include "wipe.h"

#define BOOTCODE 440

struct ext_place
install_place(const struct install *in, enum part kind)
{
	const struct plan *p = in->plan;
	const struct plan_disk *pd = kind == PART_SR ?
	    &p->disks[p->sr_disk] : &p->disks[0];
	const struct plan_part *pp = plan_part(pd, kind);

	if (p->answers->mode != MODE_FRESH)
		return (struct ext_place){ in->slots.node,
			in->slots.state.start, in->slots.state.size };
	return (struct ext_place){ pd->disk->node, pp->start, pp->size };
}

static int
same_disk(const struct install *in, const struct disk *d, struct err *e)
{
	const struct disk *now = NULL;
	struct machine m = { 0 };
	struct stat st;
	int rc = 0;

	if (in->images) {
		if (stat(d->node, &st) == -1)
			return err_sys(e, "%s", d->node);
		return (uint64_t)st.st_size == d->size ? 0 :
		    err_set(e, "%s: another size than planned for", d->node);
	}
	if (machine_probe(in->root, &m, e) == -1)
		rc = -1;
	for (size_t i = 0; i < m.ndisks; i++)
		if (strcmp(m.disks[i].name, d->name) == 0)
			now = &m.disks[i];
	if (rc == 0 && now == NULL) {
		err_set(e, "%s: the disk is gone", d->name);
		rc = err_code(e, DI_GONE);
	} else if (rc == 0 && now->in_use[0] != '\0') {
		err_set(e, "%s: in use: %s", d->name, now->in_use);
		rc = err_code(e, DI_IN_USE);
	}
	if (rc == 0 && !disk_is_same(now, d))
		rc = err_set(e, "%s: another disk, or another content, than "
		    "planned for: look at it and start again", d->name);
	machine_free(&m);
	return rc;
}

static int
read_bootcode(const struct install *in, char code[BOOTCODE], struct err *e)
{
	char path[PATH_MAX], *data;
	size_t len;
	int rc = 0;

	snprintf(path, sizeof(path), "%s/gptmbr.bin", in->share);
	if (file_read(path, BOOTCODE, &data, &len, e) == -1)
		return -1;
	if (len == 0)
		rc = err_set(e, "%s: empty", path);
	memset(code, 0, BOOTCODE);
	memcpy(code, data, len);
	free(data);
	return rc;
}

static int
do_identity(struct install *in, struct err *e)
{
	char code[BOOTCODE];

	if (read_bootcode(in, code, e) == -1)
		return -1;
	for (unsigned int i = 0; i < in->plan->nerased; i++)
		if (same_disk(in, in->plan->erased[i], e) == -1)
			return -1;
	return in->plan->disks[0].first == NULL ? 0 :
	    first_check(&in->plan->disks[0], e);
}

static int
do_hooks(struct install *in, struct err *e)
{
	if (hooks_fetch(in, e) == -1)
		return -1;
	return hooks_run(in, STAGE_START, NULL, e);
}

/* A RAID's disk is wiped as the disk that it will seem to be. */
static int
wipe_one(const struct plan *p, unsigned int nr, int fd, struct err *e)
{
	struct plan_disk pd = p->disks[p->erased_for[nr]];

	pd.disk = p->erased[nr];
	return wipe_disk(&pd, fd, e);
}

static int
do_wipe(struct install *in, struct err *e)
{
	unsigned int i, n = in->plan->nerased;
	int fds[PLAN_ERASED], rc;

	for (i = 0; i < n; i++)
		fds[i] = -1;

	rc = raid_release(in, e);
	/* All of them before the first is written. */
	for (i = 0; rc == 0 && i < n; i++)
		rc = (fds[i] = install_take(in, i, e)) == -1 ? -1 : 0;
	in->writing = rc == 0;
	for (i = 0; rc == 0 && i < n; i++)
		rc = wipe_one(in->plan, i, fds[i], e);
	for (i = 0; i < n; i++)
		if (fds[i] != -1)
			close(fds[i]);
	for (i = 0; rc == 0 && i < n; i++)
		rc = gpt_reread(in->plan->erased[i]->node, e);
	return rc;
}

static int
make_uuids(struct install *in, struct err *e)
{
	if (uuid_make(in->host_uuid, e) == -1 ||
	    uuid_make(in->state_uuid, e) == -1 ||
	    uuid_make(in->sr_uuid, e) == -1)
		return -1;
	for (int i = 0; i < PLAN_DISKS; i++)
		for (int k = 0; k < PART_COUNT; k++)
			if (uuid_make(in->uuids[i].part[k], e) == -1)
				return -1;
	return 0;
}

static int
do_table(struct install *in, struct err *e)
{
	if (make_uuids(in, e) == -1)
		return -1;
	for (unsigned int i = 0; i < in->plan->ndisks; i++)
		if (gpt_write(&in->plan->disks[i], &in->uuids[i], e) == -1)
			return -1;
	in->target = 0;
	return slots_find(in->plan->disks[0].disk->node,
	    in->plan->disks[0].disk->logical, &in->slots, e);
}

static int
do_state(struct install *in, struct err *e)
{
	return state_build(in, e) == -1 ? -1 : state_write(in, e);
}

static int
do_verify(struct install *in, struct err *e)
{
	for (unsigned int i = 0; i < in->plan->ndisks; i++)
		if (gpt_verify(&in->plan->disks[i], &in->uuids[i], e) == -1)
			return -1;
	return slot_verify(in, e) == -1 || sr_verify(in, e) == -1 ? -1 :
	    state_verify(in, e);
}

/* What is in memory only is not there after a power cut. */
static int
sync_disks(const struct install *in, struct err *e)
{
	int fd, rc = 0;

	for (unsigned int i = 0; rc == 0 && i < in->plan->ndisks; i++) {
		const char *node = in->plan->disks[i].disk->node;

		fd = open(node, O_RDONLY | O_CLOEXEC);
		if (fd == -1 || fsync(fd) == -1)
			rc = err_sys(e, "%s: sync", node);
		if (fd != -1)
			close(fd);
	}
	return rc;
}

static int
do_record(struct install *in, struct err *e)
{
	bool keep = in->plan->answers->mode != MODE_FRESH;

	return (keep ? keep_record(in, e) : state_record(in, e)) == -1 ? -1 :
	    sync_disks(in, e);
}

/* Entries of what was erased; those of other disks stay. */
static int
set_entries(struct install *in, const char *efivars, struct err *e)
{
	if (slots_keep(&in->slots, 0, false, efivars, e) == -1)
		return -1;
	for (unsigned int i = 0; i < in->plan->nerased; i++)
		for (int k = 0; k < 2; k++)
			if (in->gone[i][k][0] != '\0' &&
			    efi_forget(efivars, in->gone[i][k], e) == -1)
				return -1;
	return 0;
}

/*
 * No firmware boots half of an installation: when all is there, the disk gets
 * its code and then the slot its boot sector, one write that makes it a file
 * system to BIOS and UEFI alike.  A firmware that takes no entry still finds
 * the slot by its default path, so that is worth a warning, not a failure.
 */
static int
do_boot(struct install *in, struct err *e)
{
	char dir[PATH_MAX], code[BOOTCODE];
	const char *efivars = install_efivars(in, dir);

	if (read_bootcode(in, code, e) == -1 ||
	    gpt_boot(in->plan->disks[0].disk->node, code, e) == -1 ||
	    slot_finish(in, e) == -1)
		return -1;
	for (unsigned int i = 0; i < in->plan->ndisks; i++)
		if (gpt_reread(in->plan->disks[i].disk->node, e) == -1)
			return -1;
	if (efivars != NULL && set_entries(in, efivars, e) == -1)
		ui_say(in->ui, "  warning: no boot entry was made: %s",
		    e->text);
	return 0;
}

#define F (1u << MODE_FRESH)
#define I (1u << MODE_REINSTALL)
#define U (1u << MODE_UPGRADE)
#define R (1u << MODE_RESTORE)
#define RAID (1u << 8)		/* only with one */

/* An installation, from top to bottom, and in which modes.  Nothing is written
 * before wipe, or open. */
static const struct step {
	const char *name;
	unsigned int weight;	/* of its time, for the time left */
	unsigned int modes;
	const char *title;
	int (*run)(struct install *, struct err *);
} steps[] = {
	{ "medium", 20, F | I | U, "get and check the image", origins_take },
	{ "hooks", 1, F | I | U | R, "fetch the hooks", do_hooks },
	{ "identity", 1, F | I | U | R, "look at the disk again",
	    do_identity },
	{ "find", 1, I | U | R, "look at the installation", keep_find },
	{ "open", 2, I | U | R, "make sure that the present image boots",
	    keep_open },
	{ "wipe", 2, F, "wipe what the disk held", do_wipe },
	{ "raid", 1, F | RAID, "make the RAID", raid_make },
	{ "table", 2, F, "write the partition table", do_table },
	{ "sr", 8, F, "make the storage repository", sr_write },
	{ "state", 8, F, "write the host's state", do_state },
	{ "slot", 40, F | I | U, "copy the image into its slot", slot_write },
	{ "config", 2, I | U, "write the host's configuration", keep_config },
	{ "verify", 15, F, "read everything back", do_verify },
	{ "verify", 15, I | U, "read everything back", keep_verify },
	{ "record", 1, F, "note what was installed", do_record },
	{ "boot", 2, F, "make the disk the one to boot", do_boot },
	{ "mirror", 8, F | RAID, "look at the RAID's disks", raid_mirror },
	{ "switch", 2, I | U | R, "change what boots", keep_switch },
	{ "record", 1, I | U | R, "note what was done", do_record },
};
#define NSTEPS (sizeof(steps) / sizeof(steps[0]))

static bool
is_due(const struct step *s, const struct plan *p)
{
	return (s->modes & 1u << p->answers->mode) != 0 &&
	    ((s->modes & RAID) == 0 || p->narrays > 0);
}

bool
install_writes(const struct plan *p, const char *step)
{
	bool writes = false;

	for (size_t i = 0; i < NSTEPS; i++) {
		if (!is_due(&steps[i], p))
			continue;
		writes |= strcmp(steps[i].name, "wipe") == 0 ||
		    strcmp(steps[i].name, "open") == 0;
		if (strcmp(steps[i].name, step) == 0)
			break;
	}
	return writes;
}

static int
fail_step(struct err *e, const char *name)
{
	e->code = (int)code_of(e, code_of_step(name));
	return err_in(e, "step %s", name);
}

int
install_run(struct install *in, struct err *e)
{
	unsigned int before = 0, sum = 0;
	size_t i, all = 0, nr = 0;
	double from;

	for (i = 0; i < NSTEPS; i++)
		if (is_due(&steps[i], in->plan)) {
			sum += steps[i].weight;
			all++;
		}
	for (i = 0; i < NSTEPS; i++) {
		if (!is_due(&steps[i], in->plan))
			continue;
		from = ui_now();
		ui_step(in->ui, &(struct ui_step){ ++nr, all, before,
		    steps[i].weight, sum, steps[i].name, steps[i].title });
		if (install_late(in, e) == -1 || steps[i].run(in, e) == -1)
			return fail_step(e, steps[i].name);
		ui_say(in->ui, "  %zu %% done, %.1f s", nr * 100 / all,
		    ui_now() - from);
		before += steps[i].weight;
	}
	return 0;
}
