/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PROTECTED PDUs (DIMP 5.4): opened if a key is known, and shown as sealed octets otherwise.
 */
#ifndef DISSECTOR_PROTECTED_VIEW_H
#define DISSECTOR_PROTECTED_VIEW_H

#include "dissection.h"

void protected_view_register(int protocol);

/* Adds what follows the header up to |end|, which is what was captured of the PDU. */
void protected_view_add(struct dissection *dissection, int end);

#endif
