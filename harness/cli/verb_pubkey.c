/* SPDX-License-Identifier: MIT */
/* dimp pubkey: the private key comes by standard input, so that no list of processes shows it. */
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/key_text.h"
#include "cli/verbs.h"
#include "crypto/openssl_crypto.h"

enum { INPUT_SIZE = 256 };

static bool read_secret(uint8_t secret[DIMP_KEY_SIZE])
{
	char text[INPUT_SIZE];
	const size_t size = fread(text, 1, sizeof text - 1, stdin);

	text[size] = '\0';
	const bool is_key = strlen(text) == size && key_text_read(text, secret);

	explicit_bzero(text, sizeof text);
	return is_key;
}

static bool make_public(const uint8_t secret[DIMP_KEY_SIZE], uint8_t public_key[DIMP_KEY_SIZE])
{
	struct openssl_crypto *provider = openssl_crypto_create();

	if (provider == NULL)
		return false;
	const struct dimp_crypto *crypto = openssl_crypto_table(provider);
	const bool is_made = crypto->x25519_public(crypto->user, public_key, secret);

	openssl_crypto_destroy(provider);
	return is_made;
}

static int run_pubkey(int argc, char **argv)
{
	struct options options = {.is_json = false};
	const int verdict = options_read(&verb_pubkey, &options, argc, argv);
	uint8_t secret[DIMP_KEY_SIZE], public_key[DIMP_KEY_SIZE];

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	if (!read_secret(secret)) {
		complain("pubkey: standard input holds no key; give 64 hexadecimal digits, as "
			 "dimp genkey prints them");
		return EXIT_CODE_USAGE;
	}
	const bool is_made = make_public(secret, public_key);

	explicit_bzero(secret, sizeof secret);
	if (!is_made) {
		complain("pubkey: libcrypto has no X25519; install another");
		return EXIT_CODE_MISSING;
	}
	return key_text_write(&options, "public", public_key) ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

const struct verb verb_pubkey = {
	.name = "pubkey",
	.summary = "Print the public key of the private key on standard input",
	.operands = "",
	.example = "  dimp pubkey < speaker.key\n",
	.run = run_pubkey,
};
