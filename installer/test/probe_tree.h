/* SPDX-License-Identifier: ISC */
#ifndef TEST_PROBE_TREE_H
#define TEST_PROBE_TREE_H

#include <stddef.h>

/*
 * A machine made of files: each line a path and its content, or its target
 * when it is a link.
 */
static const struct entry {
	const char *path, *content, *link;
} tree[] = {
#define ATA "/sys/devices/pci0000:00/0000:00:1f.2/ata3/host2/target2:0:0/" \
	"2:0:0:0"
#define NVME "/sys/devices/pci0000:00/0000:00:03.0/nvme/nvme0"
#define VIRTIO "/sys/devices/pci0000:00/0000:00:05.0/virtio1"
#define VIRTIO2 "/sys/devices/pci0000:00/0000:00:06.0/virtio2"
#define MMC "/sys/devices/pci0000:00/0000:00:1a.0/mmc_host/mmc0/mmc0:0001"
#define USB "/sys/devices/pci0000:00/0000:00:14.0/usb2/2-1"
#define SAS "/sys/devices/pci0000:00/0000:02:00.0/host0/port-0:1/" \
	"end_device-0:1/target0:0:1/0:0:1:0"
	{ "/proc/meminfo", "MemTotal:         190000 kB\n", NULL },
	{ "/proc/cpuinfo", "processor\t: 0\nmodel name\t: Test CPU <&>\n"
	    "processor\t: 1\nmodel name\t: Test CPU <&>\n", NULL },
	{ "/proc/self/mountinfo", "22 1 8:33 / /mnt rw - ext4 /dev/sdc1 rw\n"
	    "23 1 259:3 / /var rw - ext4 /dev/md127p3 rw\n", NULL },
	{ "/sys/firmware/efi/systab", "", NULL },

	{ "/sys/block/sda", NULL, ".." ATA "/block/sda" },
	{ ATA "/model", "QEMU HARDDISK   \n", NULL },
	{ ATA "/vendor", "ATA     \n", NULL },
	{ ATA "/block/sda/size", "4096\n", NULL },
	{ ATA "/block/sda/dev", "8:0\n", NULL },
	{ ATA "/block/sda/removable", "0\n", NULL },
	{ ATA "/block/sda/ro", "0\n", NULL },
	{ ATA "/block/sda/queue/logical_block_size", "512\n", NULL },
	{ ATA "/block/sda/queue/physical_block_size", "4096\n", NULL },
	{ ATA "/block/sda/device", NULL, "../../../2:0:0:0" },
	{ "/sys/class/ata_port/ata3/port_no", "1\n", NULL },
	{ "/dev/sda", "", NULL },

	{ "/sys/block/nvme0n1", NULL, ".." NVME "/nvme0n1" },
	{ NVME "/model", "SAMSUNG MZ\n", NULL },
	{ NVME "/serial", "S64FNE\n", NULL },
	{ NVME "/nvme0n1/device", NULL, "../../nvme0" },
	{ NVME "/nvme0n1/size", "4096\n", NULL },
	{ NVME "/nvme0n1/nsid", "1\n", NULL },
	{ NVME "/nvme0n1/wwid", "eui.0025385500000001\n", NULL },
	{ NVME "/nvme0n1/queue/logical_block_size", "512\n", NULL },
	{ NVME "/nvme0n1/queue/physical_block_size", "512\n", NULL },
	{ "/dev/nvme0n1", "", NULL },

	{ "/sys/block/vda", NULL, ".." VIRTIO "/block/vda" },
	{ VIRTIO "/block/vda/size", "4096\n", NULL },
	{ VIRTIO "/block/vda/serial", "one two\n", NULL },
	{ VIRTIO "/block/vda/holders/dm-0", "", NULL },
	{ VIRTIO "/block/vda/queue/logical_block_size", "512\n", NULL },
	{ VIRTIO "/block/vda/queue/physical_block_size", "512\n", NULL },
	{ "/dev/vda", "", NULL },

	{ "/sys/block/sdb", NULL, ".." USB "/2-1:1.0/host3/target3:0:0/"
	    "3:0:0:0/block/sdb" },
	{ USB "/idVendor", "0781\n", NULL },
	{ USB "/serial", "4C53\n", NULL },
	{ USB "/2-1:1.0/bInterfaceNumber", "00\n", NULL },
	{ USB "/2-1:1.0/host3/target3:0:0/3:0:0:0/vendor", "SanDisk\n",
	    NULL },
	{ USB "/2-1:1.0/host3/target3:0:0/3:0:0:0/model", "Ultra Fit\n",
	    NULL },
	{ USB "/2-1:1.0/host3/target3:0:0/3:0:0:0/block/sdb/size", "4096\n",
	    NULL },
	{ USB "/2-1:1.0/host3/target3:0:0/3:0:0:0/block/sdb/removable", "1\n",
	    NULL },
	{ USB "/2-1:1.0/host3/target3:0:0/3:0:0:0/block/sdb/device", NULL,
	    "../../../3:0:0:0" },
	{ USB "/2-1:1.0/host3/target3:0:0/3:0:0:0/block/sdb/queue/"
	    "logical_block_size", "512\n", NULL },
	{ "/dev/sdb", "", NULL },

	{ "/sys/block/sdc", NULL, ".." SAS "/block/sdc" },
	{ SAS "/vendor", "SEAGATE\n", NULL },
	{ SAS "/model", "ST4000\n", NULL },
	{ SAS "/block/sdc/size", "4096\n", NULL },
	{ SAS "/block/sdc/dev", "8:32\n", NULL },
	{ SAS "/block/sdc/sdc1/dev", "8:33\n", NULL },
	{ SAS "/block/sdc/device", NULL, "../../../0:0:1:0" },
	{ SAS "/block/sdc/queue/logical_block_size", "4096\n", NULL },
	{ SAS "/block/sdc/queue/rotational", "1\n", NULL },
	{ SAS "/block/sdc/queue/physical_block_size", "4096\n", NULL },
	{ "/dev/sdc", "", NULL },

	{ "/sys/block/mmcblk0", NULL, ".." MMC "/block/mmcblk0" },
	{ MMC "/name", "SD16G\n", NULL },
	{ MMC "/serial", "0x1a2b3c4d\n", NULL },
	{ MMC "/block/mmcblk0/device", NULL, "../../../mmc0:0001" },
	{ MMC "/block/mmcblk0/size", "4096\n", NULL },
	{ MMC "/block/mmcblk0/queue/logical_block_size", "512\n", NULL },
	{ MMC "/block/mmcblk0/queue/physical_block_size", "512\n", NULL },
	{ "/dev/mmcblk0", "", NULL },
	{ "/sys/block/mmcblk0boot0/size", "4096\n", NULL },
	{ "/sys/block/mmcblk0rpmb/size", "4096\n", NULL },

	{ "/sys/block/vdb", NULL, ".." VIRTIO2 "/block/vdb" },
	{ VIRTIO2 "/block/vdb/size", "4096\n", NULL },
	{ VIRTIO2 "/block/vdb/holders/md127", "", NULL },
	{ VIRTIO2 "/block/vdb/queue/logical_block_size", "512\n", NULL },
	{ VIRTIO2 "/block/vdb/queue/physical_block_size", "512\n", NULL },
	{ "/dev/vdb", "", NULL },
	{ "/sys/block/md127/size", "4000\n", NULL },
	{ "/sys/block/md127/md/level", "raid1\n", NULL },
	{ "/sys/block/md127/md/raid_disks", "2\n", NULL },
	{ "/sys/block/md127/md/degraded", "1\n", NULL },
	{ "/sys/block/md127/md/sync_action", "idle\n", NULL },
	{ "/sys/block/md127/md127p3/dev", "259:3\n", NULL },
	{ "/sys/block/md127/queue/logical_block_size", "512\n", NULL },
	{ "/sys/block/md127/queue/physical_block_size", "512\n", NULL },
	{ "/dev/md127", "", NULL },

	{ "/sys/block/sr0/size", "4096\n", NULL },
	{ "/sys/block/loop0/size", "4096\n", NULL },
	{ "/sys/block/sdd/size", "0\n", NULL },

	{ "/sys/class/net/eth0/address", "52:54:00:12:34:56\n", NULL },
	{ "/sys/class/net/eth0/carrier", "1\n", NULL },
	{ "/sys/class/net/eth0/device/driver", NULL, "../../drivers/e1000e" },
	{ "/sys/class/net/eth10/address", "52:54:00:12:34:58\n", NULL },
	{ "/sys/class/net/eth10/device/x", "", NULL },
	{ "/sys/class/net/eth2/address", "52:54:00:12:34:57\n", NULL },
	{ "/sys/class/net/eth2/device/x", "", NULL },
	{ "/sys/class/net/eth2/carrier", "0\n", NULL },
	{ "/sys/class/net/lo/address", "00:00:00:00:00:00\n", NULL },
};

#endif
