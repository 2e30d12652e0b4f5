/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "conf.h"
#include "ext.h"
#include "ext_update.h"
#include "file.h"
#include "install.h"
#include "password.h"

/*
 * The state partition's first content, made as a tree in memory (hooks may
 * add to it) and then written by mke2fs in one go.
 */

static const char *
text_or(const struct value *v, const char *dflt)
{
	return v->text != NULL ? v->text : dflt;
}

static int
add_all(struct conf *c, const char *key, const struct values *vs,
    struct err *e)
{
	for (size_t i = 0; i < vs->n; i++)
		if (conf_add(c, key, vs->list[i].text, e) == -1)
			return -1;
	return 0;
}

/* An installation that is kept keeps its SR, wherever that is. */
static int
keep_sr(struct conf *c, const struct install *in, struct err *e)
{
	const struct conf *old = &in->old;

	for (size_t i = 0; i < old->n; i++)
		if (strncmp(old->lines[i].key, "sr-", 3) == 0 &&
		    conf_add(c, old->lines[i].key, old->lines[i].value, e) ==
		    -1)
			return -1;
	return 0;
}

/* One partition, or all of a group's, each with its disk. */
static int
add_sr(struct conf *c, const struct install *in, struct err *e)
{
	static const char *const types[] = { [SR_EXT] = "ext",
		[SR_LVM] = "lvm", [SR_NONE] = "none" };
	const struct plan *p = in->plan;

	if (p->answers->mode != MODE_FRESH)
		return keep_sr(c, in, e);
	if (conf_add(c, "sr-type", types[p->sr_type], e) == -1)
		return -1;
	if (p->sr_type == SR_NONE)
		return 0;
	if (conf_add(c, "sr-uuid", in->sr_uuid, e) == -1)
		return -1;
	for (unsigned int i = 0; i < p->ndisks; i++) {
		const struct plan_disk *pd = &p->disks[i];
		const struct plan_part *pp = plan_part(pd, PART_SR);

		if (pp != NULL && (conf_add(c, "sr-partuuid",
		    in->uuids[i].part[pp - pd->parts], e) == -1 ||
		    conf_add(c, "sr-disk", pd->disk->ids.n > 0 ?
		    pd->disk->ids.list[0] : pd->disk->name, e) == -1))
			return -1;
	}
	return 0;
}

/* host.conf: everything that is no secret. */
static int
make_host_conf(const struct install *in, struct conf *c, struct err *e)
{
	static const char *const ntp[] = { [NTP_UNSET] = "default",
		[NTP_DHCP] = "dhcp", [NTP_DEFAULT] = "default",
		[NTP_MANUAL] = "manual", [NTP_NONE] = "none" };
	const struct answers *a = in->plan->answers;
	char now[32];

	snprintf(now, sizeof(now), "%lld", (long long)time(NULL));
	if (conf_add(c, "host-uuid", in->host_uuid, e) == -1 ||
	    (a->hostname.text != NULL &&
	    conf_add(c, "hostname", a->hostname.text, e) == -1) ||
	    conf_add(c, "timezone", text_or(&a->timezone, "Etc/UTC"), e) ==
	    -1 || conf_add(c, "keymap", text_or(&a->keymap, "us"), e) == -1 ||
	    net_conf(in->plan, c, e) == -1 ||
	    conf_add(c, "ntp", ntp[a->ntp], e) == -1 ||
	    add_all(c, "ntp-server", &a->ntp_servers, e) == -1 ||
	    add_sr(c, in, e) == -1 ||
	    conf_add(c, "install-time", now, e) == -1)
		return -1;
	return conf_add(c, "ssh", a->ssh ? "on" : "off", e);
}

static int
make_join_conf(const struct answers *a, struct conf *c, struct err *e)
{
	const struct { const char *key; const struct value *v; } rows[] = {
		{ "coordinator", &a->coordinator },
		{ "token", &a->token },
		{ "fingerprint", &a->fingerprint },
		{ "username", &a->username },
		{ "password", &a->pool_password },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].v->text != NULL &&
		    conf_add(c, rows[i].key, rows[i].v->text, e) == -1)
			return -1;
	return 0;
}

static int
write_shadow(const struct answers *a, const char *path, struct err *e)
{
	struct buf b = { 0 };
	int rc = -1;

	buf_str_add(&b, "root:");
	if (a->password.text == NULL)
		buf_str_add(&b, "!!");
	else if (a->password_hashed)
		buf_str_add(&b, a->password.text);
	else if (password_hash(a->password.text, &b, e) == -1)
		goto out;
	/* No day of the last change: the clock may say 1970, and day 0 means
	 * that it must be changed at once. */
	buf_str_add(&b, "::0:99999:7:::\n");
	if (buf_ok(&b, e) == -1 || file_write(path, b.data, b.len, 0600, e) ==
	    -1)
		goto out;
	rc = 0;
out:
	buf_free(&b);
	return rc;
}

static int
write_keys(const struct values *keys, const char *path, struct err *e)
{
	struct buf b = { 0 };
	int rc = -1;

	for (size_t i = 0; i < keys->n; i++)
		buf_printf(&b, "%s\n", keys->list[i].text);
	if (buf_ok(&b, e) == 0)
		rc = file_write(path, buf_str(&b), b.len, 0600, e);
	buf_free(&b);
	return rc;
}

static int
write_inventory(const struct machine *m, const char *path, struct err *e)
{
	struct buf b = { 0 };
	int rc = -1;

	machine_save(m, &b);
	if (buf_ok(&b, e) == 0)
		rc = file_write(path, b.data, b.len, 0644, e);
	buf_free(&b);
	return rc;
}

static const struct { const char *name; mode_t mode; } dirs[] = {
	{ "", 0755 }, { "/etc", 0755 }, { "/install", 0755 },
	{ "/install/hooks", 0700 }, { "/db", 0700 }, { "/tls", 0700 },
	{ "/ssh", 0700 }, { "/log", 0755 },
};

static int
write_confs(const struct install *in, struct err *e)
{
	const struct answers *a = in->plan->answers;
	struct conf host = { 0 }, join = { 0 };
	char path[PATH_MAX];
	int rc = -1;

	snprintf(path, sizeof(path), "%s/state/etc/host.conf", in->work);
	if (make_host_conf(in, &host, e) == -1 ||
	    conf_write(&host, path, 0644, e) == -1)
		goto out;
	snprintf(path, sizeof(path), "%s/state/etc/join.conf", in->work);
	if (a->pool && (make_join_conf(a, &join, e) == -1 ||
	    conf_write(&join, path, 0600, e) == -1))
		goto out;
	rc = 0;
out:
	conf_free(&host);
	conf_free(&join);
	return rc;
}

static int
make_dirs(const struct install *in, struct err *e)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/state%s", in->work,
		    dirs[i].name);
		if (file_mkdirs(path, dirs[i].mode, e) == -1)
			return -1;
		if (chmod(path, dirs[i].mode) == -1)
			return err_sys(e, "%s", path);
	}
	return 0;
}

static int
write_files(struct install *in, struct err *e)
{
	const struct answers *a = in->plan->answers;
	bool fresh = a->mode == MODE_FRESH;
	char path[PATH_MAX];

	if (write_confs(in, e) == -1)
		return -1;
	/* a reinstallation without a password keeps the old one */
	snprintf(path, sizeof(path), "%s/state/etc/shadow", in->work);
	if ((fresh || a->password.text != NULL) &&
	    write_shadow(a, path, e) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/state/etc/authorized_keys", in->work);
	if (a->ssh_keys.n > 0 && write_keys(&a->ssh_keys, path, e) == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/state/install/inventory", in->work);
	return write_inventory(in->plan->machine, path, e);
}

int
state_build(struct install *in, struct err *e)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/state", in->work);
	if (make_dirs(in, e) == -1 ||
	    hooks_run(in, STAGE_PACKAGES, path, e) == -1)
		return -1;
	if (in->plan->answers->mode != MODE_UPGRADE &&
	    write_files(in, e) == -1)
		return -1;
	return hooks_run(in, STAGE_POPULATED, path, e);
}

int
state_write(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/state", in->work);
	return ext_make(&p, part_kinds[PART_STATE].label, in->state_uuid, path,
	    ui_log_line, in->ui, e);
}

/* As it was written, read from the disk anew: every file. */
int
state_verify(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char path[PATH_MAX];
	int fd;

	fd = open(p.node, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return err_sys(e, "%s", p.node);
	posix_fadvise(fd, (off_t)p.offset, (off_t)p.size, POSIX_FADV_DONTNEED);
	close(fd);
	snprintf(path, sizeof(path), "%s/state", in->work);
	return ext_compare(&p, path, e);
}

/*
 * What was installed, and the log so far.  It counts once the slot is
 * finished: installed.c asks for both.
 */
int
state_record(struct install *in, struct err *e)
{
	struct ext_place p = install_place(in, PART_STATE);
	char line[HASH_HEX + 1];

	if (ext_write(&p, "install", "log", buf_str(&in->ui->log),
	    in->ui->log.len, 0644, e) == -1)
		return -1;
	snprintf(line, sizeof(line), "%s\n", in->plan->answers->sha256);
	return ext_write(&p, "install", "answers.sha256", line, strlen(line),
	    0644, e);
}
