/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the file that dimp decode is given: a capture, hex text or octets.  Stretches lie
 * in what there is, one behind the other.
 */
#include <stdio.h>

#include "cli/octet_source.h"
#include "fuzz/octet_file.h"
#include "fuzz/require.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct octet_source source;
	char path[64];
	char *const words[] = {path};
	size_t end = 0;

	(void)snprintf(path, sizeof path, "%s", octet_file(octets, size));
	require(octet_source_load(&source, words, 1));
	(void)octet_source_is_capture(&source);
	require(source.size <= size);
	for (size_t index = 0; index < source.stretch_count; index++) {
		require(source.stretches[index].begin == end);
		require(source.stretches[index].size > 0);
		end += source.stretches[index].size;
	}
	require(end == source.size);
	octet_source_free(&source);
	return 0;
}
