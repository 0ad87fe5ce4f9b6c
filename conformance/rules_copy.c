/* SPDX-License-Identifier: MIT */
/* Rules of a copy: what is offered, what DATA holds, how rounds end. */
#include <inttypes.h>
#include <string.h>

#include "rules.h"

enum { SLOW_CLOCK_TENTHS = 9, TENTHS = 10 };

static const struct heard_migration *migration_of(struct judge *judge, const struct heard *heard)
{
	return hearing_migration(&judge->hearing, heard);
}

static bool is_in_set(uint64_t set, unsigned type)
{
	return (set >> type & 1) != 0;
}

enum judged offered_types_were_asked_for(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->solicited.frame == 0)
		return JUDGED_NOTHING;
	for (size_t index = 0; index < heard->message.row_count; index++) {
		const enum dimp_di_type type = heard->message.rows.offer[index].type;

		if (!is_in_set(migration->types, type))
			return rule_broken(sentence, "DI types that SOLICIT asks for",
				"%s is offered; SOLICIT is in frame %" PRIu64,
				dimp_di_type_name(type), migration->solicited.frame);
	}
	return JUDGED_OBEYED;
}

static unsigned record_type(struct dimp_view record)
{
	return ((unsigned)record.octets[0] << 8 | record.octets[1]) - DIMP_RECORD_TLV_BASE;
}

enum judged records_were_asked_for(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	struct dimp_view rest = heard->message.records;
	struct dimp_view record;

	if (migration == NULL || migration->solicited.frame == 0)
		return JUDGED_NOTHING;
	while (dimp_records_next(&rest, &record)) {
		const unsigned type = record_type(record);

		if (type < DIMP_DI_TYPES && !is_in_set(migration->types, type))
			return rule_broken(sentence, "DI types that SOLICIT asks for",
				"a record of DI type %u; SOLICIT is in frame %" PRIu64, type,
				migration->solicited.frame);
	}
	return JUDGED_OBEYED;
}

/* A source tells an SA as it stands, also one without numbers left (DIMP 8.3-6), and may know more
 * types and versions than this reader. */
static bool is_wrong(enum dimp_error error)
{
	return error != DIMP_ERROR_NONE && error != DIMP_ERROR_PN_EXHAUSTED &&
		error != DIMP_ERROR_UNSUPPORTED_TYPE && error != DIMP_ERROR_UNSUPPORTED_VERSION;
}

enum judged records_keep_the_rules(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	struct dimp_view rest = heard->message.records;
	struct dimp_view octets;
	struct dimp_record record;

	(void)judge;
	while (dimp_records_next(&rest, &octets)) {
		const enum dimp_error error = dimp_record_read(octets, &record);

		if (is_wrong(error))
			return rule_broken(sentence, "records that keep the rules of their DI type",
				"a record of DI type %u: %s", record_type(octets),
				dimp_error_text(error));
	}
	explicit_bzero(&record, sizeof record);
	return JUDGED_OBEYED;
}

enum judged records_ascend(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	struct dimp_view rest = heard->message.records;
	struct dimp_view record;
	unsigned last = 0;

	(void)judge;
	while (dimp_records_next(&rest, &record)) {
		const unsigned type = record_type(record);

		if (type < last)
			return rule_broken(sentence, "DI types in ascending order",
				"DI type %u after %u", type, last);
		last = type;
	}
	return JUDGED_OBEYED;
}

static const struct heard_chunk *chunk_of(const struct heard_migration *migration, uint32_t chunk)
{
	for (size_t index = migration != NULL ? migration->chunk_count : 0; index > 0; index--) {
		if (migration->chunks[index - 1].chunk == chunk)
			return &migration->chunks[index - 1];
	}
	return NULL;
}

/* What must have been added since: the time from when it was heard to what this PDU answers, on a
 * clock that may be a tenth slow. */
static uint64_t grown_by(const struct heard_chunk *chunk, const struct heard *heard)
{
	if (heard->after == 0 || heard->after_time.us <= chunk->time.us)
		return 0;
	return (heard->after_time.us - chunk->time.us) / 1000 * SLOW_CLOCK_TENTHS / TENTHS;
}

enum judged age_has_grown(struct judge *judge, const struct heard *heard, struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const struct dimp_data *data = &heard->message.body.data;
	const struct heard_chunk *chunk = chunk_of(migration, data->chunk);

	/* Which keys came first is not sure where handshakes were heard in another order. */
	if (chunk == NULL || chunk->keys != heard->keys || chunk->number > heard->number)
		return JUDGED_NOTHING;
	const uint64_t least = chunk->age + grown_by(chunk, heard);

	if (data->age >= least)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "an age written anew at each sending",
		"age %" PRIu32 " ms; it was %" PRIu32 " in frame %" PRIu64
		" and is at least %" PRIu64 " by now",
		data->age, chunk->age, chunk->frame, least);
}

enum judged chunk_is_one(struct judge *judge, const struct heard *heard, struct sentence *sentence)
{
	const struct heard_chunk *chunk =
		chunk_of(migration_of(judge, heard), heard->message.body.data.chunk);

	if (chunk == NULL)
		return JUDGED_NOTHING;
	if (chunk->sum == hearing_sum(heard->message.records) &&
		chunk->round == heard->message.body.data.round)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "a number for each chunk",
		"chunk %" PRIu32 " had other records in frame %" PRIu64, chunk->chunk,
		chunk->frame);
}

enum judged data_precedes_the_final_end(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const struct dimp_data *data = &heard->message.body.data;

	if (migration == NULL || migration->final.frame == 0)
		return JUDGED_NOTHING;
	const struct dimp_round_end *end = &migration->final_end.body.round_end;

	if (data->chunk < end->chunks && data->round <= end->round)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "nothing after the final round",
		"chunk %" PRIu32 " of round %u; frame %" PRIu64 " ends with %" PRIu32
		" chunks and round %u",
		data->chunk, data->round, migration->final.frame, end->chunks, end->round);
}

enum judged final_has_a_freeze(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_round_end *end = &heard->message.body.round_end;

	(void)judge;
	return rule_kept((end->is_final != 0) == (end->freeze != 0), sentence,
		"a freeze id in the final ROUND-END, and in no other",
		end->is_final ? "a final ROUND-END without" : "a freeze id in another round");
}

enum judged migration_freezes_once(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const struct dimp_round_end *end = &heard->message.body.round_end;

	if (migration == NULL || migration->final.frame == 0 || !end->is_final)
		return JUDGED_NOTHING;
	return rule_kept(end->freeze == migration->final_end.body.round_end.freeze, sentence,
		"one freeze in a migration", "a final ROUND-END with another freeze id");
}
