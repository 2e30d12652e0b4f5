/* SPDX-License-Identifier: ISC */
#ifndef BOOT_NETCHANGE_H
#define BOOT_NETCHANGE_H

#include "err.h"

/* Verbs of domus-net: --try, --confirm and --serve.  See nettrial.h. */
int change_try(char *argv[], struct err *e);
int change_confirm(char *argv[], struct err *e);
int net_serve(char *argv[], struct err *e);

#endif
