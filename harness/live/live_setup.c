/* SPDX-License-Identifier: MIT */
/* Every wrong option is told by its name and what it should be. */
#include "live/live_setup.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/key_text.h"
#include "live/peer_address.h"
#include "live/serial_book.h"
#include "script/field_value.h"

static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char lower = (char)(digit >= 'A' && digit <= 'F' ? digit - 'A' + 'a' : digit);
	const char *found = lower != '\0' ? strchr(digits, lower) : NULL;

	return found != NULL ? (int)(found - digits) : -1;
}

bool live_setup_hex(const char *text, uint8_t *octets, size_t size)
{
	if (text == NULL || strlen(text) != 2 * size)
		return false;
	for (size_t each = 0; each < size; each++) {
		const int high = digit_value(text[2 * each]);
		const int low = digit_value(text[2 * each + 1]);

		if (high < 0 || low < 0)
			return false;
		octets[each] = (uint8_t)(high * 16 + low);
	}
	return true;
}

bool live_setup_vsi(const char *verb, const struct live_options *options, struct dimp_vsi *vsi)
{
	static const struct dimp_field_layout field = {.type = DIMP_TYPE_VSI};
	const char *text = options->vsi_text;

	if (live_setup_hex(text, vsi->octets, sizeof vsi->octets) ||
		(text != NULL && field_value_read(&field, (struct span){text, strlen(text)}, vsi)))
		return true;
	complain("%s: no VSI: %s; give --vsi with 74 hex digits (DIMP 6.4), or as "
		 "MANAGER/TYPE.VERSION/FORMAT:ID",
		verb, text != NULL ? text : "--vsi is missing");
	return false;
}

/* A pipe has no others; a file that they can read holds no secret. */
static bool is_private(const char *verb, const char *path, FILE *file)
{
	struct stat status;

	if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode) ||
		(status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return true;
	complain("%s: %s: others can read or write this key; chmod 600 %s", verb, path, path);
	return false;
}

/* Reads the key in the file of the option |which|. */
static bool read_key(const char *verb, const char *which, const char *path,
	uint8_t key[DIMP_KEY_SIZE])
{
	char text[128] = "";
	FILE *file = path != NULL ? fopen(path, "r") : NULL;

	if (file == NULL) {
		complain("%s: no key: %s; make one with dimp genkey and give --%s FILE", verb,
			path != NULL ? path : "--key is missing", which);
		return false;
	}
	const bool is_to_read = is_private(verb, path, file);
	const size_t size = is_to_read ? fread(text, 1, sizeof text - 1, file) : 0;

	(void)fclose(file);
	text[size] = '\0';
	const bool is_key = key_text_read(text, key);

	explicit_bzero(text, sizeof text);
	if (is_to_read && !is_key)
		complain("%s: %s: no key in it; 64 hex digits are wanted", verb, path);
	return is_key;
}

static bool add_peers(const char *verb, const struct live_options *options,
	struct live_speaker *live)
{
	for (size_t each = 0; each < options->common.operand_count; each++) {
		const char *text = options->common.operands[each];

		if (live_speaker_add_peer(live, text))
			continue;
		complain("%s: %s: no peer; give %s,PUBLIC-KEY, and for a station behind it "
			 ",station (see dimp pubkey)",
			verb, text, options->interface != NULL ? "MAC-ADDRESS" : "ADDRESS:PORT");
		return false;
	}
	return true;
}

/* Where to listen; NULL after a complaint. */
static const char *read_listen(const char *verb, const struct live_options *options)
{
	const char *text = options->listen != NULL ? options->listen : LIVE_LISTEN_DEFAULT;
	struct peer_address address;

	if (peer_address_read_ip(text, strlen(text), &address))
		return text;
	complain("%s: --listen %s: no address to listen on; give ADDRESS:PORT, as %s", verb, text,
		LIVE_LISTEN_DEFAULT);
	return NULL;
}

struct live_speaker *live_setup(const char *verb, const struct live_options *options,
	const struct live_config *wanted, int *code)
{
	uint8_t key[DIMP_KEY_SIZE];
	struct live_config config = *wanted;
	const char *why = NULL;

	*code = EXIT_CODE_USAGE;
	config.listen = read_listen(verb, options);
	if (config.listen == NULL || !read_key(verb, "key", options->key_path, key) ||
		(options->psk_path != NULL &&
			!read_key(verb, "psk", options->psk_path, config.preshared)))
		return NULL;
	config.interface = options->interface;
	config.boot_count =
		options->boot_count != 0 ? options->boot_count : (uint32_t)serial_book_second();
	config.static_secret = key;
	struct live_speaker *live = live_speaker_create(&config, &why);

	explicit_bzero(key, sizeof key);
	explicit_bzero(config.preshared, sizeof config.preshared);
	if (live == NULL) {
		complain("%s: %s: %s", verb,
			options->interface != NULL ? options->interface : config.listen, why);
		*code = EXIT_CODE_MISSING;
		return NULL;
	}
	if (add_peers(verb, options, live))
		return live;
	live_speaker_destroy(live);
	return NULL;
}
