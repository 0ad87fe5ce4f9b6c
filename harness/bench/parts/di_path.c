/* SPDX-License-Identifier: MIT */
/*
 * Steps from one DI table to another.  A PDU here is its header, records end to end, and the tag;
 * of a message's own octets, some tens in 1,400, nothing is said.  A step that fails ends the
 * program: what is measured is right, or is not told.
 */
#include "bench/parts/di_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "di_entries.h"
#include "di_export.h"
#include "di_staging.h"
#include "session.h"

enum { PDU_SIZE = 1400, PAYLOAD_MAX = PDU_SIZE - DIMP_PDU_HEADER_SIZE - DIMP_TAG_SIZE };

static const struct dimp_time moved_at = {1000000};

struct pdu {
	uint8_t octets[PDU_SIZE];
	size_t size; /* of the payload, of the whole once sealed */
	uint8_t opened[PDU_SIZE];
	size_t opened_size;
};

struct di_path {
	struct openssl_crypto *provider;
	const struct dimp_crypto *crypto;
	struct session sender, receiver;
	uint32_t no_limits[DIMP_DI_TYPES];
	struct di_table *source, *destination;
	struct pdu *pdus;
	size_t pdu_count, pdus_max, octets;
	struct digest digest;
};

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "di_path: %s\n", what);
	exit(1);
}

static struct di_table *create_table(const struct di_path *path, size_t count)
{
	const struct di_table_config config = {
		.entries_max = (uint32_t)count,
		.octets_max = (uint32_t)count * 256,
		.vsis_max = 1,
		.seed = 1,
		.type_entries_max = path->no_limits,
	};
	void *memory = malloc(di_table_size(&config));

	require(memory != NULL, "no memory");
	return di_table_init(memory, &config);
}

struct di_path *di_path_create(const struct dimp_record *records, size_t count)
{
	struct di_path *path = calloc(1, sizeof *path);

	require(path != NULL, "no memory");
	path->provider = openssl_crypto_create_seeded(1, "path");
	require(path->provider != NULL, "no crypto");
	path->crypto = openssl_crypto_table(path->provider);
	path->sender = (struct session){.is_live = true, .remote_index = 1};
	path->receiver = (struct session){.is_live = true, .local_index = 1};
	path->source = create_table(path, count);
	path->destination = create_table(path, count);
	path->pdus_max = count;
	path->pdus = malloc(count * sizeof *path->pdus);
	require(path->pdus != NULL, "no memory");
	for (size_t index = 0; index < count; index++)
		require(di_table_change(path->source, 0, &records[index], (struct dimp_time){0}) ==
				DIMP_ERROR_NONE,
			"the table is full");
	return path;
}

void di_path_destroy(struct di_path *path)
{
	openssl_crypto_destroy(path->provider);
	free(path->source);
	free(path->destination);
	free(path->pdus);
	free(path);
}

size_t di_path_entries(const struct di_path *path)
{
	return di_table_entries(path->source, 0);
}

size_t di_path_octets(const struct di_path *path)
{
	return path->octets;
}

void di_path_export(struct di_path *path)
{
	const struct di_changes all = {.types = UINT64_MAX,
		.upto = di_table_changes(path->source, 0)};
	struct di_export round;
	enum di_export_result result = DI_EXPORT_FULL;

	di_export_start(&round, path->source, 0, &all);
	path->octets = 0;
	for (path->pdu_count = 0; result == DI_EXPORT_FULL; path->pdu_count++) {
		struct pdu *pdu = &path->pdus[path->pdu_count];
		struct wire_writer writer =
			wire_writer_of(pdu->octets + DIMP_PDU_HEADER_SIZE, PAYLOAD_MAX);

		require(path->pdu_count < path->pdus_max, "too many PDUs");
		do
			result = di_export_next(&round, path->source, &writer, moved_at);
		while (result == DI_EXPORT_WRITTEN);
		pdu->size = writer.size;
		path->octets += writer.size;
	}
}

void di_path_seal(struct di_path *path)
{
	for (size_t index = 0; index < path->pdu_count; index++) {
		struct pdu *pdu = &path->pdus[index];

		pdu->size = session_seal(&path->sender, path->crypto, pdu->octets, pdu->size);
		require(pdu->size != 0, "not sealed");
	}
}

void di_path_open(struct di_path *path)
{
	for (size_t index = 0; index < path->pdu_count; index++) {
		struct pdu *pdu = &path->pdus[index];
		struct dimp_payload payload = {.octets = pdu->opened};

		require(session_open(&path->receiver, path->crypto,
				(struct dimp_view){pdu->octets, pdu->size},
				&payload) == SESSION_OPENED,
			"not opened");
		pdu->opened_size = payload.size;
	}
}

void di_path_decode(struct di_path *path)
{
	static struct dimp_record record;

	for (size_t index = 0; index < path->pdu_count; index++) {
		struct dimp_view rest = {path->pdus[index].opened, path->pdus[index].opened_size};
		struct dimp_view item;

		while (dimp_records_next(&rest, &item))
			require(dimp_record_read(item, &record) == DIMP_ERROR_NONE, "not read");
	}
}

void di_path_stage(struct di_path *path)
{
	const struct di_arrival arrival = {.round = 1, .older_by_us = 500, .now = moved_at};

	for (size_t index = 0; index < path->pdu_count; index++) {
		struct dimp_view rest = {path->pdus[index].opened, path->pdus[index].opened_size};
		struct dimp_view item;

		while (dimp_records_next(&rest, &item))
			require(di_table_stage(path->destination, 0, item, &arrival) ==
					DIMP_ERROR_NONE,
				"not staged");
	}
}

void di_path_digest(struct di_path *path)
{
	const struct dimp_id16 key = {{1, 2, 3}};

	digest_start(&path->digest, path->crypto, &key);
	di_table_digest(path->destination, 0, UINT64_MAX, &path->digest);
	require(!path->digest.has_failed, "no digest");
}

void di_path_look_up(struct di_path *path)
{
	for (size_t index = 0; index < path->pdu_count; index++) {
		struct dimp_view rest = {path->pdus[index].opened, path->pdus[index].opened_size};
		struct dimp_view item;

		while (dimp_records_next(&rest, &item))
			require(di_entries_find(path->destination, 0, item) != DI_ENTRY_NONE,
				"not found");
	}
}

void di_path_cut_over(struct di_path *path)
{
	di_table_activate(path->destination, 0);
	require(di_table_entries(path->destination, 0) == di_path_entries(path),
		"not all entries are there");
}

void di_path_reset(struct di_path *path)
{
	di_table_wipe(path->destination, 0);
}
