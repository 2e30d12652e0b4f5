/* SPDX-License-Identifier: ISC */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdbool.h>

/* 8-4-4-4-12 hexadecimal digits, in either case */
bool is_uuid(const char *text);

#endif
