/* SPDX-License-Identifier: ISC */
#include "stub.h"

/* Loaded at 7c00: BIOS teletype (int 10, ah 0e), then "no boot" (int 18). */
const unsigned char stub_code[STUB_SIZE] =
    "\x31\xc0"			/* 00: xor ax, ax */
    "\x8e\xd8"			/* 02: mov ds, ax */
    "\xfc"			/* 04: cld */
    "\xbe\x1b\x7c"		/* 05: mov si, message */
    "\xac"			/* 08: lodsb */
    "\x84\xc0"			/* 09: test al, al */
    "\x74\x09"			/* 0b: jz 16 */
    "\xb4\x0e"			/* 0d: mov ah, 0e */
    "\xbb\x07\x00"		/* 0f: mov bx, 7 */
    "\xcd\x10"			/* 12: int 10 */
    "\xeb\xf2"			/* 14: jmp 08 */
    "\xcd\x18"			/* 16: int 18 */
    "\xf4"			/* 18: hlt */
    "\xeb\xfd"			/* 19: jmp 18 */
    "\r\n"			/* 1b: message */
    "Domus: the installation on this disk is not complete.\r\n"
    "Boot the installation medium again.\r\n";
