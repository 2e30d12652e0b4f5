/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bridge.h"
#include "cli.h"
#include "file.h"
#include "jsonrpc.h"
#include "offer.h"
#include "parts.h"
#include "run.h"

/*
 * domus serve: this host's own image, and answers that lead into this pool, for
 * machines on the management network.
 */
#define USER "domus-serve"
#define NETBOOT "/usr/share/domus/netboot"
#define ANSWERS OFFER_DIR "/answers"
#define CHECKED OFFER_DIR "/checked.xml"
#define TOKEN OFFER_DIR "/token"
#define TOKENS OFFER_DIR "/pool-tokens"
#define MINUTES 60
#define MOST_MINUTES (24 * 60)
#define LATER_S 3600		/* a token outlives the offer: an installation */
#define MOST_MACHINES 64
#define MARK "${pool-token}"

enum { OPT_ANSWERS, OPT_MAC, OPT_MINUTES, OPT_DHCP };

/* What is offered, and what was made for it. */
struct offer {
	struct cli *cli;
	const char *answers, *macs, *dhcp;
	int64_t minutes;
	char slot[40], minutes_text[16];
	char coordinator[64];
	char ids[MOST_MACHINES][64];	/* of the pool's tokens */
	size_t ntokens;
	gid_t group;
};

static int
read_options(struct offer *o, const struct args *a, struct err *e)
{
	struct value *text;
	int rc = 0;

	o->answers = a->option[OPT_ANSWERS];
	o->macs = a->option[OPT_MAC];
	o->dhcp = a->option[OPT_DHCP];
	o->minutes = MINUTES;
	if (a->option[OPT_MINUTES] != NULL) {
		text = value_new_str(a->option[OPT_MINUTES]);
		rc = value_as_int(text, &o->minutes, e);
		value_free(text);
	}
	if (rc == -1 || o->minutes < 1 || o->minutes > MOST_MINUTES)
		return err_set(e, "--minutes: a number from 1 to %d",
		    MOST_MINUTES);
	snprintf(o->minutes_text, sizeof(o->minutes_text), "%d",
	    (int)o->minutes);
	if (o->answers != NULL && o->macs == NULL)
		return err_set(e, "--answers erase disks: name the machines, "
		    "by --mac");
	if (o->macs != NULL && offer_machines(o->macs) > MOST_MACHINES)
		return err_set(e, "--mac: more than %d machines",
		    MOST_MACHINES);
	return 0;
}

static int
is_coordinator(struct offer *o, struct err *e)
{
	struct value *v = cli_get(o->cli, e, "pool.domus_status", NULL);
	const char *role = value_get_str(v, "role");
	int rc = 0;

	if (v == NULL)
		return -1;
	if (role == NULL || strcmp(role, "coordinator") != 0)
		rc = err_set(e, "this host is a member: its pool's coordinator "
		    "is to serve");
	value_free(v);
	v = rc == 0 ? cli_coordinator(o->cli, e) : NULL;
	if (v == NULL)
		return -1;
	snprintf(o->coordinator, sizeof(o->coordinator), "%s", value_str(v));
	value_free(v);
	return 0;
}

/* The slot that was booted, as the kernel's command line names it. */
static int
find_slot(struct offer *o, struct err *e)
{
	char *text, *word, uuid[40] = "";
	const struct part *part;
	struct parts p = { 0 };
	int rc;

	if (file_read("/proc/cmdline", 65536, &text, NULL, e) == -1)
		return -1;
	word = strstr(text, "domus.slot=");
	if (word != NULL)
		snprintf(uuid, sizeof(uuid), "%.36s", word + 11);
	free(text);
	if (uuid[0] == '\0')
		return err_set(e, "this host was not booted from a slot of "
		    "its disk");
	rc = parts_read("/sys", &p, e);
	if (rc == 0)
		rc = parts_named(&p, uuid, &part, e);
	if (rc == 0)
		snprintf(o->slot, sizeof(o->slot), "/dev/%s", part->name);
	parts_free(&p);
	return rc;
}

static int
remove_all(struct err *e)
{
	const char *const argv[] = { "rm", "-rf", "--", OFFER_DIR, NULL };

	if (file_erase(TOKENS, e) == -1 || file_erase(TOKEN, e) == -1)
		return -1;
	return run(argv, e);
}

static int
make_dirs(struct offer *o, struct err *e)
{
	const struct group *group = getgrnam(USER);

	if (group == NULL)
		return err_set(e, "no group " USER);
	o->group = group->gr_gid;
	if (remove_all(e) == -1 || file_mkdirs(OFFER_DIR, 0750, e) == -1 ||
	    file_mkdirs(ANSWERS, 0750, e) == -1)
		return -1;
	if (chown(OFFER_DIR, 0, o->group) == -1 ||
	    chown(ANSWERS, 0, o->group) == -1)
		return err_sys(e, OFFER_DIR);
	return 0;
}

/* One token of the pool, added to a list of them. */
static int
make_token(struct offer *o, struct buf *list, char fingerprint[80],
    struct err *e)
{
	struct value *params = value_new_array(), *v;

	value_add_int(params, o->minutes * 60 + LATER_S);
	value_add_str(params, "domus serve");
	v = cli_call(o->cli, "pool.domus_token_create", params, e);
	if (v == NULL)
		return -1;
	buf_printf(list, "%s\n", value_get_str(v, "token"));
	snprintf(fingerprint, 80, "%s", value_get_str(v, "fingerprint"));
	snprintf(o->ids[o->ntokens++], sizeof(o->ids[0]), "%s",
	    value_get_str(v, "id"));
	value_free(v);
	return 0;
}

static void
revoke_all(struct offer *o)
{
	struct err none;

	for (size_t i = 0; i < o->ntokens; i++)
		value_free(cli_get(o->cli, &none, "pool.domus_token_revoke",
		    o->ids[i], NULL));
}

/* "domus-answers WHAT FILE", its last words when it refuses. */
static int
answers_tool(const char *what, const char *file, struct buf *out,
    struct err *e)
{
	const char *const argv[] = { "domus-answers", what, file, NULL };
	struct buf none = { 0 };
	struct run r = { .output = out != NULL ? out : &none, .seconds = 60 };
	int rc = run_with(argv, &r, e);

	buf_free(&none);
	return rc == -1 ? err_set(e, "%s: refused: \"domus-answers check %s\" "
	    "says why", file, file) : 0;
}

/* The same answers for each machine that was named, under its MAC. */
static int
write_answers(struct offer *o, const char *text, struct err *e)
{
	const char *mac = o->macs;
	char path[128], *c;
	size_t len;

	for (; *mac != '\0'; mac += len + (mac[len] == ',')) {
		len = strcspn(mac, ",");
		if (len != 17)
			return err_set(e, "--mac: \"%.*s\": not as "
			    "52:54:00:d0:00:01", (int)len, mac);
		snprintf(path, sizeof(path), ANSWERS "/%.17s.xml", mac);
		for (c = path + strlen(ANSWERS) + 1; *c != '\0'; c++)
			*c = *c == ':' ? '-' : *c >= 'A' && *c <= 'F' ?
			    (char)(*c + 'a' - 'A') : *c;
		if (file_write(path, text, strlen(text), 0640, e) == -1)
			return -1;
		if (chown(path, 0, o->group) == -1)
			return err_sys(e, "%s", path);
	}
	return 0;
}

/* What would be served is judged as a machine would, before any is. */
static int
judge(struct offer *o, const char *answers, const char *fingerprint,
    struct err *e)
{
	struct buf sample = { 0 };
	int rc;

	rc = offer_answers(answers, o->coordinator, fingerprint,
	    "0123456789abcdef0123456789abcdef", &sample, e);
	if (rc == -1)
		err_in(e, "%s", o->answers);
	if (rc == 0)
		rc = file_write(CHECKED, buf_str(&sample), sample.len, 0600,
		    e);
	buf_free(&sample);
	return rc == 0 ? answers_tool("check", CHECKED, NULL, e) : -1;
}

static int
make_secret(struct err *e)
{
	unsigned char bytes[16];
	char text[2 * sizeof(bytes) + 1];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return err_sys(e, "random bytes");
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return file_write(TOKEN, text, strlen(text), 0600, e);
}

static int
make_answers(struct offer *o, struct err *e)
{
	struct buf answers = { 0 }, full = { 0 }, tokens = { 0 };
	char fingerprint[80] = "";
	int rc = 0;

	if (answers_tool("check", o->answers, NULL, e) == -1 ||
	    answers_tool("convert", o->answers, &answers, e) == -1 ||
	    make_secret(e) == -1)
		rc = -1;
	for (size_t n = offer_machines(o->macs); rc == 0 && n > 0; n--)
		rc = make_token(o, &tokens, fingerprint, e);
	if (rc == 0)
		rc = judge(o, buf_str(&answers), fingerprint, e);
	if (rc == 0)
		rc = offer_answers(buf_str(&answers), o->coordinator,
		    fingerprint, MARK, &full, e);
	if (rc == 0)
		rc = write_answers(o, buf_str(&full), e);
	if (rc == 0 && (rc = buf_ok(&tokens, e)) == 0)
		rc = file_write(TOKENS, buf_str(&tokens), tokens.len, 0600, e);
	if (tokens.data != NULL)
		explicit_bzero(tokens.data, tokens.len);
	buf_free(&answers);
	buf_free(&full);
	buf_free(&tokens);
	return rc;
}

/* It says where it serves once all is open. */
static int
launch(const struct offer *o, struct err *e)
{
	char bridge[BRIDGE_NAME];
	const char *argv[40] = { "domus-serve", "--root", NETBOOT, "--slot",
		o->slot, "--interface", bridge, "--bound", "--once",
		"--http-port", "8080", "--minutes", o->minutes_text,
		"--background", OFFER_PID, "--user", USER,
		/* iPXE loads what its firmware would: all is there for that */
		"--file", "ipxe=" };
	struct buf out = { 0 };
	struct run r = { .output = &out, .seconds = 60 };
	size_t n = 19;
	char url[80] = "";
	int rc;

	netplan_bridge_read("", bridge);
	argv[n++] = o->dhcp != NULL ? "--dhcp" : "--proxy";
	if (o->dhcp != NULL)
		argv[n++] = o->dhcp;
	if (o->macs != NULL) {
		argv[n++] = "--only";
		argv[n++] = o->macs;
	}
	if (o->answers != NULL) {
		const char *const more[] = { "--answers", ANSWERS, "--token",
			TOKEN, "--pool-tokens", TOKENS };

		memcpy(argv + n, more, sizeof(more));
		n += sizeof(more) / sizeof(more[0]);
	}
	argv[n] = NULL;
	rc = run_with(argv, &r, e);
	if (rc == 0 && sscanf(buf_str(&out), "domus-serve: ready: %79[^,]",
	    url) != 1)
		rc = err_set(e, "domus-serve does not say where it serves");
	buf_free(&out);
	return rc == 0 ? file_write(OFFER_URL, url, strlen(url), 0644, e) : -1;
}

static int
start(struct cli *cli, const struct args *a, struct err *e)
{
	struct offer o = { .cli = cli };
	struct err none;

	if (offer_runs() != 0)
		return err_set(e, "it is served already: \"domus serve stop\" "
		    "ends that");
	if (read_options(&o, a, e) == -1 || is_coordinator(&o, e) == -1 ||
	    find_slot(&o, e) == -1 || make_dirs(&o, e) == -1)
		return -1;
	if ((o.answers != NULL && make_answers(&o, e) == -1) ||
	    launch(&o, e) == -1) {
		revoke_all(&o);
		remove_all(&none);
		return -1;
	}
	fprintf(cli->out, "served for %s minutes to %s: %s\n", o.minutes_text,
	    o.macs != NULL ? o.macs : "any machine", o.answers != NULL ?
	    "they are installed and join this pool" :
	    "the installer asks a person");
	return file_erase(TOKENS, e) == -1 || file_erase(TOKEN, e) == -1 ? -1 :
	    0;
}

static int
stop(struct err *e)
{
	const struct timespec while_ = { 0, 50000000 };
	pid_t pid = offer_runs();

	if (pid != 0 && kill(pid, SIGTERM) == -1 && errno != ESRCH)
		return err_sys(e, "domus-serve");
	for (int i = 0; i < 200 && offer_runs() != 0; i++)
		nanosleep(&while_, NULL);
	if (offer_runs() != 0)
		return err_set(e, "domus-serve, process %ld, does not end",
		    (long)pid);
	return remove_all(e);
}

int
cmd_serve(struct cli *cli, const struct args *a, struct err *e)
{
	static const struct { const char *name; bool options; } verbs[] = {
		{ "start", true }, { "stop", false }, { "status", false },
	};
	size_t i, n = sizeof(verbs) / sizeof(verbs[0]);

	for (i = 0; i < n && strcmp(verbs[i].name, a->word[0]) != 0; i++)
		;
	if (i == n)
		return err_set(e, "serve: start, stop or status, not \"%s\"",
		    a->word[0]);
	for (int k = 0; k < CLI_OPTIONS && !verbs[i].options; k++)
		if (a->option[k] != NULL)
			return err_set(e, "serve %s: has no options",
			    verbs[i].name);
	if (cli->server != NULL || geteuid() != 0)
		return err_set(e, "serve: only root on the coordinator "
		    "itself");
	return i == 0 ? start(cli, a, e) : i == 1 ? stop(e) :
	    serve_status(cli, e);
}
