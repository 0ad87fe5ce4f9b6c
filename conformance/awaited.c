/* SPDX-License-Identifier: MIT */
/* Messages that came before what must precede them was heard: judged when all before was. */
#include "awaited.h"

bool awaited_offer(const struct heard_migration *migration)
{
	return migration->offered.frame != 0;
}

bool awaited_acceptance(const struct heard_migration *migration)
{
	return migration->accepted.frame != 0;
}

bool awaited_freeze(const struct heard_migration *migration)
{
	return migration->frozen.frame != 0;
}

bool awaited_round(const struct heard_migration *migration)
{
	return migration->round_count > 0;
}

bool awaited_final_round(const struct heard_migration *migration)
{
	return migration->final.frame != 0;
}

bool awaited_commit(const struct heard_migration *migration)
{
	return migration->committed.frame != 0;
}

bool awaited_release(const struct heard_migration *migration)
{
	return migration->released.frame != 0;
}

bool awaited_abort_of_destination(const struct heard_migration *migration)
{
	return migration->aborted[0].said.frame != 0 || migration->refused.frame != 0;
}

bool awaited_abort_of_source(const struct heard_migration *migration)
{
	return migration->aborted[1].said.frame != 0;
}

/*
 * It can be judged where all was heard that came the other way of |awaited|'s keys, if SOLICIT
 * passed under them, too.
 */
enum judged awaited_between_bridges(struct judge *judge, const struct heard *heard,
	const struct heard_migration *migration, const struct pending *awaited)
{
	struct pending pending = *awaited;

	if (migration == NULL || migration->solicited.frame == 0 ||
		migration->solicit_keys == HEARING_NOBODY)
		return JUDGED_NOTHING;
	if (awaited->was_heard(migration))
		return JUDGED_OBEYED;
	pending.solicit_keys = migration->solicit_keys;
	pending.frame = heard->frame;
	pending.destination = migration->destination;
	pending.source = migration->source;
	pending.migration = migration->id;
	judge_await(judge, heard, &pending, &awaited->finding.sentence);
	return JUDGED_NOTHING;
}

enum judged awaited_of_peer(struct judge *judge, const struct heard *heard, awaited_fact fact,
	const struct sentence *sentence)
{
	const struct heard_migration *migration = hearing_migration(&judge->hearing, heard);
	const struct pending pending = {
		.finding.sentence = *sentence,
		.keys = heard->keys,
		.was_heard = fact,
	};

	if (migration != NULL && fact(migration))
		return JUDGED_OBEYED;
	return awaited_between_bridges(judge, heard, migration, &pending);
}
