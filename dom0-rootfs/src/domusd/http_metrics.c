/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "buf.h"
#include "core.h"
#include "http.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * GET /metrics: what the records say now, in Prometheus' text format.  Each
 * metric is one row: of all records of a class, or of those that it refers to.
 */
static const struct metric {
	const char *name, *help;
	enum class_id cls;
	enum field_id via;	/* a reference to who has it; FIELDS: itself */
	enum field_id field;	/* a number, or true */
} metrics[] = {
	{ "host_enabled", "Whether the host takes new VMs.", CLASS_host,
	    FIELDS, host_enabled },
	{ "host_live", "Whether the host was heard of.", CLASS_host,
	    host_metrics, host_metrics_live },
	{ "host_memory_total_bytes", "Memory of the host.", CLASS_host,
	    host_metrics, host_metrics_memory_total },
	{ "host_memory_free_bytes", "Memory of the host that is free.",
	    CLASS_host, host_metrics, host_metrics_memory_free },
	{ "vm_vcpus", "Virtual processors of a running VM.", CLASS_VM,
	    VM_metrics, VM_metrics_VCPUs_number },
	{ "vm_memory_actual_bytes", "Memory that a VM has now.", CLASS_VM,
	    VM_metrics, VM_metrics_memory_actual },
	{ "sr_size_bytes", "Size of the storage.", CLASS_SR, FIELDS,
	    SR_physical_size },
	{ "sr_used_bytes", "What of the storage is used.", CLASS_SR, FIELDS,
	    SR_physical_utilisation },
	{ "sr_virtual_bytes", "Size of all disks on the storage.", CLASS_SR,
	    FIELDS, SR_virtual_allocation },
};

static const char *const states[] = { "Halted", "Paused", "Running",
	"Suspended" };

static void
put_head(struct buf *to, const char *name, const char *help)
{
	buf_printf(to, "# HELP domus_%s %s\n# TYPE domus_%s gauge\n", name,
	    help, name);
}

/* The value of a label. */
static void
put_text(struct buf *to, const char *s)
{
	buf_char(to, '"');
	for (; *s != '\0'; s++) {
		if (*s == '\n') {
			buf_str_add(to, "\\n");
			continue;
		}
		if (*s == '"' || *s == '\\')
			buf_char(to, '\\');
		buf_char(to, *s);
	}
	buf_char(to, '"');
}

static void
put_labels(struct buf *to, const struct record *r)
{
	enum field_id uuid = model_field(r->cls, "uuid");
	enum field_id label = model_field(r->cls, "name_label");

	buf_str_add(to, "{uuid=");
	put_text(to, rec_str(r, uuid));
	buf_str_add(to, ",name=");
	put_text(to, rec_str(r, label));
	buf_char(to, '}');
}

/* Templates and snapshots are no VMs to whoever counts them. */
static bool
counts(const struct record *r)
{
	return r->cls != CLASS_VM || (!rec_bool(r, VM_is_a_template) &&
	    !rec_bool(r, VM_is_a_snapshot));
}

static void
put_one(struct buf *to, const struct metric *m, const struct record *r,
    const struct record *from)
{
	const struct value *v = rec_get(from, m->field);

	buf_printf(to, "domus_%s", m->name);
	put_labels(to, r);
	buf_printf(to, " %lld\n", value_is(v, VALUE_BOOL) ? (long long)v->u.b :
	    (long long)rec_int(from, m->field));
}

static void
put_metric(struct buf *to, const struct db *db, const struct metric *m)
{
	const struct record *r, *from;

	put_head(to, m->name, m->help);
	for (size_t i = 0; i < db_count(db, m->cls); i++) {
		r = db_at(db, m->cls, i);
		from = m->via == FIELDS ? r : rec_ref(db, r, m->via);
		if (from != NULL && counts(r))
			put_one(to, m, r, from);
	}
}

static void
put_states(struct buf *to, const struct db *db)
{
	const struct record *r;
	size_t n;

	put_head(to, "vms", "How many VMs there are, by power state.");
	for (size_t s = 0; s < COUNT(states); s++) {
		n = 0;
		for (size_t i = 0; i < db_count(db, CLASS_VM); i++) {
			r = db_at(db, CLASS_VM, i);
			n += counts(r) && strcmp(rec_str(r, VM_power_state),
			    states[s]) == 0;
		}
		buf_printf(to, "domus_vms{power_state=\"%s\"} %zu\n",
		    states[s], n);
	}
}

int
http_metrics(struct request *q)
{
	const struct db *db = &q->core->db;
	struct buf b = { 0 };
	int rc;

	put_head(&b, "info", "The agent that answers.");
	buf_str_add(&b, "domus_info{version=\"" DOMUS_VERSION "\"} 1\n");
	put_head(&b, "sessions", "Open sessions.");
	buf_printf(&b, "domus_sessions %zu\n", db_count(db, CLASS_session));
	put_head(&b, "tasks", "Tasks that are kept, ended or not.");
	buf_printf(&b, "domus_tasks %zu\n", db_count(db, CLASS_task));
	for (size_t i = 0; i < COUNT(metrics); i++)
		put_metric(&b, db, &metrics[i]);
	put_states(&b, db);
	rc = b.failed ? req_fail(q, "INTERNAL_ERROR", "out of memory", NULL) :
	    http_answer(q, TYPE, buf_str(&b));
	buf_free(&b);
	return rc;
}
