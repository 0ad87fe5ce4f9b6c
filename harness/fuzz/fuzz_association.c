/* SPDX-License-Identifier: MIT */
/*
 * Two associations under the fuzzer. The input is a list of steps: raw octets to an end, octets
 * under a true seal (as from a peer gone wrong), a true PDU with one octet changed, messages to
 * send, time that passes, a close. What must hold after each step is asserted: no view leaves its
 * buffer, no queue grows beyond its bound, no timer stands still.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "association.h"
#include "crypto/openssl_crypto.h"
#include "fuzz/message_mutator.h"
#include "fuzz/step_mutator.h"
#include "handshake.h"
#include "pdu.h"

enum { QUEUE_MAX = 8, ROUNDS_MAX = 64 };

struct end {
	struct openssl_crypto *crypto;
	struct dimp_settings settings;
	struct dimp_counters counters;
	struct association_context context;
	struct dimp_peer_config peer;
	struct association *association;
	size_t last_size;
	uint8_t last[DIMP_PDU_SIZE_DEFAULT];
};

static struct end ends[2];
static struct dimp_time now;
static uint64_t sealed_number; /* of the fuzzer's own PDUs: far from the true ones */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void start(void)
{
	now.us = 1000000;
	sealed_number = 1000;
	for (int each = 0; each < 2; each++) {
		struct end *mine = &ends[each];

		mine->crypto = openssl_crypto_create_seeded(1, each == 0 ? "one" : "other");
		const struct dimp_crypto *table = openssl_crypto_table(mine->crypto);
		dimp_settings_default(&mine->settings);
		mine->context = (struct association_context){
			.crypto = table,
			.settings = &mine->settings,
			.counters = &mine->counters,
			.boot_count = 1,
			.pdu_size_max = DIMP_PDU_SIZE_DEFAULT,
		};
		if (!table->random(table->user, mine->context.static_secret, DIMP_KEY_SIZE) ||
			!table->x25519_public(table->user, mine->context.static_public,
				mine->context.static_secret))
			abort();
	}
	for (int each = 0; each < 2; each++) {
		struct end *mine = &ends[each];

		memcpy(mine->peer.static_public.octets, ends[1 - each].context.static_public,
			DIMP_KEY_SIZE);
		mine->association = association_init(malloc(association_size(QUEUE_MAX)),
			&mine->context, &mine->peer, QUEUE_MAX);
	}
}

static void stop(void)
{
	for (int each = 0; each < 2; each++) {
		association_wipe(ends[each].association);
		free(ends[each].association);
		openssl_crypto_destroy(ends[each].crypto);
		memset(&ends[each], 0, sizeof ends[each]);
	}
}

/* In a block of exactly the PDU's size, so that a read beyond it is seen. */
static void deliver(int to, const uint8_t *octets, size_t size)
{
	uint8_t *exact = malloc(size + 1), *plain = malloc(size + 1);
	struct association_input input = {.plain = plain};

	memcpy(exact + 1, octets, size);
	if (association_receive(ends[to].association, (struct dimp_view){exact + 1, size}, &input,
		    now)) {
		assert(input.payload.octets == plain);
		assert(input.payload.size <= size);
		assert(input.transit_bound_us <= now.us);
		if (size % 3 != 0)
			association_accept(ends[to].association, now);
	}
	free(exact);
	free(plain);
}

/* Lets PDUs go to and fro until both are silent, or for so long. */
static void exchange(void)
{
	for (int round = 0; round < ROUNDS_MAX; round++) {
		bool is_silent = true;

		for (int from = 0; from < 2; from++) {
			struct end *mine = &ends[from];
			struct association_notice notice;
			const size_t size = association_transmit(mine->association, mine->last,
				sizeof mine->last, now);

			while (association_notice(mine->association, &notice))
				;
			assert(association_room(mine->association) <= QUEUE_MAX);
			if (size == 0)
				continue;
			assert(size <= sizeof mine->last);
			mine->last_size = size;
			is_silent = false;
			deliver(1 - from, mine->last, size);
		}
		if (is_silent)
			return;
	}
}

static void pass_time(uint64_t us)
{
	now.us += us;
	for (int each = 0; each < 2; each++)
		if (association_deadline(ends[each].association).us <= now.us)
			association_expire(ends[each].association, now);
	exchange();
}

/* |octets| as a payload under the true keys of |from|, with a number not used yet. */
static void deliver_sealed(int from, const uint8_t *octets, size_t size)
{
	struct dimp_association_keys keys;
	uint8_t pdu[512], nonce[DIMP_NONCE_SIZE];

	if (!association_keys(ends[from].association, &keys))
		return;
	const struct dimp_pdu_header header = {
		.kind = DIMP_PDU_PROTECTED,
		.size = (uint16_t)(DIMP_PDU_HEADER_SIZE + size + DIMP_TAG_SIZE),
		.receiver_index = keys.remote_index,
		.packet_number = sealed_number++,
	};
	struct wire_writer writer = wire_writer_of(pdu, sizeof pdu);
	pdu_header_write(&header, &writer);
	handshake_nonce(nonce, header.packet_number);
	const struct dimp_crypto *table = openssl_crypto_table(ends[from].crypto);
	const struct dimp_sealing sealing = {
		.key = keys.send,
		.nonce = nonce,
		.additional = {pdu, DIMP_PDU_HEADER_SIZE},
		.text = {octets, size},
	};
	if (!table->seal(table->user, pdu + DIMP_PDU_HEADER_SIZE, &sealing))
		abort();
	deliver(1 - from, pdu, header.size);
}

static void deliver_changed(int from, uint8_t where, uint8_t what)
{
	struct end *mine = &ends[from];

	if (mine->last_size == 0)
		return;
	mine->last[where % mine->last_size] ^= what;
	deliver(1 - from, mine->last, mine->last_size);
}

static void send_message(int from, const uint8_t *octets, size_t size)
{
	const struct association_message message = {
		.octets = {octets, size},
		.age_offset = size >= 12 ? 8 : 0,
		.age_since = now,
	};

	if (association_send(ends[from].association, &message, now) == DIMP_ERROR_NONE)
		assert(size > 0);
}

/* One step: what and to whom in the first octet, how many octets in the second, the octets. */
static void step(uint8_t what, const uint8_t *octets, size_t size)
{
	const int end = what & 1;

	switch (what >> 1 & 7) {
	case 0: deliver(end, octets, size); break;
	case 1:
	case 2: deliver_sealed(end, octets, size); break;
	case 3:
		if (size >= 2)
			deliver_changed(end, octets[0], octets[1]);
		break;
	case 4: send_message(end, octets, size); break;
	case 5: pass_time(size * size * size); break;
	case 6: association_keep_alive(ends[end].association, size % 2 == 0); break;
	case 7:
		if (size == 0)
			association_close(ends[end].association, DIMP_ERROR_ASSOCIATION_CLOSED,
				now);
		else
			exchange();
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	start();
	association_open(ends[0].association, now);
	exchange();
	while (size >= 2) {
		const uint8_t what = data[0];
		const size_t wanted = data[1];
		const size_t taken = wanted < size - 2 ? wanted : size - 2;

		step(what, data + 2, taken);
		data += 2 + taken;
		size -= 2 + taken;
	}
	pass_time(1000);
	stop();
	return 0;
}

static size_t said_size(const uint8_t *head)
{
	return head[1];
}

static bool set_said(uint8_t *head, size_t size)
{
	head[1] = (uint8_t)size;
	return size <= UINT8_MAX;
}

static const struct step_format format = {
	.head_min = 2,
	.payload_size = said_size,
	.set_payload = set_said,
	.payload_max = UINT8_MAX,
	.mutate_payload = message_mutate,
};

STEP_FUZZER(format);
