/* SPDX-License-Identifier: MIT */
/*
 * The way of a PDU past the judge: a copy of one before is passed over; what its key opens is
 * judged whole, then message by message, each remembered after it was judged.
 */
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/pdu_finder.h"

enum { PDU_KIND_MASK = 0x0f, HEADER_NUMBER_AT = 8, HEADER_INDEX_AT = 4, SIZE_AT = 2 };

bool judge_start(struct judge *judge, const struct dimp_crypto *crypto, const struct keylog *keylog)
{
	*judge = (struct judge){.crypto = crypto, .keylog = keylog};
	while (requirement_at(judge->tally_count) != NULL)
		judge->tally_count++;
	judge->tallies = calloc(judge->tally_count, sizeof *judge->tallies);
	if (judge->tallies == NULL)
		return false;
	for (size_t index = 0; index < judge->tally_count; index++)
		judge->tallies[index].requirement = requirement_at(index);
	return true;
}

void judge_end(struct judge *judge)
{
	hearing_free(&judge->hearing);
	free(judge->tallies);
	free(judge->findings);
	free(judge->pendings);
	*judge = (struct judge){.crypto = NULL};
}

struct tally *judge_tally(struct judge *judge, const char *clause)
{
	for (size_t index = 0; index < judge->tally_count; index++) {
		if (strcmp(judge->tallies[index].requirement->clause, clause) == 0)
			return &judge->tallies[index];
	}
	return NULL;
}

static void add_finding(struct judge *judge, const struct finding *finding)
{
	struct finding *findings = hearing_grow(judge->findings, judge->finding_count,
		&judge->finding_capacity, sizeof *findings);

	if (findings == NULL) {
		judge->hearing.is_out_of_memory = true;
		return;
	}
	judge->findings = findings;
	findings[judge->finding_count++] = *finding;
}

static struct finding finding_of(const struct heard *heard, const struct tally *tally,
	const struct sentence *sentence)
{
	return (struct finding){
		.requirement = tally->requirement,
		.frame = heard->frame,
		.time = heard->time,
		.from = heard->from,
		.to = heard->to,
		.sentence = *sentence,
	};
}

void judge_count(struct judge *judge, const struct heard *heard, enum judged judged,
	const struct sentence *sentence)
{
	struct tally *tally =
		judged == JUDGED_NOTHING ? NULL : judge_tally(judge, sentence->clause);

	if (tally == NULL)
		return;
	if (judged == JUDGED_OBEYED) {
		tally->obeyed++;
		return;
	}
	struct finding finding = finding_of(heard, tally, sentence);

	finding.is_suspicion = judged == JUDGED_SUSPECT;
	if (finding.is_suspicion)
		tally->suspected++;
	else
		tally->broken++;
	add_finding(judge, &finding);
}

void judge_await(struct judge *judge, const struct heard *heard, const struct pending *pending,
	const struct sentence *sentence)
{
	const struct tally *tally = judge_tally(judge, sentence->clause);
	struct pending *pendings = hearing_grow(judge->pendings, judge->pending_count,
		&judge->pending_capacity, sizeof *pendings);

	if (pendings == NULL || tally == NULL) {
		judge->hearing.is_out_of_memory |= pendings == NULL;
		return;
	}
	judge->pendings = pendings;
	pendings[judge->pending_count] = *pending;
	pendings[judge->pending_count++].finding = finding_of(heard, tally, sentence);
}

/* Whether what |pending| waits for was heard. */
static bool was_heard(const struct judge *judge, const struct pending *pending)
{
	for (size_t index = 0; index < judge->hearing.migration_count; index++) {
		const struct heard_migration *known = &judge->hearing.migrations[index];

		if (known->id != pending->migration || known->destination != pending->destination ||
			known->source != pending->source)
			continue;
		return pending->was_heard(known);
	}
	return true;
}

/* |heard| was sent after |pending|'s message; its own messages are not remembered yet. */
static void settle(struct judge *judge, const struct pending *pending, const struct heard *heard)
{
	if ((pending->solicit_keys != pending->keys && pending->solicit_keys != heard->keys) ||
		was_heard(judge, pending) ||
		!hearing_is_whole(&judge->hearing.keys[heard->keys], heard->number))
		return;
	judge_tally(judge, pending->finding.requirement->clause)->broken++;
	add_finding(judge, &pending->finding);
}

static void settle_pendings(struct judge *judge, const struct heard *heard)
{
	size_t kept = 0;

	for (size_t index = 0; index < judge->pending_count; index++) {
		const struct pending *pending = &judge->pendings[index];

		if (judge->hearing.keys[heard->keys].reverse == pending->keys &&
			heard->after >= pending->frame)
			settle(judge, pending, heard);
		else
			judge->pendings[kept++] = *pending;
	}
	judge->pending_count = kept;
}

/* When the newest PDU that this one acknowledges was first heard. */
static void find_after(const struct hearing *hearing, struct heard *heard,
	const struct dimp_message *message)
{
	const int reverse = hearing->keys[heard->keys].reverse;
	const struct heard_number *number = NULL;

	if (message->kind == DIMP_MESSAGE_ACK && reverse != HEARING_NOBODY)
		number = hearing_number(&hearing->keys[reverse], message->body.ack.largest);
	if (number == NULL || number->frame <= heard->after)
		return;
	heard->after = number->frame;
	heard->after_time = number->time;
}

static void read_message(struct heard *heard, struct dimp_view octets)
{
	heard->octets = octets;
	heard->error = dimp_message_read(octets, &heard->message);
}

static void find_acknowledged(const struct judge *judge, struct heard *heard)
{
	struct dimp_view rest = heard->payload;
	struct dimp_view octets;

	while (!judge->is_out_of_order && dimp_tlv_next(&rest, &octets)) {
		read_message(heard, octets);
		if (heard->error == DIMP_ERROR_NONE)
			find_after(&judge->hearing, heard, &heard->message);
	}
}

static void judge_messages(struct judge *judge, struct heard *heard)
{
	struct dimp_view rest = heard->payload;
	struct dimp_view octets;

	while (dimp_tlv_next(&rest, &octets)) {
		read_message(heard, octets);
		judge->messages++;
		rules_of_message(judge, heard);
		if (heard->error == DIMP_ERROR_NONE)
			hearing_note_message(&judge->hearing, heard);
	}
}

static void judge_opened(struct judge *judge, struct heard *heard, uint64_t sum)
{
	hearing_pair(&judge->hearing, heard->keys);
	find_acknowledged(judge, heard);
	rules_of_pdu(judge, heard);
	settle_pendings(judge, heard);
	if (!hearing_note_pdu(&judge->hearing, heard, sum))
		judge->hearing.is_out_of_memory = true;
	judge_messages(judge, heard);
}

/* A PDU whose key is to be found. */
struct sealed {
	struct dimp_view octets;
	uint32_t index;
	uint64_t number, sum;
};

static uint64_t read_octets(const uint8_t *octets, size_t size)
{
	uint64_t value = 0;

	for (size_t index = 0; index < size; index++)
		value = value << 8 | octets[index];
	return value;
}

/* Whether the same octets were heard under |key|. */
static bool is_copy(const struct judge *judge, const struct keylog_key *key,
	const struct sealed *sealed)
{
	const int keys = hearing_find_keys(&judge->hearing, key);
	const struct heard_number *number = keys == HEARING_NOBODY
		? NULL
		: hearing_number(&judge->hearing.keys[keys], sealed->number);

	return number != NULL && number->sum == sealed->sum;
}

static bool opens(const struct judge *judge, const struct keylog_key *key,
	const struct sealed *sealed, uint8_t *plain)
{
	uint8_t nonce[DIMP_NONCE_SIZE] = {0};
	const struct dimp_sealing sealing = {
		.key = key->key,
		.nonce = nonce,
		.additional = {sealed->octets.octets, DIMP_PDU_HEADER_SIZE},
		.text = {sealed->octets.octets + DIMP_PDU_HEADER_SIZE,
			sealed->octets.size - DIMP_PDU_HEADER_SIZE},
	};

	memcpy(&nonce[4], sealed->octets.octets + HEADER_NUMBER_AT, 8);
	return judge->crypto->open(judge->crypto->user, plain, &sealing);
}

static void judge_sealed(struct judge *judge, struct heard *heard, const struct sealed *sealed)
{
	uint8_t plain[DIMP_PDU_SIZE_MAX];
	const struct keylog_key *key = keylog_find(judge->keylog, sealed->index, NULL);

	if (key == NULL)
		judge->without_key++;
	for (; key != NULL; key = keylog_find(judge->keylog, sealed->index, key)) {
		if (is_copy(judge, key, sealed)) {
			judge->copies++;
			return;
		}
		if (!opens(judge, key, sealed, plain))
			continue;
		heard->keys = hearing_keys(&judge->hearing, key, heard->from, heard->to);
		if (heard->keys == HEARING_NOBODY)
			return;
		judge->opened++;
		heard->header = (struct dimp_view){sealed->octets.octets, DIMP_PDU_HEADER_SIZE};
		heard->payload = (struct dimp_view){plain,
			sealed->octets.size - DIMP_PDU_HEADER_SIZE - DIMP_TAG_SIZE};
		judge_opened(judge, heard, sealed->sum);
		explicit_bzero(plain, sizeof plain);
		return;
	}
	if (keylog_find(judge->keylog, sealed->index, NULL) != NULL)
		judge->unopened++;
}

static void note_handshake(struct judge *judge, struct heard *heard, struct dimp_view octets)
{
	struct dimp_pdu_header header;

	heard->header = (struct dimp_view){octets.octets, DIMP_PDU_HEADER_SIZE};
	heard->octets = octets;
	rules_of_handshake(judge, heard);
	if (dimp_pdu_header_read(octets, &header) != DIMP_ERROR_NONE) {
		judge->malformed++;
		return;
	}
	if (header.kind == DIMP_PDU_REPLY)
		hearing_reply(&judge->hearing, heard->from, heard->to, header.receiver_index);
}

void judge_pdu(struct judge *judge, const struct pdu_found *found, uint64_t frame,
	struct dimp_time time)
{
	const struct dimp_view octets = found->octets;
	struct heard heard = {
		.frame = frame,
		.time = time,
		.from = hearing_endpoint(&judge->hearing, found->from),
		.to = hearing_endpoint(&judge->hearing, found->to),
	};

	judge->pdus++;
	judge->is_out_of_order |= time.us < judge->latest.us;
	judge->latest = time;
	if (heard.from == HEARING_NOBODY || heard.to == HEARING_NOBODY ||
		octets.size < DIMP_PDU_HEADER_SIZE) {
		judge->malformed++;
		return;
	}
	const unsigned kind = octets.octets[0] & PDU_KIND_MASK;
	const size_t size = (size_t)read_octets(octets.octets + SIZE_AT, 2);

	if (kind == DIMP_PDU_INITIATION || kind == DIMP_PDU_REPLY) {
		note_handshake(judge, &heard, octets);
		return;
	}
	if (size > octets.size || size > DIMP_PDU_SIZE_MAX ||
		size < DIMP_PDU_HEADER_SIZE + DIMP_TAG_SIZE) {
		judge->malformed++;
		return;
	}
	const struct sealed sealed = {
		.octets = {octets.octets, size},
		.index = (uint32_t)read_octets(octets.octets + HEADER_INDEX_AT, 4),
		.number = read_octets(octets.octets + HEADER_NUMBER_AT, 8),
		.sum = hearing_sum((struct dimp_view){octets.octets, size}),
	};

	heard.number = sealed.number;
	judge_sealed(judge, &heard, &sealed);
}
