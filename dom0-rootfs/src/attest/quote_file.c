/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "jsonrpc.h"
#include "quote.h"

#define FORMAT "domus-quote-1"

void
hex_put(struct buf *to, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		buf_printf(to, "%02x", p[i]);
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
hex_parse(const char *text, unsigned char *to, size_t max, size_t *len_r,
    struct err *e)
{
	size_t n = 0;

	for (; text[0] != '\0'; text += 2, n++) {
		if (digit(text[0]) == -1 || digit(text[1]) == -1)
			return err_set(e, "not pairs of hexadecimal digits");
		if (n == max)
			return err_set(e, "more than %zu bytes", max);
		to[n] = (unsigned char)(digit(text[0]) << 4 | digit(text[1]));
	}
	*len_r = n;
	return 0;
}

static void
set_hex(struct value *v, const char *name, const void *data, size_t len)
{
	struct buf b = { 0 };

	hex_put(&b, data, len);
	value_set_str(v, name, buf_str(&b));
	buf_free(&b);
}

static const char *
pcr_name(size_t i, char text[12])
{
	snprintf(text, 12, "%u", quote_pcrs[i]);
	return text;
}

struct value *
quote_value(const struct quote *q)
{
	struct value *v = value_new_struct(), *pcrs = value_new_struct();
	char name[12];

	value_set_str(v, "format", FORMAT);
	set_hex(v, "public", q->public.data, q->public.len);
	set_hex(v, "quote", q->attest.data, q->attest.len);
	set_hex(v, "signature", q->signature.data, q->signature.len);
	for (size_t i = 0; i < QUOTE_PCRS; i++)
		set_hex(pcrs, pcr_name(i, name), q->pcr[i].value, PCR_SIZE);
	value_set(v, "pcrs", pcrs);
	value_set_str(v, "state", q->state);
	value_set_str(v, "slot", q->slot);
	value_set_str(v, "trial", q->trial);
	return v;
}

static int
get_hex(const struct value *v, const char *name, unsigned char *to,
    size_t max, size_t *len_r, struct err *e)
{
	const char *text = value_get_str(v, name);

	if (text == NULL)
		return err_set(e, "%s: missing", name);
	if (hex_parse(text, to, max, len_r, e) == -1)
		return err_in(e, "%s", name);
	return 0;
}

static int
get_blob(const struct value *v, const char *name, struct blob *b,
    struct err *e)
{
	return get_hex(v, name, b->data, sizeof(b->data), &b->len, e);
}

static int
get_pcrs(const struct value *v, struct quote *q, struct err *e)
{
	char name[12];
	size_t len;

	for (size_t i = 0; i < QUOTE_PCRS; i++) {
		if (get_hex(v, pcr_name(i, name), q->pcr[i].value, PCR_SIZE,
		    &len, e) == -1)
			return err_in(e, "pcrs");
		if (len != PCR_SIZE)
			return err_set(e, "pcrs: %s: not 32 bytes", name);
	}
	return 0;
}

static int
get_text(const struct value *v, const char *name, char *to, size_t size,
    struct err *e)
{
	const char *text = value_get_str(v, name);

	if (text == NULL || strlen(text) >= size)
		return err_set(e, "%s: missing, or too long", name);
	snprintf(to, size, "%s", text);
	return 0;
}

static int
get_all(const struct value *v, struct quote *q, struct err *e)
{
	const char *format = value_get_str(v, "format");

	if (format == NULL || strcmp(format, FORMAT) != 0)
		return err_set(e, "not a quote of `domus --json attest'");
	if (get_blob(v, "public", &q->public, e) == -1 ||
	    get_blob(v, "quote", &q->attest, e) == -1 ||
	    get_blob(v, "signature", &q->signature, e) == -1 ||
	    get_pcrs(value_get(v, "pcrs"), q, e) == -1 ||
	    get_text(v, "state", q->state, sizeof(q->state), e) == -1 ||
	    get_text(v, "slot", q->slot, sizeof(q->slot), e) == -1)
		return -1;
	return get_text(v, "trial", q->trial, sizeof(q->trial), e);
}

int
quote_parse(const char *text, size_t len, struct quote *q, struct err *e)
{
	struct value *v = json_parse(text, len, &value_limits_request, e);
	int rc;

	memset(q, 0, sizeof(*q));
	if (v == NULL)
		return -1;
	rc = get_all(v, q, e);
	value_free(v);
	return rc;
}
