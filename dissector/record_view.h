/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DI records (DIMP 6.3) in DATA. A DI type that the registry does not know, and an organisation's
 * value, go to whoever registered for them in the tables dimp.di and dimp.organisation.
 */
#ifndef DISSECTOR_RECORD_VIEW_H
#define DISSECTOR_RECORD_VIEW_H

#include "block_view.h"

void record_view_register(int protocol);

gboolean record_view_is_record(const struct tlv *tlv);

/* Adds one record that is whole. Its faults are its own: the verdict before stays (DIMP 7.2-5). */
void record_view_add(struct dissection *dissection, const struct tlv *tlv);

#endif
