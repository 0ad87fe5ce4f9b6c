/* SPDX-License-Identifier: MIT */
/* Hex text to octets, two digits an octet. */
#include "hexed.h"

#include <string.h>

#include "check.h"

struct hexed hexed_from(const char *text)
{
	static const char digits[] = "0123456789abcdef";
	struct hexed hexed = {.size = 0};
	size_t count = 0;

	for (const char *at = text; *at != '\0' && count < 2 * (size_t)HEXED_SIZE_MAX; at++) {
		const char *const digit = strchr(digits, *at);
		if (digit == NULL)
			continue;
		uint8_t *const octet = &hexed.octets[count / 2];
		*octet = (uint8_t)(*octet << 4 | (digit - digits));
		count++;
	}
	CHECK_EQ(count % 2, 0);
	hexed.size = count / 2;
	return hexed;
}

struct dimp_view hexed_view(const struct hexed *hexed)
{
	return (struct dimp_view){hexed->octets, hexed->size};
}
