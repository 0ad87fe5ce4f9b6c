/* SPDX-License-Identifier: MIT */
/* Jansson's integers are signed; what does not fit in one is no count. */
#include "observe/json_count.h"

json_t *json_count(uint64_t value)
{
	return value > INT64_MAX ? json_null() : json_integer((json_int_t)value);
}
