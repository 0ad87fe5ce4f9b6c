/* SPDX-License-Identifier: MIT */
/* Rules of INITIATION and REPLY, as far as their octets show in the clear. */
#include <inttypes.h>

#include "dimp.h"
#include "rules.h"

enum { INITIATION_OCTETS = 144, REPLY_OCTETS = 72, INDEX_AT = 4, SIZE_AT = 2, KIND_MASK = 0x0f };

static unsigned kind_of(const struct heard *heard)
{
	return heard->header.octets[0] & KIND_MASK;
}

static bool is_zero(const uint8_t *octets, size_t size)
{
	uint8_t all = 0;

	for (size_t index = 0; index < size; index++)
		all |= octets[index];
	return all == 0;
}

enum judged handshake_is_of_version_1(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	return rule_suspect(pdu_is_of_version_1(judge, heard, sentence));
}

enum judged handshake_is_clean(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	(void)judge;
	return rule_suspect(rule_kept(heard->header.octets[1] == 0, sentence,
		"a reserved octet of 0", "another in a handshake PDU"));
}

enum judged handshake_has_no_number(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const size_t at = kind_of(heard) == DIMP_PDU_INITIATION ? INDEX_AT : 2 * INDEX_AT;

	(void)judge;
	return rule_suspect(rule_kept(is_zero(heard->header.octets + at, DIMP_PDU_HEADER_SIZE - at),
		sentence, "number 0, and index 0 in INITIATION", "others"));
}

enum judged handshake_has_its_size(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	const unsigned size =
		(unsigned)heard->header.octets[SIZE_AT] << 8 | heard->header.octets[SIZE_AT + 1];
	const unsigned right =
		kind_of(heard) == DIMP_PDU_INITIATION ? INITIATION_OCTETS : REPLY_OCTETS;

	(void)judge;
	if (size == right)
		return JUDGED_OBEYED;
	return rule_suspect(
		rule_broken(sentence, "INITIATION of 144 octets, REPLY of 72", "%u octets", size));
}

static bool is_copy(struct heard_endpoint *endpoint, uint64_t sum)
{
	for (size_t index = 0; index < HEARING_REPLIES; index++) {
		if (endpoint->reply_sums[index] == sum)
			return true;
	}
	endpoint->reply_sums[endpoint->reply_count++ % HEARING_REPLIES] = sum;
	return false;
}

/* The responder's bucket as it is by default: its settings may be others. */
enum judged replies_keep_the_rate(struct judge *judge, const struct heard *heard,
	struct sentence *sentence)
{
	struct heard_endpoint *endpoint = &judge->hearing.endpoints[heard->to];
	struct dimp_settings settings;

	if (kind_of(heard) != DIMP_PDU_REPLY || is_copy(endpoint, hearing_sum(heard->octets)))
		return JUDGED_NOTHING;
	dimp_settings_default(&settings);
	const int64_t interval = settings.initiation_interval_us;
	const int64_t most = interval * settings.initiation_burst;
	const uint64_t passed = heard->time.us > endpoint->reply_time.us
		? heard->time.us - endpoint->reply_time.us
		: 0;

	endpoint->reply_time = heard->time;
	if (passed >= (uint64_t)most || endpoint->replier != heard->from)
		endpoint->reply_credit_us = most;
	else
		endpoint->reply_credit_us += (int64_t)passed;
	if (endpoint->reply_credit_us > most)
		endpoint->reply_credit_us = most;
	endpoint->reply_credit_us -= interval;
	if (endpoint->reply_credit_us >= 0)
		return JUDGED_OBEYED;
	endpoint->reply_credit_us = 0;
	return rule_suspect(rule_broken(sentence, "REPLYs within burst and rate, by default",
		"one more within %" PRId64 " ms", most / 1000));
}
