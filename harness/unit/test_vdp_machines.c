/* SPDX-License-Identifier: MIT */
/*
 * Proves what both ends of VDP do on a cable that is made by hand: a command that waits for its
 * answer is told once and answered when the host says so (DIMP 9.9-10, 9.9-12), what is lost is
 * said again, who is silent is given up.
 */
#include "check.h"
#include "vdp/vdp_bridge.h"
#include "vdp/vdp_station.h"

#include <string.h>

enum { SECOND_US = 1000000, VSIS = 2, ACK_US = 2560, TRIES = 4 };

struct cable {
	struct vdp_station *station;
	struct vdp_bridge *bridge;
	struct dimp_time now;
	unsigned lose_forth, lose_back; /* so many PDUs from now on */
	unsigned forth, back; /* sent */
};

static const struct vdp_tlv command_of_vm = {
	.kind = VDP_PRE_ASSOCIATE,
	.status = VDP_MIGRATES_TO,
	.vsi = {{'m', [18] = 5, [19] = 1, [20] = VDP_ID_UUID, [21] = 0x77}},
	.format = VDP_FILTER_MAC_VID,
	.filter_count = 1,
	.filters = {{.vlan = 42, .mac = {{2, 0, 0, 0, 0, 1}}}},
};

static void cable_start(struct cable *cable)
{
	const struct vdp_timing timing = vdp_timing_default();

	*cable = (struct cable){.now = {SECOND_US}};
	cable->station = vdp_station_create(&timing, VSIS);
	cable->bridge = vdp_bridge_create(&timing, VSIS);
	REQUIRE(cable->station && cable->bridge);
}

static void cable_end(struct cable *cable)
{
	vdp_station_destroy(cable->station);
	vdp_bridge_destroy(cable->bridge);
}

static bool is_lost(unsigned *lose)
{
	const bool lost = *lose != 0;

	*lose -= lost;
	return lost;
}

/* Carries what both ends send until neither has anything more to say. */
static void carry(struct cable *cable)
{
	uint8_t octets[ECP_CHANNEL_PDU_MAX];
	size_t size, moved = 1;

	while (moved != 0) {
		moved = 0;
		while ((size = vdp_station_transmit(cable->station, octets, cable->now)) != 0) {
			moved++;
			cable->forth++;
			if (!is_lost(&cable->lose_forth))
				vdp_bridge_receive(cable->bridge, (struct dimp_view){octets, size},
					cable->now);
		}
		while ((size = vdp_bridge_transmit(cable->bridge, octets, cable->now)) != 0) {
			moved++;
			cable->back++;
			if (!is_lost(&cable->lose_back))
				vdp_station_receive(cable->station,
					(struct dimp_view){octets, size}, cable->now);
		}
	}
}

static void wait(struct cable *cable, uint64_t us)
{
	cable->now.us += us;
	vdp_station_expire(cable->station, cable->now);
	vdp_bridge_expire(cable->bridge, cable->now);
	carry(cable);
}

static void say(struct cable *cable, enum vdp_kind kind, uint8_t hints)
{
	struct vdp_tlv command = command_of_vm;

	command.kind = kind;
	command.status = hints;
	CHECK(vdp_station_command(cable->station, &command, cable->now));
	carry(cable);
}

static void answer(struct cable *cable, uint8_t status)
{
	vdp_bridge_answer(cable->bridge, &command_of_vm.vsi, status, cable->now);
	carry(cable);
}

static void check_told(struct cable *cable, enum vdp_kind kind, uint8_t hints)
{
	struct vdp_indication told;

	REQUIRE(vdp_bridge_indication(cable->bridge, &told));
	CHECK_EQ(told.is_gone, false);
	CHECK_EQ(told.command.kind, kind);
	CHECK_EQ(told.command.status, hints);
	CHECK_EQ(told.command.filters[0].vlan, 42);
	CHECK(!vdp_bridge_indication(cable->bridge, &told));
}

static void check_nothing_told(struct cable *cable)
{
	struct vdp_indication told;

	CHECK(!vdp_bridge_indication(cable->bridge, &told));
}

static void check_news(struct cable *cable, enum vdp_outcome outcome, uint8_t status)
{
	struct vdp_news news;

	REQUIRE(vdp_station_news(cable->station, &news));
	CHECK_EQ(news.outcome, outcome);
	CHECK_EQ(news.status, status);
	CHECK(!vdp_station_news(cable->station, &news));
}

static void check_no_news(struct cable *cable)
{
	struct vdp_news news;

	CHECK(!vdp_station_news(cable->station, &news));
}

static void settle(struct cable *cable, enum vdp_kind kind, uint8_t hints)
{
	say(cable, kind, hints);
	check_told(cable, kind, hints);
	answer(cable, DIMP_VDP_ACK);
	check_news(cable, VDP_ANSWERED, DIMP_VDP_ACK);
	CHECK_EQ(vdp_bridge_standing(cable->bridge, &command_of_vm.vsi), kind);
	CHECK_EQ(vdp_station_standing(cable->station, &command_of_vm.vsi), kind);
}

/* ECP has acknowledged; VDP answers when the host does. */
static void test_vdp_answer_waits_for_the_host(void)
{
	struct cable cable;

	cable_start(&cable);
	say(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	CHECK_EQ(cable.back, 1);
	check_told(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	wait(&cable, 5 * SECOND_US);
	check_no_news(&cable);
	answer(&cable, DIMP_VDP_ACK);
	check_news(&cable, VDP_ANSWERED, DIMP_VDP_ACK);
	cable_end(&cable);
}

/* DIMP 9.9-12: no second order comes of it. */
static void test_vdp_command_said_again_is_told_once(void)
{
	struct cable cable;

	cable_start(&cable);
	say(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	check_told(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	say(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	check_nothing_told(&cable);
	cable_end(&cable);
}

static void test_vdp_later_command_takes_the_place_of_one_that_waits(void)
{
	struct cable cable;

	cable_start(&cable);
	say(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	check_told(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	settle(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	cable_end(&cable);
}

/* The ACK is lost: the request comes twice, is acknowledged twice and told once. */
static void test_ecp_repeat_is_acknowledged_and_dropped(void)
{
	struct cable cable;

	cable_start(&cable);
	cable.lose_back = 1;
	say(&cable, VDP_ASSOCIATE, 0);
	check_told(&cable, VDP_ASSOCIATE, 0);
	wait(&cable, ACK_US - 1);
	CHECK_EQ(cable.forth, 1);
	wait(&cable, 1);
	CHECK_EQ(cable.forth, 2);
	CHECK_EQ(cable.back, 2);
	check_nothing_told(&cable);
	wait(&cable, SECOND_US);
	CHECK_EQ(cable.forth, 2);
	cable_end(&cable);
}

/* ECP gives up after one try and three retries; VDP says it again. */
static void test_vdp_says_again_what_ecp_gave_up(void)
{
	struct cable cable;

	cable_start(&cable);
	cable.lose_forth = TRIES;
	say(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	for (unsigned each = 1; each < TRIES; each++)
		wait(&cable, ACK_US);
	CHECK_EQ(cable.forth, TRIES);
	check_nothing_told(&cable);
	wait(&cable, ACK_US);
	check_told(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	cable_end(&cable);
}

static void test_vdp_refusal_is_said_again_when_it_is_lost(void)
{
	struct cable cable;

	cable_start(&cable);
	say(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	check_told(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	cable.lose_back = TRIES;
	answer(&cable, DIMP_VDP_HARD | VDP_NO_RESOURCES);
	for (unsigned each = 0; each < TRIES; each++)
		wait(&cable, ACK_US);
	check_news(&cable, VDP_ANSWERED, DIMP_VDP_ACK | DIMP_VDP_HARD | VDP_NO_RESOURCES);
	cable_end(&cable);
}

/* 1.5 times (7 times 2.56 ms and 10 us times 2^20) is 15.75552 s (IEEE 802.1Q 41.5.5.9). */
static void test_vdp_station_gives_up_a_silent_bridge(void)
{
	enum { RESPONSE_US = 15755520 };
	struct cable cable;

	cable_start(&cable);
	say(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	check_told(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	wait(&cable, RESPONSE_US - 1);
	check_no_news(&cable);
	wait(&cable, 1);
	check_news(&cable, VDP_SILENT, 0);
	CHECK_EQ(vdp_station_deadline(cable.station).us, UINT64_MAX);
	cable_end(&cable);
}

/* Every 10 us times 2^20; the host hears nothing of them. */
static void test_vdp_keep_alives_are_answered_at_once(void)
{
	enum { ALIVE_US = 10485760 };
	struct cable cable;

	cable_start(&cable);
	settle(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	const unsigned sent = cable.forth;
	for (unsigned each = 0; each < 5; each++) {
		wait(&cable, ALIVE_US - 1);
		wait(&cable, 1);
	}
	CHECK_EQ(cable.forth, sent + 2 * 5); /* a request and the ACK of its answer */
	check_nothing_told(&cable);
	check_no_news(&cable);
	cable_end(&cable);
}

static void test_vdp_bridge_forgets_a_station_that_is_gone(void)
{
	struct cable cable;
	struct vdp_indication told;

	cable_start(&cable);
	settle(&cable, VDP_ASSOCIATE, 0);
	cable.lose_forth = 10000;
	for (unsigned each = 0; each < 15; each++)
		wait(&cable, SECOND_US);
	check_nothing_told(&cable);
	wait(&cable, SECOND_US);
	REQUIRE(vdp_bridge_indication(cable.bridge, &told));
	CHECK(told.is_gone);
	CHECK_BYTES(told.command.vsi.octets, 1, "6d");
	CHECK_EQ(vdp_bridge_standing(cable.bridge, &command_of_vm.vsi), 0);
	cable_end(&cable);
}

/* Keep leaves the VSI as it was, Hard leaves nothing. */
static void test_vdp_keep_and_hard(void)
{
	struct cable cable;

	cable_start(&cable);
	settle(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	say(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	answer(&cable, DIMP_VDP_KEEP | VDP_OTHER);
	check_news(&cable, VDP_ANSWERED, DIMP_VDP_ACK | DIMP_VDP_KEEP | VDP_OTHER);
	CHECK_EQ(vdp_bridge_standing(cable.bridge, &command_of_vm.vsi), VDP_PRE_ASSOCIATE);
	CHECK_EQ(vdp_station_standing(cable.station, &command_of_vm.vsi), VDP_PRE_ASSOCIATE);
	say(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	answer(&cable, DIMP_VDP_HARD | VDP_OTHER);
	check_news(&cable, VDP_ANSWERED, DIMP_VDP_ACK | DIMP_VDP_HARD | VDP_OTHER);
	CHECK_EQ(vdp_bridge_standing(cable.bridge, &command_of_vm.vsi), 0);
	CHECK_EQ(vdp_station_standing(cable.station, &command_of_vm.vsi), 0);
	cable_end(&cable);
}

static void test_vdp_bridge_ends_an_association_by_itself(void)
{
	struct cable cable;

	cable_start(&cable);
	settle(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	vdp_bridge_end(cable.bridge, &command_of_vm.vsi, DIMP_VDP_KEEP | VDP_OTHER);
	carry(&cable);
	check_news(&cable, VDP_ENDED, DIMP_VDP_KEEP | VDP_OTHER);
	CHECK_EQ(vdp_station_standing(cable.station, &command_of_vm.vsi), 0);
	cable_end(&cable);
}

/* As lldpad's bridge does: the answer to an Associate is a De-Associate with ACK and error 2. */
static void test_vdp_station_takes_a_de_associate_for_an_answer(void)
{
	struct cable cable;
	struct vdp_tlv refusal = command_of_vm;
	struct ecp_pdu ecp = {.subtype = ECP_SUBTYPE_VDP, .sequence = 1};
	uint8_t payload[VDP_PDU_MAX], octets[ECP_CHANNEL_PDU_MAX];

	cable_start(&cable);
	say(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	refusal.kind = VDP_DE_ASSOCIATE;
	refusal.status = 0x42;
	ecp.payload = (struct dimp_view){payload, vdp_write(&refusal, payload, sizeof payload)};
	const size_t size = ecp_write(&ecp, octets, sizeof octets);
	vdp_station_receive(cable.station, (struct dimp_view){octets, size}, cable.now);
	check_news(&cable, VDP_ANSWERED, 0x52);
	cable_end(&cable);
}

/* A bridge that starts anew numbers its requests from 1 again: what it says is no repeat. */
static void test_vdp_station_hears_a_bridge_that_started_anew(void)
{
	const struct vdp_timing timing = vdp_timing_default();
	struct cable cable;

	cable_start(&cable);
	settle(&cable, VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO);
	vdp_bridge_destroy(cable.bridge);
	cable.bridge = vdp_bridge_create(&timing, VSIS);
	REQUIRE(cable.bridge != NULL);
	say(&cable, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	answer(&cable, DIMP_VDP_HARD | VDP_NO_MANAGER);
	check_news(&cable, VDP_ANSWERED, DIMP_VDP_ACK | DIMP_VDP_HARD | VDP_NO_MANAGER);
	cable_end(&cable);
}

static void test_vdp_de_associate_is_told_and_answered(void)
{
	struct cable cable;

	cable_start(&cable);
	settle(&cable, VDP_ASSOCIATE, 0);
	say(&cable, VDP_DE_ASSOCIATE, VDP_SUSPENDED);
	check_told(&cable, VDP_DE_ASSOCIATE, VDP_SUSPENDED);
	answer(&cable, DIMP_VDP_ACK);
	check_news(&cable, VDP_ANSWERED, DIMP_VDP_ACK);
	CHECK_EQ(vdp_bridge_standing(cable.bridge, &command_of_vm.vsi), 0);
	cable_end(&cable);
}

static void test_vdp_bridge_without_room_refuses(void)
{
	struct cable cable;
	struct vdp_tlv command = command_of_vm;

	cable_start(&cable);
	vdp_bridge_destroy(cable.bridge);
	const struct vdp_timing timing = vdp_timing_default();
	cable.bridge = vdp_bridge_create(&timing, 1);
	REQUIRE(cable.bridge != NULL);
	settle(&cable, VDP_ASSOCIATE, 0);
	command.vsi.octets[36] = 1;
	CHECK(vdp_station_command(cable.station, &command, cable.now));
	carry(&cable);
	check_nothing_told(&cable);
	check_news(&cable, VDP_ANSWERED, DIMP_VDP_ACK | DIMP_VDP_HARD | VDP_NO_RESOURCES);
	cable_end(&cable);
}

/* Nothing that is no VDP over ECP is told, acknowledged or kept. */
static void test_vdp_ignores_what_it_cannot_read(void)
{
	static const uint8_t other_subtype[] = {0x10, 0x02, 0, 1, 0x0a, 0x10};
	struct cable cable;

	cable_start(&cable);
	vdp_bridge_receive(cable.bridge, (struct dimp_view){other_subtype, 6}, cable.now);
	vdp_bridge_receive(cable.bridge, (struct dimp_view){other_subtype, 3}, cable.now);
	carry(&cable);
	CHECK_EQ(cable.back, 0);
	check_nothing_told(&cable);
	cable_end(&cable);
}

/* 10 us times 2^20 is 10.49 s, times 2^23 is 83.9 s. */
static void test_vdp_timing_allows_for_a_deadline(void)
{
	struct vdp_timing timing = vdp_timing_default();

	vdp_timing_allow(&timing, 10 * (uint64_t)SECOND_US);
	CHECK_EQ(timing.resource_exponent, 20);
	vdp_timing_allow(&timing, 60 * (uint64_t)SECOND_US);
	CHECK_EQ(timing.resource_exponent, 23);
	CHECK(vdp_timing_response_us(&timing) > 60 * (uint64_t)SECOND_US);
	vdp_timing_allow(&timing, UINT64_MAX);
	CHECK_EQ(timing.resource_exponent, 31);
}

static const struct test_case tests[] = {
	TEST(test_vdp_answer_waits_for_the_host),
	TEST(test_vdp_command_said_again_is_told_once),
	TEST(test_vdp_later_command_takes_the_place_of_one_that_waits),
	TEST(test_ecp_repeat_is_acknowledged_and_dropped),
	TEST(test_vdp_says_again_what_ecp_gave_up),
	TEST(test_vdp_refusal_is_said_again_when_it_is_lost),
	TEST(test_vdp_station_gives_up_a_silent_bridge),
	TEST(test_vdp_keep_alives_are_answered_at_once),
	TEST(test_vdp_bridge_forgets_a_station_that_is_gone),
	TEST(test_vdp_keep_and_hard),
	TEST(test_vdp_bridge_ends_an_association_by_itself),
	TEST(test_vdp_station_takes_a_de_associate_for_an_answer),
	TEST(test_vdp_station_hears_a_bridge_that_started_anew),
	TEST(test_vdp_de_associate_is_told_and_answered),
	TEST(test_vdp_bridge_without_room_refuses),
	TEST(test_vdp_ignores_what_it_cannot_read),
	TEST(test_vdp_timing_allows_for_a_deadline),
	TEST_END,
};

const struct test_suite suite_vdp_machines = {"vdp_machines", tests};
