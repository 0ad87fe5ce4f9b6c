/* SPDX-License-Identifier: MIT */
/* Who speaks, as the messages show that it sends (DIMP 7.1-1), and what bridges ask each other. */
#include <string.h>

#include "hearing.h"

/* Whether messages of this kind go between a station and its bridge, and which way. */
static bool is_of_station(enum dimp_message_kind kind, bool *is_from_station)
{
	switch (kind) {
	case DIMP_MESSAGE_REQUEST:
	case DIMP_MESSAGE_CUTOVER:
	case DIMP_MESSAGE_PROCEED:
	case DIMP_MESSAGE_CANCEL:
	case DIMP_MESSAGE_ANNOUNCE: *is_from_station = true; return true;
	case DIMP_MESSAGE_PROGRESS:
	case DIMP_MESSAGE_RESPONSE:
	case DIMP_MESSAGE_ANNOUNCED: *is_from_station = false; return true;
	case DIMP_MESSAGE_SOLICIT:
	case DIMP_MESSAGE_OFFER:
	case DIMP_MESSAGE_ACCEPT:
	case DIMP_MESSAGE_REFUSE:
	case DIMP_MESSAGE_DATA:
	case DIMP_MESSAGE_ROUND_END:
	case DIMP_MESSAGE_FREEZE:
	case DIMP_MESSAGE_COMMIT:
	case DIMP_MESSAGE_RELEASED:
	case DIMP_MESSAGE_ABORT:
	case DIMP_MESSAGE_ABORTED:
	case DIMP_MESSAGE_DONE:
	case DIMP_MESSAGE_WHO_HAS:
	case DIMP_MESSAGE_I_HAVE:
	case DIMP_MESSAGE_NOTIFY:
	case DIMP_MESSAGE_ACK:
	case DIMP_MESSAGE_PING:
	case DIMP_MESSAGE_CLOSE: break;
	}
	return false;
}

static bool is_of_association(enum dimp_message_kind kind)
{
	return kind == DIMP_MESSAGE_ACK || kind == DIMP_MESSAGE_PING || kind == DIMP_MESSAGE_CLOSE;
}

enum heard_role hearing_sender_role(enum dimp_message_kind kind)
{
	bool is_from_station = false;

	if (is_of_association(kind))
		return HEARD_ANYONE;
	return is_of_station(kind, &is_from_station) && is_from_station ? HEARD_STATION
									: HEARD_BRIDGE;
}

enum heard_role hearing_receiver_role(enum dimp_message_kind kind)
{
	bool is_from_station = true;

	if (is_of_association(kind))
		return HEARD_ANYONE;
	return is_of_station(kind, &is_from_station) && !is_from_station ? HEARD_STATION
									 : HEARD_BRIDGE;
}

bool hearing_is_same_vsi(const struct dimp_vsi *one, const struct dimp_vsi *other)
{
	return memcmp(one, other, sizeof *one) == 0;
}

static void note_question(struct hearing *hearing, const struct heard *heard)
{
	struct heard_question *questions = hearing_grow(hearing->questions, hearing->question_count,
		&hearing->question_capacity, sizeof *questions);

	if (questions == NULL) {
		hearing->is_out_of_memory = true;
		return;
	}
	hearing->questions = questions;
	questions[hearing->question_count++] = (struct heard_question){
		.keys = heard->keys,
		.lookup = heard->message.body.who_has.lookup,
		.frame = heard->frame,
		.vsi = heard->message.body.who_has.vsi,
	};
}

void hearing_note_speaker(struct hearing *hearing, const struct heard *heard)
{
	struct heard_endpoint *speaker = &hearing->endpoints[heard->from];

	if (speaker->role == HEARD_ANYONE) {
		speaker->role = hearing_sender_role(heard->message.kind);
		speaker->role_frame = heard->frame;
	}
	if (heard->message.kind == DIMP_MESSAGE_WHO_HAS)
		note_question(hearing, heard);
}
