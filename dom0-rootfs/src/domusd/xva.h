/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_XVA_H
#define DOMUSD_XVA_H

#include <stddef.h>
#include <stdint.h>

/*
 * XVA, the file that VMs are exported to: a tar archive (POSIX.1-1988 ustar),
 * plain or compressed as a whole.
 *
 *	ova.xml			an XML-RPC value: {version {..., export_vsn},
 *				objects [{class id: "Ref:N" snapshot}]}, where
 *				a snapshot is a record with such references
 *	Ref:N/00000000		a disk's blocks of 1 MiB, the last may be
 *				shorter; those of zeros only may be left out,
 *				but not the first and the last
 *	Ref:N/00000000.xxhash	behind each: its XXH64 as 16 hex digits, or
 *	Ref:N/00000000.checksum	its SHA-1 as 40, of older hosts
 *
 * A block of no bytes may stand anywhere: it takes a number and no room.
 */
#define XVA_BLOCK ((size_t)1 << 20)
#define XVA_SUFFIX ".xxhash"
#define XVA_SUM 17		/* a checksum's text */
#define XVA_DISKS 64		/* of a VM, at most */

/* The header of a member, a file; names have fewer than 100 bytes. */
#define TAR_HEAD ((size_t)512)
void tar_put(unsigned char head[TAR_HEAD], const char *name, uint64_t len);
/* What fills a member up to a whole number of heads. */
size_t tar_padding(uint64_t len);

/* The checksum as xapi compares it: in upper case. */
void xva_xxhash(const void *data, size_t len, char sum[XVA_SUM]);

#endif
