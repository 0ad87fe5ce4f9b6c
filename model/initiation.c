/* SPDX-License-Identifier: MIT */
/*
 * Owns the wire form of INITIATION and REPLY (DIMP 5.2-2 to 5.2-9). What a stranger can send is
 * judged in the order of its cost: size, keyed check, then the seals.
 */
#include "initiation.h"

#include <string.h>

#include "pdu.h"
#include "wipe.h"
#include "wire.h"

static const char prologue[] = "DIMPv1";
static const char check_label[] = "DIMP initiation check";

enum { CHECKED_SIZE = INITIATION_SIZE - INITIATION_CHECK_SIZE };

static struct dimp_view text_view(const char *text, size_t size)
{
	return wire_view((const uint8_t *)text, size);
}

/* The first 16 octets of HMAC-SHA256 over all that goes before, under a key anyone can derive who
 * knows the responder's public key. */
static bool compute_check(const struct dimp_crypto *crypto, const uint8_t *responder_public,
	const uint8_t *pdu, uint8_t check[DIMP_KEY_SIZE])
{
	const struct dimp_view key_parts[] = {
		text_view(check_label, sizeof check_label - 1),
		wire_view(responder_public, DIMP_KEY_SIZE),
	};
	const struct dimp_view checked = wire_view(pdu, CHECKED_SIZE);
	uint8_t key[DIMP_KEY_SIZE];

	return crypto->sha256(crypto->user, key, (struct dimp_parts){key_parts, 2}) &&
		crypto->hmac_sha256(crypto->user, check, wire_view(key, sizeof key),
			(struct dimp_parts){&checked, 1});
}

static void start(const struct initiation_ends *ends, struct handshake *handshake,
	void (*init)(struct handshake *, const struct handshake_setup *))
{
	const struct handshake_setup setup = {
		.crypto = ends->context->crypto,
		.static_secret = ends->context->static_secret,
		.static_public = ends->context->static_public,
		.remote_static = ends->peer->static_public.octets,
		.preshared = ends->peer->preshared,
		.prologue = text_view(prologue, sizeof prologue - 1),
	};

	init(handshake, &setup);
}

bool initiation_write(const struct initiation_ends *ends, struct handshake *handshake,
	const struct initiation *initiation, uint8_t *pdu)
{
	const struct dimp_pdu_header header = {.kind = DIMP_PDU_INITIATION,
		.size = INITIATION_SIZE};
	struct wire_writer writer = wire_writer_of(pdu, INITIATION_SIZE);
	uint8_t payload[INITIATION_PAYLOAD_SIZE], check[DIMP_KEY_SIZE];
	struct wire_writer inner = wire_writer_of(payload, sizeof payload);

	wire_write_u32(&inner, initiation->index);
	wire_write_u64(&inner, initiation->stamp);
	wire_write_u8(&inner, initiation->lowest_version);
	wire_write_u8(&inner, initiation->highest_version);
	wire_write_u8(&inner, initiation->start);
	wire_write_u8(&inner, 0);
	pdu_header_write(&header, &writer);
	start(ends, handshake, handshake_init_initiator);
	if (!handshake_write_initiation(handshake, wire_view(payload, sizeof payload),
		    pdu + writer.size) ||
		!compute_check(ends->context->crypto, ends->peer->static_public.octets, pdu, check))
		return false;
	memcpy(pdu + CHECKED_SIZE, check, INITIATION_CHECK_SIZE);
	return true;
}

bool initiation_is_for_us(const struct association_context *context, struct dimp_view pdu)
{
	uint8_t check[DIMP_KEY_SIZE];
	uint8_t difference = 0;

	if (!compute_check(context->crypto, context->static_public, pdu.octets, check))
		return false;
	for (size_t each = 0; each < INITIATION_CHECK_SIZE; each++)
		difference |= check[each] ^ pdu.octets[CHECKED_SIZE + each];
	return difference == 0;
}

static bool has_common_version(uint8_t lowest, uint8_t highest)
{
	return lowest <= PDU_VERSION && highest >= PDU_VERSION;
}

bool initiation_read(const struct initiation_ends *ends, struct handshake *handshake,
	struct dimp_view pdu, struct initiation *initiation)
{
	const struct dimp_view message =
		wire_view(pdu.octets + DIMP_PDU_HEADER_SIZE, CHECKED_SIZE - DIMP_PDU_HEADER_SIZE);
	uint8_t payload[INITIATION_PAYLOAD_SIZE] = {0};

	start(ends, handshake, handshake_init_responder);
	if (!handshake_read_initiation(handshake, message, payload) ||
		memcmp(handshake->remote_static, ends->peer->static_public.octets, DIMP_KEY_SIZE) !=
			0)
		return false;
	struct wire_reader reader = wire_reader_of(wire_view(payload, sizeof payload));
	initiation->index = wire_read_u32(&reader);
	initiation->stamp = wire_read_u64(&reader);
	initiation->lowest_version = wire_read_u8(&reader);
	initiation->highest_version = wire_read_u8(&reader);
	initiation->start = wire_read_u8(&reader);
	const bool has_reserved = wire_read_u8(&reader) != 0;
	return !has_reserved && initiation->index != 0 &&
		has_common_version(initiation->lowest_version, initiation->highest_version);
}

bool initiation_reply_write(struct handshake *handshake, const struct initiation *initiation,
	const struct initiation_reply *own, uint8_t *pdu)
{
	const struct dimp_pdu_header header = {
		.kind = DIMP_PDU_REPLY,
		.size = INITIATION_REPLY_SIZE,
		.receiver_index = initiation->index,
	};
	struct wire_writer writer = wire_writer_of(pdu, INITIATION_REPLY_SIZE);
	uint8_t payload[INITIATION_REPLY_PAYLOAD_SIZE];
	struct wire_writer inner = wire_writer_of(payload, sizeof payload);

	wire_write_u32(&inner, own->index);
	wire_write_u8(&inner, PDU_VERSION);
	wire_write_u8(&inner, PDU_VERSION);
	wire_write_u8(&inner, PDU_VERSION);
	wire_write_u8(&inner, own->start);
	pdu_header_write(&header, &writer);
	return handshake_write_reply(handshake, wire_view(payload, sizeof payload),
		pdu + writer.size);
}

bool initiation_reply_read(struct handshake *handshake, struct dimp_view pdu,
	struct initiation_reply *reply)
{
	const struct dimp_view message = wire_view(pdu.octets + DIMP_PDU_HEADER_SIZE,
		INITIATION_REPLY_SIZE - DIMP_PDU_HEADER_SIZE);
	uint8_t payload[INITIATION_REPLY_PAYLOAD_SIZE] = {0};

	if (!handshake_read_reply(handshake, message, payload))
		return false;
	struct wire_reader reader = wire_reader_of(wire_view(payload, sizeof payload));
	reply->index = wire_read_u32(&reader);
	reply->lowest_version = wire_read_u8(&reader);
	reply->highest_version = wire_read_u8(&reader);
	reply->selected_version = wire_read_u8(&reader);
	reply->start = wire_read_u8(&reader);
	return reply->index != 0 && reply->selected_version == PDU_VERSION &&
		has_common_version(reply->lowest_version, reply->highest_version);
}
