/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ANSWERS_H
#define INSTALLER_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "findings.h"
#include "hash.h"

/*
 * What a person or an answer file wants installed, typed and checked as far
 * as that goes without a machine; plan.h does the rest.  domus-answers(5)
 * documents the format, elements.c is the table of it.
 *
 * Every member is filled whenever the file says something.  What nothing
 * carries out yet is refused by its row in elements.c: who implements a
 * member turns the row's (or the value's) LATER into SUPPORTED there, and
 * runs "make check UPDATE=1" for the golden verdicts.
 */

/* A text and where it stood.  Not given: text is NULL. */
struct value {
	char *text;
	struct place at;
};

struct values {
	struct value *list;
	size_t n;
};

enum mode { MODE_FRESH, MODE_REINSTALL, MODE_UPGRADE, MODE_RESTORE };
enum sr_type { SR_EXT, SR_LVM, SR_NONE };
enum first { FIRST_UNSAID, FIRST_ERASED, FIRST_UTILITY, FIRST_KEPT };
enum proto { PROTO_NONE, PROTO_DHCP, PROTO_STATIC, PROTO_AUTO };
enum bond_mode { BOND_ACTIVE_BACKUP, BOND_BALANCE_SLB, BOND_LACP };
enum source_type { SOURCE_LOCAL, SOURCE_URL, SOURCE_NFS };
enum ntp { NTP_UNSET, NTP_DHCP, NTP_DEFAULT, NTP_MANUAL, NTP_NONE };
enum at_failure { FAILURE_SHELL, FAILURE_POWEROFF, FAILURE_REBOOT };
enum stage { STAGE_START, STAGE_PACKAGES, STAGE_POPULATED, STAGE_COMPLETE,
	STAGE_COUNT };
enum want { WANT_ANY, WANT_YES, WANT_NO };

/*
 * Structures that stand in lists begin with the place of their element.
 */

/*
 * What a disk must be to match; all that is given must hold.  Texts are
 * patterns as fnmatch(3) knows them, compared without regard to case;
 * NULL: any.
 */
struct match {
	bool given;
	char *by_id, *serial, *wwn, *model, *path;
	char *transport;
	uint64_t least, most;		/* bytes; most 0: no limit */
	enum want rotational, empty, removable;
};

/* One or several disks, by their names or by a rule; never both. */
struct disk_rule {
	struct place at;
	struct values names;	/* as disk_is_called(); two with raid */
	struct match match;
	unsigned int count;	/* how many must match; 0: any number */
	bool raid;		/* they are to be one RAID 1; a name may be
				 * "missing" */
};

struct disk_rules {
	struct disk_rule *list;
	size_t n;
};

/* <raid>: a name for disks; parsing turns rules of that name into raid. */
struct raid {
	struct place at;
	struct value device;
	struct values disks;
};

struct raids {
	struct raid *list;
	size_t n;
};

/* A network card: all that is given must hold. */
struct port {
	struct place at;
	struct value name, mac, path;	/* path: PCI address or sysfs path */
};

struct ports {
	struct port *list;
	size_t n;
};

struct bond {
	struct place at;
	struct value name;
	enum bond_mode mode;
	struct ports ports;		/* two or more */
};

struct bonds {
	struct bond *list;
	size_t n;
};

struct network {
	struct place at;
	bool management;
	struct value label;		/* further networks': its name */
	struct port port;		/* unless on a bond */
	const struct bond *bond;	/* one of the answers', or NULL */
	unsigned int vlan, mtu;		/* 0: none, the default */
	enum proto proto, proto6;
	struct value address, netmask, gateway;	/* PROTO_STATIC */
	struct value address6, gateway6;	/* "2001:db8::5/64" */
};

struct networks {
	struct network *list;
	size_t n;
};

struct origin {
	struct place at;
	enum source_type type;
	struct value address;		/* URL, or server:/path with NFS */
	struct value fingerprint;	/* of the server's certificate */
};

struct origins {
	struct origin *list;
	size_t n;
};

struct script {
	struct place at;
	enum stage stage;
	enum source_type type;
	struct value url, args;		/* args: after the stage's own */
	bool stop;			/* a failure ends the installation */
	unsigned int timeout;		/* seconds; 0: the default */
};

struct scripts {
	struct script *list;
	size_t n;
};

struct service {
	struct place at;
	struct value name;
	bool enabled;
};

struct services {
	struct service *list;
	size_t n;
};

struct answers {
	char sha256[HASH_HEX];	/* of the file's bytes */
	enum mode mode;
	bool again;		/* install although the same is installed */
	struct place top;	/* of the top element */

	struct disk_rule primary;
	bool guest_storage;	/* SR on what the primary disk has left */
	enum first first;	/* of its partitions, whether it is kept */
	struct place first_at;
	struct disk_rules guests;	/* disks for the SR */
	struct disk_rules protects;	/* never to be written; these win */
	struct raids raids;
	enum sr_type sr_type;
	struct value sr_type_said;	/* whether, and where */
	uint64_t slot_size, state_size, sr_size;	/* bytes; 0: default */
	struct disk_rule existing;	/* upgrade: the installation's disk */
	struct disk_rule backup;	/* restore: its disk, if said */

	struct origins sources;	/* to be tried in this order */
	struct values certificates;	/* more authorities of servers, PEM */
	struct values signers;	/* who may sign images, PEM; none: as the
				 * installer's image says */
	const char *signer_names;	/* whichever these are; or NULL */
	struct value proxy;
	struct { unsigned int network, fetch, install; } timeout; /* s; or 0 */

	struct value keymap, timezone, hostname;
	struct value password;	/* plain or hash; "!!" for none */
	bool password_hashed;

	struct networks networks;	/* the management network first */
	struct bonds bonds;
	struct values name_servers, ntp_servers;
	enum ntp ntp;
	bool ssh;
	struct place ssh_at;	/* of <ssh-mode>, if said */
	struct services services;	/* parsing applies those it knows */

	struct scripts scripts;
	struct value confirm;	/* given: ask on the console first */
	struct value progress;	/* URL that is told how far it is */

	bool pool;		/* join one */
	struct value coordinator, token, fingerprint, username, pool_password;
	struct values ssh_keys;
	enum at_failure on_failure;

	struct answers_block *memory;	/* all texts and lists are in it */
};

/* Where names are looked up; a NULL or absent directory skips the check. */
struct answers_env {
	const char *zoneinfo;	/* "/usr/share/zoneinfo" */
	const char *keymaps;	/* "/usr/share/keymaps" */
	const char *signer;	/* of images, by the installer's: PEM; "": it
				 * names none; NULL: that is not known */
	bool theirs;		/* to convert: what XenServer and XCP-ng pass
				 * over is noted and passed over, too */
};

/*
 * Parse a file's bytes.  Everything wrong is added to f; the answers are
 * whole only when findings_bad(f) is false afterwards.  answers_free() in
 * either case.
 */
void answers_parse(struct answers *a, const char *text, size_t len,
    const struct answers_env *env, struct findings *f);

/* The management network, or NULL: an upgrade needs to name none. */
const struct network *answers_management(const struct answers *a);

/* a may be zeroed or freed before; secrets are wiped. */
void answers_free(struct answers *a);

/* Memory that lives as long as the answers; zeroed.  NULL: none left. */
void *answers_alloc(struct answers *a, size_t size);
char *answers_text(struct answers *a, const char *text, size_t len);

/*
 * A new zeroed item of a list such as struct networks; NULL: no memory.
 * The list may move.
 */
void *answers_item(struct answers *a, void *list, size_t item);

/* "installation-start" and so on. */
const char *stage_name(enum stage stage);

#endif
