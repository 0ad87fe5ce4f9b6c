/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages of an opened payload (DIMP 5.4-3, 7).
 */
#ifndef DISSECTOR_MESSAGE_VIEW_H
#define DISSECTOR_MESSAGE_VIEW_H

#include "block_view.h"

void message_view_register(int protocol);

/* Adds all messages of dissection->tvb, the plaintext, to dissection->tree and the Info column. */
void message_view_payload(struct dissection *dissection);

#endif
