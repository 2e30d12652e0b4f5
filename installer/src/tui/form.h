/* SPDX-License-Identifier: ISC */
#ifndef TUI_FORM_H
#define TUI_FORM_H

#include <stdbool.h>

#include "buf.h"
#include "err.h"

/*
 * Everything that was typed, as texts, and the answer file that it makes.
 * Nothing is checked here: the answer file is parsed and planned for like any
 * other, so that a person meets the very checks that a file does.
 */
#define FORM_TEXT 1024

enum key {
	KEY_OF_KEYMAP, KEY_OF_LICENCE, KEY_OF_ACTION, KEY_OF_DISK, KEY_OF_MIRROR,
	KEY_OF_SR_TYPE, KEY_OF_SR_DISKS, KEY_OF_SOURCE, KEY_OF_SOURCE_URL,
	KEY_OF_SOURCE_PRINT, KEY_OF_SOURCE_SIGNER, KEY_OF_SOURCE_CA,
	KEY_OF_PROXY,
	KEY_OF_VERIFY, KEY_OF_PASSWORD, KEY_OF_PASSWORD_AGAIN, KEY_OF_SSH,
	KEY_OF_SSH_KEY, KEY_OF_NIC, KEY_OF_BOND, KEY_OF_PORTS, KEY_OF_VLAN, KEY_OF_PROTO,
	KEY_OF_PROTO6, KEY_OF_ADDRESS, KEY_OF_NETMASK, KEY_OF_GATEWAY,
	KEY_OF_ADDRESS6, KEY_OF_GATEWAY6, KEY_OF_HOSTNAME, KEY_OF_DNS1,
	KEY_OF_DNS2, KEY_OF_DNS3, KEY_OF_REGION, KEY_OF_CITY, KEY_OF_NTP,
	KEY_OF_NTP1, KEY_OF_NTP2, KEY_OF_NTP3, KEY_OF_POOL,
	KEY_OF_COORDINATOR, KEY_OF_TOKEN, KEY_OF_FINGERPRINT, KEY_OF_USER,
	KEY_OF_POOL_PASSWORD, KEY_OF_SAVE, KEY_OF_SAVE_FILE, KEY_OF_NEXT, KEY_OF_COUNT
};

/* Parts of the answer file: each is what one question makes. */
enum section {
	SECTION_NONE, SECTION_TOP, SECTION_SR, SECTION_ACTION, SECTION_KEYMAP,
	SECTION_DISK, SECTION_SOURCE, SECTION_PASSWORD, SECTION_SSH,
	SECTION_NIC, SECTION_NAMES, SECTION_ZONE, SECTION_NTP, SECTION_POOL,
	SECTION_COUNT
};

/* Lines of a section in the answer file; to < from: it has none. */
struct sections {
	unsigned int from[SECTION_COUNT], to[SECTION_COUNT];
};

/* A certificate or public key in PEM, had from what was typed. */
struct form_pem {
	char typed[FORM_TEXT];
	char text[8192];
};

struct form {
	char text[KEY_OF_COUNT][FORM_TEXT];
	char hash[128];		/* of what was typed into hashed */
	char hashed[FORM_TEXT];
	struct form_pem signer, authority;
};

/* Nothing typed yet: the defaults. */
void form_init(struct form *f);

/* Overwrite all of it. */
void form_wipe(struct form *f);

bool form_is(const struct form *f, enum key key, const char *value);

/* Whether an installation is made anew: also when nothing was said. */
bool form_fresh(const struct form *f);

/* The second disk of the mirror that Domus is to be on, or NULL. */
const char *form_mirror(const struct form *f);

/* Whether a blank-separated list holds that word; put it in or take it out. */
bool form_has(const char *list, const char *word);
void form_toggle(char list[FORM_TEXT], const char *word);

/*
 * The answer file.  PLAIN: the password as typed, to be checked; HASHED: its
 * hash, to be installed and kept; AGAIN as well: although such a host is
 * installed already; NETWORK: as if installed anew, for what was typed of the
 * network.  s may be NULL.
 */
enum { FORM_PLAIN = 0, FORM_HASHED = 1, FORM_AGAIN = 2, FORM_NETWORK = 4 };
int form_xml(struct form *f, unsigned int how, struct buf *to,
    struct sections *s, struct err *e);

#endif
