/* SPDX-License-Identifier: MIT */
/* Proves what each DI type does at a VM's gate: session, access list, binding, membership. */
#include "bridge/gate.h"

#include "bridge/membership_filter.h"
#include "bridge/source_guard.h"
#include "check.h"
#include "frame_maker.h"

enum { SLOT = 2, VLAN = 42 };

static const struct dimp_mac vm_mac = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_time start = {0};

static const struct made_udp from_vm = {
	.destination = {{2, 0, 0, 0, 0, 9}},
	.source = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}},
	.from = {10, 0, 42, 5},
	.to = {10, 0, 42, 9},
	.from_port = 40000,
	.to_port = 80,
};

static struct attachment make_attachment(void)
{
	return (struct attachment){
		.slot = SLOT,
		.mac = vm_mac,
		.vlan = VLAN,
		.state = ATTACHMENT_ACTIVE,
	};
}

static enum gate_verdict judge(const struct di_store *store, const struct attachment *attachment,
	const struct made_udp *udp)
{
	const struct made_frame made = make_udp(udp);
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	return gate_from_vm(store, attachment, &frame, start);
}

static void put(struct di_store *store, struct dimp_record record)
{
	record.operation = DIMP_OPERATION_PUT;
	CHECK(di_store_put(store, SLOT, &record, start));
}

static void test_gate_passes_only_active_vms(void)
{
	static const enum attachment_state closed[] = {ATTACHMENT_ABSENT, ATTACHMENT_EXPECTED,
		ATTACHMENT_FROZEN, ATTACHMENT_LEFT};
	struct di_store *store = di_store_create();
	struct attachment attachment = make_attachment();

	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_PASS);
	for (size_t index = 0; index < sizeof closed / sizeof closed[0]; index++) {
		attachment.state = closed[index];
		CHECK_EQ(judge(store, &attachment, &from_vm), GATE_NOT_ACTIVE);
	}
	di_store_destroy(store);
}

static void test_gate_needs_a_session_of_this_vm(void)
{
	struct di_store *store = di_store_create();
	struct attachment attachment = make_attachment();
	struct dimp_record session = {
		.type = DIMP_DI_DOT1X_SESSION,
		.body.dot1x_session =
			{
				.client = {{2, 2, 2, 2, 2, 2}},
				.session_remaining = DIMP_DURATION_INFINITE,
				.reauthentication_remaining = DIMP_DURATION_INFINITE,
			},
	};
	const struct made_frame eapol = make_frame(&vm_mac, &vm_mac, 0x888e, 4);
	struct edge_frame frame;

	attachment.is_dot1x_required = true;
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_UNAUTHORISED);
	REQUIRE(edge_frame_read(made_view(&eapol), &frame));
	CHECK_EQ(gate_from_vm(store, &attachment, &frame, start), GATE_PASS);
	CHECK_EQ(gate_to_vm(store, &attachment, &frame, start), GATE_PASS);
	put(store, session);
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_UNAUTHORISED);
	session.body.dot1x_session.client = vm_mac;
	put(store, session);
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_PASS);
	CHECK(di_store_delete(store, SLOT, &session, start));
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_UNAUTHORISED);
	di_store_destroy(store);
}

static struct dimp_record acl_entry(uint16_t sequence, enum dimp_acl_action action)
{
	return (struct dimp_record){
		.type = DIMP_DI_DYNAMIC_ACL,
		.body.dynamic_acl =
			{
				.client = vm_mac,
				.sequence = sequence,
				.action = (uint8_t)action,
				.ip_protocol = 255,
				.port_last = 65535,
			},
	};
}

static void test_gate_first_entry_by_sequence_decides(void)
{
	struct di_store *store = di_store_create();
	const struct attachment attachment = make_attachment();
	struct dimp_record deny = acl_entry(10, DIMP_ACL_ACTION_DENY);

	put(store, acl_entry(20, DIMP_ACL_ACTION_PERMIT));
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_PASS);
	deny.body.dynamic_acl.ip_protocol = 17;
	deny.body.dynamic_acl.port_first = 80;
	deny.body.dynamic_acl.port_last = 81;
	put(store, deny);
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_ACL);
	struct made_udp other = from_vm;
	other.to_port = 82;
	CHECK_EQ(judge(store, &attachment, &other), GATE_PASS);
	di_store_destroy(store);
}

static void test_gate_list_without_match_denies(void)
{
	struct di_store *store = di_store_create();
	const struct attachment attachment = make_attachment();
	struct dimp_record own = acl_entry(10, DIMP_ACL_ACTION_PERMIT);
	struct made_udp other = from_vm;

	own.body.dynamic_acl.source_prefix = 126;
	own.body.dynamic_acl.source = edge_ip_from_ipv4((const uint8_t[]){10, 0, 42, 4});
	put(store, own);
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_PASS);
	other.from[3] = 8;
	CHECK_EQ(judge(store, &attachment, &other), GATE_ACL);
	di_store_destroy(store);
}

static void test_gate_guards_the_bound_address(void)
{
	struct di_store *store = di_store_create();
	struct attachment attachment = make_attachment();
	const struct dimp_record binding = {
		.type = DIMP_DI_DHCP_BINDING,
		.body.dhcp_binding =
			{
				.vlan = VLAN,
				.client = vm_mac,
				.address = {{10, 0, 42, 5}},
				.remaining = 600000,
			},
	};
	struct made_udp spoofed = from_vm;

	attachment.is_dhcp_guarded = true;
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_SOURCE_GUARD);
	put(store, binding);
	CHECK_EQ(judge(store, &attachment, &from_vm), GATE_PASS);
	spoofed.from[3] = 6;
	CHECK_EQ(judge(store, &attachment, &spoofed), GATE_SOURCE_GUARD);
	spoofed = from_vm;
	spoofed.from_port = 67;
	spoofed.to_port = 68;
	CHECK_EQ(judge(store, &attachment, &spoofed), GATE_SOURCE_GUARD);
	di_store_destroy(store);
}

static const struct made_udp to_group = {
	.destination = {{1, 0, 0x5e, 1, 1, 1}},
	.source = {{2, 0, 0, 0, 0, 9}},
	.from = {10, 0, 42, 9},
	.to = {239, 1, 1, 1},
	.from_port = 5004,
	.to_port = 5004,
};

static bool passes(const struct di_store *store, const struct made_udp *udp)
{
	const struct made_frame made = make_udp(udp);
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	CHECK(membership_filter_governs(&frame));
	return membership_filter_passes(store, SLOT, &frame, VLAN);
}

static struct dimp_record membership(const uint8_t *source, enum dimp_filter_mode mode)
{
	struct dimp_record record = {
		.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.body.multicast_membership =
			{
				.vlan = VLAN,
				.group = edge_ip_from_ipv4((const uint8_t[]){239, 1, 1, 1}),
				.filter_mode = (uint8_t)mode,
				.host_version = 3,
				.remaining = 260000,
			},
	};

	if (source)
		record.body.multicast_membership.source = edge_ip_from_ipv4(source);
	return record;
}

static void test_membership_any_source_but_the_excluded(void)
{
	struct di_store *store = di_store_create();
	struct made_udp other = to_group;

	CHECK(!passes(store, &to_group));
	put(store, membership(NULL, DIMP_FILTER_MODE_EXCLUDE));
	CHECK(passes(store, &to_group));
	put(store, membership((const uint8_t[]){10, 0, 42, 9}, DIMP_FILTER_MODE_EXCLUDE));
	CHECK(!passes(store, &to_group));
	other.from[3] = 10;
	CHECK(passes(store, &other));
	di_store_destroy(store);
}

static void test_membership_only_the_included(void)
{
	struct di_store *store = di_store_create();
	struct made_udp other = to_group;

	put(store, membership((const uint8_t[]){10, 0, 42, 9}, DIMP_FILTER_MODE_INCLUDE));
	CHECK(passes(store, &to_group));
	other.from[3] = 10;
	CHECK(!passes(store, &other));
	put(store, membership(NULL, DIMP_FILTER_MODE_INCLUDE));
	CHECK(!passes(store, &other));
	di_store_destroy(store);
}

static void test_membership_leaves_link_local_groups_alone(void)
{
	struct made_udp query = to_group;
	struct edge_frame frame;

	query.to[0] = 224;
	query.to[1] = query.to[2] = 0;
	const struct made_frame made = make_udp(&query);
	REQUIRE(edge_frame_read(made_view(&made), &frame));
	CHECK(!membership_filter_governs(&frame));
}

static const struct test_case tests[] = {
	TEST(test_gate_passes_only_active_vms),
	TEST(test_gate_needs_a_session_of_this_vm),
	TEST(test_gate_first_entry_by_sequence_decides),
	TEST(test_gate_list_without_match_denies),
	TEST(test_gate_guards_the_bound_address),
	TEST(test_membership_any_source_but_the_excluded),
	TEST(test_membership_only_the_included),
	TEST(test_membership_leaves_link_local_groups_alone),
	TEST_END,
};

const struct test_suite suite_gate = {"gate", tests};
