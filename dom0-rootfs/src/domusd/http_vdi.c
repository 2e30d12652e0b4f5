/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "http.h"
#include "op.h"
#include "sr.h"
#include "vdi.h"

/* PUT /import_raw_vdi and GET /export_raw_vdi: disks. */

static int
check_format(struct request *q, const char **format_r)
{
	const char *format = http_query(q, "format");

	if (*format == '\0')
		format = "raw";
	*format_r = format;
	if (strcmp(format, "raw") == 0 || strcmp(format, "vhd") == 0)
		return 0;
	return req_fail(q, "VALUE_NOT_SUPPORTED", "format", format,
	    "raw and vhd are", NULL);
}

static struct record *
sr_of(struct request *q, const struct record *vdi)
{
	struct record *sr = rec_ref(&q->core->db, vdi, VDI_SR);

	if (sr != NULL && sr->cls == CLASS_SR)
		return sr;
	req_fail(q, "HANDLE_INVALID", "SR", rec_str(vdi, VDI_SR), NULL);
	return NULL;
}

static struct value *
question(const struct record *vdi, const char *format)
{
	struct value *v = value_new_struct();

	value_set_str(v, "location", rec_str(vdi, VDI_location));
	value_set_str(v, "format", format);
	return v;
}

/* What [disk] says of the disk, into its record. */
static void
take_figures(struct request *q)
{
	struct db *db = &q->core->db;
	struct record *vdi = db_find(db, CLASS_VDI, q->http->self), *sr;
	const struct value *disk = value_get(q->answer.value, "disk");
	struct err ignored;
	int64_t used;

	if (vdi == NULL)
		return;
	if (value_as_int(value_get(disk, "used"), &used, &ignored) == 0)
		db_set_int(db, vdi, VDI_physical_utilisation, used);
	sr = rec_ref(db, vdi, VDI_SR);
	if (sr != NULL && sr->cls == CLASS_SR)
		sr_figures(db, sr, q->answer.value);
}

static int
imported(struct request *q)
{
	if (http_answered(q) == -1)
		return -1;
	take_figures(q);
	return http_answer(q, NULL, "");
}

int
http_import_raw_vdi(struct request *q)
{
	struct record *vdi = http_record(q, CLASS_VDI, "vdi"), *sr;
	const char *format;
	struct value *v;

	if (vdi == NULL || check_format(q, &format) == -1)
		return -1;
	sr = sr_of(q, vdi);
	if (sr == NULL)
		return -1;
	if (rec_bool(vdi, VDI_read_only))
		return req_fail(q, "VDI_READONLY", vdi->ref, NULL);
	/* a client that looks whether it is at the right host */
	if (http_length(q) == 0)
		return vdi_is_free(q, vdi, "import") == -1 ? -1 :
		    http_answer(q, NULL, "");
	if (!sr_has_files(sr))
		return req_fail(q, "SR_OPERATION_NOT_SUPPORTED", sr->ref,
		    NULL);
	if (vdi_is_free(q, vdi, "import") == -1 ||
	    op_hold(q, vdi, "update") == -1)
		return -1;
	v = question(vdi, format);
	value_set_int(v, "length", http_length(q));
	return http_ask_disk(q, sr, PRIV_DISK_IMPORT, v, true, imported);
}

static int
exported(struct request *q)
{
	if (http_answered(q) == -1)
		return -1;
	return http_answer(q, NULL, "");
}

/* What the delta is to: another disk of the same SR. */
static int
take_base(struct request *q, struct value *v, const struct record *vdi)
{
	const struct db *db = &q->core->db;
	const char *ref = http_query(q, "base");
	const struct record *base = db_find(db, CLASS_VDI, ref);

	if (*ref == '\0')
		return 0;
	if (base == NULL)
		base = db_by_uuid(db, CLASS_VDI, ref);
	if (base == NULL)
		return req_fail(q, "HANDLE_INVALID", "VDI", ref, NULL);
	if (strcmp(rec_str(base, VDI_SR), rec_str(vdi, VDI_SR)) != 0 ||
	    strcmp(value_get_str(v, "format"), "vhd") != 0)
		return req_fail(q, "VALUE_NOT_SUPPORTED", "base", base->ref,
		    "a delta is a vhd between two disks of one SR", NULL);
	value_set_str(v, "base", rec_str(base, VDI_location));
	value_set_str(v, "base_uuid", rec_str(base, VDI_uuid));
	return 0;
}

/* "bytes=FROM-TO" or "bytes=FROM-" of a raw disk; others mean all of it. */
static void
take_range(struct request *q, struct value *v, const struct record *vdi)
{
	const char *range = value_get_str(q->http->head, "range");
	int64_t size = rec_int(vdi, VDI_virtual_size);
	unsigned long long from, to = (unsigned long long)size - 1;
	char more = '\0';
	int n;

	if (range == NULL || strcmp(value_get_str(v, "format"), "raw") != 0)
		return;
	n = sscanf(range, "bytes=%llu-%llu%c", &from, &to, &more);
	if ((n != 1 && n != 2) || from > to || from >= (unsigned long long)size)
		return;
	if (to >= (unsigned long long)size)
		to = (unsigned long long)size - 1;
	value_set_int(v, "from", (int64_t)from);
	value_set_int(v, "to", (int64_t)to + 1);
	q->http->status = 206;
	snprintf(q->http->more, sizeof(q->http->more),
	    "Content-Range: bytes %llu-%llu/%lld\r\n", from, to,
	    (long long)size);
}

int
http_export_raw_vdi(struct request *q)
{
	struct record *vdi = http_record(q, CLASS_VDI, "vdi"), *sr;
	const char *format;
	struct value *v;

	if (vdi == NULL || check_format(q, &format) == -1)
		return -1;
	sr = sr_of(q, vdi);
	/* one that nobody writes may be read while it is used */
	if (sr == NULL || (vdi_attached(&q->core->db, vdi) != NULL &&
	    !rec_bool(vdi, VDI_read_only) &&
	    vdi_is_free(q, vdi, "export") == -1) ||
	    op_hold(q, vdi, "copy") == -1)
		return -1;
	v = question(vdi, format);
	value_set_str(v, "uuid", rec_str(vdi, VDI_uuid));
	if (take_base(q, v, vdi) == -1) {
		value_free(v);
		return -1;
	}
	take_range(q, v, vdi);
	snprintf(q->http->more + strlen(q->http->more),
	    sizeof(q->http->more) - strlen(q->http->more),
	    "Content-Disposition: attachment; filename=\"%.36s.%s\"\r\n",
	    rec_str(vdi, VDI_uuid), format);
	return http_ask_disk(q, sr, PRIV_DISK_EXPORT, v, false, exported);
}
