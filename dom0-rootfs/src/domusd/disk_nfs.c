/* SPDX-License-Identifier: ISC */
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk_nfs.h"
#include "disk_parts.h"

int
disk_nfs_failed(struct reply *r, enum nfs_failure code, const char *what,
    const char *why)
{
	char name[40], text[1400];

	snprintf(name, sizeof(name), "SR_BACKEND_FAILURE_%d", (int)code);
	snprintf(text, sizeof(text), "%.1100s: %.200s", what, why);
	reply_fail(r, name, "", text, "", NULL);
	return -1;
}

/* The options that a user may give: to the kernel's client, as they are. */
static const struct option {
	const char *name;
	long min, max;		/* 0 and 0: no number */
} options[] = {
	{ "soft", 0, 0 }, { "hard", 0, 0 }, { "lock", 0, 0 },
	{ "nolock", 0, 0 }, { "noac", 0, 0 }, { "timeo", 1, 6000 },
	{ "retrans", 0, 100 }, { "rsize", 1024, 1 << 20 },
	{ "wsize", 1024, 1 << 20 }, { "nconnect", 1, 16 },
	{ "acdirmin", 0, 3600 }, { "acdirmax", 0, 3600 },
	{ "port", 1, 65535 },
};

static bool
option_ok(const char *s, size_t len, long *n_r)
{
	const char *is = memchr(s, '=', len);
	size_t name = is != NULL ? (size_t)(is - s) : len;
	size_t digits = is != NULL ? strspn(is + 1, "0123456789") : 0;

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (strncmp(options[i].name, s, name) != 0 ||
		    options[i].name[name] != '\0')
			continue;
		if (options[i].max == 0)
			return is == NULL;
		if (digits == 0 || digits > 7 || name + 1 + digits != len)
			return false;
		*n_r = strtol(is + 1, NULL, 10);
		return *n_r >= options[i].min && *n_r <= options[i].max;
	}
	return false;
}

/* A port is not among them: each version wants it in its own way. */
static int
take_options(const char *s, struct nfs_export *x, struct reply *r)
{
	size_t len, at = 0;
	long n = 0;

	for (; *s != '\0'; s += len + (s[len] == ',')) {
		len = strcspn(s, ",");
		if (!option_ok(s, len, &n) ||
		    at + len + 2 > sizeof(x->more))
			return disk_nfs_failed(r, NFS_BAD_OPTION, "options",
			    s);
		if (strncmp(s, "port=", 5) == 0) {
			x->port = (unsigned int)n;
			continue;
		}
		at += (size_t)snprintf(x->more + at, sizeof(x->more) - at,
		    ",%.*s", (int)len, s);
	}
	return 0;
}

static int
take_common(const struct value *config, struct nfs_export *x,
    struct reply *r)
{
	static const char *const known[] = { "", "3", "4", "4.0", "4.1",
		"4.2" };
	const char *version = disk_text(config, "nfsversion");

	x->port = 2049;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(version, known[i]) != 0)
			continue;
		strcpy(x->version, version);
		return take_options(disk_text(config, "options"), x, r);
	}
	return disk_nfs_failed(r, NFS_BAD_VERSION, "nfsversion", version);
}

/* What goes to the resolver, and into the source's name. */
static bool
server_ok(const char *s, size_t len)
{
	if (len == 0 || len >= sizeof(((struct nfs_export *)0)->server) ||
	    *s == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz"
		    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%", s[i]) == NULL)
			return false;
	return true;
}

static bool
path_ok(const char *s)
{
	if (*s != '/' || strlen(s) >= sizeof(((struct nfs_export *)0)->path))
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ')
			return false;
	return true;
}

int
disk_nfs_export(const struct value *config, struct nfs_export *x,
    struct reply *r)
{
	const char *server = disk_text(config, "server");
	const char *path = disk_text(config, "serverpath");

	*x = (struct nfs_export){ 0 };
	if (!server_ok(server, strlen(server)))
		return disk_nfs_failed(r, NFS_NO_SERVER, "server", *server ==
		    '\0' ? "not given" : "neither name nor address");
	if (*path == '\0')
		return disk_nfs_failed(r, NFS_NO_PATH, "serverpath",
		    "not given");
	if (!path_ok(path))
		return disk_nfs_failed(r, NFS_BAD_PATH, "serverpath",
		    "no directory's path");
	strcpy(x->server, server);
	strcpy(x->path, path);
	return take_common(config, x, r);
}

int
disk_nfs_location(const struct value *config, struct nfs_export *x,
    struct reply *r)
{
	const char *s = disk_text(config, "location"), *end;
	const char *type = disk_text(config, "type");
	bool six = *s == '[', nfs = strcmp(type, "nfs_iso") == 0;

	*x = (struct nfs_export){ 0 };
	if (*s == '\0')
		return disk_nfs_failed(r, ISO_NO_LOCATION, "location",
		    "not given");
	if (*s == '/' && *type == '\0')
		return 0;
	s += six;
	end = strstr(s, six ? "]:/" : ":/");
	if ((*type != '\0' && !nfs) || end == NULL ||
	    !server_ok(s, (size_t)(end - s)) || !path_ok(end + six + 1))
		return disk_nfs_failed(r, ISO_BAD_LOCATION, "location",
		    "neither SERVER:/DIRECTORY of NFS nor a directory here");
	memcpy(x->server, s, (size_t)(end - s));
	strcpy(x->path, end + six + 1);
	return take_common(config, x, r) == -1 ? -1 : 1;
}

void
disk_nfs_source(const struct nfs_export *x, char to[1100])
{
	bool six = strchr(x->server, ':') != NULL;

	snprintf(to, 1100, "%s%s%s:%s", six ? "[" : "", x->server,
	    six ? "]" : "", x->path);
}

/*
 * soft: a server that has gone is an error of the disk's after two minutes,
 * not a guest that nothing can end.  4.2 only when it is asked for: some
 * servers (nfs-ganesha 4) answer its READ_PLUS so that nothing can be read.
 * Locks of version 3 need a daemon that dom0 has not.
 */
bool
disk_nfs_options(const struct nfs_export *x, const char *address,
    unsigned int nth, char to[NFS_OPTIONS])
{
	static const char *const all[] = { "4.1", "4.0", "3", NULL };
	const char *const own[] = { x->version, NULL }, *const *list = own;
	const char *six = strchr(address, ':') != NULL ? "6" : "";
	bool old;

	if (x->version[0] == '\0' || strcmp(x->version, "4") == 0)
		list = all;
	for (unsigned int i = 0; i <= nth; i++)
		if (list[i] == NULL ||
		    (x->version[0] == '4' && list[i][0] == '3'))
			return false;
	old = list[nth][0] == '3';
	snprintf(to, NFS_OPTIONS, "vers=%s,proto=tcp%s,port=%u,addr=%s,soft,"
	    "timeo=100,retrans=12,acdirmin=0,acdirmax=0%s%s%s", list[nth],
	    six, x->port, address, old ? ",nolock,mountproto=tcp" : "",
	    old ? six : "", x->more);
	return true;
}

/*
 * An option of a mount; "" when it has none.  hasmntopt(3) takes clientaddr=
 * for addr=, in some libraries.
 */
static void
entry_option(const struct mntent *m, const char *name, char *to, size_t size)
{
	size_t len, n = strlen(name);

	*to = '\0';
	for (const char *s = m->mnt_opts; *s != '\0';
	    s += len + (s[len] == ',')) {
		len = strcspn(s, ",");
		if (strncmp(s, name, n) == 0 && s[n] == '=')
			snprintf(to, size, "%.*s", (int)(len - n - 1),
			    s + n + 1);
	}
}

int
disk_nfs_answers(const char *path, struct reply *r)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct nfs_export x = { .server = "" };
	char address[64], port[12];
	struct mntent m;
	char line[4096];

	if (f == NULL)
		return 0;
	while (getmntent_r(f, &m, line, sizeof(line)) != NULL) {
		if (strcmp(m.mnt_dir, path) != 0 ||
		    strncmp(m.mnt_type, "nfs", 3) != 0)
			continue;
		entry_option(&m, "addr", x.server, sizeof(x.server));
		entry_option(&m, "port", port, sizeof(port));
		x.port = (unsigned int)strtoul(port, NULL, 10);
	}
	endmntent(f);
	if (x.port == 0)
		x.port = 2049;
	return x.server[0] == '\0' ? 0 : disk_nfs_find(&x, address, r);
}
