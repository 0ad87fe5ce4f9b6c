/* SPDX-License-Identifier: MIT */
/* Hexadecimal, as in key logs: nothing to mistake, nothing to pad. */
#include "cli/key_text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/output_file.h"

static void print_digits(const uint8_t key[DIMP_KEY_SIZE], FILE *stream)
{
	for (size_t each = 0; each < DIMP_KEY_SIZE; each++)
		fprintf(stream, "%02x", key[each]);
}

bool key_text_write(const struct options *options, const char *name,
	const uint8_t key[DIMP_KEY_SIZE])
{
	struct output_file file;

	if (!output_file_open(&file, options->json_path))
		return false;
	if (options->is_json)
		fprintf(file.stream, "{\"%s\": \"", name);
	print_digits(key, file.stream);
	fputs(options->is_json ? "\"}\n" : "\n", file.stream);
	return output_file_commit(&file);
}

static int digit_of(char octet)
{
	if (octet >= '0' && octet <= '9')
		return octet - '0';
	octet = (char)tolower((unsigned char)octet);
	return octet >= 'a' && octet <= 'f' ? octet - 'a' + 10 : -1;
}

bool key_text_read(const char *text, uint8_t key[DIMP_KEY_SIZE])
{
	text += strspn(text, " \t\r\n");
	for (size_t each = 0; each < DIMP_KEY_SIZE; each++, text += 2) {
		const int high = digit_of(text[0]);
		const int low = high < 0 ? -1 : digit_of(text[1]);

		if (low < 0)
			return false;
		key[each] = (uint8_t)(high * 16 + low);
	}
	return text[strspn(text, " \t\r\n")] == '\0';
}
