/* SPDX-License-Identifier: MIT */
/*
 * Both tables are open addressing over pointers to copies of the structs, as large as their DI type
 * needs; a key is the DI type and the octets of the struct up to the end of its last KEY member.
 * Durations are not reduced and are not left out of the digest: it does less than it should.
 */
#include "bench/peers/struct_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/peers/peer.h"
#include "crypto/openssl_crypto.h"
#include "layout.h"

enum { PDU_SIZE = 1400, PAYLOAD_MAX = 1368, HEADER_SIZE = 16, RECORD_MOST = 1400 };

struct pdu {
	uint8_t octets[PDU_SIZE + RECORD_MOST];
	uint8_t opened[PDU_SIZE];
	size_t size;
};

struct struct_table {
	struct dimp_record **places;
	size_t mask, count;
};

struct struct_path {
	struct openssl_crypto *provider;
	const struct dimp_crypto *crypto;
	struct struct_table from, to;
	size_t key_ends[DIMP_DI_TYPES]; /* within the body */
	struct pdu *pdus;
	size_t pdu_count;
	uint64_t digest;
};

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "struct_path: %s\n", what);
	exit(1);
}

static void *room(size_t size)
{
	void *octets = calloc(1, size);

	require(octets != NULL, "no memory");
	return octets;
}

/* FNV-1a, eight octets at a time. */
static uint64_t hash_of(const uint8_t *key, size_t size, uint64_t hash)
{
	uint64_t word;

	for (; size >= sizeof word; size -= sizeof word, key += sizeof word) {
		memcpy(&word, key, sizeof word);
		hash = (hash ^ word) * 0x100000001b3;
		hash ^= hash >> 32;
	}
	for (size_t index = 0; index < size; index++)
		hash = (hash ^ key[index]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

/* Puts a copy of |record| in place of what has its key. */
static void put(const struct struct_path *path, struct struct_table *table,
	const struct dimp_record *record)
{
	const size_t size =
		offsetof(struct dimp_record, body) + dimp_di_layout(record->type)->struct_size;
	const uint8_t *key = (const uint8_t *)&record->body + sizeof(uint32_t);
	const size_t key_size = path->key_ends[record->type] - sizeof(uint32_t);
	size_t at = hash_of(key, key_size, (uint64_t)record->type) & table->mask;

	for (; table->places[at] != NULL; at = (at + 1) & table->mask) {
		struct dimp_record *other = table->places[at];

		if (other->type == record->type &&
			memcmp((uint8_t *)&other->body + sizeof(uint32_t), key, key_size) == 0) {
			memcpy(other, record, size);
			return;
		}
	}
	table->places[at] = malloc(size);
	require(table->places[at] != NULL, "no memory");
	memcpy(table->places[at], record, size);
	table->count++;
}

static void empty(struct struct_table *table)
{
	for (size_t at = 0; at <= table->mask; at++) {
		free(table->places[at]);
		table->places[at] = NULL;
	}
	table->count = 0;
}

static void find_key_ends(struct struct_path *path)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct dimp_layout *layout = dimp_di_layout(type);

		for (size_t index = 0; layout && index < layout->field_count; index++) {
			const struct dimp_field_layout *field = &layout->fields[index];

			if (field->role == DIMP_ROLE_KEY)
				path->key_ends[type] =
					field->offset + layout_type(field->type).octets;
		}
	}
}

struct struct_path *struct_path_create(const struct dimp_record *records, size_t count)
{
	struct struct_path *path = room(sizeof *path);
	size_t places = 1;

	while (places < 2 * count)
		places *= 2;
	path->provider = openssl_crypto_create_seeded(1, "struct_path");
	require(path->provider != NULL, "no crypto");
	path->crypto = openssl_crypto_table(path->provider);
	path->from = (struct struct_table){room(places * sizeof(void *)), places - 1, 0};
	path->to = (struct struct_table){room(places * sizeof(void *)), places - 1, 0};
	path->pdus = room(count * sizeof *path->pdus);
	find_key_ends(path);
	for (size_t index = 0; index < count; index++)
		put(path, &path->from, &records[index]);
	return path;
}

void struct_path_destroy(struct struct_path *path)
{
	empty(&path->from);
	empty(&path->to);
	openssl_crypto_destroy(path->provider);
	free(path->from.places);
	free(path->to.places);
	free(path->pdus);
	free(path);
}

size_t struct_path_entries(const struct struct_path *path)
{
	return path->from.count;
}

void struct_path_reset(struct struct_path *path)
{
	empty(&path->to);
}

static void encode_all(struct struct_path *path)
{
	struct pdu *pdu = path->pdus;

	pdu->size = 0;
	for (size_t at = 0; at <= path->from.mask; at++) {
		if (path->from.places[at] == NULL)
			continue;
		uint8_t *octets = pdu->octets + HEADER_SIZE + pdu->size;
		const size_t size = peer_msgpack.encode(path->from.places[at], octets, RECORD_MOST);
		require(size != 0, "not encoded");
		if (pdu->size + size > PAYLOAD_MAX) {
			pdu++;
			memcpy(pdu->octets + HEADER_SIZE, octets, size);
			pdu->size = 0;
		}
		pdu->size += size;
	}
	path->pdu_count = (size_t)(pdu - path->pdus) + 1;
}

/* As session_seal() and session_open() do, without numbers and windows. */
static void seal_and_open(struct struct_path *path)
{
	static const uint8_t key[32] = {1};
	uint8_t nonce[DIMP_NONCE_SIZE] = {0};

	for (size_t index = 0; index < path->pdu_count; index++) {
		struct pdu *pdu = &path->pdus[index];
		struct dimp_sealing sealing = {
			.key = key,
			.nonce = nonce,
			.additional = {pdu->octets, HEADER_SIZE},
			.text = {pdu->octets + HEADER_SIZE, pdu->size},
		};

		nonce[index % 8]++;
		require(path->crypto->seal(path->crypto->user, pdu->octets + HEADER_SIZE, &sealing),
			"not sealed");
		sealing.text.size += DIMP_TAG_SIZE;
		require(path->crypto->open(path->crypto->user, pdu->opened, &sealing),
			"not opened");
	}
}

static void decode_all(struct struct_path *path)
{
	static struct dimp_record record;

	for (size_t index = 0; index < path->pdu_count; index++) {
		const struct pdu *pdu = &path->pdus[index];

		for (size_t at = 0, size; at < pdu->size; at += size) {
			size = peer_msgpack.decode(
				(struct dimp_view){pdu->opened + at, pdu->size - at}, &record);
			require(size != 0, "not decoded");
			put(path, &path->to, &record);
		}
	}
	require(path->to.count == path->from.count, "entries are missing");
}

static void digest_all(struct struct_path *path)
{
	static const uint8_t key[16] = {1, 2, 3};
	uint8_t octets[RECORD_MOST];
	uint64_t sum;

	for (size_t at = 0; at <= path->to.mask; at++) {
		if (path->to.places[at] == NULL)
			continue;
		const size_t size = peer_msgpack.encode(path->to.places[at], octets, sizeof octets);

		require(size != 0 &&
				path->crypto->siphash(path->crypto->user, &sum, key,
					(struct dimp_view){octets, size}),
			"no digest");
		path->digest += sum;
	}
}

void struct_path_run(struct struct_path *path)
{
	encode_all(path);
	seal_and_open(path);
	decode_all(path);
	digest_all(path);
}
