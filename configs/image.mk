# SPDX-License-Identifier: ISC
# Knobs of the image, with their defaults.  `make NAME=VALUE' overrides.
# (Comments stand above: make would keep the blanks before one on the line.)

VERSION		?= 0.1.0
# dom0's memory, given to Xen as dom0_mem=
DOM0_MEM_MB	?= 192
# the partitions of a slot (domus-a, domus-b) and of the state
SLOT_MB		?= 256
STATE_MB	?= 1024
# the serial console, for Xen and the boot menu
SERIAL_PORT	?= com1
SERIAL_BAUD	?= 115200
# how long the boot menu waits
MENU_SECONDS	?= 5
