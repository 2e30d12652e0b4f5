/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jsonrpc.h"
#include "pcrs.h"
#include "uuid.h"

#define EVENTS_MAX 8
#define TEXT_MAX 1024
#define NIL_UUID "00000000-0000-0000-0000-000000000000"

struct pcrs {
	struct value *all;
	const struct value *entries, *slot;	/* of all */
	struct pcr four;
	struct {
		const char *name;		/* of all */
		unsigned char digest[PCR_SIZE];
	} events[EVENTS_MAX];
	size_t nevents;
};

static int
digest_parse(const char *text, unsigned char to[PCR_SIZE], struct err *e)
{
	size_t len;

	if (text == NULL || hex_parse(text, to, PCR_SIZE, &len, e) == -1 ||
	    len != PCR_SIZE)
		return err_set(e, "not a SHA-256 value");
	return 0;
}

static int
parse_events(struct pcrs *p, const struct value *list, struct err *e)
{
	const struct value *event;

	if (value_len(list) == 0 || value_len(list) > EVENTS_MAX)
		return err_set(e, "events: missing, or too many");
	for (; p->nevents < value_len(list); p->nevents++) {
		event = value_at(list, p->nevents);
		p->events[p->nevents].name = value_get_str(event, "event");
		if (p->events[p->nevents].name == NULL ||
		    digest_parse(value_get_str(event, "sha256"),
		    p->events[p->nevents].digest, e) == -1)
			return err_set(e, "events: one without name or value");
	}
	return 0;
}

static int
parse(struct pcrs *p, struct err *e)
{
	const struct value *bank = value_get(p->all, "sha256");

	if (digest_parse(value_get_str(bank, "4"), p->four.value, e) == -1)
		return err_in(e, "sha256: 4");
	p->entries = value_get(bank, "12");
	p->slot = value_get(p->all, "slot");
	if (!value_is(p->entries, VALUE_STRUCT) ||
	    !value_is(p->slot, VALUE_STRUCT))
		return err_set(e, "no entries of the boot menu");
	return parse_events(p, value_get(p->all, "events"), e);
}

struct pcrs *
pcrs_parse(const char *text, size_t len, struct err *e)
{
	struct pcrs *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	p->all = json_parse(text, len, &value_limits_request, e);
	if (p->all != NULL && parse(p, e) == 0)
		return p;
	pcrs_free(p);
	err_in(e, "not a domus.pcrs.json");
	return NULL;
}

void
pcrs_free(struct pcrs *p)
{
	if (p != NULL)
		value_free(p->all);
	free(p);
}

static bool
equal(const struct pcr *a, const struct pcr *b)
{
	return memcmp(a->value, b->value, PCR_SIZE) == 0;
}

/* The value without those events whose bit is set in left_out. */
static struct pcr
without(const struct pcrs *p, unsigned int left_out)
{
	struct pcr pcr = { { 0 } };

	for (size_t i = 0; i < p->nevents; i++)
		if ((left_out >> i & 1) == 0)
			pcr_extend(&pcr, p->events[i].digest);
	return pcr;
}

/* A register does not say what is in it: what was left out can be tried. */
static int
explain_four(const struct pcrs *p, const struct pcr *is, struct err *e)
{
	struct buf why = { 0 };
	struct pcr tried;
	unsigned int all = (1u << p->nevents) - 1;

	for (unsigned int bits = 1; bits < all && why.len == 0; bits++) {
		tried = without(p, bits);
		if (!equal(&tried, is))
			continue;
		buf_str_add(&why, "it is as predicted but for what was not "
		    "started:");
		for (size_t i = 0; i < p->nevents; i++)
			if ((bits >> i & 1) != 0)
				buf_printf(&why, " %s;", p->events[i].name);
	}
	tried = without(p, all);
	if (equal(&tried, is))
		buf_str_add(&why, "nothing was measured: started by a BIOS, or "
		    "by a firmware that does not use its TPM");
	else if (why.len == 0)
		buf_str_add(&why, "systemd-boot or domus.efi (Xen, its "
		    "configuration, kernel, initrd) is not this image's, or "
		    "another program was started before them");
	err_set(e, "PCR 4 differs (the programs that were started): %s",
	    buf_str(&why));
	buf_free(&why);
	return -1;
}

/* The template with the host's own values.  These may be nothing else than
 * what the installer writes, so that no other word comes in by them. */
static int
fill_in(const char *template, const struct quote *q, char to[TEXT_MAX])
{
	const struct { const char *from, *to; bool ok; } words[] = {
		{ "domus.state=" NIL_UUID, q->state, is_uuid(q->state) },
		{ "domus.slot=" NIL_UUID, q->slot, is_uuid(q->slot) },
		{ "domus.trial=0", q->trial, strcmp(q->trial, "0") == 0 ||
		    strcmp(q->trial, "1") == 0 },
	};
	size_t len = strlen(template), n;
	char *at;

	if (len >= TEXT_MAX)
		return -1;
	memcpy(to, template, len + 1);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		at = strstr(to, words[i].from);
		if (at == NULL)
			continue;
		n = strlen(words[i].to);
		if (!words[i].ok)
			return -1;
		/* as long as what it replaces */
		memcpy(at + strlen(words[i].from) - n, words[i].to, n);
	}
	return 0;
}

static int
find_entry(const struct pcrs *p, const struct quote *q, const char **name_r)
{
	const struct pcr *is = &q->pcr[1];
	char options[TEXT_MAX];
	struct err none;
	struct pcr pcr;

	for (size_t i = 0; i < value_len(p->slot); i++) {
		if (value_str(value_at(p->slot, i)) == NULL ||
		    fill_in(value_str(value_at(p->slot, i)), q, options) == -1)
			continue;
		memset(&pcr, 0, sizeof(pcr));
		pcr_extend_options(&pcr, options);
		*name_r = value_name_at(p->slot, i);
		if (equal(&pcr, is))
			return 0;
	}
	for (size_t i = 0; i < value_len(p->entries); i++) {
		*name_r = value_name_at(p->entries, i);
		if (digest_parse(value_str(value_at(p->entries, i)), pcr.value,
		    &none) == 0 && equal(&pcr, is))
			return 0;
	}
	return -1;
}

int
pcrs_check(const struct pcrs *p, const struct quote *q, char entry_r[64],
    struct err *e)
{
	const struct pcr zero = { { 0 } };
	const char *name;

	if (!equal(&q->pcr[0], &p->four))
		return explain_four(p, &q->pcr[0], e);
	if (find_entry(p, q, &name) == 0) {
		snprintf(entry_r, 64, "%.63s", name);
		return 0;
	}
	if (equal(&q->pcr[1], &zero))
		return err_set(e, "PCR 12 differs (the options of the boot "
		    "menu's entry): none were measured");
	return err_set(e, "PCR 12 differs (the options of the boot menu's "
	    "entry): they are no entry's of this image with state \"%.40s\", "
	    "slot \"%.40s\" and trial \"%.4s\", as the host has them",
	    q->state, q->slot, q->trial);
}
