/* SPDX-License-Identifier: MIT */
/* Proves that an account is kept until its time is over or the right answer comes, and sent whole.
 */
#include "bridge/account_keeper.h"
#include "check.h"
#include "net/radius_seal.h"

#include <string.h>

static const struct dimp_view secret = {(const uint8_t *)"secret", 6};
static const uint8_t frame[] = {1, 2, 3};

/* An Accounting-Request with that identifier. */
static size_t make_request(uint8_t identifier, uint8_t octets[RADIUS_SIZE_MAX])
{
	static const uint8_t none[RADIUS_AUTHENTICATOR_SIZE];
	struct octet_writer writer = octet_writer_of(octets, RADIUS_SIZE_MAX);

	radius_begin(&writer, RADIUS_ACCOUNTING_REQUEST, identifier);
	const size_t size = radius_finish(&writer, none);
	REQUIRE(radius_seal_request(octets, size, secret));
	return size;
}

static struct account_keeper opened(uint8_t identifier)
{
	uint8_t octets[RADIUS_SIZE_MAX];
	const size_t size = make_request(identifier, octets);
	struct account_keeper keeper;

	account_keeper_open(&keeper, (struct dimp_view){octets, size},
		(struct dimp_view){frame, sizeof frame}, (struct dimp_time){1000000});
	return keeper;
}

/* Answers the request |answered|, by |sealing|, to who waits for the answer to |waited|; whether he
 * is content. */
static bool is_answered(uint8_t waited, uint8_t answered, struct dimp_view sealing)
{
	struct account_keeper keeper = opened(waited);
	uint8_t octets[RADIUS_SIZE_MAX], request[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	struct radius_packet asked, packet;
	const size_t asked_size = make_request(answered, request);

	REQUIRE(radius_read((struct dimp_view){request, asked_size}, &asked));
	radius_begin(&writer, RADIUS_ACCOUNTING_RESPONSE, answered);
	const size_t size = radius_finish(&writer, asked.authenticator);
	REQUIRE(radius_seal_response(octets, size, asked.authenticator, sealing));
	REQUIRE(radius_read((struct dimp_view){octets, size}, &packet));
	account_keeper_take(&keeper, &packet, secret);
	return account_keeper_deadline(&keeper).us == UINT64_MAX;
}

static void test_account_keeper_knows_its_answer(void)
{
	CHECK(is_answered(7, 7, secret));
	CHECK(!is_answered(7, 8, secret));
	CHECK(!is_answered(7, 7, (struct dimp_view){frame, sizeof frame}));
}

static void test_account_keeper_gives_up_after_thirty_seconds(void)
{
	struct account_keeper keeper = opened(7);
	uint8_t octets[DATAGRAM_FRAME_MAX];
	struct dimp_time now = {1000000};

	CHECK_EQ(account_keeper_expire(&keeper, now, octets), 0);
	for (unsigned sent = 0; sent < 3; sent++) {
		now = account_keeper_deadline(&keeper);
		REQUIRE(account_keeper_expire(&keeper, now, octets) == sizeof frame);
		CHECK(memcmp(octets, frame, sizeof frame) == 0);
	}
	now = account_keeper_deadline(&keeper);
	CHECK_EQ(now.us, 31000000);
	CHECK_EQ(account_keeper_expire(&keeper, now, octets), 0);
	CHECK_EQ(account_keeper_deadline(&keeper).us, UINT64_MAX);
}

static const struct test_case tests[] = {
	TEST(test_account_keeper_knows_its_answer),
	TEST(test_account_keeper_gives_up_after_thirty_seconds),
	TEST_END,
};

const struct test_suite suite_account_keeper = {"account_keeper", tests};
