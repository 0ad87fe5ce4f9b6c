/* SPDX-License-Identifier: MIT */
/* Proves who is past the captive portal: session, its time, silence and quota
 * (DIMP 8.17-3, 8.17-4). */
#include "bridge/portal_gate.h"

#include "check.h"
#include "frame_maker.h"

enum { SLOT = 1, VLAN = 42, SECOND_US = 1000000 };

static const struct dimp_mac vm_mac = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct attachment vm = {.slot = SLOT,
	.mac = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}},
	.vlan = VLAN,
	.is_portal_required = true};

static void put(struct di_store *store, struct dimp_portal_session session)
{
	session.vlan = VLAN;
	session.client = vm_mac;
	const struct dimp_record record = {.type = DIMP_DI_PORTAL_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.portal_session = session};
	CHECK(di_store_put(store, SLOT, &record, (struct dimp_time){0}));
}

/* A datagram that the VM sends to |port| at |us|. */
static bool passes(const struct di_store *store, uint16_t port, uint64_t us)
{
	const struct made_frame made =
		make_udp(&(struct made_udp){.destination = {{2, 0, 0, 0, 0, 9}},
			.source = vm_mac,
			.from = {10, 0, 42, 5},
			.to = {10, 0, 42, 9},
			.from_port = 40000,
			.to_port = port});
	const struct dimp_time now = {us};
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	if (!portal_gate_permits(store, &vm, &frame, now))
		return false;
	portal_gate_count(store, &vm, &frame, now);
	return true;
}

static void test_portal_gate_opens_with_an_open_session(void)
{
	struct di_store *store = di_store_create();

	CHECK(!passes(store, 443, 0));
	CHECK(passes(store, 53, 0));
	put(store, (struct dimp_portal_session){.session_remaining = 60000});
	CHECK(!passes(store, 443, 0));
	put(store, (struct dimp_portal_session){.is_open = 1, .session_remaining = 60000});
	CHECK(passes(store, 443, 0));
	CHECK(!passes(store, 443, 60 * SECOND_US));
	CHECK(passes(store, 53, 60 * SECOND_US));
	di_store_destroy(store);
}

static void test_portal_gate_closes_after_silence(void)
{
	struct di_store *store = di_store_create();

	put(store,
		(struct dimp_portal_session){.attributes = 1u
				<< DIMP_ATTRIBUTE_portal_session_silence_remaining,
			.is_open = 1,
			.session_remaining = 3600 * 1000,
			.silence_remaining = 2000});
	CHECK(passes(store, 443, 1 * SECOND_US));
	/* From there on the silence of this bridge counts. */
	CHECK(passes(store, 443, (PORTAL_SILENCE_S + 0) * (uint64_t)SECOND_US));
	CHECK(!passes(store, 443, (2 * PORTAL_SILENCE_S) * (uint64_t)SECOND_US));
	di_store_destroy(store);
}

static void test_portal_gate_counts_against_the_quota(void)
{
	struct di_store *store = di_store_create();

	/* Two frames of 50 octets with FCS are left. */
	put(store,
		(struct dimp_portal_session){.attributes = 1u
					<< DIMP_ATTRIBUTE_portal_session_octets_used |
				1u << DIMP_ATTRIBUTE_portal_session_octets_quota,
			.is_open = 1,
			.session_remaining = DIMP_DURATION_INFINITE,
			.octets_used = 1000 - 100,
			.octets_quota = 1000});
	CHECK(passes(store, 443, 1));
	CHECK(passes(store, 443, 2));
	CHECK(!passes(store, 443, 3));
	di_store_destroy(store);
}

static const struct test_case tests[] = {
	TEST(test_portal_gate_opens_with_an_open_session),
	TEST(test_portal_gate_closes_after_silence),
	TEST(test_portal_gate_counts_against_the_quota),
	TEST_END,
};

const struct test_suite suite_portal_gate = {"portal_gate", tests};
