/* SPDX-License-Identifier: MIT */
/*
 * Any conversation of four speakers as the judge of dimp verify hears it: a station and three
 * bridges, under keys that it has or has not, with any messages in PDUs of any number, handshakes,
 * copies and octets that are none, and times that may go back.  Each verdict is counted once, every
 * report can be written, and who hears each PDU twice blames the same speakers for the same.
 */
#include <stdio.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "fuzz/message_mutator.h"
#include "fuzz/require.h"
#include "fuzz/step_mutator.h"
#include "judge.h"
#include "observe/pdu_finder.h"
#include "report_judged.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

/* A step: what, who to whom, how the number goes on, how time does, how many octets follow (2). */
enum { HEAD_SIZE = 6, SPEAKERS = 4, SETS = 2, PDUS_MAX = 300, SAID_MAX = 1200 };
enum { KEYS = SPEAKERS * SPEAKERS * SETS, UNKNOWN_SET = SETS };

struct said {
	unsigned from, to;
	struct dimp_time time;
	size_t size;
	uint8_t octets[DIMP_PDU_HEADER_SIZE + SAID_MAX + DIMP_TAG_SIZE];
};

static struct said said[PDUS_MAX];
static size_t said_count;
static uint64_t numbers[SPEAKERS][SPEAKERS][SETS + 1];
static struct keylog_key keys[KEYS];
static struct openssl_crypto *provider;

static unsigned key_index(unsigned from, unsigned to, unsigned set)
{
	return 1 + (set * SPEAKERS + from) * SPEAKERS + to;
}

static void make_keys(void)
{
	provider = openssl_crypto_create_seeded(1, "judge");
	require(provider != NULL);
	for (unsigned each = 0; each < KEYS; each++) {
		keys[each].receiver_index = 1 + each;
		memset(keys[each].key, (int)each + 1, sizeof keys[each].key);
	}
}

/* In front of |pdu|, whose size is set. */
static void write_header(struct said *pdu, unsigned kind, uint32_t index, uint64_t number)
{
	uint8_t *const octets = pdu->octets;

	octets[0] = (uint8_t)(1u << 4 | kind);
	octets[1] = 0;
	octets[2] = (uint8_t)(pdu->size >> 8);
	octets[3] = (uint8_t)pdu->size;
	for (unsigned each = 0; each < 4; each++)
		octets[4 + each] = (uint8_t)(index >> (24 - 8 * each));
	for (unsigned each = 0; each < 8; each++)
		octets[8 + each] = (uint8_t)(number >> (56 - 8 * each));
}

/* Seals |payload| as the speaker would, or under a key that nobody has. */
static void seal(struct said *pdu, unsigned set, uint64_t number, struct dimp_view payload)
{
	const struct dimp_crypto *const crypto = openssl_crypto_table(provider);
	const uint32_t index = key_index(pdu->from, pdu->to, set % SETS);
	uint8_t key[DIMP_KEY_SIZE], nonce[DIMP_NONCE_SIZE] = {0};

	memset(key, set == UNKNOWN_SET ? UINT8_MAX : (int)index, sizeof key);
	pdu->size = DIMP_PDU_HEADER_SIZE + payload.size + DIMP_TAG_SIZE;
	write_header(pdu, DIMP_PDU_PROTECTED, index, number);
	memcpy(&nonce[4], &pdu->octets[8], 8);
	const struct dimp_sealing sealing = {
		.key = key,
		.nonce = nonce,
		.additional = {pdu->octets, DIMP_PDU_HEADER_SIZE},
		.text = payload,
	};
	require(crypto->seal(crypto->user, pdu->octets + DIMP_PDU_HEADER_SIZE, &sealing));
}

/* A handshake of the right size for what it says it is; the index of REPLY is that of a key. */
static void shake(struct said *pdu, uint8_t choice, struct dimp_view payload)
{
	enum { INITIATION_SIZE = 144, REPLY_SIZE = 72 };
	const bool is_reply = (choice & 1) != 0;

	pdu->size = is_reply ? REPLY_SIZE : INITIATION_SIZE;
	memset(pdu->octets, choice, pdu->size);
	write_header(pdu, is_reply ? DIMP_PDU_REPLY : DIMP_PDU_INITIATION,
		is_reply ? key_index(pdu->from, pdu->to, choice >> 1 & 1) : 0, 0);
	if (payload.size != 0 && payload.size <= pdu->size)
		memcpy(pdu->octets, payload.octets, payload.size);
}

static uint64_t next_number(const struct said *pdu, unsigned set, uint8_t choice)
{
	uint64_t *const number = &numbers[pdu->from][pdu->to][set];

	switch (choice & 7) {
	case 5: *number += choice >> 3; return (*number)++;
	case 6: return *number > choice >> 3 ? *number - 1 - (choice >> 3) : 0;
	case 7: return (uint64_t)choice << 20;
	default: return (*number)++;
	}
}

/* Says what a step is about; what it says is a copy, a handshake, octets, or messages. */
static void say(const uint8_t *head, struct dimp_view payload)
{
	enum { COPIES = 13, SHAKES, RAW };
	struct said *const pdu = &said[said_count];
	const unsigned set = head[0] >> 4 & 3;

	pdu->from = head[1] & 3;
	pdu->to = (pdu->from + 1 + (head[1] >> 2) % (SPEAKERS - 1)) % SPEAKERS;
	pdu->time = said_count > 0 ? said[said_count - 1].time : (struct dimp_time){1000000};
	pdu->time.us += (uint64_t)head[3] * head[3];
	if (head[3] == UINT8_MAX)
		pdu->time.us -= 200000;
	if ((head[0] & 15) == COPIES && said_count > 0) {
		const struct dimp_time time = pdu->time;

		*pdu = said[head[2] % said_count];
		pdu->time = time;
	} else if ((head[0] & 15) == SHAKES) {
		shake(pdu, head[2], payload);
	} else if ((head[0] & 15) == RAW) {
		pdu->size = payload.size;
		if (payload.size != 0)
			memcpy(pdu->octets, payload.octets, payload.size);
	} else {
		seal(pdu, set < UNKNOWN_SET ? set : set - 1,
			next_number(pdu, set < UNKNOWN_SET ? set : set - 1, head[2]), payload);
	}
	said_count++;
}

static void tell(struct judge *judge, const struct said *pdu, uint64_t frame)
{
	struct pdu_found found = {.octets = {pdu->octets, pdu->size}};

	(void)snprintf(found.from, sizeof found.from, "speaker %u", pdu->from);
	(void)snprintf(found.to, sizeof found.to, "speaker %u", pdu->to);
	judge_pdu(judge, &found, frame, pdu->time);
}

static void hear(struct judge *judge, const struct keylog *keylog, unsigned times)
{
	uint64_t frame = 0;

	require(judge_start(judge, openssl_crypto_table(provider), keylog));
	for (size_t at = 0; at < said_count; at++)
		for (unsigned count = 0; count < times; count++)
			tell(judge, &said[at], ++frame);
	require(!judge->hearing.is_out_of_memory);
}

/* What is blamed stands among the findings, as often as it is counted. */
static void count_findings(const struct judge *judge)
{
	uint64_t counted = 0, suspected = 0;

	for (size_t index = 0; index < judge->tally_count; index++) {
		counted += judge->tallies[index].broken + judge->tallies[index].suspected;
		suspected += judge->tallies[index].suspected;
	}
	require(counted == judge->finding_count);
	for (size_t index = 0; index < judge->finding_count; index++) {
		const struct finding *const finding = &judge->findings[index];

		suspected -= finding->is_suspicion;
		require(finding->frame >= 1 && finding->from != finding->to);
		require(finding->sentence.expected[0] != '\0');
	}
	require(suspected == 0);
	require(judge->opened + judge->copies + judge->without_key + judge->unopened +
			judge->malformed <=
		judge->pdus);
}

static void write_reports(const struct judge *judge)
{
	static FILE *nowhere;

	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "w");
	require(nowhere != NULL);
	report_judged_table(judge, nowhere);
	report_judged_whole(judge, nowhere);
	report_judged_json(judge, nowhere);
	report_judged_junit(judge, nowhere);
}

/* Copies change nothing that is held against anybody; of handshakes one may suspect more. */
static void compare(const struct judge *once, const struct judge *twice)
{
	for (size_t index = 0; index < once->tally_count; index++)
		require(once->tallies[index].broken == twice->tallies[index].broken);
	require(once->opened == twice->opened && once->messages == twice->messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct keylog keylog = {.keys = keys, .key_count = KEYS};
	struct judge once, twice;

	if (provider == NULL)
		make_keys();
	said_count = 0;
	memset(numbers, 0, sizeof numbers);
	while (size >= HEAD_SIZE && said_count < PDUS_MAX) {
		const size_t named = (size_t)octets[4] << 8 | octets[5];
		const size_t room = size - HEAD_SIZE;
		const size_t taken = named < room ? named : room;

		say(octets,
			(struct dimp_view){octets + HEAD_SIZE,
				taken < SAID_MAX ? taken : SAID_MAX});
		octets += HEAD_SIZE + taken;
		size -= HEAD_SIZE + taken;
	}
	hear(&once, &keylog, 1);
	hear(&twice, &keylog, 2);
	count_findings(&once);
	count_findings(&twice);
	compare(&once, &twice);
	write_reports(&once);
	judge_end(&once);
	judge_end(&twice);
	return 0;
}

static size_t named_size(const uint8_t *head)
{
	return (size_t)head[4] << 8 | head[5];
}

static bool set_named(uint8_t *head, size_t size)
{
	head[4] = (uint8_t)(size >> 8);
	head[5] = (uint8_t)size;
	return size <= SAID_MAX;
}

/* Where the message that is the |wanted|th of |payload| begins, and how long it is. */
static size_t find_message(struct mutable_octets payload, size_t wanted, size_t *size)
{
	size_t at = 0;

	*size = 0;
	for (;;) {
		const size_t left = payload.size - at;
		const uint8_t *const head = payload.octets + at;
		const size_t whole = left < 4 ? left : 4 + ((size_t)head[2] << 8 | head[3]);

		*size = whole < left ? whole : left;
		if (wanted-- == 0 || at + *size == payload.size)
			return at;
		at += *size;
	}
}

/* Changes one of the messages, or puts a new one behind them. */
static size_t mutate_messages(struct mutable_octets payload, struct mutation_dice *dice)
{
	static uint8_t message[SAID_MAX];
	size_t gone = 0;
	size_t at = find_message(payload, mutation_dice_below(dice, 4), &gone);

	if (mutation_dice_once_in(dice, 6)) {
		at = payload.size;
		gone = 0;
	}
	memcpy(message, payload.octets + at, gone);
	const size_t size = message_mutate((struct mutable_octets){message, gone, SAID_MAX}, dice);

	if (payload.size - gone + size > payload.capacity)
		return payload.size;
	memmove(payload.octets + at + size, payload.octets + at + gone, payload.size - at - gone);
	memcpy(payload.octets + at, message, size);
	return payload.size - gone + size;
}

static const struct step_format format = {
	.head_min = HEAD_SIZE,
	.payload_size = named_size,
	.set_payload = set_named,
	.payload_max = SAID_MAX,
	.mutate_payload = mutate_messages,
};

STEP_FUZZER(format);
