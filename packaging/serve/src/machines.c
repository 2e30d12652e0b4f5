/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "machines.h"

static struct machine *
find(struct machines *all, const char *mac, const char *address)
{
	struct machine *m;

	for (size_t i = 0; mac[0] != '\0' && i < all->n; i++)
		if (strcmp(all->list[i].mac, mac) == 0)
			return &all->list[i];
	for (size_t i = 0; address[0] != '\0' && i < all->n; i++) {
		m = &all->list[i];
		if (strcmp(m->address, address) == 0 &&
		    (mac[0] == '\0' || m->mac[0] == '\0'))
			return m;
	}
	return NULL;
}

/* Room for one more: at the end, or that of the one not heard of for longest. */
static struct machine *
room(struct machines *all)
{
	struct machine *oldest;

	if (all->list == NULL)
		all->list = calloc(MACHINES_MAX, sizeof(*all->list));
	if (all->list == NULL)
		return NULL;
	if (all->n < MACHINES_MAX)
		return &all->list[all->n++];
	oldest = all->list;
	for (size_t i = 1; i < all->n; i++)
		if (all->list[i].seen < oldest->seen)
			oldest = &all->list[i];
	return oldest;
}

struct machine *
machines_seen(struct machines *all, const char *mac, const char *address,
    time_t now)
{
	struct machine *m = find(all, mac, address);

	if (m == NULL) {
		m = room(all);
		if (m == NULL)
			return NULL;
		*m = (struct machine){ .first = now };
	}
	if (mac[0] != '\0' && strlen(mac) < sizeof(m->mac))
		strcpy(m->mac, mac);
	if (address[0] != '\0' && strlen(address) < sizeof(m->address))
		strcpy(m->address, address);
	m->seen = now;
	return m;
}

bool
machines_done(const struct machines *all, const char *mac)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].mac, mac) == 0)
			return all->list[i].state == MACHINE_DONE;
	return false;
}

void
machines_note(struct machines *all, const char *mac, const char *address,
    time_t now, const char *text)
{
	struct machine *m = machines_seen(all, mac, address, now);

	if (m == NULL)
		return;
	/* the same machine boots once more */
	if (m->state != MACHINE_INSTALLS)
		m->state = MACHINE_BOOTS;
	m->text[0] = '\0';
	strncat(m->text, text, sizeof(m->text) - 1);
}

void
machines_free(struct machines *all)
{
	free(all->list);
	*all = (struct machines){ 0 };
}
