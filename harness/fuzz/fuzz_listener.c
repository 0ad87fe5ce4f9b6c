/* SPDX-License-Identifier: MIT */
/*
 * A program of fuzz_migration, and a listener who has the keys: dimp verify blames nobody but who
 * lied, whether it heard all, a part, each PDU twice, or those of one direction out of order.
 * Crashes, losses, risks and commands at any time are in it, and lies under a true seal.
 */
#include <stdio.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "fuzz/migration_program.h"
#include "fuzz/migration_world.h"
#include "fuzz/require.h"
#include "judge.h"
#include "observe/pdu_finder.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { HEARD_MAX = 800, KEYS_MAX = 600 };

struct overheard {
	struct migration_pdu pdu;
	struct dimp_time time;
};

static struct overheard heard[HEARD_MAX];
static size_t heard_count, first_count; /* those of the first associations are first */
static struct keylog_key keys[KEYS_MAX];
static size_t key_count, first_keys;
static struct openssl_crypto *provider;
static unsigned liars;

static void note_key(unsigned from, unsigned to)
{
	struct dimp_association_keys known;
	struct keylog_key key;

	if (key_count == KEYS_MAX || !migration_world_keys(from, to, &known))
		return;
	key.receiver_index = known.remote_index;
	memcpy(key.key, known.send, sizeof key.key);
	for (size_t index = key_count; index > 0; index--)
		if (keys[index - 1].receiver_index == key.receiver_index &&
			memcmp(keys[index - 1].key, key.key, sizeof key.key) == 0)
			return;
	keys[key_count++] = key;
}

static void hear(const struct migration_pdu *pdu, struct dimp_time now)
{
	if (heard_count < HEARD_MAX)
		heard[heard_count++] = (struct overheard){*pdu, now};
	note_key(pdu->from, pdu->to);
}

/* How the listener hears: drops one in so many, and then copies and swaps. */
struct hearing_form {
	unsigned lost, doubled, swapped; /* one in so many; 0: none */
};

static uint32_t draw(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static bool happens(unsigned once_in, uint32_t *state)
{
	return once_in != 0 && draw(state) % once_in == 0;
}

static void tell(struct judge *judge, const struct migration_pdu *pdu, struct dimp_time time,
	uint64_t *frame)
{
	struct pdu_found found = {.octets = {pdu->octets, pdu->size}};

	(void)snprintf(found.from, sizeof found.from, "speaker %u", pdu->from);
	(void)snprintf(found.to, sizeof found.to, "speaker %u", pdu->to);
	judge_pdu(judge, &found, ++*frame, time);
}

static bool is_same_way(size_t at)
{
	return at + 1 < heard_count && heard[at].pdu.from == heard[at + 1].pdu.from &&
		heard[at].pdu.to == heard[at + 1].pdu.to;
}

static bool is_liar(const struct judge *judge, const struct finding *finding)
{
	unsigned who = MIGRATION_SPEAKERS;

	(void)sscanf(judge->hearing.endpoints[finding->from].address, "speaker %u", &who);
	return (liars >> who & 1) != 0;
}

static void listen(const struct hearing_form *form)
{
	const struct keylog keylog = {.keys = keys, .key_count = key_count};
	struct judge judge;
	uint32_t state = (uint32_t)heard_count;
	uint64_t frame = 0;

	require(judge_start(&judge, openssl_crypto_table(provider), &keylog));
	for (size_t at = 0; at < heard_count; at++) {
		if (happens(form->swapped, &state) && is_same_way(at)) {
			tell(&judge, &heard[at + 1].pdu, heard[at].time, &frame);
			tell(&judge, &heard[at].pdu, heard[at].time, &frame);
			at++;
			continue;
		}
		if (happens(form->lost, &state))
			continue;
		tell(&judge, &heard[at].pdu, heard[at].time, &frame);
		if (happens(form->doubled, &state))
			tell(&judge, &heard[at].pdu, heard[at].time, &frame);
	}
	require(!judge.hearing.is_out_of_memory);
	for (size_t index = 0; index < judge.finding_count; index++)
		require(judge.findings[index].is_suspicion ||
			is_liar(&judge, &judge.findings[index]));
	require(key_count == KEYS_MAX || judge.without_key == 0);
	judge_end(&judge);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static const struct hearing_form forms[] = {{0, 0, 0}, {3, 0, 0}, {0, 1, 0}, {0, 0, 2},
		{7, 5, 3}};

	if (provider == NULL) {
		provider = openssl_crypto_create_seeded(2, "listener");
		require(provider != NULL);
		migration_world_listen(hear);
		(void)migration_world_begin();
		first_count = heard_count;
		first_keys = key_count;
	}
	heard_count = first_count;
	key_count = first_keys;
	migration_program_run((struct dimp_view){octets, size});
	liars = migration_world_liars();
	for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++)
		listen(&forms[form]);
	return 0;
}

STEP_FUZZER(migration_program_format);
