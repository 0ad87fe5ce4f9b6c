/* SPDX-License-Identifier: MIT */
/* Rules of who may say what to whom, and of what a speaker says of itself. */
#include <inttypes.h>

#include "rules.h"

static const char *name_of(enum heard_role role)
{
	return role == HEARD_STATION ? "a station" : "a bridge";
}

enum judged speaker_has_one_role(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const enum heard_role role = hearing_sender_role(heard->message.kind);
	const struct heard_endpoint *speaker = &judge->hearing.endpoints[heard->from];

	if (role == HEARD_ANYONE || speaker->role == HEARD_ANYONE)
		return JUDGED_NOTHING;
	if (role == speaker->role)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "messages of a station or those of a bridge",
		"message 0x%04x, from what sent as %s in frame %" PRIu64,
		(unsigned)heard->message.kind, name_of(speaker->role), speaker->role_frame);
}

/* Whether the rules ask for this answer, whoever asked (DIMP 9.1-5, 9.7-9, 9.7-11). */
static bool is_owed_to_anyone(const struct dimp_message *message)
{
	return message->kind == DIMP_MESSAGE_ABORT || message->kind == DIMP_MESSAGE_ABORTED ||
		(message->kind == DIMP_MESSAGE_ANNOUNCED &&
			message->body.announced.error == DIMP_ERROR_NOT_AUTHORISED) ||
		(message->kind == DIMP_MESSAGE_RESPONSE &&
			message->body.response.error == DIMP_ERROR_NOT_AUTHORISED);
}

/* What a receiver is, its own words alone have told: it may have misled the sender, too. */
enum judged message_is_for_its_receiver(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const enum dimp_message_kind kind = heard->message.kind;
	const enum heard_role role = hearing_receiver_role(kind);
	const struct heard_endpoint *receiver = &judge->hearing.endpoints[heard->to];

	if (role == HEARD_ANYONE || receiver->role == HEARD_ANYONE)
		return JUDGED_NOTHING;
	if (role == receiver->role)
		return JUDGED_OBEYED;
	if (is_owed_to_anyone(&heard->message))
		return JUDGED_NOTHING;
	if (kind == DIMP_MESSAGE_RESPONSE || kind == DIMP_MESSAGE_PROGRESS)
		sentence->clause = "9.7-11";
	return rule_suspect(
		rule_broken(sentence, "messages that are for the role of their receiver",
			"message 0x%04x, to what sent as %s in frame %" PRIu64, (unsigned)kind,
			name_of(receiver->role), receiver->role_frame));
}

/* Whatever order they were heard in: an id is given once in a station's life. */
enum judged request_id_is_of_one_request(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_request *request = &heard->message.body.request;

	for (size_t index = 0; index < judge->hearing.request_count; index++) {
		const struct heard_request *known = &judge->hearing.requests[index];

		if (known->requested.frame == 0 || known->station != heard->from ||
			known->id != request->request)
			continue;
		if (known->bridge != heard->to || known->serial != request->serial ||
			!hearing_is_same_vsi(&known->vsi, &request->vsi))
			return rule_broken(sentence, "an id for each REQUEST",
				"id %" PRIu64 " is that of another in frame %" PRIu64, known->id,
				known->requested.frame);
	}
	return JUDGED_OBEYED;
}
