/* SPDX-License-Identifier: MIT */
/* Rules of sections 4 and 5: headers, packet numbers, acknowledgements, the end of keys. */
#include <inttypes.h>

#include "rules.h"

enum { PACKET_NUMBERS = 1 << 23 };

#define UNUSED __attribute__((unused))

static const struct heard_keys *keys_of(const struct judge *judge, const struct heard *heard)
{
	return &judge->hearing.keys[heard->keys];
}

enum judged pdu_is_of_version_1(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const unsigned version = heard->header.octets[0] >> 4;

	return version == 1
		? JUDGED_OBEYED
		: rule_broken(sentence, "version 1", "version %u in an authentic PDU", version);
}

enum judged header_is_clean(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const unsigned kind = heard->header.octets[0] & 0x0f;

	if (kind == DIMP_PDU_PROTECTED && heard->header.octets[1] == 0)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "kind 1, 2 or 3, and a reserved octet of 0",
		"kind %u and reserved octet 0x%02x in an authentic PDU", kind,
		heard->header.octets[1]);
}

enum judged number_is_below_the_limit(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	return heard->number < PACKET_NUMBERS ? JUDGED_OBEYED
					      : rule_broken(sentence, "packet numbers below 2^23",
							"packet number %" PRIu64, heard->number);
}

/* Copies do not come here: the octets are others. */
enum judged number_is_used_once(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_number *before = hearing_number(keys_of(judge, heard), heard->number);

	return before == NULL
		? JUDGED_OBEYED
		: rule_broken(sentence, "each packet number once under a key",
			  "number %" PRIu64 " also sealed what frame %" PRIu64 " holds",
			  heard->number, before->frame);
}

/* This PDU was sent after frame |after|, and a higher number before that. */
enum judged numbers_rise(struct judge *judge, const struct heard *heard, struct sentence *sentence)
{
	const struct heard_keys *keys = keys_of(judge, heard);
	const struct heard_bound *bound = hearing_bound_before(&keys->sent, heard->after);

	if (heard->after == 0 || hearing_number(keys, heard->number) != NULL)
		return JUDGED_NOTHING;
	if (bound == NULL || bound->number < heard->number)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "packet numbers that rise with every PDU",
		"number %" PRIu64 " in answer to frame %" PRIu64 ", after number %" PRIu64
		" in frame %" PRIu64,
		heard->number, heard->after, bound->number, bound->witness);
}

/* It is told at the PDU that shows it; the ACK stands in an earlier frame. */
enum judged acknowledged_was_sent(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_keys *keys = keys_of(judge, heard);
	const struct heard_bound *bound = hearing_bound_before(&keys->acknowledged, heard->after);
	const struct heard_bound *sent = hearing_bound_before(&keys->sent, heard->after);

	if (heard->after == 0 || bound == NULL || hearing_number(keys, heard->number) != NULL)
		return JUDGED_NOTHING;
	if (bound->number < heard->number)
		return JUDGED_OBEYED;
	if (sent != NULL && sent->number >= heard->number)
		return JUDGED_NOTHING;
	return rule_broken(sentence, "ACKs of numbers that were sent",
		"the ACK in frame %" PRIu64 " names %" PRIu64 ", when %" PRIu64
		" had not been sent",
		bound->witness, bound->number, heard->number);
}

enum judged nothing_follows_close(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_keys *keys = keys_of(judge, heard);

	if (!keys->is_closed)
		return JUDGED_NOTHING;
	if (heard->number <= keys->close_number)
		return JUDGED_OBEYED;
	return rule_broken(sentence, "nothing under these keys after CLOSE",
		"packet number %" PRIu64 "; CLOSE had %" PRIu64 " in frame %" PRIu64, heard->number,
		keys->close_number, keys->close_frame);
}

/*
 * Told at the confirming PDU, which was heard after the responder's first.  This may be a copy of
 * one that was missed, but then the responder would have acknowledged that in its first (5.6-3).
 */
enum judged responder_waits_for_confirmation(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const struct heard_endpoint *initiator = &judge->hearing.endpoints[heard->from];

	if (judge->is_out_of_order || heard->number != 0 || keys_of(judge, heard)->count > 0 ||
		!initiator->awaits_confirmation || initiator->replier != heard->to)
		return JUDGED_NOTHING;
	for (size_t index = 0; index < judge->hearing.key_count; index++) {
		const struct heard_keys *keys = &judge->hearing.keys[index];

		if (keys->key->receiver_index == initiator->reply_index &&
			keys->from == heard->to && keys->to == heard->from &&
			!keys->has_acknowledged && hearing_number(keys, 0) != NULL)
			return rule_broken(sentence,
				"nothing of the responder before the keys are confirmed",
				"frame %" PRIu64 " is sealed with keys that this one confirms",
				keys->first_frame);
	}
	return JUDGED_OBEYED;
}

enum judged payload_is_whole(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	struct dimp_view rest = heard->payload;
	struct dimp_view tlv;

	while (dimp_tlv_next(&rest, &tlv))
		continue;
	return rest.size == 0 ? JUDGED_OBEYED
			      : rule_broken(sentence, "a sequence of whole TLVs",
					"%zu octets at the end of the payload are none", rest.size);
}

enum judged ranges_stay_above_zero(struct judge *judge UNUSED, const struct heard *heard,
	struct sentence *sentence)
{
	const struct dimp_ack *ack = &heard->message.body.ack;
	uint64_t needed = ack->first_length;

	for (size_t index = 0; index < heard->message.row_count; index++) {
		const struct dimp_ack_range *range = &heard->message.rows.range[index];

		needed += (uint64_t)range->gap + range->length + 2;
	}
	return needed <= ack->largest
		? JUDGED_OBEYED
		: rule_broken(sentence, "ranges that end at 0 at the lowest",
			  "ranges over %" PRIu64 " numbers below %" PRIu64, needed, ack->largest);
}
