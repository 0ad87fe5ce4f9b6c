/* SPDX-License-Identifier: MIT */
/* Keys as 64 hexadecimal digits. */
#ifndef CLI_KEY_TEXT_H
#define CLI_KEY_TEXT_H

#include "cli/options.h"
#include "dimp.h"

/* Writes the key, called |name| in JSON, where the options say; complains and returns false if it
 * cannot. */
bool key_text_write(const struct options *options, const char *name,
	const uint8_t key[DIMP_KEY_SIZE]);

/* Reads 64 digits, blanks around them allowed; false when |text| is anything else. */
bool key_text_read(const char *text, uint8_t key[DIMP_KEY_SIZE]);

#endif
