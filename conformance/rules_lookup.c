/* SPDX-License-Identifier: MIT */
/* Rules of what bridges ask and tell each other about owners, and of the old station's word. */
#include <inttypes.h>

#include "rules.h"

#define UNUSED __attribute__((unused))

/* What was asked under the other direction of the same keys. */
enum judged answer_is_about_what_was_asked(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_i_have *answer = &heard->message.body.i_have;
	const int reverse = judge->hearing.keys[heard->keys].reverse;
	const struct heard_question *other = NULL;

	if (answer->lookup == 0 || reverse == HEARING_NOBODY)
		return JUDGED_NOTHING;
	for (size_t index = 0; index < judge->hearing.question_count; index++) {
		const struct heard_question *question = &judge->hearing.questions[index];

		if (question->keys != reverse || question->lookup != answer->lookup)
			continue;
		if (hearing_is_same_vsi(&question->vsi, &answer->vsi))
			return JUDGED_OBEYED;
		other = question;
	}
	if (other == NULL)
		return JUDGED_NOTHING;
	return rule_broken(sentence, "I-HAVE about the VSI of its WHO-HAS",
		"another VSI than look-up %" PRIu64 " in frame %" PRIu64, answer->lookup,
		other->frame);
}

/* Somebody may have asked with a look-up of 0: nobody may, and this is the answer. */
enum judged announcement_is_of_an_owner(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_i_have *told = &heard->message.body.i_have;

	if (told->lookup != 0)
		return JUDGED_NOTHING;
	return rule_suspect(rule_kept(told->holding == DIMP_HOLDING_OWNER, sentence,
		"I-HAVE(OWNER) where nobody asked", dimp_name(DIMP_TYPE_HOLDING, told->holding)));
}

enum judged ticket_comes_with_what_it_is_for(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_who_has *question = &heard->message.body.who_has;
	const bool has_types = (question->attributes >> DIMP_ATTRIBUTE_who_has_types & 1) != 0;

	if ((question->attributes >> DIMP_ATTRIBUTE_who_has_ticket & 1) == 0)
		return JUDGED_NOTHING;
	return rule_kept(has_types && heard->message.row_count > 0, sentence,
		"DI types and FILTERs with a ticket", "a ticket without");
}

enum judged announced_error_is_listed(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const uint16_t error = heard->message.body.announced.error;

	if (error == DIMP_ERROR_NONE || error == DIMP_ERROR_NOT_AUTHORISED ||
		error == DIMP_ERROR_CONTEXT_NOT_FOUND || error == DIMP_ERROR_STALE_SERIAL)
		return JUDGED_OBEYED;
	return rule_broken(sentence,
		"ANNOUNCED with 0, NOT_AUTHORISED, CONTEXT_NOT_FOUND or STALE_SERIAL", "%s",
		dimp_error_name(error));
}
