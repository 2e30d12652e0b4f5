/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_ANSWERS_H
#define INSTALLER_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "findings.h"
#include "hash.h"

/*
 * What a person or an answer file wants installed, typed and checked as far
 * as that goes without a machine; plan.h does the rest.  domus-answers(5)
 * documents the format, elements.c is the table of it.
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

enum proto { PROTO_NONE, PROTO_DHCP, PROTO_STATIC };
enum ntp { NTP_UNSET, NTP_DHCP, NTP_DEFAULT, NTP_MANUAL, NTP_NONE };
enum at_failure { FAILURE_SHELL, FAILURE_POWEROFF };
enum stage { STAGE_START, STAGE_POPULATED, STAGE_COMPLETE, STAGE_COUNT };

struct script {
	enum stage stage;
	struct value url;
};

struct answers {
	char sha256[HASH_HEX];	/* of the file's bytes */
	bool again;		/* install although the same is installed */
	struct place top;	/* of the top element */

	struct value primary_disk;
	bool guest_storage;	/* SR on what the primary disk has left */
	struct values guest_disks;

	struct value keymap, timezone, hostname;
	struct value password;	/* plain or hash; "!!" for none */
	bool password_hashed;

	struct value nic_name, nic_mac;
	struct place nic_at;
	enum proto proto;
	struct value address, netmask, gateway;
	struct values name_servers, ntp_servers;
	enum ntp ntp;
	bool ssh;

	struct script *scripts;
	size_t nscripts;

	bool pool;		/* join one */
	struct value coordinator, token, fingerprint, username, pool_password;
	struct values ssh_keys;
	enum at_failure on_failure;
};

/* Where names are looked up; a NULL or absent directory skips the check. */
struct answers_env {
	const char *zoneinfo;	/* "/usr/share/zoneinfo" */
	const char *keymaps;	/* "/usr/share/keymaps" */
};

/*
 * Parse a file's bytes.  Everything wrong is added to f; the answers are
 * whole only when findings_bad(f) is false afterwards.  answers_free() in
 * either case.
 */
void answers_parse(struct answers *a, const char *text, size_t len,
    const struct answers_env *env, struct findings *f);

/* a may be zeroed or freed before; secrets are wiped. */
void answers_free(struct answers *a);

/* "installation-start" and so on. */
const char *stage_name(enum stage stage);

#endif
