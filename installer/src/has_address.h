/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_HAS_ADDRESS_H
#define INSTALLER_HAS_ADDRESS_H

#include <stdbool.h>

/* Whether a network card has an address that others can reach. */
bool has_address(void);

#endif
