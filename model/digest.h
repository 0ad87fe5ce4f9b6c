/*
 * Digests of DI (DIMP 6.6): per DI type the number of entries and the sum modulo 2^64 of
 * SipHash-2-4 over their canonical forms.  Neither order nor remaining time matters.
 */
#ifndef DIMP_DIGEST_H
#define DIMP_DIGEST_H

#include "dimp.h"

struct digest {
	const struct dimp_crypto *crypto; /* borrowed */
	struct dimp_id16 key;
	uint32_t entries[DIMP_DI_TYPES];
	uint64_t sums[DIMP_DI_TYPES];
	bool has_failed; /* the primitive could not be done: the sums say nothing */
};

/* A digest of nothing, with the key that SOLICIT carried. */
void digest_start(struct digest *digest, const struct dimp_crypto *crypto,
	const struct dimp_id16 *key);

/* Adds one entry: a whole record in wire form that was checked, a PUT. */
void digest_add(struct digest *digest, struct dimp_view record);

/* Writes a row for each DI type that has entries, in ascending order; returns how many. */
size_t digest_rows(const struct digest *digest, struct dimp_digest_row rows[DIMP_ROWS_MAX]);

/* Whether |count| rows say the same for every DI type; false when the digest has failed. */
bool digest_matches(const struct digest *digest, const struct dimp_digest_row *rows, size_t count);

#endif
