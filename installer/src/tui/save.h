/* SPDX-License-Identifier: ISC */
#ifndef TUI_SAVE_H
#define TUI_SAVE_H

#include "wizard.h"

/* The places that answers can be saved to: sticks with FAT (removable or on
 * USB, not an installation medium, not in use), or memory. */
void save_build(struct wizard *w, struct page *p);

/* Write them there, without the word that they install again; -1: why not. */
int save_answers(struct wizard *w, struct buf *complaint);

#endif
