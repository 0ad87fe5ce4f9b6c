/* SPDX-License-Identifier: MIT */
/* Proves which group addresses MMRP registrations let to a VM (IEEE 802.1Q 10.12, DIMP 8.14). */
#include "bridge/registration_filter.h"

#include "check.h"
#include "frame_maker.h"

enum { VLAN = 42, FIRST = 0, SECOND_VM = 1, VMS = 2 };

static const struct dimp_mac group_mac = {{1, 0, 0x5e, 1, 1, 1}};
static const struct dimp_mac source_mac = {{2, 0, 0, 0, 0, 9}};
static const struct attachment vms[VMS] = {{.slot = FIRST, .vlan = VLAN},
	{.slot = SECOND_VM, .vlan = VLAN}};

static void put(struct di_store *store, unsigned slot, struct dimp_mmrp_registration registration)
{
	registration.remaining = DIMP_DURATION_INFINITE;
	const struct dimp_record record = {.type = DIMP_DI_MMRP_REGISTRATION,
		.operation = DIMP_OPERATION_PUT,
		.body.mmrp_registration = registration};
	CHECK(di_store_put(store, slot, &record, (struct dimp_time){0}));
}

static bool passes(const struct di_store *store, unsigned slot, uint16_t vlan)
{
	const struct registration_place place = {store, vms, VMS};
	const struct made_frame made = make_frame(&group_mac, &source_mac, 0x88b5, 50);
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	return registration_filter_passes(&place, slot, &frame, vlan);
}

static void test_registration_filter_passes_the_address(void)
{
	struct di_store *store = di_store_create();
	struct dimp_mmrp_registration own = {.vlan = VLAN,
		.kind = DIMP_MMRP_ATTRIBUTE_ADDRESS,
		.registrar = DIMP_REGISTRAR_LEAVING,
		.address = {{1, 0, 0x5e, 1, 1, 2}}};

	CHECK(!passes(store, FIRST, VLAN));
	put(store, FIRST, own);
	CHECK(!passes(store, FIRST, VLAN));
	own.address = group_mac;
	put(store, FIRST, own);
	CHECK(passes(store, FIRST, VLAN));
	CHECK(!passes(store, FIRST, VLAN + 1));
	CHECK(!passes(store, SECOND_VM, VLAN));
	di_store_destroy(store);
}

static void test_registration_filter_takes_vlan_0_for_the_ports_own(void)
{
	struct di_store *store = di_store_create();

	put(store, FIRST,
		(struct dimp_mmrp_registration){.kind = DIMP_MMRP_ATTRIBUTE_ADDRESS,
			.address = group_mac});
	CHECK(passes(store, FIRST, VLAN));
	CHECK(!passes(store, FIRST, VLAN + 1));
	di_store_destroy(store);
}

static void test_registration_filter_serves_requirements(void)
{
	struct di_store *store = di_store_create();

	put(store, FIRST,
		(struct dimp_mmrp_registration){.vlan = VLAN,
			.kind = DIMP_MMRP_ATTRIBUTE_SERVICE,
			.service = MMRP_ALL_UNREGISTERED_GROUPS});
	CHECK(passes(store, FIRST, VLAN));
	put(store, SECOND_VM,
		(struct dimp_mmrp_registration){.vlan = VLAN,
			.kind = DIMP_MMRP_ATTRIBUTE_ADDRESS,
			.address = group_mac});
	CHECK(!passes(store, FIRST, VLAN));
	put(store, FIRST,
		(struct dimp_mmrp_registration){.vlan = VLAN,
			.kind = DIMP_MMRP_ATTRIBUTE_SERVICE,
			.service = MMRP_ALL_GROUPS});
	CHECK(passes(store, FIRST, VLAN));
	di_store_destroy(store);
}

static const struct test_case tests[] = {
	TEST(test_registration_filter_passes_the_address),
	TEST(test_registration_filter_takes_vlan_0_for_the_ports_own),
	TEST(test_registration_filter_serves_requirements),
	TEST_END,
};

const struct test_suite suite_registration_filter = {"registration_filter", tests};
