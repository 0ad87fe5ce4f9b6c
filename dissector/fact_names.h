/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry's names of numbers, in the form in which Wireshark shows them.
 */
#ifndef DISSECTOR_FACT_NAMES_H
#define DISSECTOR_FACT_NAMES_H

#include "fact_table.h"

/* Builds the lists; called once, after fact_table_build(). */
void fact_names_build(void);

/* The names of a NAMED or SET type's values, ended by a row without a name; NULL for other types.
 */
const value_string *fact_names_of(enum dimp_type type);

/* The names of a family's numbers. */
const value_string *fact_names_of_family(enum fact_family family);

/* The types that a TLV may have: of messages, of parameters, of records. */
const value_string *fact_names_of_tlvs(void);

/* Whether |value| may stand in a field of this NAMED or SET type (DIMP 6.1-6, 6.1-7). */
gboolean fact_names_allow(enum dimp_type type, guint64 value);

#endif
