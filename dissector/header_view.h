/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header that every PDU has (DIMP 4), and what it says about the rest.
 */
#ifndef DISSECTOR_HEADER_VIEW_H
#define DISSECTOR_HEADER_VIEW_H

#include "dissection.h"

enum { PDU_INITIATION = 1, PDU_REPLY = 2, PDU_PROTECTED = 3 };

void header_view_register(int protocol);

/* Adds a PDU, whatever its octets are, to dissection->tree and the Info column. */
void header_view_add(struct dissection *dissection);

#endif
