/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_STUB_H
#define INSTALLER_STUB_H

/*
 * The boot code of a disk whose installation is not complete: 440 bytes that
 * say so, and give control back to the BIOS, which tries what comes next.
 */
#define STUB_SIZE 440

extern const unsigned char stub_code[STUB_SIZE];

#endif
