/* SPDX-License-Identifier: MIT */
/* Proves that frames are counted by kind, with their FCS, in the entries that are about them. */
#include "bridge/traffic_counters.h"

#include "check.h"
#include "frame_maker.h"

enum { SLOT = 1, VLAN = 42 };

static const struct dimp_mac vm_mac = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_mac other_mac = {{2, 0, 0, 0, 0, 9}};
static const struct dimp_mac group_mac = {{1, 0, 0x5e, 1, 1, 1}};
static const struct dimp_mac broadcast_mac = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

static struct di_store *store_of(const struct dimp_traffic_counters *counters)
{
	struct di_store *store = di_store_create();
	const struct dimp_record record = {.type = DIMP_DI_TRAFFIC_COUNTERS,
		.operation = DIMP_OPERATION_PUT,
		.body.traffic_counters = *counters};

	CHECK(di_store_put(store, SLOT, &record, (struct dimp_time){0}));
	return store;
}

static const struct dimp_traffic_counters *counters_in(const struct di_store *store)
{
	size_t cursor = 0;

	return &di_store_next(store, SLOT, DIMP_DI_TRAFFIC_COUNTERS, &cursor)
			->record.body.traffic_counters;
}

/* A frame of 96 octets without FCS from the VM. */
static void count(const struct di_store *store, const struct dimp_mac *to, bool is_discarded)
{
	const struct made_frame made = make_frame(to, &vm_mac, 0x88b5, 82);
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	traffic_counters_count(store, SLOT,
		&(struct counted_frame){&frame, vm_mac, VLAN, DIMP_DIRECTION_RECEIVE,
			is_discarded});
}

static void test_traffic_counters_go_on_by_kind(void)
{
	struct di_store *store = store_of(&(struct dimp_traffic_counters){.client = vm_mac,
		.direction = DIMP_DIRECTION_RECEIVE,
		.octets = 1000,
		.unicast_frames = 10,
		.wrong_frames = 3});

	count(store, &other_mac, false);
	count(store, &group_mac, false);
	count(store, &group_mac, false);
	count(store, &broadcast_mac, false);
	count(store, &other_mac, true);
	const struct dimp_traffic_counters *counters = counters_in(store);
	CHECK_EQ(counters->octets, 1400);
	CHECK_EQ(counters->unicast_frames, 11);
	CHECK_EQ(counters->multicast_frames, 2);
	CHECK_EQ(counters->broadcast_frames, 1);
	CHECK_EQ(counters->discarded_frames, 1);
	CHECK_EQ(counters->wrong_frames, 3);
	di_store_destroy(store);
}

static void test_traffic_counters_are_of_client_vlan_and_direction(void)
{
	static const struct {
		struct dimp_traffic_counters counters;
		uint64_t frames;
	} rows[] = {
		{{.direction = DIMP_DIRECTION_RECEIVE}, 1},
		{{.direction = DIMP_DIRECTION_RECEIVE, .vlan = VLAN}, 1},
		{{.direction = DIMP_DIRECTION_RECEIVE, .vlan = VLAN + 1}, 0},
		{{.direction = DIMP_DIRECTION_TRANSMIT}, 0},
		{{.direction = DIMP_DIRECTION_RECEIVE, .client = {{2, 0, 0, 0, 0, 9}}}, 0},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct di_store *store = store_of(&rows[i].counters);
		count(store, &other_mac, false);
		CHECK_EQ(counters_in(store)->unicast_frames, rows[i].frames);
		di_store_destroy(store);
	}
}

/* DIMP 8.16-3: as those of RFC 2863 do, they go on with 0. */
static void test_traffic_counters_wrap(void)
{
	struct di_store *store =
		store_of(&(struct dimp_traffic_counters){.direction = DIMP_DIRECTION_RECEIVE,
			.octets = UINT64_MAX - 149,
			.unicast_frames = UINT64_MAX});

	count(store, &other_mac, false);
	CHECK_EQ(counters_in(store)->octets, UINT64_MAX - 49);
	CHECK_EQ(counters_in(store)->unicast_frames, 0);
	count(store, &other_mac, false);
	CHECK_EQ(counters_in(store)->octets, 50);
	CHECK_EQ(counters_in(store)->unicast_frames, 1);
	di_store_destroy(store);
}

static const struct test_case tests[] = {
	TEST(test_traffic_counters_wrap),
	TEST(test_traffic_counters_go_on_by_kind),
	TEST(test_traffic_counters_are_of_client_vlan_and_direction),
	TEST_END,
};

const struct test_suite suite_traffic_counters = {"traffic_counters", tests};
