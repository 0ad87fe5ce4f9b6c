/* SPDX-License-Identifier: MIT */
/* A key log is in memory no longer than what is done with it takes. */
#include "cli/key_log_work.h"

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "crypto/openssl_crypto.h"

int key_log_work_do(const char *path, key_log_work *work, const void *user)
{
	struct keylog keylog = {.key_count = 0};
	char error[1280];

	if (path != NULL && !keylog_read(path, &keylog, error, sizeof error)) {
		complain("%s; give a key log", error);
		return EXIT_CODE_USAGE;
	}
	struct openssl_crypto *crypto = openssl_crypto_create();
	int code = EXIT_CODE_MISSING;

	if (crypto != NULL)
		code = work(user, &keylog, openssl_crypto_table(crypto));
	else
		complain("libcrypto: lacks a primitive of DIMP; install OpenSSL 3");
	openssl_crypto_destroy(crypto);
	keylog_wipe(&keylog);
	return code;
}
