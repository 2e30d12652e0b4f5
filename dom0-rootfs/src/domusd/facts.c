/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "cert.h"
#include "conf.h"
#include "core.h"
#include "facts.h"
#include "facts_parts.h"
#include "log.h"
#include "pif.h"
#include "pool.h"
#include "priv.h"
#include "raid_alert.h"
#include "type.h"

/* The host itself, its metrics and its certificate. */

#define API_MAJOR 2
#define API_MINOR 21
/* What clients compare to learn which calls we know: XenServer's numbering. */
#define PLATFORM_VERSION "3.4.0"

struct record *
facts_ensure(struct db *db, struct record *r, enum class_id cls)
{
	return r != NULL ? r : db_create(db, cls, NULL, NULL);
}

const char *
facts_str(const struct value *v, const char *name)
{
	const char *s = value_get_str(v, name);

	return s != NULL ? s : "";
}

int64_t
facts_int(const struct value *v, const char *name)
{
	struct err ignored;
	int64_t i;

	return value_as_int(value_get(v, name), &i, &ignored) == 0 ? i : 0;
}

void
facts_copy(struct db *db, struct record *r, enum field_id f,
    const struct value *from, const char *name)
{
	struct value *v = value_get(from, name);
	struct err ignored;

	if (v != NULL)
		v = type_take(model_fields[f].type, v, &ignored);
	if (v != NULL)
		db_set(db, r, f, v);
}

/* A map of text that is set as a whole. */
static void
set_texts(struct db *db, struct record *r, enum field_id f,
    const char *const texts[][2])
{
	struct value *map = value_new_struct();

	for (size_t i = 0; texts[i][0] != NULL; i++)
		value_set_str(map, texts[i][0], texts[i][1]);
	db_set(db, r, f, map);
}

static void
software_version(struct core *core, struct record *host,
    const struct value *facts)
{
	const char *xen = facts_str(value_get(facts, "xen"), "version");

	set_texts(&core->db, host, host_software_version,
	    (const char *const[][2]){
		{ "product_brand", "Domus" },
		{ "product_version", DOMUS_VERSION },
		{ "product_version_text", DOMUS_VERSION },
		{ "product_version_text_short", DOMUS_VERSION },
		{ "build_number", DOMUS_VERSION },
		{ "hostname", facts_str(facts, "hostname") },
		{ "linux", facts_str(facts, "kernel") },
		{ "network_backend", "bridge" },
		{ "platform_name", "Domus" },
		{ "platform_version", PLATFORM_VERSION },
		{ "xen", xen },
		{ NULL, NULL },
	});
}

/* Everything of ours is free; clients look for a date when that ends. */
static void
licence(struct core *core, struct record *host)
{
	set_texts(&core->db, host, host_license_params,
	    (const char *const[][2]){
		{ "expiry", "20991231T23:59:59Z" },
		{ "sku_type", "free" },
		{ NULL, NULL },
	});
	db_set_str(&core->db, host, host_edition, "free");
}

static const char *
ntp_mode(const struct conf *c)
{
	static const char *const modes[][2] = { { "dhcp", "DHCP" },
		{ "manual", "Custom" }, { "none", "Disabled" } };
	const char *ntp = conf_get(c, "ntp", "default");

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(ntp, modes[i][0]) == 0)
			return modes[i][1];
	return "Factory";
}

static void
from_conf(struct core *core, struct record *host)
{
	struct db *db = &core->db;
	struct value *servers = value_new_array();
	const char *s;

	for (size_t i = 0; (s = conf_nth(core->conf, "ntp-server", i)) != NULL;
	    i++)
		value_add_str(servers, s);
	db_set(db, host, host_ntp_custom_servers, servers);
	db_set_str(db, host, host_ntp_mode, ntp_mode(core->conf));
	db_set_str(db, host, host_timezone,
	    conf_get(core->conf, "timezone", "UTC"));
	db_set_bool(db, host, host_ssh_enabled,
	    strcmp(conf_get(core->conf, "ssh", "off"), "on") == 0);
}

static struct record *
new_host(struct core *core, const struct value *facts)
{
	struct value *v = value_new_struct(), *versions = value_new_array();
	const char *name = facts_str(facts, "hostname");
	struct record *r;

	value_add_int(versions, 0);
	value_set_str(v, "uuid", core->host_uuid);
	value_set_str(v, "name_label", *name != '\0' ? name : "domus");
	value_set_bool(v, "enabled", true);
	value_set_str(v, "sched_policy", "credit2");
	value_set_str(v, "API_version_vendor", "Domus");
	value_set_bool(v, "tls_verification_enabled", true);
	value_set_bool(v, "https_only", true);
	value_set(v, "virtual_hardware_platform_versions", versions);
	r = db_create(&core->db, CLASS_host,
	    db_note(&core->db, "rebuilt.host"), v);
	db_note_set(&core->db, "rebuilt.host", NULL);
	value_free(v);
	return r;
}

static void
boot_times(struct core *core, struct record *host, const struct value *facts)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld",
	    (long long)facts_int(facts, "boot_time"));
	db_set_key(&core->db, host, host_other_config, "boot_time", text);
	snprintf(text, sizeof(text), "%lld", (long long)core->started);
	db_set_key(&core->db, host, host_other_config, "agent_start_time",
	    text);
}

/* IPv4's, else the first of IPv6 without its prefix's length. */
static void
management_address(const struct value *m, char *to, size_t size)
{
	const struct value *six = value_at(value_get(m, "addresses6"), 0);
	const char *text = facts_str(m, "address");

	if (*text == '\0' && value_str(six) != NULL)
		text = value_str(six);
	snprintf(to, size, "%.*s", (int)strcspn(text, "/"), text);
}

static struct record *
apply_host(struct core *core, const struct value *facts)
{
	struct db *db = &core->db;
	struct record *host = db_where(db, host_uuid, core->host_uuid);
	char address[64];

	if (host == NULL)
		host = new_host(core, facts);
	if (host == NULL)
		return NULL;
	management_address(value_get(facts, "management"), address,
	    sizeof(address));
	db_set_int(db, host, host_API_version_major, API_MAJOR);
	db_set_int(db, host, host_API_version_minor, API_MINOR);
	db_set_str(db, host, host_address, address);
	facts_copy(db, host, host_hostname, facts, "hostname");
	facts_copy(db, host, host_capabilities, facts, "capabilities");
	facts_copy(db, host, host_cpu_info, facts, "cpu_info");
	facts_copy(db, host, host_bios_strings, facts, "bios");
	facts_copy(db, host, host_chipset_info, facts, "chipset_info");
	facts_copy(db, host, host_secure_boot, facts, "secure_boot");
	software_version(core, host, facts);
	licence(core, host);
	from_conf(core, host);
	boot_times(core, host, facts);
	raid_facts(db, host, value_get(facts, "raids"));
	return host;
}

static void
apply_metrics(struct core *core, struct record *host,
    const struct value *facts)
{
	struct db *db = &core->db;
	struct record *m = facts_ensure(db, rec_ref(db, host, host_metrics),
	    CLASS_host_metrics);

	if (m == NULL)
		return;
	db_set_str(db, host, host_metrics, m->ref);
	facts_copy(db, m, host_metrics_memory_total, facts, "memory_total");
	facts_copy(db, m, host_metrics_memory_free, facts, "memory_free");
	db_set_bool(db, m, host_metrics_live, true);
	db_set_time(db, m, host_metrics_last_updated, core_time());
}

static void
apply_certificate(struct core *core, struct record *host)
{
	struct db *db = &core->db;
	struct record *r = facts_ensure(db, db_where(db, Certificate_host,
	    host->ref), CLASS_Certificate);
	const struct cert *c = core->cert;

	if (r == NULL || c == NULL)
		return;
	db_set_str(db, r, Certificate_host, host->ref);
	db_set_str(db, r, Certificate_type, "host");
	db_set_str(db, r, Certificate_fingerprint, c->sha256);
	db_set_str(db, r, Certificate_fingerprint_sha256, c->sha256);
	db_set_str(db, r, Certificate_fingerprint_sha1, c->sha1);
	db_set_time(db, r, Certificate_not_before, c->not_before);
	db_set_time(db, r, Certificate_not_after, c->not_after);
}

/* What stays as it is between two looks, and what is a figure of the moment:
 * the second needs no disk. */
static struct record *
apply_stable(struct core *core, const struct value *facts)
{
	struct record *host = apply_host(core, facts);

	if (host == NULL)
		return NULL;
	snprintf(core->host_ref, sizeof(core->host_ref), "%s", host->ref);
	facts_networks(core, host, facts);
	facts_storage(core, host, facts);
	facts_pool(core, host);
	apply_certificate(core, host);
	return host;
}

int
facts_apply(struct core *core, const struct value *facts, struct err *e)
{
	struct record *host;

	if (!value_is(facts, VALUE_STRUCT))
		return err_set(e, "facts: not a struct");
	pif_trial(core, facts);
	db_begin(&core->db, true);
	apply_stable(core, facts);
	if (db_commit(&core->db, e) == -1)
		return -1;
	db_begin(&core->db, false);
	host = core_host(core);
	if (host == NULL) {
		db_rollback(&core->db);
		return err_set(e, "facts: no host");
	}
	apply_metrics(core, host, facts);
	facts_cpus(core, host, facts);
	facts_dom0(core, host, facts);
	facts_network_figures(core, host, facts);
	facts_storage_figures(core, facts);
	return db_commit(&core->db, e);
}

static void
facts_answered(struct core *core, struct request *q, struct reply *r)
{
	struct err e;

	(void)q;
	core->facts_asked = false;
	if (!r->ok)
		reply_error(r, &e);
	if (!r->ok || facts_apply(core, r->value, &e) == -1)
		log_error(core->log, "facts: %s", e.text);
	else
		pool_facts_changed(core);
}

void
facts_ask(struct core *core)
{
	if (core->facts_asked)
		return;
	core->facts_asked = true;
	core_ask(core, core->xen, priv_names[PRIV_FACTS], value_new_array(),
	    facts_answered, NULL);
}
