/* SPDX-License-Identifier: MIT */
/* Any octets as a key log: it is read whole or not at all, and then it is said why. */
#include "fuzz/octet_file.h"
#include "fuzz/require.h"
#include "observe/keylog.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static void look_up(const struct keylog *keylog)
{
	for (size_t index = 0; index < keylog->key_count; index++) {
		const struct keylog_key *const key = &keylog->keys[index];
		const struct keylog_key *found = NULL;

		do
			found = keylog_find(keylog, key->receiver_index, found);
		while (found != NULL && found != key);
		require(found == key);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct keylog keylog;
	char error[256] = "";

	if (!keylog_read(octet_file(octets, size), &keylog, error, sizeof error)) {
		require(error[0] != '\0');
		require(keylog.key_count == 0 && keylog.sak_count == 0);
		return 0;
	}
	look_up(&keylog);
	for (size_t index = 0; index < keylog.sak_count; index++) {
		require(keylog.saks[index].size == 16 || keylog.saks[index].size == 32);
		require(keylog.saks[index].association_number < 4);
	}
	keylog_wipe(&keylog);
	require(keylog.key_count == 0 && keylog.sak_count == 0);
	return 0;
}
