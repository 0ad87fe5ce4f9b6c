/* SPDX-License-Identifier: MIT */
/* It is the forwarding plane's store that is asked, not the speaker's table: what counts is what
 * the bridge acts upon. */
#include "live/di_digest.h"

#include <string.h>

#include "crypto/openssl_crypto.h"
#include "observe/json_out.h"

enum { SUM_SIZE = 32 };

struct summary {
	uint64_t entries, octets;
	uint8_t sum[SUM_SIZE]; /* the highest octet first */
};

static bool has_secret(enum dimp_di_type type)
{
	const struct dimp_layout *layout = dimp_di_layout(type);

	for (size_t index = 0; index < layout->field_count; index++) {
		if (layout->fields[index].role == DIMP_ROLE_SECRET)
			return true;
	}
	return false;
}

static void add_to_sum(uint8_t sum[SUM_SIZE], const uint8_t more[SUM_SIZE])
{
	unsigned carry = 0;

	for (size_t at = SUM_SIZE; at-- > 0; carry >>= 8) {
		carry += (unsigned)sum[at] + more[at];
		sum[at] = (uint8_t)carry;
	}
}

/* False for one that cannot be written, which no other bridge would have either. */
static bool add_record(struct summary *summary, const struct dimp_record *record,
	const struct dimp_crypto *crypto)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX], hash[SUM_SIZE];
	size_t size;

	if (dimp_record_write(record, octets, sizeof octets, &size) != DIMP_ERROR_NONE)
		return false;
	const struct dimp_view view = {octets, size};
	const bool is_hashed = crypto->sha256(crypto->user, hash, (struct dimp_parts){&view, 1});

	explicit_bzero(octets, sizeof octets);
	if (!is_hashed)
		return false;
	summary->entries++;
	summary->octets += size;
	add_to_sum(summary->sum, hash);
	return true;
}

static void summarise(const struct live_bridge *bridge, unsigned slot, enum dimp_di_type type,
	struct summary *summary)
{
	const struct di_store *store = edge_bridge_store(live_bridge_edge(bridge));
	const struct dimp_time now = engine_now(live_bridge_engine(bridge));
	struct openssl_crypto *crypto = openssl_crypto_create();
	const struct di_entry *entry;
	struct dimp_record record;
	size_t cursor = 0;

	while (crypto && (entry = di_store_next(store, slot, type, &cursor)) != NULL) {
		di_entry_at(entry, now, &record);
		(void)add_record(summary, &record, openssl_crypto_table(crypto));
	}
	explicit_bzero(&record, sizeof record);
	openssl_crypto_destroy(crypto);
}

void di_digest_add(const struct live_bridge *bridge, json_t *rows)
{
	const struct edge_bridge *edge = live_bridge_edge(bridge);
	const struct bridge_file *file = live_bridge_file(bridge);
	const struct di_store *store = edge_bridge_store(edge);

	for (unsigned slot = 0; slot < file->vm_count; slot++) {
		for (unsigned number = 1; number < DIMP_DI_TYPES; number++) {
			const enum dimp_di_type type = (enum dimp_di_type)number;
			struct summary summary = {0};
			if (di_store_count(store, slot, type) == 0)
				continue;
			summarise(bridge, slot, type, &summary);
			(void)json_array_append_new(rows,
				json_pack("{s:s, s:s, s:I, s:I, s:o}", "vm",
					file->vms[slot].vm.name, "type", dimp_di_layout(type)->name,
					"entries", (json_int_t)summary.entries, "octets",
					(json_int_t)summary.octets, "digest",
					has_secret(type)
						? json_string("-")
						: octets_json(summary.sum, sizeof summary.sum)));
		}
	}
}
