/* SPDX-License-Identifier: MIT */
/* Any octets as a file of CKN and CAK: keys that are taken are of a size that there is. */
#include "fuzz/octet_file.h"
#include "fuzz/require.h"
#include "sources/mka_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct mka_keys keys;
	char error[256] = "";

	if (mka_keys_read(octet_file(octets, size), &keys, error, sizeof error)) {
		require(keys.cak.size == 16 || keys.cak.size == 32);
		require(keys.name.size >= 1 && keys.name.size <= MKA_KEY_MAX);
		require(keys.icv_key.size == keys.cak.size);
		require(keys.wrapping_key.size == keys.cak.size);
	} else {
		require(error[0] != '\0');
	}
	mka_keys_wipe(&keys);
	return 0;
}
