/* SPDX-License-Identifier: MIT */
/* dimp conform doctor: whether all is here that a run needs, before a run says something else. */
#include <stdlib.h>
#include <string.h>

#include "cli/exit_codes.h"
#include "conform_commands.h"
#include "crypto/openssl_crypto.h"
#include "pics.h"
#include "target.h"

static bool say(bool is_right, const char *what, const char *why)
{
	printf("%s %s%s%s\n", is_right ? "ok  " : "FAIL", what, is_right ? "" : ": ",
		is_right ? "" : why);
	return is_right;
}

static bool has_crypto(void)
{
	struct openssl_crypto *crypto = openssl_crypto_create();
	const bool is_there = crypto != NULL;

	openssl_crypto_destroy(crypto);
	return say(is_there, "cryptography", "libcrypto lacks a primitive of DIMP 5.1");
}

static bool has_cases(const struct conform_options *options)
{
	struct catalog catalog;
	const bool is_read = catalog_read(&catalog, options->cases, stderr) && catalog.count > 0;

	if (is_read)
		printf("     %zu cases in %s\n", catalog.count, options->cases);
	catalog_destroy(&catalog);
	return say(is_read, "cases", "name their folder with --cases");
}

static bool has_pics(const struct conform_options *options)
{
	struct pics pics = {.answers = {PICS_UNSAID}};

	return options->pics == NULL ||
		say(pics_read(&pics, options->pics, stderr), "PICS file", "see above");
}

static bool has_tshark(void)
{
	const bool is_there = system("tshark --version >/dev/null 2>&1") == 0;

	printf("%s tshark%s\n", is_there ? "ok  " : "--  ",
		is_there ? "" : ": not here; captures of failures are still written");
	return true;
}

/* A target that has what nobody has says yes to everything, and its answers are worth nothing. */
static bool has_target(const struct conform_options *options)
{
	struct conform_target target;
	bool is_there = conform_target_open(&target, options->target, options->timeout_ms, stderr);

	if (!say(is_there, "target", "it cannot be had"))
		return false;
	is_there = target.claims == NULL ||
		target.claims(target.subject.user, "NOBODY_CAN_DO_THIS_4711") != PICS_YES;
	conform_target_close(&target);
	return say(is_there, "target says no to what does not exist",
		"it says yes to a capability that does not exist");
}

static void list_capabilities(void)
{
	puts("capabilities, for a PICS file:");
	for (size_t index = 0; pics_name(index) != NULL; index++)
		printf("     %-20s %s\n", pics_name(index), pics_text(index));
}

int conform_command_doctor(const struct conform_options *options)
{
	bool is_well = has_crypto();

	is_well = has_cases(options) && is_well;
	is_well = has_pics(options) && is_well;
	is_well = has_target(options) && is_well;
	is_well = has_tshark() && is_well;
	list_capabilities();
	return is_well ? EXIT_CODE_WELL : EXIT_CODE_MISSING;
}
