/* SPDX-License-Identifier: ISC */
#ifndef BASE_LVM_DISK_H
#define BASE_LVM_DISK_H

#include <stddef.h>
#include <stdint.h>

/* The format's inside, for lvm.c and lvm_write.c. */
#define LVM_LABEL_MAGIC "LABELONE"
#define LVM_LABEL_TYPE "LVM2 001"
#define LVM_LABEL_LEN 32u
#define LVM_AREA 4096u
#define LVM_AREA_MAGIC " LVM2 x[5A%r0N*>"

/* CRC-32 without the usual ends, and a start of its own. */
uint32_t lvm_crc(const void *data, size_t len);

#endif
