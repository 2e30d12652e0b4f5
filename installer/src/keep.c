/* SPDX-License-Identifier: ISC */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "efi_var.h"
#include "ext_update.h"
#include "file.h"
#include "install.h"

/*
 * reinstall: the image into the other slot, the answers' configuration into
 * the state, then that slot boots.  upgrade: the image into the other slot,
 * which is tried once.  restore: the other slot boots again.
 *
 * The slot that boots is not written, and nothing leads to the other one
 * before it is whole.
 */
static const char *
disk_name(const struct install *in)
{
	return in->plan->disks[0].disk->name;
}

const char *
install_efivars(const struct install *in, char to[PATH_MAX])
{
	if (!in->plan->machine->uefi)
		return NULL;
	snprintf(to, PATH_MAX, "%s" EFI_DIR, in->root);
	return to;
}

static int
read_old(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char *text;
	int rc;

	conf_free(&in->old);
	if (ext_read(&p, "etc/host.conf", 65536, &text, NULL, e) == -1)
		return -1;
	rc = conf_parse("host.conf", text, &in->old, e);
	free(text);
	if (rc == 0 && conf_get(&in->old, "host-uuid", NULL) == NULL)
		rc = err_set(e, "%s: host.conf in the state has no host-uuid: "
		    "this is no whole installation", p.node);
	return rc;
}

/*
 * A power cut between a restoration's switch and its record must not make the
 * next attempt go back again: where it goes is noted before.
 */
#define RESTORE_NAME "restore"

static int
restore_target(const struct install *in, int now)
{
	struct ext_place p = install_place(in, PART_STATE);
	const char *sum = in->plan->answers->sha256;
	struct conf c = { 0 };
	char *text = NULL;
	struct err none;
	int which = !now;

	if (ext_read(&p, TRIAL_DIR "/" RESTORE_NAME, 4096, &text, NULL, &none)
	    == -1)
		return which;
	if (conf_parse(RESTORE_NAME, text, &c, &none) == 0 &&
	    strcmp(conf_get(&c, "answers", ""), sum) == 0)
		which = strcmp(conf_get(&c, "slot", "A"), "A") != 0;
	conf_free(&c);
	free(text);
	return which;
}

static int
note_restore(const struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char text[128];

	snprintf(text, sizeof(text), "answers %s\nslot %s\n",
	    in->plan->answers->sha256, slot_name(in->target));
	return ext_update(&p, &(struct ext_file){ TRIAL_DIR, RESTORE_NAME,
	    text, strlen(text), 0644 }, 1, e);
}

/* Which slot stays, and which one is written (or, restored, boots). */
static int
choose(struct install *in, struct err *e)
{
	bool restore = in->plan->answers->mode == MODE_RESTORE;
	char dir[PATH_MAX];
	int now;

	if (slots_current(&in->slots, install_efivars(in, dir), &now, e) == -1)
		return -1;
	in->target = restore ? restore_target(in, now) : !now;
	if (restore && !slots_whole(&in->slots, in->target))
		return err_set(e, "%s: slot %s holds no whole image: there is "
		    "nothing to go back to", disk_name(in),
		    slot_name(in->target));
	if (restore || slots_whole(&in->slots, now))
		return 0;
	/* What does not boot need not be kept; the other one must be. */
	if (!slots_whole(&in->slots, in->target)) {
		ui_say(in->ui, "  warning: neither slot holds a whole image");
		return in->plan->answers->mode == MODE_REINSTALL ? 0 :
		    err_set(e, "%s: neither slot holds a whole image to keep: "
		    "use mode=\"reinstall\"", disk_name(in));
	}
	ui_say(in->ui, "  warning: slot %s boots and is damaged; slot %s is "
	    "whole and is kept", slot_name(now), slot_name(!now));
	in->target = now;
	return 0;
}

/* The state as it is now, and whose it is. */
static int
know_host(struct install *in, struct err *e)
{
	if (read_old(in, e) == -1)
		return -1;
	snprintf(in->host_uuid, sizeof(in->host_uuid), "%s",
	    conf_get(&in->old, "host-uuid", ""));
	return 0;
}

/* Nothing is written here. */
int
keep_find(struct install *in, struct err *e)
{
	const struct disk *d = in->plan->disks[0].disk;

	if (slots_find(d->node, d->logical, &in->slots, e) == -1 ||
	    know_host(in, e) == -1 || choose(in, e) == -1)
		return -1;
	if (in->plan->answers->mode != MODE_RESTORE && slot_fits(in, e) == -1)
		return -1;
	memcpy(in->uuids[0].part[PART_STATE], in->slots.state.uuid, UUID_TEXT);
	ui_say(in->ui, "  host %s (%s) on %s, slot %s is kept",
	    conf_get(&in->old, "hostname", "without a name"), in->host_uuid,
	    d->name, slot_name(!in->target));
	return 0;
}

static int
mend_state(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char name[64], part[80];

	part_name(name, sizeof(name), disk_name(in), in->slots.state.number);
	snprintf(part, sizeof(part), "/dev/%s", name);
	return ext_mend(&p, in->images ? NULL : part, ui_log_line, in->ui, e);
}

/*
 * The first writes: the state is mended, and only the kept slot is booted.
 * Firmware that takes no entries boots slot A by its fallback: then that one
 * must not be written.
 */
int
keep_open(struct install *in, struct err *e)
{
	enum mode mode = in->plan->answers->mode;
	char dir[PATH_MAX];
	struct err why;
	int fd, kept;

	fd = install_take(in, 0, e);
	if (fd == -1)
		return -1;
	close(fd);
	in->writing = true;
	/* Only now is all in its place that the journal had. */
	if (mend_state(in, e) == -1 || know_host(in, e) == -1)
		return -1;
	if (mode == MODE_RESTORE)
		return note_restore(in, e);
	kept = !in->target;
	if (slots_keep(&in->slots, kept, false, install_efivars(in, dir),
	    &why) == 0)
		return 0;
	if (install_efivars(in, dir) == NULL || kept != 0 ||
	    mode == MODE_UPGRADE) {
		*e = why;
		return err_in(e, "slot %s cannot be made the one to boot, so "
		    "the other is not written", slot_name(kept));
	}
	ui_say(in->ui, "  warning: %s", why.text);
	return 0;
}

/* What hooks add to the state; with reinstall, the answers' configuration. All
 * else stays. */
int
keep_config(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char path[PATH_MAX];

	if (state_build(in, e) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/state", in->work);
	return ext_copy_in(&p, path, e);
}

int
keep_verify(struct install *in, struct err *e)
{
	return slot_verify(in, e) == -1 ? -1 : state_verify(in, e);
}

/* What domus-slot holds the next boot against. */
static int
note_trial(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	const struct slot_place *slot = &in->slots.slot[in->target];
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "slot %s\nname %s\ntime %lld\n", slot->uuid,
	    slot_name(in->target), (long long)time(NULL));
	rc = buf_ok(&b, e);
	if (rc == 0)
		rc = ext_update(&p, &(struct ext_file){ TRIAL_DIR, TRIAL_NAME,
		    buf_str(&b), b.len, 0644 }, 1, e);
	buf_free(&b);
	return rc;
}

int
keep_switch(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	bool other = slots_whole(&in->slots, !in->target);
	const char *efivars;
	char dir[PATH_MAX];

	efivars = install_efivars(in, dir);
	if (in->plan->answers->mode != MODE_RESTORE &&
	    slot_finish(in, e) == -1)
		return -1;
	if (in->plan->answers->mode == MODE_UPGRADE) {
		if (note_trial(in, e) == -1 ||
		    slots_try(&in->slots, in->target, efivars, e) == -1)
			return -1;
		ui_say(in->ui, "  slot %s is tried at the next boot, once; "
		    "slot %s stays", slot_name(in->target),
		    slot_name(!in->target));
		return 0;
	}
	/* an older trial is over */
	if (ext_remove(&p, TRIAL_DIR, TRIAL_NAME, e) == -1 ||
	    slots_keep(&in->slots, in->target, other, efivars, e) == -1)
		return -1;
	ui_say(in->ui, "  slot %s boots from now on", slot_name(in->target));
	return 0;
}

int
keep_record(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char line[HASH_HEX + 1];
	struct ext_file files[] = {
		{ "install", "log", buf_str(&in->ui->log), in->ui->log.len,
		    0644 },
		{ "install", "answers.sha256", line, HASH_HEX, 0644 },
	};

	snprintf(line, sizeof(line), "%s\n", in->plan->answers->sha256);
	if (ext_update(&p, files, 2, e) == -1)
		return -1;
	return ext_remove(&p, TRIAL_DIR, RESTORE_NAME, e);
}
