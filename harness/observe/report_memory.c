/* SPDX-License-Identifier: MIT */
/* Octets are printed in MiB with two digits behind the point; JSON has them whole. */
#include "observe/report_memory.h"

#include <inttypes.h>

#include "observe/json_count.h"
#include "scenario/expectations.h"

static void print_size(uint64_t octets, FILE *stream)
{
	const uint64_t hundredths = octets / 1024 * 100 / 1024;

	fprintf(stream, "%" PRIu64 ".%02" PRIu64 " MiB", hundredths / 100, hundredths % 100);
}

static uint32_t kept_rounds(const struct memory_tally *tally)
{
	return tally->rounds < MEMORY_ROUNDS_KEPT ? tally->rounds : MEMORY_ROUNDS_KEPT;
}

static uint32_t most_throttled(const struct memory_tally *tally)
{
	uint32_t percent = 0;

	for (uint32_t round = 0; round < kept_rounds(tally); round++) {
		if (tally->first[round].throttle_percent > percent)
			percent = tally->first[round].throttle_percent;
	}
	return percent;
}

void report_memory_print(const struct memory_tally *tally, FILE *stream)
{
	char text[EXPECTATIONS_DURATION_SIZE];

	if (tally->rounds == 0 && !tally->is_postcopy)
		return;
	fprintf(stream, "    memory            %" PRIu32 " round%s, ", tally->rounds,
		tally->rounds == 1 ? "" : "s");
	print_size(tally->precopy_octets, stream);
	fprintf(stream, " in %s", expectations_duration(tally->precopy_us, text));
	if (most_throttled(tally) != 0)
		fprintf(stream, ", slowed down by %" PRIu32 " %%", most_throttled(tally));
	fputs(tally->has_given_up ? ", given up" : "", stream);
	if (tally->stop_octets != 0) {
		fputs("; stopped for ", stream);
		print_size(tally->stop_octets, stream);
	}
	fputc('\n', stream);
	if (!tally->is_postcopy)
		return;
	fputs("    post-copy         ", stream);
	print_size(tally->postcopy_octets, stream);
	fprintf(stream, " in %s", expectations_duration(tally->postcopy_us, text));
	fprintf(stream, ", %" PRIu64 " pages waited for, %s in all\n", tally->faults,
		expectations_duration(tally->stalled_us, text));
}

static json_t *json_rounds(const struct memory_tally *tally)
{
	json_t *list = json_array();

	for (uint32_t round = 0; round < kept_rounds(tally); round++) {
		const struct memory_round *const at = &tally->first[round];
		json_t *object = json_object();

		json_object_set_new(object, "octets", json_count(at->octets));
		json_object_set_new(object, "took_us", json_count(at->took_us));
		json_object_set_new(object, "dirtied_octets", json_count(at->dirtied_octets));
		json_object_set_new(object, "throttle_percent", json_count(at->throttle_percent));
		json_array_append_new(list, object);
	}
	return list;
}

json_t *report_memory_json(const struct memory_tally *tally)
{
	json_t *object = json_object();

	json_object_set_new(object, "rounds", json_rounds(tally));
	json_object_set_new(object, "precopy_octets", json_count(tally->precopy_octets));
	json_object_set_new(object, "precopy_us", json_count(tally->precopy_us));
	json_object_set_new(object, "stop_octets", json_count(tally->stop_octets));
	json_object_set_new(object, "given_up", json_boolean(tally->has_given_up));
	json_object_set_new(object, "postcopy_octets", json_count(tally->postcopy_octets));
	json_object_set_new(object, "postcopy_us", json_count(tally->postcopy_us));
	json_object_set_new(object, "faults", json_count(tally->faults));
	json_object_set_new(object, "stalled_us", json_count(tally->stalled_us));
	return object;
}
