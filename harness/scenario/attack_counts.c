/* SPDX-License-Identifier: MIT */
/* The rows of attack_counts.def, for people and machines. */
#include "scenario/attack_counts.h"

#include <inttypes.h>

const char *const attack_count_names[ATTACK_COUNTS] = {
#define ATTACK_COUNT(NAME, name, text) #name,
#include "scenario/attack_counts.def"
#undef ATTACK_COUNT
};

static const char *const texts[ATTACK_COUNTS] = {
#define ATTACK_COUNT(NAME, name, text) text,
#include "scenario/attack_counts.def"
#undef ATTACK_COUNT
};

bool attack_counts_is_any(const struct attack_counts *counts)
{
	for (unsigned each = 0; each < ATTACK_ARRIVED; each++) {
		if (counts->of[each] != 0)
			return true;
	}
	return false;
}

void attack_counts_print(const struct attack_counts *counts, FILE *stream)
{
	for (unsigned each = 0; each < ATTACK_COUNTS; each++)
		fprintf(stream, "%s%" PRIu64 " %s",
			each == 0                        ? ""
				: each == ATTACK_ARRIVED ? "; "
							 : ", ",
			counts->of[each], texts[each]);
	fputc('\n', stream);
}

json_t *attack_counts_json(const struct attack_counts *counts)
{
	json_t *object = json_object();

	for (unsigned each = 0; each < ATTACK_COUNTS; each++)
		json_object_set_new(object, attack_count_names[each],
			json_integer((json_int_t)counts->of[each]));
	return object;
}
