/* SPDX-License-Identifier: ISC */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "elements.h"
#include "hide.h"
#include "xml.h"

/*
 * What the rows of elements.c cannot say: what follows from two values
 * together, or from the machine's own files.  By now every value alone is
 * checked, and one that was wrong is not stored.
 */

#define ERROR SEVERITY_ERROR
#define WARNING SEVERITY_WARNING

const char *
take_attr(const struct xml_elem *x, const char *name)
{
	const struct xml_attr *a = xml_attr(x, name);

	return a != NULL && a->value[0] != '\0' ? a->value : NULL;
}

bool
take_yes(const struct xml_elem *x, const char *name)
{
	const char *v = take_attr(x, name);

	return v != NULL && is_listed("yes|true", v);
}

static void
settle_time(struct reader *r)
{
	struct answers *a = r->a;
	const struct network *n = answers_management(a);
	enum proto proto = n != NULL ? n->proto : PROTO_NONE;

	if (a->ntp_servers.n > 0 && a->ntp != NTP_UNSET && a->ntp != NTP_MANUAL)
		finding_add(r->f, ERROR, a->ntp_servers.list[0].at,
		    "take it out or say <ntp source=\"manual\"/>",
		    "<ntp-server>: given although <ntp> says otherwise");
	if (a->ntp == NTP_MANUAL && a->ntp_servers.n == 0)
		finding_add(r->f, ERROR, a->top, NULL,
		    "<ntp source=\"manual\">: no <ntp-server> is given");
	if (a->ntp == NTP_DHCP && proto == PROTO_STATIC)
		finding_add(r->f, ERROR, a->top, NULL,
		    "<ntp source=\"dhcp\">: the address is static, so no DHCP "
		    "server will name a time server");
	if (a->ntp == NTP_UNSET)
		a->ntp = a->ntp_servers.n > 0 ? NTP_MANUAL :
		    proto == PROTO_DHCP ? NTP_DHCP : NTP_DEFAULT;
}

/* sshd and the time service, by the names that they have there. */
static void
settle_services(struct reader *r)
{
	struct answers *a = r->a;

	for (size_t i = 0; i < a->services.n; i++) {
		const struct service *s = &a->services.list[i];
		const char *name = s->name.text;

		if (name == NULL)
			continue;
		if (strcmp(name, "sshd") == 0 && a->ssh_at.line > 0 &&
		    a->ssh != s->enabled)
			finding_add(r->f, ERROR, s->at, "keep one of them",
			    "<service>: sshd: <ssh-mode> says otherwise");
		else if (strcmp(name, "sshd") == 0)
			a->ssh = s->enabled;
		if (!is_listed("ntpd|chronyd", name))
			continue;
		if (!s->enabled && a->ntp != NTP_UNSET && a->ntp != NTP_NONE)
			finding_add(r->f, ERROR, s->at, "keep one of them",
			    "<service>: %s: <ntp> says otherwise", name);
		else if (!s->enabled)
			a->ntp = NTP_NONE;
	}
}

static void
settle_host(struct reader *r)
{
	struct answers *a = r->a;
	const struct network *n = answers_management(a);

	if (n != NULL && n->proto == PROTO_STATIC && a->name_servers.n == 0)
		finding_add(r->f, WARNING, n->at, NULL,
		    "<admin-interface>: a static address and no <name-server>: "
		    "the host will not resolve names");
	if (a->password.text == NULL && !findings_bad(r->f))
		finding_add(r->f, WARNING, a->top, NULL,
		    "<root-password>: not given: nobody can log in by "
		    "password%s", a->ssh_keys.n > 0 ? "" : ", nor by key");
}

void
take_top(struct reader *r, const struct xml_elem *x)
{
	(void)x;
	settle_disks(r);
	settle_sources(r);
	settle_networks(r);
	if (r->a->mode == MODE_UPGRADE || r->a->mode == MODE_RESTORE)
		return;
	settle_services(r);
	settle_time(r);
	settle_host(r);
}

void
take_password(struct reader *r, const struct xml_elem *x)
{
	const char *type = take_attr(x, "type"), *wrong;

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

/* As dom0 has them, or as the package has that dom0's are made from. */
static bool
has_keymap(const char *dir, const char *name)
{
	char path[512];
	bool found;
	glob_t g;

	snprintf(path, sizeof(path), "%s/%s.bmap", dir, name);
	if (access(path, F_OK) == 0)
		return true;
	snprintf(path, sizeof(path), "%s/i386/*/%s.kmap.gz", dir, name);
	found = glob(path, 0, NULL, &g) == 0;
	globfree(&g);
	return found;
}

void
take_keymap(struct reader *r, const struct xml_elem *x)
{

	if (r->env->keymaps == NULL || r->a->keymap.text == NULL)
		return;
	if (!has_keymap(r->env->keymaps, "us"))
		return;
	if (!has_keymap(r->env->keymaps, x->text))
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

void
take_ntp(struct reader *r, const struct xml_elem *x)
{
	const char *source = take_attr(x, "source");
	int n = source == NULL ? -1 :
	    word_index("dhcp|default|manual|none", source);

	r->a->ntp = n == -1 ? NTP_UNSET : (enum ntp)(n + NTP_DHCP);
}

void
take_ssh_mode(struct reader *r, const struct xml_elem *x)
{
	r->a->ssh = strcasecmp(x->text, "on") == 0;
	r->a->ssh_at = x->at;
	if (strcasecmp(x->text, "auto") == 0)
		finding_add(r->f, WARNING, x->at, "say on to have it",
		    "<ssh-mode>: auto is taken as off: nothing starts sshd "
		    "when the agent does not answer");
	else if (!is_listed("on|off", x->text))
		finding_add(r->f, ERROR, x->at, NULL, "<ssh-mode>: \"%.40s\" "
		    "must be one of on|off|auto", x->text);
}

const char *
stage_name(enum stage stage)
{
	static const char *const names[] = {
		[STAGE_START] = "installation-start",
		[STAGE_PACKAGES] = "packages-installed",
		[STAGE_POPULATED] = "filesystem-populated",
		[STAGE_COMPLETE] = "installation-complete",
	};

	return names[stage];
}

static void
check_script(struct reader *r, const struct xml_elem *x)
{
	struct script *s = r->object;
	const char *wrong;
	char shown[256];

	if (take_attr(x, "type") == NULL)
		s->type = SOURCE_URL;
	if (s->url.text == NULL)
		return;			/* said already */
	wrong = check_url_words(s->url.text, s->type == SOURCE_NFS ?
	    check_nfs : check_source_url);
	if (wrong != NULL)
		finding_add(r->f, ERROR, x->at, template_remedy(x->text),
		    "<%s>: \"%.200s\" %s", x->name, hide_login(x->text, shown,
		    sizeof(shown)), wrong);
}

void
take_script(struct reader *r, const struct xml_elem *x)
{
	const char *on_error = take_attr(x, "on-error");
	struct script *s = r->object;

	s->stop = on_error != NULL && is_listed("stop", on_error);
	check_script(r, x);
}

void
take_post_script(struct reader *r, const struct xml_elem *x)
{
	((struct script *)r->object)->stage = STAGE_POPULATED;
	check_script(r, x);
}

/* Called on success, too, there as here: with 0. */
void
take_failed_script(struct reader *r, const struct xml_elem *x)
{
	((struct script *)r->object)->stage = STAGE_COMPLETE;
	check_script(r, x);
}

void
take_service(struct reader *r, const struct xml_elem *x)
{
	const char *state = take_attr(x, "state");
	struct services *all = &r->a->services;
	struct service *s = r->object;

	s->enabled = state != NULL && is_listed("enabled", state);
	if (s->name.text == NULL)
		return;			/* said already */
	for (size_t i = 0; i + 1 < all->n; i++)
		if (all->list[i].name.text != NULL &&
		    strcmp(s->name.text, all->list[i].name.text) == 0) {
			finding_add(r->f, ERROR, x->at, NULL,
			    "<service>: \"%s\" is said twice", s->name.text);
			break;
		}
	if (!is_listed("sshd|ntpd|chronyd", s->name.text))
		finding_add(r->f, WARNING, x->at, NULL, "<service>: \"%s\": "
		    "has no effect: there is no such service to switch, but "
		    "sshd and ntpd", s->name.text);
}

void
take_confirm(struct reader *r, const struct xml_elem *x)
{
	if (is_listed("false|no|0|off", x->text))
		finding_add(r->f, WARNING, x->at, "take it out if nothing is "
		    "to be asked", "<ui-confirmation-prompt>: any text turns "
		    "it on, \"%s\" too", x->text);
}

void
take_pool(struct reader *r, const struct xml_elem *x)
{
	bool token = take_attr(x, "token") != NULL;
	bool user = take_attr(x, "username") != NULL;
	bool password = take_attr(x, "password") != NULL;
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
	int n = word_index("shell|poweroff|reboot", x->text);

	if (n != -1)
		r->a->on_failure = (enum at_failure)n;
	else
		finding_add(r->f, ERROR, x->at, NULL,
		    "<on-failure>: \"%.40s\" must be one of shell|poweroff|"
		    "reboot", x->text);
}
