/* SPDX-License-Identifier: MIT */
/* dimp genkey: a new static key for a speaker (DIMP 5.2). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/key_text.h"
#include "cli/verbs.h"
#include "crypto/openssl_crypto.h"

static bool make_secret(uint8_t secret[DIMP_KEY_SIZE])
{
	struct openssl_crypto *provider = openssl_crypto_create();

	if (provider == NULL)
		return false;
	const struct dimp_crypto *crypto = openssl_crypto_table(provider);
	const bool is_made = crypto->random(crypto->user, secret, DIMP_KEY_SIZE);

	openssl_crypto_destroy(provider);
	return is_made;
}

static int run_genkey(int argc, char **argv)
{
	struct options options = {.is_json = false};
	const int verdict = options_read(&verb_genkey, &options, argc, argv);
	uint8_t secret[DIMP_KEY_SIZE];

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	if (!make_secret(secret)) {
		complain("genkey: the system gives no randomness; try again later");
		return EXIT_CODE_MISSING;
	}
	if (isatty(STDOUT_FILENO) && !options.is_quiet)
		fputs("A private key: for its speaker alone. See: dimp pubkey\n", stderr);
	const bool is_written = key_text_write(&options, "private", secret);

	explicit_bzero(secret, sizeof secret);
	return is_written ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

const struct verb verb_genkey = {
	.name = "genkey",
	.summary = "Print a new private key for a speaker",
	.operands = "",
	.example = "  umask 077; dimp genkey > speaker.key; dimp pubkey < speaker.key\n",
	.run = run_genkey,
};
