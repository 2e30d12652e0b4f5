/* SPDX-License-Identifier: ISC */
#ifndef TUI_PEM_H
#define TUI_PEM_H

#include "form.h"
#include "machine.h"

/*
 * The certificate or public key that a person means: its base64 on one line,
 * the path of a file in this system (begins with "/"), or the name of a file
 * in the top directory of a stick.  What is not PEM around it is left out.
 */
int pem_load(const struct machine *m, const char *typed, struct form_pem *pem,
    struct err *e);

#endif
