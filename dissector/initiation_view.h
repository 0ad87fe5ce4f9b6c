/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is in an INITIATION (DIMP 5.2-3), and for whom it is, as far as the user's table of speakers
 * tells.
 */
#ifndef DISSECTOR_INITIATION_VIEW_H
#define DISSECTOR_INITIATION_VIEW_H

#include "dissection.h"

void initiation_view_register(int protocol);

/* Adds what is known of the INITIATION, which is there in full. */
void initiation_view_add(struct dissection *dissection);

#endif
