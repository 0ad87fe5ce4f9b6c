/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * INITIATION and REPLY (DIMP 5.2).
 */
#ifndef DISSECTOR_HANDSHAKE_VIEW_H
#define DISSECTOR_HANDSHAKE_VIEW_H

#include "dissection.h"

void handshake_view_register(int protocol);

/* Add what follows the header up to |end|, which is what was captured of the PDU. */
void handshake_view_initiation(struct dissection *dissection, int end);
void handshake_view_reply(struct dissection *dissection, int end);

#endif
