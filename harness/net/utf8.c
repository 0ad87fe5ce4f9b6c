/* SPDX-License-Identifier: MIT */
/* Characters are told by their first octet; over-long forms are left to who reads the characters.
 */
#include "net/utf8.h"

#include <string.h>

/* Octets of the character that begins with |first|, 0 for what begins none. */
static size_t character_size(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first < 0xe0)
		return 2;
	if (first >= 0xe0 && first < 0xf0)
		return 3;
	return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

bool utf8_is_text(struct dimp_view octets)
{
	size_t at = 0;

	while (at < octets.size) {
		const size_t size = character_size(octets.octets[at]);
		if (size == 0 || size > octets.size - at)
			return false;
		for (size_t i = 1; i < size; i++)
			if ((octets.octets[at + i] & 0xc0) != 0x80)
				return false;
		at += size;
	}
	return true;
}

void utf8_take(struct dimp_view octets, struct dimp_text253 *text)
{
	*text = (struct dimp_text253){.size = 0};
	if (octets.size == 0 || octets.size > sizeof text->octets || !utf8_is_text(octets))
		return;
	text->size = (uint16_t)octets.size;
	memcpy(text->octets, octets.octets, octets.size);
}
