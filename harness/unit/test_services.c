/* SPDX-License-Identifier: MIT */
/* Proves that a number which nobody can guess is never 0, also when dice show only zeros. */
#include "check.h"

#include <string.h>

#include "services.h"

static bool draw_zeros(void *user, uint8_t *octets, size_t size)
{
	(void)user;
	memset(octets, 0, size);
	return true;
}

static void test_services_random_is_never_0(void)
{
	const struct dimp_crypto crypto = {.random = draw_zeros};
	const struct dimp_speaker_config config = {.crypto = &crypto};
	struct services services = {.config = &config};

	CHECK_EQ(services_random(&services), 1);
}

static const struct test_case tests[] = {
	TEST(test_services_random_is_never_0),
	TEST_END,
};

const struct test_suite suite_services = {"services", tests};
