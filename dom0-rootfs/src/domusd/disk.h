/* SPDX-License-Identifier: ISC */
#ifndef DOMUSD_DISK_H
#define DOMUSD_DISK_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "priv.h"
#include "value.h"

/*
 * [disk]: storage.  It runs as root, sees only [core]'s questions, and works
 * on each in a process of its own, so that a copy of hours holds up nobody.
 *
 * An SR is a directory below the root of SRs, named by the SR's uuid: a file
 * system mounted there (ext, nfs, iso on NFS), or a link to a directory of ISO
 * images (iso).  A disk is a sparse file in it: its location, "UUID.raw" or "NAME.iso".  While it is
 * being made it has ".part" behind its name.
 *
 * Questions, a struct each; every answer but the probe's holds the figures of
 * the SR: {size used}.
 *
 *	attach	{sr type device_config}
 *	detach	{sr type}
 *	format	{sr type device_config force}: an empty SR on a device
 *	erase	{sr type device_config}: what is there is no SR any more
 *	probe	{type device_config} -> [{uuid device size}], of nfs [{uuid}]
 *	scan	{sr} -> also disks: [{location size used}]; removes ".part"
 *	create	{sr location size} -> also disk: {location size used}
 *	destroy	{sr location}; one that is not there is fine
 *	resize	{sr location size} -> disk; it only grows
 *	copy	{sr location to_sr to_location} -> disk
 *
 * Questions that come with a descriptor, of the body (frame.h):
 *
 *	import	{sr location format: "raw" "vhd"} -> disk.  What holds the
 *		whole disk replaces it at the end or not at all; a differencing
 *		VHD changes it as it comes
 *	export	{sr location format base: location or ""}: says {length: -1
 *		not known} before the first byte
 *
 *	xva-export {header: ova.xml's value; disks: [{name sr location}];
 *		pack: "none" "gzip" "zstd"} -> {}: a VM (xva.h)
 *
 * Meanwhile these say {progress: 0 to 1}.
 *
 * Failures: SR_FULL, VDI_MISSING, SR_DEVICE_IN_USE, SR_BACKEND_FAILURE...
 */
#define DISK_ROOT "/run/sr-mount"
#define DISK_PATH 320

int disk_main(int fd, const struct options *o, const struct log *log);

/*
 * Where a disk is, for [xen]: -1 and e when sr is no uuid or location no
 * plain name of a disk.
 */
int disk_path(const char *root, const char *sr, const char *location,
    char path[DISK_PATH], struct err *e);

/* The directory of SRs: DISK_ROOT, or a fake machine's. */
void disk_root(const struct options *o, char root[DISK_PATH]);

#endif
