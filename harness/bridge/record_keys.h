/* SPDX-License-Identifier: MIT */
/*
 * Records compared as a DI store does: by the fields that identify an entry, and by all of them.
 */
#ifndef BRIDGE_RECORD_KEYS_H
#define BRIDGE_RECORD_KEYS_H

#include "dimp.h"

/* Whether both are about one entry: of the same type, with the same KEY fields. */
bool record_keys_equal(const struct dimp_record *one, const struct dimp_record *other);
/* Whether two records with the same keys say the same; durations count as they stand. */
bool record_fields_equal(const struct dimp_record *one, const struct dimp_record *other);
/* A number that records with the same keys share, and others seldom do. */
uint64_t record_keys_hash(const struct dimp_record *record);
/* Whether the record has the field: all have those of the fixed part. */
bool record_has_field(const struct dimp_record *record, const struct dimp_field_layout *field);

#endif
