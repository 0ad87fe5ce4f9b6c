/* SPDX-License-Identifier: MIT */
/*
 * Every answer is waited for, up to a time: ranks differ, so a second owner can only be a bridge
 * that has yet to yield, and the higher rank wins.
 */
#include "lookup.h"

#include "instant.h"

void lookup_start(struct lookup *lookup, const struct dimp_message *who_has,
	const struct machine_input *input)
{
	*lookup = (struct lookup){
		.asked = services_send_to_bridges(input->services, who_has, input->now),
		.due = instant_after(input->now, input->services->config->settings.locate_us),
		.owner = DIMP_NO_PEER,
	};
}

static bool is_higher(const struct dimp_i_have *answer, const struct lookup *lookup)
{
	return answer->serial > lookup->serial ||
		(answer->serial == lookup->serial && answer->epoch > lookup->epoch);
}

static void take_rank(struct lookup *lookup, const struct dimp_i_have *answer)
{
	lookup->serial = answer->serial;
	lookup->epoch = answer->epoch;
}

void lookup_answer(struct lookup *lookup, const struct machine_input *input)
{
	const struct dimp_i_have *answer = &input->message->body.i_have;
	const uint64_t bit = input->peer < 64 ? (uint64_t)1 << input->peer : 0;

	if ((lookup->answered & bit) != 0)
		return;
	lookup->answered |= bit;
	/* A peer without a bit might answer twice: it is heard, but the time decides. */
	lookup->answers += bit != 0;
	if (answer->holding == DIMP_HOLDING_INCOMING)
		lookup->is_incoming = true;
	if (answer->holding == DIMP_HOLDING_OWNER &&
		(lookup->owner == DIMP_NO_PEER || is_higher(answer, lookup))) {
		lookup->owner = input->peer;
		take_rank(lookup, answer);
	}
	if (answer->holding == DIMP_HOLDING_TOMBSTONE && lookup->owner == DIMP_NO_PEER &&
		is_higher(answer, lookup))
		take_rank(lookup, answer);
}

enum lookup_result lookup_judge(const struct lookup *lookup, const struct lookup_rank *own,
	struct dimp_time now)
{
	const bool is_over = lookup->answers >= lookup->asked || lookup->due.us <= now.us;

	if (!is_over)
		return LOOKUP_WAITING;
	if (lookup->owner != DIMP_NO_PEER)
		return LOOKUP_OWNER;
	if (lookup->is_incoming)
		return lookup->due.us <= now.us ? LOOKUP_BUSY : LOOKUP_WAITING;
	if (own == NULL)
		return LOOKUP_NOBODY;
	return own->serial > lookup->serial ||
			(own->serial == lookup->serial && own->epoch >= lookup->epoch)
		? LOOKUP_TOMBSTONE
		: LOOKUP_NOBODY;
}
