/*
 * Proves that the store keeps one entry for each key, tells its observer every change and nothing
 * else, ages durations without ever lengthening one, and ends entries when their life is over.
 */
#include "bridge/di_store.h"
#include "check.h"

#include <string.h>

static const struct dimp_time start = {1000000};

struct told {
	unsigned puts, deletes;
	unsigned slot;
	struct dimp_record last;
};

static void observe(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	struct told *const told = context;

	(void)now;
	told->slot = slot;
	told->last = *change;
	if (change->operation == DIMP_OPERATION_PUT)
		told->puts++;
	else
		told->deletes++;
}

static struct dimp_time after_ms(uint64_t ms)
{
	return (struct dimp_time){start.us + ms * 1000};
}

static struct dimp_record binding(uint8_t client, uint32_t remaining_ms)
{
	return (struct dimp_record){.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = 42,
			.client = {{2, 0, 0, 0, 0, client}},
			.address = {{10, 0, 42, 9}},
			.remaining = remaining_ms}};
}

static struct dimp_record session(const char *identity)
{
	struct dimp_record record = {.type = DIMP_DI_DOT1X_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.dot1x_session = {.attributes = 1U << DIMP_ATTRIBUTE_dot1x_session_identity,
			.client = {{2, 0, 0, 0, 0, 1}},
			.session_remaining = DIMP_DURATION_INFINITE,
			.reauthentication_remaining = 5000}};
	struct dimp_text253 *const text = &record.body.dot1x_session.identity;

	text->size = (uint16_t)strlen(identity);
	memcpy(text->octets, identity, text->size);
	return record;
}

static void test_di_store_keeps_one_entry_for_each_key(void)
{
	struct di_store *const store = di_store_create();
	const struct dimp_record first = binding(1, 60000);
	const struct dimp_record second = binding(2, 60000);

	REQUIRE(store != NULL);
	CHECK(di_store_put(store, 3, &first, start));
	CHECK(di_store_put(store, 3, &second, start));
	CHECK(di_store_put(store, 3, &first, start));
	CHECK_EQ(di_store_count(store, 3, DIMP_DI_DHCP_BINDING), 2);
	CHECK_EQ(di_store_count(store, 3, DIMP_DI_MACSEC_SA), 0);
	CHECK_EQ(di_store_count(store, 0, DIMP_DI_DHCP_BINDING), 0);
	CHECK(di_store_find(store, 3, &second) != NULL);
	CHECK(di_store_find(store, 2, &second) == NULL);
	CHECK(di_store_delete(store, 3, &first, start));
	CHECK(!di_store_delete(store, 3, &first, start));
	CHECK(!di_store_delete(store, 9, &first, start));
	CHECK_EQ(di_store_count(store, 3, DIMP_DI_DHCP_BINDING), 1);
	di_store_destroy(store);
}

static void test_di_store_walks_a_type_in_order(void)
{
	struct di_store *const store = di_store_create();
	size_t cursor = 0;

	REQUIRE(store != NULL);
	for (uint8_t client = 1; client <= 40; client++) {
		const struct dimp_record record = binding(client, 60000);
		CHECK(di_store_put(store, 0, &record, start));
	}
	const struct dimp_record other = session("vm1");
	CHECK(di_store_put(store, 0, &other, start));
	for (uint8_t client = 1; client <= 40; client++) {
		const struct di_entry *const entry =
			di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor);
		REQUIRE(entry != NULL);
		CHECK_EQ(entry->record.body.dhcp_binding.client.octets[5], client);
	}
	CHECK(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor) == NULL);
	di_store_destroy(store);
}

static void test_di_store_tells_changes_only(void)
{
	struct di_store *const store = di_store_create();
	struct told told = {0};
	struct dimp_record record = session("vm1");

	REQUIRE(store != NULL);
	di_store_set_observer(store, observe, &told);
	CHECK(di_store_put(store, 5, &record, start));
	CHECK_EQ(told.puts, 1);
	CHECK_EQ(told.slot, 5);
	/* The same again, a second later and a second less: nothing but time went by. */
	record.body.dot1x_session.reauthentication_remaining = 4000;
	CHECK(di_store_put(store, 5, &record, after_ms(1000)));
	CHECK_EQ(told.puts, 1);
	/* Octets behind the end of a string do not count. */
	record.body.dot1x_session.identity.octets[200] = 7;
	CHECK(di_store_put(store, 5, &record, after_ms(1000)));
	CHECK_EQ(told.puts, 1);
	/* A duration that was set anew does, and so does another name or an attribute less. */
	record.body.dot1x_session.reauthentication_remaining = 5000;
	CHECK(di_store_put(store, 5, &record, after_ms(1000)));
	CHECK_EQ(told.puts, 2);
	record = session("vm2");
	CHECK(di_store_put(store, 5, &record, after_ms(1000)));
	CHECK_EQ(told.puts, 3);
	record.body.dot1x_session.attributes = 0;
	CHECK(di_store_put(store, 5, &record, after_ms(1000)));
	CHECK_EQ(told.puts, 4);
	CHECK(di_store_delete(store, 5, &record, after_ms(1000)));
	CHECK_EQ(told.deletes, 1);
	CHECK_EQ(told.last.operation, DIMP_OPERATION_DELETE);
	CHECK_EQ(told.last.body.dot1x_session.client.octets[5], 1);
	CHECK(di_store_put(store, 5, &record, after_ms(1000)));
	di_store_clear(store, 5);
	CHECK_EQ(told.deletes, 1);
	CHECK_EQ(di_store_count(store, 5, DIMP_DI_DOT1X_SESSION), 0);
	di_store_destroy(store);
}

static void test_di_entry_at_runs_durations_down(void)
{
	struct di_store *const store = di_store_create();
	const struct dimp_record put = session("vm1");
	struct dimp_record aged;

	REQUIRE(store != NULL);
	CHECK(di_store_put(store, 0, &put, start));
	const struct di_entry *const entry = di_store_find(store, 0, &put);
	REQUIRE(entry != NULL);
	di_entry_at(entry, (struct dimp_time){start.us + 1}, &aged);
	CHECK_EQ(aged.body.dot1x_session.reauthentication_remaining, 4999);
	CHECK_EQ(aged.body.dot1x_session.session_remaining, DIMP_DURATION_INFINITE);
	di_entry_at(entry, after_ms(9000), &aged);
	CHECK_EQ(aged.body.dot1x_session.reauthentication_remaining, 0);
	di_entry_at(entry, (struct dimp_time){0}, &aged);
	CHECK_EQ(aged.body.dot1x_session.reauthentication_remaining, 5000);
	di_store_destroy(store);
}

static void test_di_store_expires_what_has_run_out(void)
{
	struct di_store *const store = di_store_create();
	struct told told = {0};
	const struct dimp_record soon = binding(1, 1000);
	const struct dimp_record later = binding(2, 2000);
	const struct dimp_record endless = session("vm1");

	REQUIRE(store != NULL);
	di_store_set_observer(store, observe, &told);
	CHECK_EQ(di_store_deadline(store).us, DIMP_NEVER.us);
	CHECK(di_store_put(store, 1, &endless, start));
	CHECK_EQ(di_store_deadline(store).us, DIMP_NEVER.us);
	CHECK(di_store_put(store, 1, &later, start));
	CHECK(di_store_put(store, 0, &soon, start));
	CHECK_EQ(di_store_deadline(store).us, after_ms(1000).us);
	di_store_expire(store, (struct dimp_time){after_ms(1000).us - 1});
	CHECK_EQ(told.deletes, 0);
	di_store_expire(store, after_ms(1000));
	CHECK_EQ(told.deletes, 1);
	CHECK_EQ(told.last.body.dhcp_binding.client.octets[5], 1);
	CHECK_EQ(di_store_deadline(store).us, after_ms(2000).us);
	di_store_expire(store, after_ms(100000));
	CHECK_EQ(told.deletes, 2);
	/* What is left has no end; re-authentication running out is not the session's end. */
	CHECK_EQ(di_store_count(store, 1, DIMP_DI_DOT1X_SESSION), 1);
	di_store_destroy(store);
}

static void test_di_store_refuses_an_unknown_type(void)
{
	struct di_store *const store = di_store_create();
	const struct dimp_record record = {.type = (enum dimp_di_type)61};

	REQUIRE(store != NULL);
	CHECK(!di_store_put(store, 0, &record, start));
	CHECK(di_store_find(store, 0, &record) == NULL);
	di_store_destroy(store);
}

struct taker {
	struct di_store *store;
	unsigned told;
};

/* Wants none of those with an even number. */
static void take_odd(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	struct taker *const taker = context;

	if (change->operation != DIMP_OPERATION_PUT)
		return;
	taker->told++;
	if (change->body.dhcp_binding.client.octets[5] % 2 == 0)
		CHECK(di_store_delete(taker->store, slot, change, now));
}

static void test_di_store_tells_all_while_some_are_deleted(void)
{
	struct taker taker = {.store = di_store_create()};

	REQUIRE(taker.store != NULL);
	for (uint8_t client = 1; client <= 6; client++) {
		const struct dimp_record record = binding(client, 60000);
		CHECK(di_store_put(taker.store, 2, &record, start));
	}
	di_store_set_observer(taker.store, take_odd, &taker);
	const struct dimp_record seventh = binding(7, 60000), eighth = binding(8, 60000);
	CHECK(di_store_put(taker.store, 2, &seventh, start));
	CHECK(!di_store_put(taker.store, 2, &eighth, start));
	taker.told = 0;
	di_store_tell(taker.store, 2, DIMP_DI_DHCP_BINDING, start);
	CHECK_EQ(taker.told, 7);
	CHECK_EQ(di_store_count(taker.store, 2, DIMP_DI_DHCP_BINDING), 4);
	di_store_destroy(taker.store);
}

/* A binding of one of many clients. */
static struct dimp_record numbered(uint32_t number)
{
	struct dimp_record record = binding(0, 60000);
	uint8_t *const client = record.body.dhcp_binding.client.octets;

	for (size_t octet = 5; octet >= 2; octet--, number >>= 8)
		client[octet] = (uint8_t)number;
	return record;
}

static uint32_t number_of(const struct di_entry *entry)
{
	const uint8_t *const client = entry->record.body.dhcp_binding.client.octets;

	return (uint32_t)client[2] << 24 | (uint32_t)client[3] << 16 | (uint32_t)client[4] << 8 |
		client[5];
}

static void test_di_store_keeps_the_order_over_deletions(void)
{
	enum { MANY = 999, FURTHER = 1100 };
	struct di_store *const store = di_store_create();
	const struct di_entry *entry;
	size_t cursor = 0;
	uint32_t expected = 2;

	REQUIRE(store != NULL);
	for (uint32_t number = 0; number < MANY; number++) {
		const struct dimp_record record = numbered(number);
		CHECK(di_store_put(store, 1, &record, start));
	}
	for (uint32_t number = 0; number < MANY; number++) {
		const struct dimp_record record = numbered(number);
		CHECK_EQ(di_store_delete(store, 1, &record, start), true);
		if (number % 3 == 2)
			CHECK(di_store_put(store, 1, &record, start));
	}
	for (uint32_t number = MANY; number < FURTHER; number++) {
		const struct dimp_record record = numbered(number);
		CHECK(di_store_put(store, 1, &record, start));
	}
	while ((entry = di_store_next(store, 1, DIMP_DI_DHCP_BINDING, &cursor)) != NULL) {
		CHECK_EQ(number_of(entry), expected);
		CHECK(di_store_find(store, 1, &entry->record) == entry);
		expected += expected < MANY - 2 ? 3 : 1;
	}
	CHECK_EQ(expected, FURTHER);
	di_store_destroy(store);
}

/* A cursor stands still while what is before, at and behind it goes. */
static void test_di_store_walks_on_over_what_is_deleted(void)
{
	struct di_store *const store = di_store_create();
	size_t cursor = 0;

	REQUIRE(store != NULL);
	for (uint32_t number = 0; number < 5; number++) {
		const struct dimp_record record = numbered(number);
		CHECK(di_store_put(store, 0, &record, start));
	}
	CHECK_EQ(number_of(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor)), 0);
	CHECK_EQ(number_of(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor)), 1);
	for (uint32_t number = 0; number < 3; number++) {
		const struct dimp_record record = numbered(number);
		CHECK(di_store_delete(store, 0, &record, start));
	}
	CHECK_EQ(number_of(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor)), 3);
	CHECK_EQ(number_of(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor)), 4);
	CHECK(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor) == NULL);
	di_store_destroy(store);
}

/* So many go that their holes are closed when one comes: a walk still meets each once. */
static void test_di_store_walks_on_over_closed_holes(void)
{
	enum { FIRST = 40, WALKED = 30, LAST = 60 };
	struct di_store *const store = di_store_create();
	struct dimp_record record;
	size_t cursor = 0;

	REQUIRE(store != NULL);
	for (uint32_t number = 0; number < FIRST; number++) {
		record = numbered(number);
		CHECK(di_store_put(store, 0, &record, start));
	}
	for (uint32_t number = 0; number < WALKED; number++) {
		CHECK_EQ(number_of(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor)), number);
		record = numbered(number);
		CHECK(di_store_delete(store, 0, &record, start));
	}
	for (uint32_t number = WALKED; number < LAST; number++) {
		const struct di_entry *entry;

		record = numbered(number + FIRST - WALKED);
		CHECK(di_store_put(store, 0, &record, start));
		entry = di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor);
		REQUIRE(entry != NULL);
		CHECK_EQ(number_of(entry), number);
		record = entry->record;
		CHECK(di_store_delete(store, 0, &record, start));
	}
	CHECK_EQ(di_store_count(store, 0, DIMP_DI_DHCP_BINDING), FIRST - WALKED);
	di_store_destroy(store);
}

static void test_di_store_tells_all_holders_of_keys(void)
{
	struct di_store *const store = di_store_create();
	const struct dimp_record wanted = numbered(7), other = numbered(8);
	struct di_holder holder = {.entry = NULL};
	unsigned slots = 0;

	REQUIRE(store != NULL);
	CHECK(!di_store_next_holder(store, &wanted, &holder));
	for (unsigned slot = 0; slot < 8; slot++) {
		CHECK(di_store_put(store, slot, slot % 2 == 0 ? &wanted : &other, start));
	}
	di_store_clear(store, 4);
	while (di_store_next_holder(store, &wanted, &holder)) {
		CHECK_EQ(number_of(holder.entry), 7);
		slots |= 1U << holder.slot;
	}
	CHECK_EQ(slots, 0x45);
	di_store_destroy(store);
}

/* What would take hours if a look-up walked takes a second. */
static void test_di_store_holds_a_million_entries(void)
{
	enum { MILLION = 1000000 };
	struct di_store *const store = di_store_create();
	struct dimp_record record;
	size_t cursor = 0;

	REQUIRE(store != NULL);
	for (uint32_t number = 0; number < MILLION; number++) {
		record = numbered(number);
		REQUIRE(di_store_put(store, 0, &record, start));
	}
	CHECK_EQ(di_store_count(store, 0, DIMP_DI_DHCP_BINDING), MILLION);
	for (uint32_t number = 0; number < MILLION; number++)
		REQUIRE(number_of(di_store_next(store, 0, DIMP_DI_DHCP_BINDING, &cursor)) ==
			number);
	for (uint32_t number = 0; number < MILLION; number += 2) {
		record = numbered(number);
		REQUIRE(di_store_delete(store, 0, &record, start));
		REQUIRE(di_store_deadline(store).us == after_ms(60000).us);
	}
	CHECK_EQ(di_store_count(store, 0, DIMP_DI_DHCP_BINDING), MILLION / 2);
	record = numbered(MILLION - 1);
	CHECK(di_store_find(store, 0, &record) != NULL);
	record = numbered(MILLION - 2);
	CHECK(di_store_find(store, 0, &record) == NULL);
	di_store_expire(store, after_ms(60000));
	CHECK_EQ(di_store_count(store, 0, DIMP_DI_DHCP_BINDING), 0);
	di_store_destroy(store);
}

static void test_di_store_knows_who_runs_out_next(void)
{
	struct di_store *const store = di_store_create();
	const struct dimp_record soon = binding(1, 1000), later = binding(2, 2000);
	struct dimp_record renewed = soon;

	REQUIRE(store != NULL);
	CHECK(di_store_put(store, 0, &later, start));
	CHECK(di_store_put(store, 0, &soon, start));
	CHECK_EQ(di_store_deadline(store).us, after_ms(1000).us);
	renewed.body.dhcp_binding.remaining = 9000;
	CHECK(di_store_put(store, 0, &renewed, start));
	CHECK_EQ(di_store_deadline(store).us, after_ms(2000).us);
	CHECK(di_store_delete(store, 0, &later, start));
	CHECK_EQ(di_store_deadline(store).us, after_ms(9000).us);
	CHECK(di_store_put(store, 0, &soon, start));
	CHECK_EQ(di_store_deadline(store).us, after_ms(1000).us);
	di_store_clear(store, 0);
	CHECK_EQ(di_store_deadline(store).us, DIMP_NEVER.us);
	di_store_destroy(store);
}

static const struct test_case tests[] = {
	TEST(test_di_store_keeps_the_order_over_deletions),
	TEST(test_di_store_walks_on_over_what_is_deleted),
	TEST(test_di_store_walks_on_over_closed_holes),
	TEST(test_di_store_tells_all_holders_of_keys),
	TEST(test_di_store_knows_who_runs_out_next),
	TEST(test_di_store_holds_a_million_entries),
	TEST(test_di_store_keeps_one_entry_for_each_key),
	TEST(test_di_store_walks_a_type_in_order),
	TEST(test_di_store_tells_changes_only),
	TEST(test_di_store_tells_all_while_some_are_deleted),
	TEST(test_di_entry_at_runs_durations_down),
	TEST(test_di_store_expires_what_has_run_out),
	TEST(test_di_store_refuses_an_unknown_type),
	TEST_END,
};

const struct test_suite suite_di_store = {"di_store", tests};
