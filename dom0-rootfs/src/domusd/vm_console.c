/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "value.h"
#include "vm_console.h"

struct console *
console_of(struct console *list, int domid)
{
	while (list != NULL && list->domid != domid)
		list = list->next;
	return list;
}

struct console *
console_by_fd(struct console *list, int fd)
{
	while (list != NULL && list->fd != fd)
		list = list->next;
	return list;
}

void
console_open(struct console **list, int domid, const char *tty)
{
	struct console *c = console_of(*list, domid);

	if (c == NULL) {
		c = calloc(1, sizeof(*c));
		if (c == NULL)
			return;
		c->domid = domid;
		c->fd = -1;
		c->next = *list;
		*list = c;
	}
	c->seen = true;
	/* only what xenconsoled makes: a guest has no say in that path */
	if (c->fd == -1 && tty != NULL && strncmp(tty, "/dev/pts/", 9) == 0)
		c->fd = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

static void
keep(struct console *c, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		c->kept[c->at++] = data[i];
		if (c->at == CONSOLE_KEPT) {
			c->at = 0;
			c->full = true;
		}
	}
}

bool
console_read(struct console *c)
{
	char data[4096];
	ssize_t n = read(c->fd, data, sizeof(data));

	if (n > 0)
		keep(c, data, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		close(c->fd);
		c->fd = -1;
		return false;
	}
	return true;
}

static char
printable(char c)
{
	unsigned char u = (unsigned char)c;

	return u == '\0' || u >= 0x7f ? '?' : c;
}

struct value *
console_text(const struct console *c)
{
	char *text = malloc(CONSOLE_KEPT + 1);
	size_t from = c->full ? c->at : 0;
	size_t len = c->full ? CONSOLE_KEPT : c->at;
	struct value *v;

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < len; i++)
		text[i] = printable(c->kept[(from + i) % CONSOLE_KEPT]);
	text[len] = '\0';
	v = value_new_str(text);
	free(text);
	return v;
}

void
consoles_sweep(struct console **list)
{
	struct console *c;

	while ((c = *list) != NULL) {
		if (c->seen) {
			c->seen = false;
			list = &c->next;
			continue;
		}
		*list = c->next;
		if (c->fd != -1)
			close(c->fd);
		free(c);
	}
}

void
consoles_free(struct console **list)
{
	for (struct console *c = *list; c != NULL; c = c->next)
		c->seen = false;
	consoles_sweep(list);
}
