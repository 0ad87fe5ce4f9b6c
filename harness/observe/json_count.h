/* SPDX-License-Identifier: MIT */
/* Numbers in the reports for machines. */
#ifndef OBSERVE_JSON_COUNT_H
#define OBSERVE_JSON_COUNT_H

#include <jansson.h>
#include <stdint.h>

/* |value| as an integer, null beyond what JSON's integers hold: the instants that never came.  The
 * caller's; NULL without memory. */
json_t *json_count(uint64_t value);

#endif
