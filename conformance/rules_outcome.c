/* SPDX-License-Identifier: MIT */
/* Rules of what a station is told: risks, rows of the outcome, whose word was needed. */
#include <inttypes.h>

#include "awaited.h"
#include "rules.h"

#define UNUSED __attribute__((unused))

/* Only such a fault asks the station; what is another bridge's by now never does (DIMP 9.2-11). */
static bool is_worth_a_risk(uint16_t error)
{
	if (error == DIMP_ERROR_NONE || error == DIMP_ERROR_SUPERSEDED ||
		error == DIMP_ERROR_STALE_SERIAL || error == DIMP_ERROR_REVOKED)
		return false;
	return (dimp_reason_advice(dimp_error_reason(error)) & DIMP_ADVICE_CONTINUE_AT_RISK) != 0;
}

enum judged risk_is_one_to_ask_about(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_progress *progress = &heard->message.body.progress;

	if (progress->phase != DIMP_PHASE_AT_RISK)
		return JUDGED_NOTHING;
	return rule_kept(is_worth_a_risk(progress->error), sentence,
		"AT_RISK for a fault that advises CONTINUE_AT_RISK",
		dimp_error_name(progress->error));
}

/* The migration that serves the request of |heard|; NULL when that is not known. */
static const struct heard_migration *migration_for(struct judge *judge, const struct heard *heard)
{
	const struct heard_request *request = hearing_request(&judge->hearing, heard);

	if (request == NULL || request->requested.frame == 0)
		return NULL;
	return hearing_migration_for(&judge->hearing, request);
}

enum judged staged_follows_a_round(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	if (heard->message.body.progress.phase != DIMP_PHASE_STAGED)
		return JUDGED_NOTHING;
	const struct heard_migration *migration = migration_for(judge, heard);

	if (migration == NULL)
		return JUDGED_NOTHING;
	if (migration->mode != DIMP_MODE_STAGED)
		return rule_broken(sentence, "STAGED in staged migrations only",
			"STAGED of a one-shot migration");
	(void)rule_broken(sentence, "STAGED after a whole round", "no ROUND-END had been sent");
	const struct pending pending = {
		.finding.sentence = *sentence,
		.keys = migration->solicit_keys,
		.was_heard = awaited_round,
	};

	return awaited_between_bridges(judge, heard, migration, &pending);
}

enum judged risk_is_told_as_a_fail(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_response *response = &heard->message.body.response;

	if (response->result != DIMP_RESULT_AT_RISK)
		return JUDGED_NOTHING;
	const enum dimp_reason reason = dimp_error_reason(response->error);

	return rule_kept(response->error != DIMP_ERROR_NONE && response->reason == reason &&
			response->advice == dimp_reason_advice(reason),
		sentence, "AT_RISK with an error, its reason and advice", "others");
}

enum judged risk_needs_its_right(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_request *request = hearing_request(&judge->hearing, heard);

	if (request == NULL || request->requested.frame == 0 ||
		heard->message.body.response.result != DIMP_RESULT_AT_RISK)
		return JUDGED_NOTHING;
	return request->may_be_at_risk
		? JUDGED_OBEYED
		: rule_broken(sentence, "nothing at risk against a ticket",
			  "the ticket in frame %" PRIu64 " has not that right",
			  request->requested.frame);
}

enum judged rejections_have_a_reason(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	for (size_t index = 0; index < heard->message.row_count; index++) {
		const struct dimp_result_row *row = &heard->message.rows.result[index];

		if (row->rejected != 0 && row->error == DIMP_ERROR_NONE)
			return rule_broken(sentence, "why the first entry was rejected",
				"%" PRIu32 " of %s, without an error", row->rejected,
				dimp_di_type_name(row->type));
	}
	return JUDGED_OBEYED;
}

enum judged rows_are_of_what_was_asked(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_for(judge, heard);

	if (migration == NULL)
		return JUDGED_NOTHING;
	for (size_t index = 0; index < heard->message.row_count; index++) {
		const unsigned type = heard->message.rows.result[index].type;

		if (type >= DIMP_DI_TYPES || (migration->types >> type & 1) == 0)
			return rule_broken(sentence, "rows of DI types that SOLICIT asks for",
				"a row of DI type %u; SOLICIT is in frame %" PRIu64, type,
				migration->solicited.frame);
	}
	return JUDGED_OBEYED;
}

static uint32_t counted(const struct dimp_message *end, unsigned type)
{
	for (size_t index = 0; index < end->row_count; index++) {
		if (end->rows.digest[index].type == type)
			return end->rows.digest[index].entries;
	}
	return 0;
}

/* What succeeds has received the final ROUND-END. */
enum judged offered_is_what_was_counted(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_for(judge, heard);

	if (heard->message.body.response.result != DIMP_RESULT_SUCCESS || migration == NULL ||
		migration->final.frame == 0)
		return JUDGED_NOTHING;
	for (size_t index = 0; index < heard->message.row_count; index++) {
		const struct dimp_result_row *row = &heard->message.rows.result[index];
		const uint32_t entries = counted(&migration->final_end, row->type);

		if (row->offered != entries)
			return rule_broken(sentence,
				"as many offered as the final ROUND-END counts",
				"%" PRIu32 " of %s; frame %" PRIu64 " counts %" PRIu32,
				row->offered, dimp_di_type_name(row->type), migration->final.frame,
				entries);
	}
	return JUDGED_OBEYED;
}

enum judged success_is_complete(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_request *request = hearing_request(&judge->hearing, heard);

	if (request == NULL || request->requested.frame == 0 ||
		heard->message.body.response.result != DIMP_RESULT_SUCCESS)
		return JUDGED_NOTHING;
	for (size_t index = 0; index < heard->message.row_count; index++) {
		const struct dimp_result_row *row = &heard->message.rows.result[index];
		const bool is_required =
			row->type < DIMP_DI_TYPES && (request->required >> row->type & 1) != 0;

		if (is_required && row->rejected != 0)
			return rule_broken(sentence, "SUCCESS with all that is required",
				"%" PRIu32 " of %s rejected, which frame %" PRIu64 " requires",
				row->rejected, dimp_di_type_name(row->type),
				request->requested.frame);
	}
	return JUDGED_OBEYED;
}

/* Whoever said ABORT has given up, or asks the station at least (DIMP 9.2-11). */
enum judged success_is_of_no_aborted_move(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_for(judge, heard);

	if (heard->message.body.response.result != DIMP_RESULT_SUCCESS || migration == NULL)
		return JUDGED_NOTHING;
	return migration->aborted[0].said.frame == 0
		? JUDGED_OBEYED
		: rule_broken(sentence, "no SUCCESS of what the destination gave up",
			  "it sent ABORT in frame %" PRIu64, migration->aborted[0].said.frame);
}
