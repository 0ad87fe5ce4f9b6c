/* Digests of DI (DIMP 6.6).  A DI type without entries has no row, and no row means no entries. */
#include "digest.h"

#include "record.h"
#include "wipe.h"

void digest_start(struct digest *digest, const struct dimp_crypto *crypto,
	const struct dimp_id16 *key)
{
	*digest = (struct digest){.crypto = crypto, .key = *key};
}

void digest_add(struct digest *digest, struct dimp_view record)
{
	const enum dimp_di_type type = record_type(record);
	uint8_t canonical[DIMP_RECORD_SIZE_MAX];
	const size_t size = record_canonical(record, canonical);
	uint64_t sum = 0;

	if (!digest->crypto->siphash(digest->crypto->user, &sum, digest->key.octets,
		    wire_view(canonical, size)))
		digest->has_failed = true;
	digest->entries[type]++;
	digest->sums[type] += sum;
	wipe(canonical, size);
}

size_t digest_rows(const struct digest *digest, struct dimp_digest_row rows[DIMP_ROWS_MAX])
{
	size_t count = 0;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		if (digest->entries[type] == 0)
			continue;
		rows[count++] = (struct dimp_digest_row){
			.type = (uint16_t)type,
			.entries = digest->entries[type],
			.sum = digest->sums[type],
		};
	}
	return count;
}

bool digest_matches(const struct digest *digest, const struct dimp_digest_row *rows, size_t count)
{
	uint32_t entries[DIMP_DI_TYPES] = {0};
	uint64_t sums[DIMP_DI_TYPES] = {0};
	bool matches = !digest->has_failed;

	for (size_t index = 0; index < count; index++) {
		entries[rows[index].type % DIMP_DI_TYPES] = rows[index].entries;
		sums[rows[index].type % DIMP_DI_TYPES] = rows[index].sum;
	}
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		if (entries[type] != digest->entries[type] || sums[type] != digest->sums[type])
			matches = false;
	}
	return matches;
}
