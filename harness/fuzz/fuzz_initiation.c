/* SPDX-License-Identifier: MIT */
/*
 * Handshakes of any content under true seals: what a peer that has the keys may say inside, at the
 * right length and at others.  What is taken has an index of its sender's and versions in order;
 * what is taken as a reply, a version that both have.
 */
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "fuzz/require.h"
#include "initiation.h"
#include "pdu.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

struct end {
	struct dimp_settings settings;
	struct dimp_counters counters;
	struct association_context context;
	struct dimp_peer_config peer;
};

static struct end ends[2];

static void make_ends(void)
{
	struct openssl_crypto *const provider = openssl_crypto_create_seeded(1, "fuzz");

	require(provider != NULL);
	for (int each = 0; each < 2; each++) {
		struct end *const end = &ends[each];
		dimp_settings_default(&end->settings);
		end->context = (struct association_context){
			.crypto = openssl_crypto_table(provider),
			.settings = &end->settings,
			.counters = &end->counters,
			.static_secret = {(uint8_t)(each + 1)},
			.boot_count = 1,
			.pdu_size_max = DIMP_PDU_SIZE_DEFAULT,
		};
		require(end->context.crypto->x25519_public(end->context.crypto->user,
			end->context.static_public, end->context.static_secret));
	}
	for (int each = 0; each < 2; each++)
		memcpy(ends[each].peer.static_public.octets, ends[1 - each].context.static_public,
			DIMP_KEY_SIZE);
}

/* A true INITIATION with |change| over what it says before it is sealed: the numbers of
 * |initiation| are the fuzzer's. */
static void initiate(const uint8_t *octets, struct handshake *responder, bool *is_taken)
{
	struct initiation_ends sender = {&ends[0].context, &ends[0].peer};
	struct initiation_ends receiver = {&ends[1].context, &ends[1].peer};
	uint8_t pdu[INITIATION_SIZE], reply[INITIATION_REPLY_SIZE];
	struct handshake initiator;
	struct initiation said = {.lowest_version = octets[0],
				  .highest_version = octets[1],
				  .start = octets[2],
				  .index = octets[3]},
			  heard;

	memcpy(&said.stamp, octets + 4, sizeof said.stamp);
	require(initiation_write(&sender, &initiator, &said, pdu));
	require(initiation_is_for_us(receiver.context, (struct dimp_view){pdu, sizeof pdu}));
	pdu[octets[12] % sizeof pdu] ^= octets[13];
	*is_taken =
		initiation_read(&receiver, responder, (struct dimp_view){pdu, sizeof pdu}, &heard);
	if (*is_taken) {
		struct initiation_reply answer = {.index = octets[14], .start = octets[15]}, got;
		require(heard.stamp == said.stamp && heard.start == said.start);
		require(heard.index == said.index);
		require(heard.lowest_version <= heard.highest_version);
		require(initiation_reply_write(responder, &heard, &answer, reply));
		reply[octets[16] % sizeof reply] ^= octets[17];
		if (initiation_reply_read(&initiator, (struct dimp_view){reply, sizeof reply},
			    &got)) {
			require(got.index == answer.index && got.start == answer.start);
			require(got.selected_version >= got.lowest_version);
			require(got.selected_version <= got.highest_version);
		}
	}
	handshake_wipe(&initiator);
}

/* The payload of a true handshake message is the fuzzer's, at any length. */
static void say_payload(struct dimp_view payload)
{
	static uint8_t message[HANDSHAKE_INITIATION_OVERHEAD + 512], plain[512];
	const struct association_context *const own = &ends[0].context,
						*const far = &ends[1].context;
	const struct handshake_setup setup = {.crypto = own->crypto,
		.static_secret = own->static_secret,
		.static_public = own->static_public,
		.remote_static = far->static_public,
		.preshared = ends[0].peer.preshared};
	const struct handshake_setup other = {.crypto = far->crypto,
		.static_secret = far->static_secret,
		.static_public = far->static_public,
		.preshared = ends[1].peer.preshared};
	struct handshake initiator, responder;
	struct handshake_keys keys;

	if (payload.size > sizeof plain)
		payload.size = sizeof plain;
	const struct dimp_view whole = {message, HANDSHAKE_INITIATION_OVERHEAD + payload.size};
	const struct dimp_view back = {message, HANDSHAKE_REPLY_OVERHEAD + payload.size};
	handshake_init_initiator(&initiator, &setup);
	handshake_init_responder(&responder, &other);
	require(handshake_write_initiation(&initiator, payload, message));
	require(handshake_read_initiation(&responder, whole, plain));
	require(payload.size == 0 || memcmp(plain, payload.octets, payload.size) == 0);
	require(handshake_write_reply(&responder, payload, message));
	require(handshake_read_reply(&initiator, back, plain));
	require(handshake_split(&initiator, &keys) && handshake_split(&responder, &keys));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	enum { NUMBERS = 18 };
	struct handshake responder;
	bool is_taken;

	if (ends[0].context.crypto == NULL)
		make_ends();
	if (size < NUMBERS)
		return 0;
	initiate(octets, &responder, &is_taken);
	if (is_taken)
		handshake_wipe(&responder);
	if (octets[13] == 0 && octets[17] == 0)
		say_payload((struct dimp_view){octets + NUMBERS, size - NUMBERS});
	return 0;
}
