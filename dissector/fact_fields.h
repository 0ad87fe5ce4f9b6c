/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Registers a filter name with Wireshark for every block and field of the registry:
 * dimp.<message>.<member>, dimp.parameter.<parameter>.<member>, dimp.di.<DI type>.<member>, and for
 * sets one more level, a name for each member of the set.
 */
#ifndef DISSECTOR_FACT_FIELDS_H
#define DISSECTOR_FACT_FIELDS_H

#include "fact_table.h"

enum { FACT_SET_BITS = 64, FACT_SET_UNKNOWN = FACT_SET_BITS };

/* Registers all of them under the protocol; called once, after the tables were built. */
void fact_fields_register(int protocol);

#endif
