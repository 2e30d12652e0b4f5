/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site.h"

#define MARK "domus.boot=net"

void
site_words(const struct site *s, const char *mac, struct buf *to)
{
	buf_printf(to, "domus.source=%s progress-url=%sprogress", s->url,
	    s->url);
	if (s->answers)
		buf_printf(to, " answerfile=%sanswers?mac=${mac}"
		    "&serial=${serial-}&uuid=${uuid-}", s->url);
	if (s->answers && s->token[0] != '\0')
		buf_printf(to, " answerfile-token=%s", s->token);
	if (mac[0] == '\0')
		return;
	buf_str_add(to, " BOOTIF=01-");
	for (; *mac != '\0'; mac++)
		buf_char(to, *mac == ':' ? '-' : *mac);
}

/* iPXE's own names; it leaves nothing for those it does not know. */
static void
for_ipxe(const char *words, struct buf *to)
{
	static const struct { const char *ours, *theirs; } names[] = {
		{ "${mac}", "${netX/mac}" },
		{ "${serial-}", "${serial:uristring}" },
		{ "${uuid-}", "${uuid}" },
	};
	size_t i, n = sizeof(names) / sizeof(names[0]);

	while (*words != '\0') {
		for (i = 0; i < n; i++)
			if (strncmp(words, names[i].ours,
			    strlen(names[i].ours)) == 0)
				break;
		if (i == n) {
			buf_char(to, *words++);
			continue;
		}
		buf_str_add(to, names[i].theirs);
		words += strlen(names[i].ours);
	}
}

void
site_fill(const struct site *s, const char *mac, bool ipxe, const char *text,
    size_t len, struct buf *to)
{
	struct buf ours = { 0 }, words = { 0 };
	const char *end = text + len, *mark;

	site_words(s, mac, &ours);
	if (ipxe)
		for_ipxe(buf_str(&ours), &words);
	else
		buf_str_add(&words, buf_str(&ours));
	while ((mark = memmem(text, (size_t)(end - text), MARK,
	    strlen(MARK))) != NULL) {
		mark += strlen(MARK);
		buf_add(to, text, (size_t)(mark - text));
		buf_printf(to, " %s", buf_str(&words));
		text = mark;
	}
	buf_add(to, text, (size_t)(end - text));
	to->failed |= ours.failed || words.failed;
	buf_free(&ours);
	buf_free(&words);
}

bool
site_mac(const char *text, char mac[DHCP_MAC_TEXT])
{
	size_t len = strlen(text);

	if (len == 20 && strncmp(text, "01-", 3) == 0)
		text += 3;
	else if (len != DHCP_MAC_TEXT - 1)
		return false;
	for (int i = 0; i < DHCP_MAC_TEXT - 1; i++) {
		if (i % 3 == 2 ? text[i] != '-' && text[i] != ':' :
		    !isxdigit((unsigned char)text[i]))
			return false;
		mac[i] = i % 3 == 2 ? ':' :
		    (char)tolower((unsigned char)text[i]);
	}
	mac[DHCP_MAC_TEXT - 1] = '\0';
	return true;
}

int
site_only(struct site *s, const char *list, struct err *e)
{
	char one[32], mac[DHCP_MAC_TEXT];
	size_t len;

	for (; *list != '\0'; list += len + (list[len] == ',')) {
		len = strcspn(list, ",");
		snprintf(one, sizeof(one), "%.*s", (int)len, list);
		if (len >= sizeof(one) || !site_mac(one, mac))
			return err_set(e, "\"%.*s\": not a MAC as "
			    "52:54:00:d0:00:01", (int)len, list);
		if (s->nonly == SITE_MACHINES)
			return err_set(e, "more than %d machines",
			    SITE_MACHINES);
		for (size_t i = 0; i < DHCP_MAC; i++)
			s->only[s->nonly][i] = (unsigned char)strtoul(mac +
			    3 * i, NULL, 16);
		s->nonly++;
	}
	return 0;
}

bool
site_takes(const struct site *s, const unsigned char mac[DHCP_MAC])
{
	for (size_t i = 0; i < s->nonly; i++)
		if (memcmp(s->only[i], mac, DHCP_MAC) == 0)
			return true;
	return s->nonly == 0;
}
