/* SPDX-License-Identifier: ISC */
#ifndef BASE_PARTUUID_H
#define BASE_PARTUUID_H

/*
 * A partition's UUID out of its disk's partition table, by libblkid: Linux
 * puts it into sysfs only from 6.13 on.  "" when it cannot be read.
 */
void partuuid(const char *name, char uuid[40]);

#endif
