/* SPDX-License-Identifier: ISC */
/* The machines as people and programs see them. */
#include <string.h>

#include <yajl/yajl_gen.h>

#include "machines.h"
#include "markup.h"

static const char *const states[] = {
	[MACHINE_BOOTS] = "boots", [MACHINE_INSTALLS] = "installs",
	[MACHINE_DONE] = "done", [MACHINE_FAILED] = "failed",
};

static void
text(yajl_gen g, const char *name, const char *value)
{
	yajl_gen_string(g, (const unsigned char *)name, strlen(name));
	yajl_gen_string(g, (const unsigned char *)value, strlen(value));
}

static void
number(yajl_gen g, const char *name, unsigned long value)
{
	yajl_gen_string(g, (const unsigned char *)name, strlen(name));
	yajl_gen_integer(g, (long long)value);
}

static void
one(yajl_gen g, const struct machine *m, time_t now)
{
	yajl_gen_map_open(g);
	text(g, "mac", m->mac);
	text(g, "address", m->address);
	text(g, "serial", m->serial);
	text(g, "uuid", m->uuid);
	text(g, "state", states[m->state]);
	number(g, "step", m->step);
	number(g, "steps", m->steps);
	number(g, "permille", m->permille);
	text(g, "title", m->title);
	text(g, "text", m->text);
	number(g, "posts", m->posts);
	number(g, "lost", m->lost);
	number(g, "first", (unsigned long)m->first);
	number(g, "seen", (unsigned long)m->seen);
	number(g, "silent", now > m->seen ? (unsigned long)(now - m->seen) :
	    0);
	yajl_gen_map_close(g);
}

void
machines_json(const struct machines *all, time_t now, long left,
    struct buf *to)
{
	const unsigned char *out;
	yajl_gen g = yajl_gen_alloc(NULL);
	size_t len;

	if (g == NULL) {
		to->failed = true;
		return;
	}
	yajl_gen_map_open(g);
	number(g, "now", (unsigned long)now);
	number(g, "posts", all->posts);
	number(g, "tftp_bytes", all->tftp);
	number(g, "http_bytes", all->http);
	if (left >= 0)
		number(g, "left", (unsigned long)left);
	text(g, "version", DOMUS_VERSION);
	yajl_gen_string(g, (const unsigned char *)"machines", 8);
	yajl_gen_array_open(g);
	for (size_t i = 0; i < all->n; i++)
		one(g, &all->list[i], now);
	yajl_gen_array_close(g);
	yajl_gen_map_close(g);
	if (yajl_gen_get_buf(g, &out, &len) == yajl_gen_status_ok)
		buf_add(to, out, len);
	else
		to->failed = true;
	yajl_gen_free(g);
}

static const char head[] =
    "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
    "<meta http-equiv=\"refresh\" content=\"2\">"
    "<title>Domus: machines</title><style>"
    "body{font:15px sans-serif;margin:2em}table{border-collapse:collapse}"
    "td,th{padding:.3em .8em;border-bottom:1px solid #ccc;text-align:left}"
    ".failed td{background:#fdd}.done td{background:#dfd}"
    "progress{width:10em}</style></head><body><h1>Machines</h1>"
    "<table><tr><th>MAC<th>address<th>serial<th>state<th>progress<th>step"
    "<th>last said<th>silent</tr>\n";

void
machines_html(const struct machines *all, time_t now, struct buf *to)
{
	buf_str_add(to, head);
	for (size_t i = 0; i < all->n; i++) {
		const struct machine *m = &all->list[i];

		buf_printf(to, "<tr class=\"%s\"><td>", states[m->state]);
		markup_escape(to, m->mac);
		buf_str_add(to, "<td>");
		markup_escape(to, m->address);
		buf_str_add(to, "<td>");
		markup_escape(to, m->serial);
		buf_printf(to, "<td>%s<td><progress max=\"1000\" value=\"%u\">"
		    "</progress> %u %%<td>%u/%u ", states[m->state],
		    m->permille, m->permille / 10, m->step, m->steps);
		markup_escape(to, m->title);
		buf_str_add(to, "<td>");
		markup_escape(to, m->text);
		buf_printf(to, "<td>%ld s</tr>\n",
		    now > m->seen ? (long)(now - m->seen) : 0L);
	}
	buf_printf(to, "</table><p>%zu machines; the same as data: "
	    "<a href=\"machines.json\">machines.json</a></p></body></html>\n",
	    all->n);
}
