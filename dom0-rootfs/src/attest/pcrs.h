/* SPDX-License-Identifier: ISC */
#ifndef ATTEST_PCRS_H
#define ATTEST_PCRS_H

#include "quote.h"

/*
 * What was predicted when an image was made: its domus.pcrs.json (written by
 * packaging/src/mkpcrs.c).
 *
 *	sha256."4"		PCR 4: the programs that the firmware starts
 *	sha256."12".ENTRY	PCR 12: the options of an entry of the medium
 *	events			what PCR 4 is made of, in order
 *	slot.ENTRY		the options of an installed slot's entry, with
 *				nil UUIDs where the installer writes its own
 */
struct pcrs;

/* NULL and e; pcrs_free() when it is not. */
struct pcrs *pcrs_parse(const char *text, size_t len, struct err *e);
void pcrs_free(struct pcrs *p);

/*
 * The quote's values (which quote_check() has found true) are those of the
 * image: -1 says which is not, and what it looks like.  entry_r is the entry
 * of the boot menu that was started: "host", "install"...
 */
int pcrs_check(const struct pcrs *p, const struct quote *q,
    char entry_r[64], struct err *e);

#endif
