/* SPDX-License-Identifier: ISC */
#ifndef BASE_NL_H
#define BASE_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

/*
 * Messages to the kernel, netlink(7).  They are put together in one buffer;
 * what does not fit makes nl_ask() fail.
 */
struct nl {
	_Alignas(NLMSG_ALIGNTO) char data[65536];
	size_t len, head;	/* bytes so far; where the last message is */
	bool full;
};

/* Begin a message of that type with its fixed part; flags besides REQUEST. */
void nl_start(struct nl *m, int type, int flags, const void *fixed,
    size_t len);

void nl_put(struct nl *m, int type, const void *data, size_t len);
void nl_u8(struct nl *m, int type, uint8_t value);
void nl_u32(struct nl *m, int type, uint32_t value);
void nl_text(struct nl *m, int type, const char *text);	/* with its NUL */

/* An attribute of attributes: put them between both. */
size_t nl_nest(struct nl *m, int type);
void nl_end(struct nl *m, size_t nest);

/* A socket that hears the groups (1 << (RTNLGRP_X - 1)), or -1. */
int nl_open(int protocol, uint32_t groups);

/*
 * Send what is there and wait until the kernel has said yes to every message
 * with NLM_F_ACK: 0, or -1 and errno is what the kernel said.
 */
int nl_ask(int protocol, struct nl *m);

/* Send a dump's request and hand over each answer until one is not 0; of
 * NETLINK_ROUTE, or another. */
int nl_dump_of(int protocol, struct nl *m,
    int (*take)(void *, const struct nlmsghdr *), void *arg);
int nl_dump(struct nl *m, int (*take)(void *, const struct nlmsghdr *),
    void *arg);

/* The attribute of that type among those from `first', or NULL. */
const struct nlattr *nl_find(const void *first, size_t len, int type,
    size_t *size_r);

#endif
