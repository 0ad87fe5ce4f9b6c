/* SPDX-License-Identifier: MIT */
/* Rules of rounds: when there may be one, how chunks are counted, and what freezes first. */
#include <inttypes.h>

#include "awaited.h"
#include "rules.h"

static const struct heard_migration *migration_of(struct judge *judge, const struct heard *heard)
{
	return hearing_migration(&judge->hearing, heard);
}

enum judged serial_is_offered_once(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->solicited.frame == 0)
		return JUDGED_NOTHING;
	for (size_t index = 0; index < judge->hearing.migration_count; index++) {
		const struct heard_migration *other = &judge->hearing.migrations[index];

		if (other == migration || other->solicited.frame == 0 ||
			other->offer_keys != heard->keys || other->serial != migration->serial ||
			!hearing_is_same_vsi(&other->vsi, &migration->vsi))
			continue;
		return rule_broken(sentence, "a serial above all that were asked with",
			"serial %" PRIu64 ", which was offered for in frame %" PRIu64,
			migration->serial, other->offered.frame);
	}
	return JUDGED_OBEYED;
}

enum judged one_shot_has_one_round(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const struct dimp_round_end *end = &heard->message.body.round_end;

	if (migration == NULL || migration->solicited.frame == 0 ||
		migration->mode != DIMP_MODE_ONE_SHOT)
		return JUDGED_NOTHING;
	return rule_kept(end->is_final && end->round == 0, sentence,
		"round 0, which is final, in a one-shot migration", "another round");
}

enum judged final_follows_freeze(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || !heard->message.body.round_end.is_final ||
		migration->mode != DIMP_MODE_STAGED)
		return JUDGED_NOTHING;
	(void)rule_broken(sentence, "a final round after FREEZE", "no FREEZE had been sent");
	return awaited_of_peer(judge, heard, awaited_freeze, sentence);
}

/* Where OFFER came under other keys it may have been another one (DIMP 9.3-17). */
enum judged copy_waits_for_acceptance(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->solicited.frame == 0 ||
		migration->offer_keys != heard->keys)
		return JUDGED_NOTHING;
	if (migration->offered_entries <= migration->grant_entries &&
		migration->offered_octets <= migration->grant_octets)
		return JUDGED_OBEYED;
	(void)rule_broken(sentence, "an offer beyond the grant goes alone",
		"no ACCEPT had been sent");
	return awaited_of_peer(judge, heard, awaited_acceptance, sentence);
}

/* Whether what is told of |round| can be when |known| was told. */
static bool agrees(const struct heard_round *known, uint16_t round, uint32_t chunks, bool is_final)
{
	if (known->round == round)
		return known->chunks == chunks && known->is_final == is_final;
	if (known->round < round)
		return known->chunks <= chunks && !known->is_final;
	return known->chunks >= chunks && !is_final;
}

enum judged rounds_count_up(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const struct dimp_round_end *end = &heard->message.body.round_end;

	for (size_t index = 0; migration != NULL && index < migration->round_count; index++) {
		const struct heard_round *known = &migration->rounds[index];

		if (!agrees(known, end->round, end->chunks, end->is_final != 0))
			return rule_broken(sentence, "chunks counted over all rounds",
				"%" PRIu32 " by round %u; frame %" PRIu64 " has %" PRIu32
				" by round %u",
				end->chunks, end->round, known->frame, known->chunks, known->round);
	}
	for (size_t index = 0; migration != NULL && index < migration->chunk_count; index++) {
		const struct heard_chunk *known = &migration->chunks[index];

		if ((known->round <= end->round) != (known->chunk < end->chunks))
			return rule_broken(sentence, "all chunks of the round, and no others",
				"%" PRIu32 " by round %u; chunk %" PRIu32 " in frame %" PRIu64
				" is of round %u",
				end->chunks, end->round, known->chunk, known->frame, known->round);
	}
	return migration != NULL ? JUDGED_OBEYED : JUDGED_NOTHING;
}

/* What follows the final round has a rule of its own. */
enum judged chunk_is_of_its_round(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const struct dimp_data *data = &heard->message.body.data;
	enum judged judged = JUDGED_NOTHING;

	for (size_t index = 0; migration != NULL && index < migration->round_count; index++) {
		const struct heard_round *known = &migration->rounds[index];

		if (known->is_final)
			continue;
		if ((data->round <= known->round) != (data->chunk < known->chunks))
			return rule_broken(sentence, "chunks counted over all rounds",
				"chunk %" PRIu32 " of round %u; frame %" PRIu64
				" ends round %u with %" PRIu32,
				data->chunk, data->round, known->frame, known->round,
				known->chunks);
		judged = JUDGED_OBEYED;
	}
	return judged;
}
