/* SPDX-License-Identifier: MIT */
/*
 * Any octets through the decoder of `dimp decode`: as items one after another, as the PDU of a
 * frame and as a frame.  A key log with one key opens nothing, but is tried.
 */
#include <stdlib.h>

#include "crypto/openssl_crypto.h"
#include "observe/decoder.h"
#include "observe/pdu_finder.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static void decode_items(struct decoder *decoder, struct dimp_view rest)
{
	for (json_t *item = decoder_next(decoder, &rest); item != NULL;
		item = decoder_next(decoder, &rest)) {
		char *text = json_dumps(item, 0);

		/* What cannot be dumped holds what is no JSON: a decoder's mistake. */
		if (text == NULL)
			abort();
		free(text);
		json_decref(item);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static struct openssl_crypto *crypto;
	struct keylog_key key = {.receiver_index = 0x30303030};
	const struct keylog keylog = {.keys = &key, .key_count = 1};
	const struct dimp_view view = {octets, size};
	struct pdu_found found;

	if (crypto == NULL)
		crypto = openssl_crypto_create();
	struct decoder decoder = {
		.crypto = openssl_crypto_table(crypto),
		.keylog = &keylog,
		.has_octets = true,
	};

	decode_items(&decoder, view);
	json_decref(decoder_pdu(&decoder, view));
	if (pdu_find(view, &found))
		json_decref(decoder_pdu(&decoder, found.octets));
	return 0;
}
