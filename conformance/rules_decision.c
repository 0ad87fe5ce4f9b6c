/* SPDX-License-Identifier: MIT */
/* Rules of the decision: who may own the DI, in which order it is said, and what the station is
 * told. */
#include <inttypes.h>
#include <string.h>

#include "awaited.h"
#include "rules.h"

static const struct heard_migration *migration_of(struct judge *judge, const struct heard *heard)
{
	return hearing_migration(&judge->hearing, heard);
}

enum judged acceptance_follows_offer(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	(void)rule_broken(sentence, "ACCEPT or REFUSE after OFFER", "no OFFER had been sent");
	return awaited_of_peer(judge, heard, awaited_offer, sentence);
}

enum judged accepted_was_asked_for(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->solicited.frame == 0)
		return JUDGED_NOTHING;
	const uint64_t more = heard->message.body.accept.types & ~migration->types;

	return more == 0 ? JUDGED_OBEYED
			 : rule_broken(sentence, "DI types that SOLICIT asks for",
				   "DI set 0x%016" PRIx64 " more; SOLICIT is in frame %" PRIu64,
				   more, migration->solicited.frame);
}

enum judged freeze_is_of_a_staged_move(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->solicited.frame == 0)
		return JUDGED_NOTHING;
	return rule_kept(migration->mode == DIMP_MODE_STAGED, sentence,
		"FREEZE in staged migrations only", "FREEZE of a one-shot migration");
}

enum judged commit_follows_the_final_end(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	(void)rule_broken(sentence, "COMMIT after the final round",
		"no final ROUND-END had been sent");
	return awaited_of_peer(judge, heard, awaited_final_round, sentence);
}

static bool has_digest(const struct dimp_message *end, const struct dimp_digest_row *row)
{
	for (size_t index = 0; index < end->row_count; index++) {
		const struct dimp_digest_row *other = &end->rows.digest[index];

		if (other->type == row->type)
			return other->entries == row->entries && other->sum == row->sum;
	}
	return row->entries == 0;
}

enum judged commit_agrees(struct judge *judge, const struct heard *heard, struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->final.frame == 0)
		return JUDGED_NOTHING;
	if (heard->message.body.commit.freeze != migration->final_end.body.round_end.freeze)
		return rule_broken(sentence, "COMMIT with the freeze id of the final ROUND-END",
			"%016" PRIx64 "; frame %" PRIu64 " says %016" PRIx64,
			heard->message.body.commit.freeze, migration->final.frame,
			migration->final_end.body.round_end.freeze);
	for (size_t index = 0; index < heard->message.row_count; index++) {
		const struct dimp_digest_row *row = &heard->message.rows.digest[index];

		if (!has_digest(&migration->final_end, row))
			return rule_broken(sentence, "COMMIT of digests that agree",
				"the digest of %s differs from that in frame %" PRIu64,
				dimp_di_type_name(row->type), migration->final.frame);
	}
	return JUDGED_OBEYED;
}

enum judged release_follows_commit(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	(void)rule_broken(sentence, "RELEASED on COMMIT", "no COMMIT had been sent");
	return awaited_of_peer(judge, heard, awaited_commit, sentence);
}

enum judged release_names_the_commit(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->committed.frame == 0)
		return JUDGED_NOTHING;
	return rule_kept(heard->message.body.released.freeze == migration->commit_freeze, sentence,
		"RELEASED with the freeze id of COMMIT", "another freeze id");
}

enum judged epoch_is_the_next(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const uint32_t epoch = heard->message.body.released.epoch;

	if (migration == NULL || migration->offered.frame == 0)
		return JUDGED_NOTHING;
	/* At its end it stays there (DIMP 9.8-5). */
	const uint32_t next = migration->epoch == UINT32_MAX ? UINT32_MAX : migration->epoch + 1;

	return epoch == next ? JUDGED_OBEYED
			     : rule_broken(sentence, "the epoch of OFFER, raised by one",
				       "epoch %" PRIu32 "; frame %" PRIu64 " offers %" PRIu32,
				       epoch, migration->offered.frame, migration->epoch);
}

enum judged done_follows_release(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	(void)rule_broken(sentence, "DONE after RELEASED", "no RELEASED had been sent");
	return awaited_of_peer(judge, heard, awaited_release, sentence);
}

enum judged done_names_the_release(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);

	if (migration == NULL || migration->released.frame == 0)
		return JUDGED_NOTHING;
	return rule_kept(heard->message.body.done.freeze == migration->release.freeze, sentence,
		"DONE with the freeze id of RELEASED", "another freeze id");
}

enum judged success_follows_release(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_request *request = hearing_request(&judge->hearing, heard);

	if (request == NULL || request->requested.frame == 0 ||
		heard->message.body.response.result != DIMP_RESULT_SUCCESS)
		return JUDGED_NOTHING;
	const struct heard_migration *migration = hearing_migration_for(&judge->hearing, request);

	if (migration == NULL)
		return JUDGED_NOTHING;
	(void)rule_broken(sentence, "SUCCESS after RELEASED", "the source had not released the DI");
	const struct pending pending = {
		.finding.sentence = *sentence,
		.keys = migration->solicit_keys,
		.was_heard = awaited_release,
	};

	return awaited_between_bridges(judge, heard, migration, &pending);
}

/* A request that was forgotten is in doubt, whatever it came to (DIMP 9.1-10). */
enum judged response_is_one(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_request *request = hearing_request(&judge->hearing, heard);
	const struct dimp_response *response = &heard->message.body.response;

	if (request == NULL || request->responded.frame == 0 ||
		response->error == DIMP_ERROR_IN_DOUBT)
		return JUDGED_NOTHING;
	const struct dimp_response *first = &request->response.body.response;

	if (response->result == first->result && response->reason == first->reason &&
		response->error == first->error && response->advice == first->advice &&
		heard->message.row_count == request->response.row_count)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "one RESPONSE, repeated unchanged",
		"%s, %s; frame %" PRIu64 " said %s, %s",
		dimp_name(DIMP_TYPE_RESULT, response->result), dimp_error_name(response->error),
		request->responded.frame, dimp_name(DIMP_TYPE_RESULT, first->result),
		dimp_error_name(first->error));
}

enum judged reason_and_advice_fit(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_response *response = &heard->message.body.response;

	(void)judge;
	if (response->result != DIMP_RESULT_FAIL)
		return JUDGED_NOTHING;
	if (response->reason != dimp_error_reason(response->error))
		return rule_broken(sentence, "the reason of the error", "%s for %s",
			dimp_name(DIMP_TYPE_REASON, response->reason),
			dimp_error_name(response->error));
	return rule_kept(response->advice == dimp_reason_advice(response->reason), sentence,
		"the advice of the reason", "another advice");
}
