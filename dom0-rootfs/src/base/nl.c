/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl.h"

#define ANSWER 32768

static void *
room(struct nl *m, size_t len)
{
	void *at = m->data + m->len;

	len = NLMSG_ALIGN(len);
	if (m->full || len > sizeof(m->data) - m->len) {
		m->full = true;
		return NULL;
	}
	memset(at, 0, len);
	m->len += len;
	return at;
}

static struct nlmsghdr *
last(struct nl *m)
{
	return (void *)(m->data + m->head);
}

void
nl_start(struct nl *m, int type, int flags, const void *fixed, size_t len)
{
	struct nlmsghdr *h;
	void *to;

	m->head = m->len;
	h = room(m, sizeof(*h));
	to = room(m, len);
	if (to == NULL)
		return;
	memcpy(to, fixed, len);
	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_len = (uint32_t)(m->len - m->head);
}

void
nl_put(struct nl *m, int type, const void *data, size_t len)
{
	struct nlattr *a = room(m, sizeof(*a) + len);

	if (a == NULL)
		return;
	a->nla_type = (uint16_t)type;
	a->nla_len = (uint16_t)(sizeof(*a) + len);
	if (len > 0)
		memcpy(a + 1, data, len);
	last(m)->nlmsg_len = (uint32_t)(m->len - m->head);
}

void
nl_u8(struct nl *m, int type, uint8_t value)
{
	nl_put(m, type, &value, sizeof(value));
}

void
nl_u32(struct nl *m, int type, uint32_t value)
{
	nl_put(m, type, &value, sizeof(value));
}

void
nl_text(struct nl *m, int type, const char *text)
{
	nl_put(m, type, text, strlen(text) + 1);
}

size_t
nl_nest(struct nl *m, int type)
{
	size_t at = m->len;

	nl_put(m, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void
nl_end(struct nl *m, size_t nest)
{
	struct nlattr *a = (void *)(m->data + nest);

	if (!m->full)
		a->nla_len = (uint16_t)(m->len - nest);
}

int
nl_open(int protocol, uint32_t groups)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK,
	    .nl_groups = groups };
	int fd, why;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	if (fd == -1)
		return -1;
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int
post(int fd, struct nl *m)
{
	if (m->full) {
		errno = EMSGSIZE;
		return -1;
	}
	return send(fd, m->data, m->len, 0) == -1 ? -1 : 0;
}

static size_t
acks_wanted(const struct nl *m)
{
	const struct nlmsghdr *h;
	size_t n = 0;

	for (size_t at = 0; at < m->len; at += NLMSG_ALIGN(h->nlmsg_len)) {
		h = (const void *)(m->data + at);
		n += (h->nlmsg_flags & NLM_F_ACK) != 0;
	}
	return n;
}

/* How many acknowledgements an answer holds; -1: one of them is a no. */
static int
acks(const char *data, size_t len)
{
	const struct nlmsghdr *h = (const void *)data;
	const struct nlmsgerr *said;
	int n = 0;

	for (; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
		if (h->nlmsg_type != NLMSG_ERROR)
			continue;
		said = NLMSG_DATA(h);
		if (said->error != 0) {
			errno = -said->error;
			return -1;
		}
		n++;
	}
	return n;
}

int
nl_ask(int protocol, struct nl *m)
{
	_Alignas(NLMSG_ALIGNTO) char answer[ANSWER];
	size_t wanted = acks_wanted(m);
	int fd, rc = -1, why, n;
	ssize_t len;

	fd = nl_open(protocol, 0);
	if (fd == -1)
		return -1;
	if (post(fd, m) == -1)
		goto out;
	while (wanted > 0) {
		len = recv(fd, answer, sizeof(answer), 0);
		if (len == -1 && errno == EINTR)
			continue;
		if (len == -1 || (n = acks(answer, (size_t)len)) == -1)
			goto out;
		wanted -= (size_t)n < wanted ? (size_t)n : wanted;
	}
	rc = 0;
out:
	why = errno;
	close(fd);
	errno = why;
	return rc;
}

int
nl_dump(struct nl *m, int (*take)(void *, const struct nlmsghdr *),
    void *arg)
{
	return nl_dump_of(NETLINK_ROUTE, m, take, arg);
}

int
nl_dump_of(int protocol, struct nl *m,
    int (*take)(void *, const struct nlmsghdr *), void *arg)
{
	_Alignas(NLMSG_ALIGNTO) char answer[ANSWER];
	const struct nlmsghdr *h;
	bool more = true;
	size_t left;
	ssize_t len;
	int fd, rc = 0;

	fd = nl_open(protocol, 0);
	if (fd == -1)
		return -1;
	if (post(fd, m) == -1)
		rc = -1;
	while (rc == 0 && more) {
		len = recv(fd, answer, sizeof(answer), 0);
		if (len == -1) {
			rc = errno == EINTR ? 0 : -1;
			continue;
		}
		left = (size_t)len;
		h = (const void *)answer;
		for (; rc == 0 && more && NLMSG_OK(h, left);
		    h = NLMSG_NEXT(h, left)) {
			more = h->nlmsg_type != NLMSG_DONE &&
			    h->nlmsg_type != NLMSG_ERROR;
			if (more)
				rc = take(arg, h);
		}
	}
	close(fd);
	return rc;
}

const struct nlattr *
nl_find(const void *first, size_t len, int type, size_t *size_r)
{
	const struct nlattr *a = first;
	size_t step;

	while (len >= sizeof(*a) && a->nla_len >= sizeof(*a) &&
	    a->nla_len <= len) {
		if ((a->nla_type & NLA_TYPE_MASK) == type) {
			*size_r = a->nla_len - sizeof(*a);
			return a;
		}
		step = NLA_ALIGN(a->nla_len);
		if (step > len)
			break;
		len -= step;
		a = (const void *)((const char *)a + step);
	}
	return NULL;
}
