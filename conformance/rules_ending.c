/* SPDX-License-Identifier: MIT */
/* Rules of migrations that end before their time. */
#include <inttypes.h>

#include "awaited.h"
#include "rules.h"

static const struct heard_migration *migration_of(struct judge *judge, const struct heard *heard)
{
	return hearing_migration(&judge->hearing, heard);
}

enum judged refusal_is_for_want_of_room(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	(void)judge;
	return rule_kept(heard->message.body.refuse.error == DIMP_ERROR_NO_ROOM, sentence,
		"REFUSE(NO_ROOM)", dimp_error_name(heard->message.body.refuse.error));
}

/* A migration freezes once (DIMP 9.3-9), so that there is one id to name. */
enum judged abort_names_the_freeze(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const struct dimp_abort *abort = &heard->message.body.abort;

	if (migration == NULL || migration->final.frame == 0 || abort->is_from_source)
		return JUDGED_NOTHING;
	return rule_kept(abort->freeze == 0 ||
			abort->freeze == migration->final_end.body.round_end.freeze,
		sentence, "ABORT with the freeze id of the final ROUND-END, or none",
		"another freeze id");
}

/* Whether the source says so of what it had frozen or copied, and keeps (DIMP 9.3-8 to 9.3-21). */
static bool is_kept(enum dimp_error error)
{
	return error == DIMP_ERROR_THAWED || error == DIMP_ERROR_DIGEST_MISMATCH ||
		error == DIMP_ERROR_SUPERSEDED || error == DIMP_ERROR_REVOKED;
}

/* ABORT and RELEASED of a source, whichever was heard first. */
enum judged thaw_ends_the_move(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_migration *migration = migration_of(judge, heard);
	const bool is_abort = heard->message.kind == DIMP_MESSAGE_ABORT;

	if (migration == NULL || (is_abort && !heard->message.body.abort.is_from_source))
		return JUDGED_NOTHING;
	const struct heard_abort *known = &migration->aborted[1];
	const enum dimp_error error =
		is_abort ? (enum dimp_error)heard->message.body.abort.error : known->error;
	const uint64_t other = is_abort ? migration->released.frame : known->said.frame;

	if (other == 0 || !is_kept(error))
		return is_abort ? JUDGED_NOTHING : JUDGED_OBEYED;
	return rule_broken(sentence, "either released or ended",
		"ABORT(%s) and RELEASED; the other is in frame %" PRIu64, dimp_error_name(error),
		other);
}

enum judged confirmation_follows_abort(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const bool is_from_source = heard->message.body.aborted.is_from_source != 0;

	(void)rule_broken(sentence, "ABORTED that confirms",
		"the other side had sent neither ABORT nor REFUSE");
	return awaited_of_peer(judge, heard,
		is_from_source ? awaited_abort_of_destination : awaited_abort_of_source, sentence);
}
