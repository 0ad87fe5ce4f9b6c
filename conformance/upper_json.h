/* SPDX-License-Identifier: MIT */
/* The upper tester protocol's questions, made of what a drill has; and octets in JSON. */
#ifndef CONFORMANCE_UPPER_JSON_H
#define CONFORMANCE_UPPER_JSON_H

#include <jansson.h>

#include "script/drill_subject.h"

/* Octets as a string of hex; NULL without memory. */
json_t *upper_json_hex(struct dimp_view octets);

/* Octets of the string |text|, NULL being none; false when it is no hex or does not fit. */
bool upper_json_octets(const char *text, struct dimp_buffer room, size_t *size);

/* {"do": "begin", ...}. */
json_t *upper_json_begin(const struct drill_terms *terms);

/* {"do": the order's name, ...}; NULL when it cannot be said in octets of the protocol. */
json_t *upper_json_order(const struct drill_order *order, struct dimp_time now);

#endif
