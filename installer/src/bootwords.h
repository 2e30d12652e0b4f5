/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_BOOTWORDS_H
#define INSTALLER_BOOTWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"

/*
 * What a machine that was booted over the network is told by the servers
 * there: DHCPINFORM on every card that has an address, and option 224 of the
 * first answer that has it.  The firmware hands nothing on that names the
 * server, and with domus.efi there is no other command line than its own.
 */
#define BOOTWORDS_MAX 1024

/* 1: words are in to; 0: nobody has any. */
int bootwords_ask(char to[BOOTWORDS_MAX], struct err *e);

/* Whether a word may come from there: one of a table, and of plain
 * characters. */
bool bootword_may(const char *word, size_t len);

/* A message of the installer's, and whether another answers it; for these the
 * words are copied.  What bootwords_ask() is made of. */
struct dhcp;
struct dhcp_out;
void bootwords_question(const struct dhcp *head, struct dhcp_out *out);
bool bootwords_answer(const struct dhcp *head, const void *data, size_t len,
    char to[BOOTWORDS_MAX]);

#endif
