/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "form.h"
#include "markup.h"
#include "password.h"
#include "put.h"

/* One answer file being written. */
struct writer {
	struct form *f;
	unsigned int how;
	struct buf *to;
};

static const char *
get(const struct writer *w, enum key key)
{
	return w->f->text[key];
}

static bool
is(const struct writer *w, enum key key, const char *value)
{
	return form_is(w->f, key, value);
}

static bool
upgrades(const struct writer *w)
{
	return (w->how & FORM_NETWORK) == 0 && is(w, KEY_OF_ACTION, "upgrade");
}

static bool
restores(const struct writer *w)
{
	return is(w, KEY_OF_ACTION, "restore");
}

/* An attribute or an element, unless nothing was typed. */
static void
put_attribute(const struct writer *w, const char *name, const char *value)
{
	put_attr_text(w->to, name, *value != '\0' ? value : NULL);
}

static void
put_element(const struct writer *w, const char *name, const char *value)
{
	if (*value == '\0')
		return;
	buf_printf(w->to, "<%s>", name);
	markup_escape(w->to, value);
	buf_printf(w->to, "</%s>\n", name);
}

static void
put_top(struct writer *w, struct err *e)
{
	(void)e;
	buf_str_add(w->to, restores(w) ? "<restore" : "<installation");
	if (!restores(w) && (w->how & FORM_AGAIN) != 0)
		put_attribute(w, "again", "yes");
}

static void
put_sr_type(struct writer *w, struct err *e)
{
	(void)e;
	if (!restores(w) && !upgrades(w) && !is(w, KEY_OF_SR_TYPE, "none")) {
		buf_char(w->to, '\n');
		put_attribute(w, "sr-type", get(w, KEY_OF_SR_TYPE));
	}
}

static void
put_action(struct writer *w, struct err *e)
{
	(void)e;
	buf_char(w->to, '\n');
	if (!restores(w) && (w->how & FORM_NETWORK) == 0)
		put_attribute(w, "mode", get(w, KEY_OF_ACTION));
	buf_str_add(w->to, ">\n");
}

static void
put_keymap(struct writer *w, struct err *e)
{
	(void)e;
	put_element(w, "keymap", get(w, KEY_OF_KEYMAP));
}

static void
put_disk(struct writer *w, struct err *e)
{
	char list[FORM_TEXT], *save, *word;
	bool none = is(w, KEY_OF_SR_TYPE, "none");
	const char *mirror = form_mirror(w->f);

	(void)e;
	if (restores(w) || upgrades(w)) {
		put_element(w, restores(w) ? "backup-disk" :
		    "existing-installation", get(w, KEY_OF_DISK));
		return;
	}
	snprintf(list, sizeof(list), "%s", get(w, KEY_OF_SR_DISKS));
	buf_str_add(w->to, "<primary-disk");
	put_attribute(w, "guest-storage", !none && form_has(list, "primary") ?
	    "yes" : "no");
	put_attribute(w, "swraid", mirror != NULL ? "yes" : "");
	buf_char(w->to, '>');
	markup_escape(w->to, get(w, KEY_OF_DISK));
	if (mirror != NULL) {
		buf_char(w->to, ',');
		markup_escape(w->to, mirror);
	}
	buf_str_add(w->to, "</primary-disk>\n");
	for (word = strtok_r(list, " ", &save); word != NULL && !none;
	    word = strtok_r(NULL, " ", &save))
		if (strcmp(word, "primary") != 0 &&
		    !is(w, KEY_OF_DISK, word) &&
		    (mirror == NULL || strcmp(mirror, word) != 0))
			put_element(w, "guest-disk", word);
}

/* What was not made a PEM is for the parser to complain of. */
static void
put_pem(const struct writer *w, const char *name, enum key key,
    const struct form_pem *pem)
{
	if (get(w, key)[0] == '\0' || !is(w, key, pem->typed)) {
		put_element(w, name, get(w, key));
		return;
	}
	/* such a text has nothing to be escaped: pem_load() */
	buf_printf(w->to, "<%s>\n%s</%s>\n", name, pem->text, name);
}

static void
put_source(struct writer *w, struct err *e)
{
	(void)e;
	if (restores(w))
		return;
	buf_str_add(w->to, "<source");
	put_attribute(w, "type", get(w, KEY_OF_SOURCE));
	if (is(w, KEY_OF_SOURCE, "url"))
		put_attribute(w, "fingerprint", get(w, KEY_OF_SOURCE_PRINT));
	if (is(w, KEY_OF_SOURCE, "local"))
		buf_str_add(w->to, "/>\n");
	else {
		buf_char(w->to, '>');
		markup_escape(w->to, get(w, KEY_OF_SOURCE_URL));
		buf_str_add(w->to, "</source>\n");
	}
	if (is(w, KEY_OF_SOURCE, "local"))
		return;
	put_pem(w, "signer", KEY_OF_SOURCE_SIGNER, &w->f->signer);
	if (!is(w, KEY_OF_SOURCE, "url"))
		return;
	put_pem(w, "certificate", KEY_OF_SOURCE_CA, &w->f->authority);
	put_element(w, "proxy", get(w, KEY_OF_PROXY));
}

/* Its hash is made once: the file that is installed is the one kept. */
static void
put_password(struct writer *w, struct err *e)
{
	struct form *f = w->f;
	struct buf hash = { 0 };

	if ((w->how & FORM_HASHED) == 0) {
		put_element(w, "root-password", get(w, KEY_OF_PASSWORD));
		return;
	}
	if (strcmp(f->hashed, get(w, KEY_OF_PASSWORD)) != 0 ||
	    f->hash[0] == '\0') {
		if (password_hash(get(w, KEY_OF_PASSWORD), &hash, e) == -1)
			w->to->failed = true;
		snprintf(f->hash, sizeof(f->hash), "%s", buf_str(&hash));
		snprintf(f->hashed, sizeof(f->hashed), "%s",
		    get(w, KEY_OF_PASSWORD));
		buf_free(&hash);
	}
	buf_str_add(w->to, "<root-password type=\"hash\">");
	markup_escape(w->to, f->hash);
	buf_str_add(w->to, "</root-password>\n");
}

static void
put_ssh(struct writer *w, struct err *e)
{
	(void)e;
	put_element(w, "ssh-mode", get(w, KEY_OF_SSH));
	put_element(w, "ssh-key", get(w, KEY_OF_SSH_KEY));
}

/* A card by its address, which stays when the kernel numbers anew. */
static void
put_card(const struct writer *w, const char *card)
{
	put_attribute(w, strchr(card, ':') != NULL ? "hwaddr" : "name", card);
}

static void
put_bond(const struct writer *w)
{
	char list[FORM_TEXT], *save, *word;

	buf_str_add(w->to, "<bond name=\"bond0\"");
	put_attribute(w, "mode", get(w, KEY_OF_BOND));
	buf_str_add(w->to, "><port");
	put_card(w, get(w, KEY_OF_NIC));
	buf_str_add(w->to, "/>");
	snprintf(list, sizeof(list), "%s", get(w, KEY_OF_PORTS));
	for (word = strtok_r(list, " ", &save); word != NULL;
	    word = strtok_r(NULL, " ", &save)) {
		if (is(w, KEY_OF_NIC, word))
			continue;
		buf_str_add(w->to, "<port");
		put_card(w, word);
		buf_str_add(w->to, "/>");
	}
	buf_str_add(w->to, "</bond>\n");
}

static void
put_nic(struct writer *w, struct err *e)
{
	bool bond = !is(w, KEY_OF_BOND, "none");

	(void)e;
	if (bond)
		put_bond(w);
	buf_str_add(w->to, "<admin-interface");
	put_card(w, bond ? "bond0" : get(w, KEY_OF_NIC));
	put_attribute(w, "proto", get(w, KEY_OF_PROTO));
	if (!is(w, KEY_OF_PROTO6, "none"))
		put_attribute(w, "protov6", get(w, KEY_OF_PROTO6));
	put_attribute(w, "vlan", get(w, KEY_OF_VLAN));
	buf_str_add(w->to, ">\n");
	if (is(w, KEY_OF_PROTO, "static")) {
		put_element(w, "ipaddr", get(w, KEY_OF_ADDRESS));
		put_element(w, "subnet", get(w, KEY_OF_NETMASK));
		put_element(w, "gateway", get(w, KEY_OF_GATEWAY));
	}
	if (is(w, KEY_OF_PROTO6, "static")) {
		put_element(w, "ipv6", get(w, KEY_OF_ADDRESS6));
		put_element(w, "gatewayv6", get(w, KEY_OF_GATEWAY6));
	}
	buf_str_add(w->to, "</admin-interface>\n");
}

static void
put_names(struct writer *w, struct err *e)
{
	(void)e;
	put_element(w, "hostname", get(w, KEY_OF_HOSTNAME));
	for (enum key k = KEY_OF_DNS1; k <= KEY_OF_DNS3; k++)
		put_element(w, "name-server", get(w, k));
}

static void
put_zone(struct writer *w, struct err *e)
{
	char zone[2 * FORM_TEXT];

	(void)e;
	snprintf(zone, sizeof(zone), "%s/%s", get(w, KEY_OF_REGION),
	    get(w, KEY_OF_CITY));
	put_element(w, "timezone", zone);
}

static void
put_ntp(struct writer *w, struct err *e)
{
	(void)e;
	if (get(w, KEY_OF_NTP)[0] == '\0')
		return;
	buf_str_add(w->to, "<ntp");
	put_attribute(w, "source", get(w, KEY_OF_NTP));
	buf_str_add(w->to, "/>\n");
	for (enum key k = KEY_OF_NTP1; k <= KEY_OF_NTP3; k++)
		if (is(w, KEY_OF_NTP, "manual"))
			put_element(w, "ntp-server", get(w, k));
}

static void
put_pool(struct writer *w, struct err *e)
{
	(void)e;
	if (is(w, KEY_OF_POOL, "new"))
		return;
	buf_str_add(w->to, "<pool");
	put_attribute(w, "coordinator", get(w, KEY_OF_COORDINATOR));
	put_attribute(w, "fingerprint", get(w, KEY_OF_FINGERPRINT));
	if (is(w, KEY_OF_POOL, "token"))
		put_attribute(w, "token", get(w, KEY_OF_TOKEN));
	else {
		put_attribute(w, "username", get(w, KEY_OF_USER));
		put_attribute(w, "password", get(w, KEY_OF_POOL_PASSWORD));
	}
	buf_str_add(w->to, "/>\n");
}

/* Which file each part stands in: one that installs anew, or any. */
static const struct part {
	enum section section;
	bool fresh;
	void (*put)(struct writer *, struct err *);
} parts[] = {
	{ SECTION_TOP,		false,	put_top },
	{ SECTION_SR,		false,	put_sr_type },
	{ SECTION_ACTION,	false,	put_action },
	{ SECTION_KEYMAP,	true,	put_keymap },
	{ SECTION_DISK,		false,	put_disk },
	{ SECTION_SOURCE,	false,	put_source },
	{ SECTION_PASSWORD,	true,	put_password },
	{ SECTION_SSH,		true,	put_ssh },
	{ SECTION_NIC,		true,	put_nic },
	{ SECTION_NAMES,	true,	put_names },
	{ SECTION_ZONE,		true,	put_zone },
	{ SECTION_NTP,		true,	put_ntp },
	{ SECTION_POOL,		true,	put_pool },
};

static unsigned int
count_lines(const struct buf *b, size_t from)
{
	unsigned int n = 0;

	for (; from < b->len; from++)
		n += b->data[from] == '\n';
	return n;
}

int
form_xml(struct form *f, unsigned int how, struct buf *to,
    struct sections *s, struct err *e)
{
	struct writer w = { f, how, to };
	unsigned int line = 1, more;
	struct sections none;
	size_t from;

	if (s == NULL)
		s = &none;
	for (int i = 0; i < SECTION_COUNT; i++)
		s->from[i] = 1, s->to[i] = 0;
	err_set(e, "out of memory");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		from = to->len;
		if (!parts[i].fresh || (!upgrades(&w) && !restores(&w)))
			parts[i].put(&w, e);
		/* The attributes' sections begin with a newline. */
		if (to->len == from)
			continue;
		more = count_lines(to, from);
		s->from[parts[i].section] = line + (to->data[from] == '\n');
		line += more;
		s->to[parts[i].section] =
		    to->data[to->len - 1] == '\n' ? line - 1 : line;
	}
	buf_str_add(to, restores(&w) ? "</restore>\n" : "</installation>\n");
	return to->failed ? -1 : 0;
}
