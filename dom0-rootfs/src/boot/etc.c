/* SPDX-License-Identifier: ISC */
/*
 * The host's own /etc: files in /run/etc that links of the read-only /etc lead
 * to, made from what the installer left in the state partition.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "path.h"
#include "run.h"
#include "setup.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ZONES "/usr/share/zoneinfo"

int
name_set(struct setup *s, struct err *e)
{
	const char *name = conf_get(&s->host, "hostname", "domus");
	struct buf hosts = { 0 };
	int rc;

	if (sethostname(name, strlen(name)) == -1)
		return err_sys(e, "hostname \"%s\"", name);
	buf_printf(&hosts, "127.0.0.1 localhost\n::1 localhost\n"
	    "127.0.1.1 %s\n", name);
	rc = buf_ok(&hosts, e);
	if (rc == 0)
		rc = file_write("/run/etc/hosts", hosts.data, hosts.len, 0644,
		    e);
	buf_free(&hosts);
	if (rc == 0)
		rc = file_write("/run/etc/hostname", name, strlen(name), 0644,
		    e);
	return rc;
}

/* Replaces what an installer that has become a host had there. */
static int
link_to(const char *target, const char *path, struct err *e)
{
	unlink(path);
	if (symlink(target, path) == -1)
		return err_sys(e, "%s", path);
	return 0;
}

/* Without a password of its own nobody logs in as root: "*" is no hash. */
int
users_set(struct setup *s, struct err *e)
{
	static const char locked[] = "root:*:0:0:99999:7:::\n";

	(void)s;
	if (access(STATE_DIR "/etc/authorized_keys", R_OK) == 0 &&
	    link_to(STATE_DIR "/etc/authorized_keys",
	    "/root/.ssh/authorized_keys", e) == -1)
		return -1;
	if (access(STATE_DIR "/etc/shadow", R_OK) == 0)
		return link_to(STATE_DIR "/etc/shadow", "/run/etc/shadow", e);
	return file_write("/run/etc/shadow", locked, strlen(locked), 0600, e);
}

int
zone_set(struct setup *s, struct err *e)
{
	const char *zone = conf_get(&s->host, "timezone", "UTC");
	struct path p;

	if (strstr(zone, "..") != NULL || access(path_of(&p, ZONES "/%s",
	    zone), R_OK) == -1)
		return err_set(e, "time zone \"%s\": unknown", zone);
	return link_to(p.text, "/run/etc/localtime", e);
}

static const char *const key_types[] = { "ed25519", "ecdsa" };

/* Made beside and renamed: a power cut must not leave half a key. */
static int
key_make(const char *type, struct err *e)
{
	struct path path, new;
	struct stat st;
	int fd;

	path_of(&path, STATE_DIR "/ssh/%s", type);
	if (stat(path.text, &st) == 0 && st.st_size > 0)
		return 0;
	unlink(path_of(&new, "%s.new", path.text));
	if (run((const char *[]){ "dropbearkey", "-t", type, "-f", new.text,
	    NULL }, e) == -1)
		return -1;
	fd = open(new.text, O_RDONLY | O_CLOEXEC);
	if (fd == -1 || fsync(fd) == -1 || rename(new.text, path.text) == -1) {
		err_sys(e, "%s", new.text);
		if (fd != -1)
			close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

int
ssh_keys_make(struct setup *s, struct err *e)
{
	if (!s->state)
		return 0;
	if (file_mkdirs(STATE_DIR "/ssh", 0700, e) == -1)
		return -1;
	for (size_t i = 0; i < COUNT(key_types); i++)
		if (key_make(key_types[i], e) == -1)
			return -1;
	return 0;
}

/* On a host the log outlives the boot; else it is in memory. */
int
log_keep(struct setup *s, struct err *e)
{
	if (!s->state)
		return 0;
	if (file_mkdirs(STATE_DIR "/log/xen", 0755, e) == -1)
		return -1;
	/* syslogd writes there already, and opens its file every second. */
	if (s->again && rename("/var/log", "/var/log.install") == -1)
		return err_sys(e, "/var/log");
	if (!s->again &&
	    (rmdir("/var/log/xen") == -1 || rmdir("/var/log") == -1))
		return err_sys(e, "/var/log");
	return link_to(STATE_DIR "/log", "/var/log", e);
}

int
network_start(struct setup *s, struct err *e)
{
	static const char *const hosts[] = { "domus-net", "--up", NULL };
	static const char *const any[] = { "domus-net", "--up-all", NULL };
	static const char *const none[] = { "domus-net", "--lo", NULL };

	return run(s->cmd.mode == MODE_HOST ? hosts :
	    s->cmd.mode == MODE_INSTALL && s->cmd.answers_by_net ? any : none,
	    e);
}
