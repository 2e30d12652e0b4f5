/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "elements.h"
#include "xml.h"

/*
 * What the rows of elements.c cannot say: what follows from two values
 * together, or from the machine's own files.  By now every value alone is
 * checked, and one that was wrong is not stored.
 */

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING

static const char *
attr(const struct xml_elem *x, const char *name, const char *alias)
{
	const struct xml_attr *a = xml_attr(x, name);

	if (a == NULL && alias != NULL)
		a = xml_attr(x, alias);
	return a != NULL && a->value[0] != '\0' ? a->value : NULL;
}

static bool
attr_bool(const struct xml_elem *x, const char *name, const char *alias,
    bool dflt)
{
	const char *v = attr(x, name, alias);

	if (v == NULL)
		return dflt;
	return strcasecmp(v, "yes") == 0 || strcasecmp(v, "true") == 0;
}

/* The attribute's place among words, or -1. */
static int
attr_word(const struct xml_elem *x, const char *name, const char *const words[],
    size_t n)
{
	const char *v = attr(x, name, NULL);

	for (size_t i = 0; v != NULL && i < n; i++)
		if (words[i] != NULL && strcasecmp(v, words[i]) == 0)
			return (int)i;
	return -1;
}

static const char *const ntp_words[] = {
	[NTP_DHCP] = "dhcp", [NTP_DEFAULT] = "default",
	[NTP_MANUAL] = "manual", [NTP_NONE] = "none",
};

static void
settle_time(struct reader *r)
{
	struct answers *a = r->a;

	if (a->ntp_servers.n > 0 && a->ntp != NTP_UNSET && a->ntp != NTP_MANUAL)
		finding_add(r->f, ERROR, a->ntp_servers.list[0].at,
		    "take it out or say <ntp source=\"manual\"/>",
		    "<ntp-server>: given although <ntp> says otherwise");
	if (a->ntp == NTP_MANUAL && a->ntp_servers.n == 0)
		finding_add(r->f, ERROR, a->top, NULL,
		    "<ntp source=\"manual\">: no <ntp-server> is given");
	if (a->ntp == NTP_DHCP && a->proto == PROTO_STATIC)
		finding_add(r->f, ERROR, a->top, NULL,
		    "<ntp source=\"dhcp\">: the address is static, so no DHCP "
		    "server will name a time server");
	if (a->ntp == NTP_UNSET)
		a->ntp = a->ntp_servers.n > 0 ? NTP_MANUAL :
		    a->proto == PROTO_DHCP ? NTP_DHCP : NTP_DEFAULT;
}

void
take_top(struct reader *r, const struct xml_elem *x)
{
	struct answers *a = r->a;

	a->again = attr_bool(x, "again", NULL, false);
	settle_time(r);
	if (a->proto == PROTO_STATIC && a->name_servers.n == 0)
		finding_add(r->f, WARNING, a->nic_at, NULL,
		    "<admin-interface>: a static address and no <name-server>: "
		    "the host will not resolve names");
	if (a->password.text == NULL && !findings_bad(r->f))
		finding_add(r->f, WARNING, x->at, NULL,
		    "<root-password>: not given: nobody can log in by "
		    "password%s", a->ssh_keys.n > 0 ? "" : ", nor by key");
}

void
take_primary(struct reader *r, const struct xml_elem *x)
{
	const struct xml_attr *keep = xml_attr(x, "preserve-first-partition");

	r->a->guest_storage = attr_bool(x, "guest-storage", "gueststorage",
	    true);
	if (keep != NULL && strcasecmp(keep->value, "if-utility") == 0)
		finding_add(r->f, WARNING, keep->at, NULL,
		    "<primary-disk preserve-first-partition>: the whole disk "
		    "is used, a utility partition is not kept");
}

void
take_password(struct reader *r, const struct xml_elem *x)
{
	const char *type = attr(x, "type", NULL), *wrong;

	if (r->a->password.text == NULL)
		return;
	if (type != NULL && strcasecmp(type, "hash") == 0) {
		r->a->password_hashed = true;
		wrong = check_password_hash(x->text);
		if (wrong != NULL)
			finding_add(r->f, ERROR, x->at, "make one with "
			    "\"openssl passwd -6\"",
			    "<root-password>: its value %s", wrong);
		return;
	}
	wrong = check_typed(x->text);
	if (wrong != NULL)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<root-password>: its value %s", wrong);
	else if (strlen(x->text) < 6)
		finding_add(r->f, WARNING, x->at, NULL,
		    "<root-password>: shorter than 6 characters");
}

/* Only a directory of maps as dom0 loads them knows which there are. */
void
take_keymap(struct reader *r, const struct xml_elem *x)
{
	char path[512];

	if (r->env->keymaps == NULL || r->a->keymap.text == NULL)
		return;
	snprintf(path, sizeof(path), "%s/us.bmap", r->env->keymaps);
	if (access(path, F_OK) == -1)
		return;
	snprintf(path, sizeof(path), "%s/%s.bmap", r->env->keymaps, x->text);
	if (access(path, F_OK) == -1)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<keymap>: \"%s\": no such keymap", x->text);
}

void
take_timezone(struct reader *r, const struct xml_elem *x)
{
	char path[512];
	struct stat st;

	if (r->env->zoneinfo == NULL || r->a->timezone.text == NULL ||
	    stat(r->env->zoneinfo, &st) == -1)
		return;
	snprintf(path, sizeof(path), "%s/%s", r->env->zoneinfo, x->text);
	if (stat(path, &st) == -1 || !S_ISREG(st.st_mode))
		finding_add(r->f, ERROR, x->at,
		    "names are as in Europe/Paris or Etc/UTC",
		    "<timezone>: \"%s\": no such time zone", x->text);
}

static void
check_static(struct reader *r, const struct xml_elem *x)
{
	struct answers *a = r->a;
	const char *ip = a->address.text, *mask = a->netmask.text;
	const char *gw = a->gateway.text;
	size_t errors = r->f->errors;

	for (const struct xml_elem *c = x->child; c != NULL; c = c->next)
		if (c->text[0] == '\0' && strcmp(c->name, "gateway") != 0)
			return;		/* said already */
	if (ip == NULL && x->child == NULL)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<admin-interface>: static without <ipaddr>, <subnet> and "
		    "<gateway>");
	if (ip == NULL || mask == NULL || r->f->errors != errors)
		return;
	if (check_is_net_edge(ip, mask))
		finding_add(r->f, ERROR, a->address.at, NULL,
		    "<ipaddr>: \"%s\" is the first or last of its network, "
		    "which no machine may have", ip);
	if (gw == NULL)
		finding_add(r->f, WARNING, x->at, NULL,
		    "<admin-interface>: no <gateway>: only its own network "
		    "is reached");
	else if (!check_same_net(ip, gw, mask))
		finding_add(r->f, ERROR, a->gateway.at, NULL,
		    "<gateway>: \"%s\" is outside the network of %s with mask "
		    "%s", gw, ip, mask);
	else if (strcmp(ip, gw) == 0)
		finding_add(r->f, ERROR, a->gateway.at, NULL,
		    "<gateway>: \"%s\" is the host's own address", gw);
}

static bool
has_child(const struct xml_elem *x, const char *name, const char *alias)
{
	for (x = x->child; x != NULL; x = x->next)
		if (strcmp(x->name, name) == 0 || (alias != NULL &&
		    strcmp(x->name, alias) == 0))
			return true;
	return false;
}

void
take_admin(struct reader *r, const struct xml_elem *x)
{
	static const char *const words[] = { [PROTO_DHCP] = "dhcp",
		[PROTO_STATIC] = "static" };
	int proto = attr_word(x, "proto", words, 3);

	r->a->nic_at = x->at;
	r->a->proto = proto == -1 ? PROTO_NONE : (enum proto)proto;
	if (xml_attr(x, "name") == NULL && xml_attr(x, "hwaddr") == NULL)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<admin-interface>: neither name nor hwaddr is given");
	if (r->a->proto == PROTO_DHCP && x->child != NULL)
		finding_add(r->f, WARNING, x->child->at, NULL,
		    "<%s>: has no effect: the address comes by DHCP",
		    x->child->name);
	if (r->a->proto != PROTO_STATIC)
		return;
	if (x->child != NULL && !has_child(x, "ipaddr", "ip"))
		finding_add(r->f, ERROR, x->at, NULL, "<ipaddr>: missing");
	if (x->child != NULL && !has_child(x, "subnet", "subnet-mask"))
		finding_add(r->f, ERROR, x->at, NULL, "<subnet>: missing");
	check_static(r, x);
}

void
take_ntp(struct reader *r, const struct xml_elem *x)
{
	int w = attr_word(x, "source", ntp_words,
	    sizeof(ntp_words) / sizeof(ntp_words[0]));

	r->a->ntp = w == -1 ? NTP_UNSET : (enum ntp)w;
}

void
take_ssh_mode(struct reader *r, const struct xml_elem *x)
{
	if (strcasecmp(x->text, "on") == 0 || strcasecmp(x->text, "off") == 0)
		r->a->ssh = strcasecmp(x->text, "on") == 0;
	else
		finding_add(r->f, ERROR, x->at, NULL,
		    "<ssh-mode>: \"%.40s\" must be one of on|off", x->text);
}

const char *
stage_name(enum stage stage)
{
	static const char *const names[] = {
		[STAGE_START] = "installation-start",
		[STAGE_POPULATED] = "filesystem-populated",
		[STAGE_COMPLETE] = "installation-complete",
	};

	return names[stage];
}

static void
add_script(struct reader *r, const struct xml_elem *x, enum stage stage)
{
	const char *type = attr(x, "type", NULL);
	const char *wrong = check_url(x->text);
	struct answers *a = r->a;
	struct script *more;

	if (x->text[0] == '\0' ||
	    (type != NULL && strcasecmp(type, "nfs") == 0))
		return;			/* said already */
	if (wrong != NULL) {
		finding_add(r->f, ERROR, x->at, NULL, "<%s>: \"%.200s\" %s",
		    x->name, x->text, wrong);
		return;
	}
	more = realloc(a->scripts, (a->nscripts + 1) * sizeof(*more));
	if (more == NULL) {
		r->f->failed = true;
		return;
	}
	a->scripts = more;
	more[a->nscripts] = (struct script){ stage,
		{ strdup(x->text), x->at } };
	if (more[a->nscripts].url.text == NULL)
		r->f->failed = true;
	a->nscripts++;
}

void
take_script(struct reader *r, const struct xml_elem *x)
{
	const char *stage = attr(x, "stage", NULL);

	for (int i = 0; stage != NULL && i < STAGE_COUNT; i++)
		if (strcasecmp(stage, stage_name((enum stage)i)) == 0) {
			add_script(r, x, (enum stage)i);
			return;
		}
}

void
take_post_script(struct reader *r, const struct xml_elem *x)
{
	add_script(r, x, STAGE_POPULATED);
}

/* Called on success, too, there as here: with 0. */
void
take_failed_script(struct reader *r, const struct xml_elem *x)
{
	add_script(r, x, STAGE_COMPLETE);
}

void
take_pool(struct reader *r, const struct xml_elem *x)
{
	bool token = attr(x, "token", NULL) != NULL;
	bool user = attr(x, "username", NULL) != NULL;
	bool password = attr(x, "password", NULL) != NULL;
	bool print = xml_attr(x, "fingerprint") != NULL;

	r->a->pool = true;
	if (token && (user || password))
		finding_add(r->f, ERROR, x->at, NULL,
		    "<pool>: give a token or a user name and password, not "
		    "both");
	else if (!token && !(user && password))
		finding_add(r->f, ERROR, x->at, NULL,
		    "<pool>: needs token and fingerprint, or username and "
		    "password");
	else if (token && !print)
		finding_add(r->f, ERROR, x->at, "domus pool-token-create "
		    "prints it", "<pool>: a token needs a fingerprint");
	else if (!print)
		finding_add(r->f, WARNING, x->at, NULL,
		    "<pool>: without a fingerprint the password goes to "
		    "whoever answers at that address");
}

void
take_on_failure(struct reader *r, const struct xml_elem *x)
{
	if (strcmp(x->text, "poweroff") == 0)
		r->a->on_failure = FAILURE_POWEROFF;
	else if (strcmp(x->text, "shell") != 0)
		finding_add(r->f, ERROR, x->at, NULL,
		    "<on-failure>: \"%.40s\" must be one of shell|poweroff",
		    x->text);
}
