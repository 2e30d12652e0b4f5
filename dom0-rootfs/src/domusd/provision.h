/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_PROVISION_H
#define DOMUSD_PROVISION_H

#include <stddef.h>

#include "err.h"
#include "value.h"

/*
 * other_config["disks"] of a template:
 *
 *	<provision><disk device="0" size="8589934592" sr="UUID, or empty"
 *	    bootable="true" type="system"/>...</provision>
 *
 * An array of {device size sr bootable type}; NULL and e when it is something
 * else.
 */
struct value *provision_parse(const char *xml, size_t len, struct err *e);

#endif
