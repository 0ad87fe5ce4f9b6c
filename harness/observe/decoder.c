/* SPDX-License-Identifier: MIT */
/*
 * Owns the telling apart and the order of decoding: PDU header, key, payload, messages, records.  A
 * PDU begins with its version (1 to 15 in the upper half of the octet), every TLV that is assigned
 * with 0x00 to 0x02 or, skippable, from 0x80 on.
 */
#include "observe/decoder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "observe/json_out.h"

enum { PDU_FIRST = 0x10, TLV_SKIPPABLE_FIRST = 0x80, TLV_TYPE_MASK = 0x7fff };

/* DIMP 4.2, 5.4-2. */
enum {
	INITIATION_OCTETS = 144,
	REPLY_OCTETS = 72,
	PROTECTED_OCTETS_MIN = 32,
	PACKET_NUMBERS = 1 << 23
};

static void set_text(json_t *item, const char *name, const char *text)
{
	(void)json_object_set_new(item, name, json_string(text));
}

static json_t *begin_item(struct decoder *decoder, const char *kind)
{
	json_t *item = json_object();

	decoder->items++;
	set_text(item, "item", kind);
	return item;
}

static void add_octets(const struct decoder *decoder, json_t *item, struct dimp_view octets)
{
	if (decoder->has_octets)
		(void)json_object_set_new(item, "octets", octets_json(octets.octets, octets.size));
}

static json_t *error_item(struct decoder *decoder, enum dimp_error error, struct dimp_view octets)
{
	json_t *item = begin_item(decoder, "error");

	decoder->wrong++;
	set_text(item, "error", dimp_error_name(error));
	(void)json_object_set_new(item, "text",
		json_sprintf("%zu octets: %s: %s", octets.size, dimp_error_name(error),
			dimp_error_text(error)));
	(void)json_object_set_new(item, "octets", octets_json(octets.octets, octets.size));
	return item;
}

/* Makes |object| an item. */
static json_t *finish_item(struct decoder *decoder, json_t *object, const char *kind,
	const char *text)
{
	json_t *item = begin_item(decoder, kind);

	set_text(item, "text", text);
	(void)json_object_update(item, object);
	json_decref(object);
	return item;
}

static json_t *record_item(struct decoder *decoder, struct dimp_view octets)
{
	struct dimp_record record;
	const enum dimp_error error = dimp_record_read(octets, &record);

	if (error != DIMP_ERROR_NONE)
		return error_item(decoder, error, octets);
	const size_t size = dimp_record_text(&record, NULL, 0) + 1;
	char *text = malloc(size);

	if (text == NULL)
		return NULL;
	(void)dimp_record_text(&record, text, size);
	json_t *item =
		finish_item(decoder, record_json(&record, JSON_SECRETS_HIDDEN), "record", text);

	add_octets(decoder, item, octets);
	free(text);
	return item;
}

static void count_wrong_records(struct decoder *decoder, const json_t *item)
{
	const json_t *records = json_object_get(item, "records");

	for (size_t index = 0; index < json_array_size(records); index++) {
		decoder->items++;
		if (json_object_get(json_array_get(records, index), "error") != NULL)
			decoder->wrong++;
	}
}

static json_t *message_item(struct decoder *decoder, struct dimp_view octets)
{
	struct dimp_message message;
	const enum dimp_error error = dimp_message_read(octets, &message);

	if (error != DIMP_ERROR_NONE)
		return error_item(decoder, error, octets);
	const size_t size = dimp_message_text(&message, NULL, 0) + 1;
	char *text = malloc(size);

	if (text == NULL)
		return NULL;
	(void)dimp_message_text(&message, text, size);
	json_t *item =
		finish_item(decoder, message_json(&message, JSON_SECRETS_HIDDEN), "message", text);

	count_wrong_records(decoder, item);
	add_octets(decoder, item, octets);
	free(text);
	return item;
}

static bool is_record(struct dimp_view tlv)
{
	const unsigned type = ((unsigned)tlv.octets[0] << 8 | tlv.octets[1]) & TLV_TYPE_MASK;

	return type >= DIMP_RECORD_TLV_BASE && type < DIMP_RECORD_TLV_BASE + DIMP_DI_TYPES;
}

/* Takes the TLV that |rest| begins with, or all of |rest| if it is no whole one. */
static bool take_tlv(struct dimp_view *rest, struct dimp_view *tlv)
{
	if (dimp_tlv_next(rest, tlv))
		return true;
	*tlv = *rest;
	*rest = (struct dimp_view){rest->octets + rest->size, 0};
	return false;
}

static json_t *tlv_item(struct decoder *decoder, struct dimp_view *rest)
{
	struct dimp_view tlv;

	if (!take_tlv(rest, &tlv))
		return error_item(decoder, DIMP_ERROR_TRUNCATED, tlv);
	return is_record(tlv) ? record_item(decoder, tlv) : message_item(decoder, tlv);
}

/* The payload holds messages only (DIMP 5.4-3): what looks like a PDU or a record in it is none. */
static json_t *payload_items(struct decoder *decoder, struct dimp_view rest)
{
	json_t *items = json_array();
	struct dimp_view tlv;

	while (rest.size > 0)
		(void)json_array_append_new(items,
			take_tlv(&rest, &tlv) ? message_item(decoder, tlv)
					      : error_item(decoder, DIMP_ERROR_TRUNCATED, tlv));
	return items;
}

/* What became of a PDU. */
struct pdu_state {
	const struct dimp_pdu_header *header;
	struct dimp_view octets;
	const char *kind;
	const char *name; /* "opened" */
	char text[96]; /* for people */
};

static json_t *state_item(struct decoder *decoder, const struct pdu_state *state)
{
	const struct dimp_pdu_header *header = state->header;
	json_t *item = begin_item(decoder, "pdu");

	(void)json_object_set_new(item, "text",
		json_sprintf("pdu %s to %08" PRIx32 ", packet %" PRIu64 ": %s", state->kind,
			header->receiver_index, header->packet_number, state->text));
	set_text(item, "kind", state->kind);
	(void)json_object_set_new(item, "size", json_integer(header->size));
	(void)json_object_set_new(item, "receiver_index",
		json_sprintf("%08" PRIx32, header->receiver_index));
	(void)json_object_set_new(item, "packet_number", number_json(header->packet_number));
	set_text(item, "state", state->name);
	add_octets(decoder, item, state->octets);
	return item;
}

/*
 * Tries every key the log has for the receiver's index.  Returns the payload, which the caller
 * wipes and frees, NULL when none opens it.
 */
static uint8_t *open_pdu(const struct decoder *decoder, const struct pdu_state *state, size_t *size)
{
	const uint32_t index = state->header->receiver_index;
	struct dimp_payload payload = {malloc(state->octets.size), 0};
	const struct keylog_key *key = keylog_find(decoder->keylog, index, NULL);

	for (; payload.octets != NULL && key != NULL;
		key = keylog_find(decoder->keylog, index, key)) {
		if (dimp_pdu_open(decoder->crypto, key->key, state->octets, &payload) !=
			DIMP_ERROR_NONE)
			continue;
		*size = payload.size;
		return payload.octets;
	}
	free(payload.octets);
	return NULL;
}

static json_t *opened_item(struct decoder *decoder, struct pdu_state *state, struct dimp_view plain)
{
	state->name = "opened";
	(void)snprintf(state->text, sizeof state->text, "%zu octets of messages", plain.size);
	json_t *item = state_item(decoder, state);

	(void)json_object_set_new(item, "payload", payload_items(decoder, plain));
	return item;
}

static json_t *closed_item(struct decoder *decoder, struct pdu_state *state)
{
	const struct dimp_pdu_header *header = state->header;
	const bool has_key = decoder->keylog != NULL &&
		keylog_find(decoder->keylog, header->receiver_index, NULL) != NULL;

	if (has_key)
		decoder->wrong++;
	state->name = has_key ? "wrong key" : "no key";
	(void)snprintf(state->text, sizeof state->text, "protected, %u octets, %s %08" PRIx32,
		header->size,
		has_key ? "not opened by the key for receiver index" : "no key for receiver index",
		header->receiver_index);
	return state_item(decoder, state);
}

static json_t *protected_item(struct decoder *decoder, struct pdu_state *state)
{
	size_t size = 0;
	uint8_t *plain = decoder->keylog != NULL ? open_pdu(decoder, state, &size) : NULL;

	state->kind = "PROTECTED";
	if (plain == NULL)
		return closed_item(decoder, state);
	json_t *item = opened_item(decoder, state, (struct dimp_view){plain, size});

	explicit_bzero(plain, state->octets.size);
	free(plain);
	return item;
}

static json_t *handshake_item(struct decoder *decoder, struct pdu_state *state)
{
	state->kind = state->header->kind == DIMP_PDU_REPLY ? "REPLY" : "INITIATION";
	state->name = "handshake";
	(void)snprintf(state->text, sizeof state->text, "handshake, %u octets",
		state->header->size);
	return state_item(decoder, state);
}

/* What the header's own reader leaves to those who know the kind (DIMP 4.2-1, 5.4-2). */
static enum dimp_error kind_error(const struct dimp_pdu_header *header)
{
	const bool is_protected = header->kind == DIMP_PDU_PROTECTED;
	const size_t handshake_size =
		header->kind == DIMP_PDU_REPLY ? REPLY_OCTETS : INITIATION_OCTETS;

	if (is_protected ? header->size < PROTECTED_OCTETS_MIN : header->size != handshake_size)
		return DIMP_ERROR_BAD_LENGTH;
	if (is_protected && header->packet_number >= PACKET_NUMBERS)
		return DIMP_ERROR_BAD_VALUE;
	return DIMP_ERROR_NONE;
}

static json_t *take_pdu(struct decoder *decoder, struct dimp_view *rest)
{
	struct dimp_pdu_header header;
	const struct dimp_view all = *rest;
	enum dimp_error error = dimp_pdu_header_read(all, &header);

	if (error == DIMP_ERROR_NONE)
		error = kind_error(&header);
	if (error != DIMP_ERROR_NONE) {
		*rest = (struct dimp_view){all.octets + all.size, 0};
		return error_item(decoder, error, all);
	}
	*rest = (struct dimp_view){all.octets + header.size, all.size - header.size};
	struct pdu_state state = {.header = &header, .octets = {all.octets, header.size}};

	if (header.kind == DIMP_PDU_PROTECTED)
		return protected_item(decoder, &state);
	return handshake_item(decoder, &state);
}

static bool is_padding(struct dimp_view rest)
{
	for (size_t index = 0; index < rest.size; index++)
		if (rest.octets[index] != 0)
			return false;
	return true;
}

json_t *decoder_next(struct decoder *decoder, struct dimp_view *rest)
{
	if (is_padding(*rest))
		return NULL;
	if (rest->octets[0] >= PDU_FIRST && rest->octets[0] < TLV_SKIPPABLE_FIRST)
		return take_pdu(decoder, rest);
	return tlv_item(decoder, rest);
}

json_t *decoder_pdu(struct decoder *decoder, struct dimp_view octets)
{
	return take_pdu(decoder, &octets);
}
