/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the roles. The first message of a speaker that only one role sends tells its role; who is
 * configured as what, no PDU says.
 */
#include "speaker_role.h"

#include <string.h>

#include "track_key.h"

enum role { ROLE_UNKNOWN, ROLE_STATION, ROLE_BRIDGE };

/* Who sends a message by its table; ACK, PING and CLOSE are everybody's. */
static enum role role_of_sender(const struct fact_block *message)
{
	if (!message->sender || strstr(message->sender, "speaker"))
		return ROLE_UNKNOWN;
	return strstr(message->sender, "station") ? ROLE_STATION : ROLE_BRIDGE;
}

static enum role role_of_receiver(const struct fact_block *message)
{
	if (role_of_sender(message) == ROLE_UNKNOWN)
		return ROLE_UNKNOWN;
	switch (message->number) {
	case DIMP_MESSAGE_PROGRESS:
	case DIMP_MESSAGE_RESPONSE:
	case DIMP_MESSAGE_ANNOUNCED: return ROLE_STATION;
	default: return ROLE_BRIDGE;
	}
}

static struct track_key key_of(guint32 speaker)
{
	return (struct track_key){.kind = TRACK_ROLE, .first = speaker};
}

static enum role known_role(guint32 speaker)
{
	const struct track_key key = key_of(speaker);

	return (enum role)GPOINTER_TO_UINT(track_find(&key));
}

static void note_role(guint32 speaker, enum role role)
{
	const struct track_key key = key_of(speaker);

	track_store(&key, GUINT_TO_POINTER((guint)role));
}

static enum breach breach_by(guint message)
{
	switch (message) {
	case DIMP_MESSAGE_REQUEST: return BREACH_9_7_11;
	case DIMP_MESSAGE_WHO_HAS:
	case DIMP_MESSAGE_I_HAVE: return BREACH_9_8_1;
	case DIMP_MESSAGE_NOTIFY: return BREACH_9_9_5;
	default: return BREACHES;
	}
}

enum breach speaker_role_judge(const struct dissection *dissection,
	const struct fact_block *message)
{
	const enum role says = role_of_sender(message);

	/* Speakers of one host cannot be told apart by address. */
	if (says == ROLE_UNKNOWN || dissection->sender == dissection->receiver)
		return BREACHES;

	const enum role known = known_role(dissection->sender);
	const enum role heard_by = known_role(dissection->receiver);

	if (known == ROLE_UNKNOWN)
		note_role(dissection->sender, says);
	else if (known != says && breach_by(message->number) != BREACHES)
		return breach_by(message->number);
	if (heard_by != ROLE_UNKNOWN && heard_by != role_of_receiver(message))
		return BREACH_9_1_7;
	return BREACHES;
}
