/* SPDX-License-Identifier: MIT */
/*
 * DI records compared field by field, by what each field's role means.
 */
#ifndef OBSERVE_RECORD_COMPARE_H
#define OBSERVE_RECORD_COMPARE_H

#include "dimp.h"

bool record_has_same_keys(const struct dimp_record *one, const struct dimp_record *other);

/* The first field, DECAYS fields aside, in which records of one DI type differ; a field that only
 * one of them has is a difference.  NULL if there is none. */
const struct dimp_field_layout *record_difference(const struct dimp_record *one,
	const struct dimp_record *other);

/* Walks the DECAYS fields that |record| has; |*cursor| starts at 0; NULL at the end. */
const struct dimp_field_layout *record_next_duration(const struct dimp_record *record,
	size_t *cursor);

/* The instant at which the duration in |field| ends, when it was right at |since|. */
struct dimp_time record_expiry(const struct dimp_record *record,
	const struct dimp_field_layout *field, struct dimp_time since);

#endif
