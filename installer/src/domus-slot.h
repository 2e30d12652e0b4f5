/* SPDX-License-Identifier: ISC */
#ifndef INSTALLER_DOMUS_SLOT_H
#define INSTALLER_DOMUS_SLOT_H

/* domus-slot(8), which is domus-install by another name: one program in the
 * image, not two. */
int slot_main(int argc, char *argv[]);

#endif
