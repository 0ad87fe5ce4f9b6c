/* SPDX-License-Identifier: MIT */
/*
 * Any conversation of authentic MKPDUs with a KaY, and time passing: whatever peers say, it ends
 * each step, and what it keeps is what another bridge would take.
 */
#include <string.h>

#include "crypto/aes_keys.h"
#include "crypto/openssl_crypto.h"
#include "fuzz/record_judge.h"
#include "fuzz/step_mutator.h"
#include "sources/kay.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum {
	STEP_SIZE = 8,
	LIVE = 1,
	SERVER = 2,
	DISTRIBUTES = 4,
	USES = 8,
	OLD = 16,
	BADLY = 32,
	EXTENDED = 64,
	PLAIN = 128
};

struct talk {
	struct kay_config config;
	struct di_store *store;
	struct kay *kay;
	struct dimp_time now;
	struct mkpdu_member own; /* as its last MKPDU had it */
	uint32_t own_number;
	struct mkpdu_key told; /* the key it told of last */
};

static void drain(struct talk *talk)
{
	enum { MOST = 64 };
	uint8_t octets[KAY_FRAME_MAX];
	struct ethernet_frame frame;
	struct mkpdu mkpdu;
	size_t size, count = 0;

	while ((size = kay_transmit(talk->kay, octets, talk->now)) != 0) {
		require(++count < MOST);
		require(ethernet_read((struct dimp_view){octets, size}, &frame));
		require(mkpdu_read(frame.payload, &mkpdu));
		talk->own = mkpdu.member;
		talk->own_number = mkpdu.message_number;
		talk->told = mkpdu.latest.key;
	}
}

/* A step of the input as one of four peers says it. */
static void compose(const struct talk *talk, const uint8_t *step, uint8_t *wrapped,
	struct mkpdu *mkpdu)
{
	const uint8_t sak[16] = {step[5]};
	const struct mka_key *const kek = &talk->config.keys.wrapping_key;

	*mkpdu = (struct mkpdu){.version = step[1],
		.capability = step[2] & 3,
		.is_macsec_desired = (step[2] & 4) != 0,
		.server_ssci = (step[0] & EXTENDED) != 0 ? step[3] & 3 : 0,
		.has_extended = (step[0] & EXTENDED) != 0,
		.suspension_s = step[2] >> 6,
		.is_delay_protecting = (step[2] & 8) != 0,
		.priority = step[2],
		.is_key_server = (step[0] & SERVER) != 0,
		.sci = {{2, 0, 0, 0, 0, step[1] & 3, 0, 1}},
		.member = {{step[1] >> 6, 1}},
		.message_number = step[3],
		.key_name = {talk->config.keys.name.octets, talk->config.keys.name.size}};
	mkpdu->live_count = (step[0] & LIVE) != 0;
	mkpdu->live[0] = (struct mkpdu_peer){talk->own, talk->own_number - (step[4] >> 5)};
	mkpdu->has_use = (step[0] & USES) != 0;
	struct mkpdu_use *const use = (step[0] & OLD) != 0 ? &mkpdu->old : &mkpdu->latest;
	*use = (struct mkpdu_use){.is_receiving = (step[4] & 1) != 0,
		.is_transmitting = (step[4] & 2) != 0,
		.key = talk->told,
		.lowest_pn = (uint64_t)step[6] << 31};
	require(aes_key_wrap((struct dimp_view){kek->octets, kek->size},
		(struct dimp_view){sak, sizeof sak}, wrapped));
	wrapped[0] ^= (step[0] & BADLY) != 0 ? 1 : 0;
	mkpdu->has_distributed = (step[0] & (DISTRIBUTES | PLAIN)) == DISTRIBUTES;
	mkpdu->is_plain_ordered = (step[0] & PLAIN) != 0;
	mkpdu->distributed = (struct mkpdu_distributed_sak){.association_number = step[6] & 3,
		.confidentiality = step[6] >> 2 & 3,
		.key_number = step[6] >> 4,
		.cipher_suite = MKPDU_GCM_AES_128 + (step[4] >> 2 & 7),
		.wrapped = {wrapped, sizeof sak + AES_WRAP_OVERHEAD}};
}

static void say(struct talk *talk, const uint8_t *step)
{
	uint8_t packet[MKPDU_SIZE_MAX], octets[MKPDU_SIZE_MAX + 64], wrapped[MKPDU_WRAPPED_MAX];
	struct ethernet_frame frame = {.type = ETHERTYPE_EAPOL};
	struct mkpdu mkpdu;

	compose(talk, step, wrapped, &mkpdu);
	const size_t size = mkpdu_write(&mkpdu, packet, sizeof packet - MKPDU_ICV_SIZE);
	require(size != 0);
	frame.payload = (struct dimp_view){packet, size};
	require(mka_keys_seal(&talk->config.keys, &frame, packet + size));
	frame.payload.size += MKPDU_ICV_SIZE;
	const size_t whole = ethernet_write(&frame, octets, sizeof octets);
	kay_hear(talk->kay, (struct dimp_view){octets, whole}, talk->now);
	drain(talk);
	talk->now.us += (uint64_t)step[7] * 50000;
	kay_expire(talk->kay, talk->now);
	drain(talk);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct openssl_crypto *const crypto = openssl_crypto_create_seeded(1, "fuzz_kay");
	struct talk talk = {.store = di_store_create(), .now = {1000000}};

	require(crypto && talk.store);
	kay_config_default(&talk.config);
	talk.config.is_delay_protecting = size % 2 != 0;
	talk.config.cipher_suite += size % 4;
	talk.config.crypto = openssl_crypto_table(crypto);
	talk.config.sci = (struct dimp_sci){{2, 0, 0, 0, 0, 9, 0, 1}};
	talk.config.keys.cak = (struct mka_key){.octets = {9}, .size = 16};
	talk.config.keys.name = (struct mka_key){.octets = {8}, .size = 4};
	require(mka_keys_derive(&talk.config.keys));
	di_store_set_observer(talk.store, record_judge, NULL);
	talk.kay = kay_create(&talk.config, &(struct source_place){.store = talk.store});
	require(talk.kay != NULL);
	kay_start(talk.kay, talk.now);
	kay_expire(talk.kay, talk.now);
	drain(&talk);
	for (size_t at = 0; at + STEP_SIZE <= size; at += STEP_SIZE)
		say(&talk, octets + at);
	kay_destroy(talk.kay);
	di_store_destroy(talk.store);
	openssl_crypto_destroy(crypto);
	return 0;
}

static const struct step_format format = {.head_min = STEP_SIZE};

STEP_FUZZER(format);
