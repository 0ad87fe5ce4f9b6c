/* SPDX-License-Identifier: MIT */
/* Any octets as two reports of dimp run, a zero octet between them: they can be compared. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/require.h"
#include "observe/report_compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const uint8_t *const border = size > 0 ? memchr(octets, 0, size) : NULL;

	if (border == NULL)
		return 0;
	const size_t first_size = (size_t)(border - octets);
	json_t *const one = json_loadb((const char *)octets, first_size, 0, NULL);
	json_t *const other = json_loadb((const char *)border + 1, size - first_size - 1, 0, NULL);
	if (one != NULL && other != NULL) {
		const struct report_pair pair = {{one, other}, {"one", "other"}};
		char *text = NULL;
		size_t text_size;
		FILE *const stream = open_memstream(&text, &text_size);
		require(stream != NULL);
		report_compare_write(&pair, stream);
		require(fclose(stream) == 0);
		free(text);
	}
	json_decref(one);
	json_decref(other);
	return 0;
}
