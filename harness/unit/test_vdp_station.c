/* SPDX-License-Identifier: MIT */
/* Proves what a station of VDP knows of commands that were replaced or never answered; the bridge
 * is played by hand. */
#include "check.h"
#include "vdp/vdp_station.h"

enum { SECOND_US = 1000000 };

static const struct vdp_tlv the_vm = {
	.vsi = {{'m', [18] = 5, [19] = 1, [20] = VDP_ID_UUID, [21] = 0x77}},
	.format = VDP_FILTER_MAC_VID,
	.filter_count = 1,
	.filters = {{.vlan = 42, .mac = {{0x52, 0x54, 0, 0, 0, 1}}}},
};

struct stand {
	struct vdp_station *station;
	struct dimp_time now;
};

static void begin(struct stand *stand)
{
	const struct vdp_timing timing = vdp_timing_default();

	*stand = (struct stand){.station = vdp_station_create(&timing, 2)};
	REQUIRE(stand->station != NULL);
}

static void say(struct stand *stand, enum vdp_kind kind, uint8_t hints)
{
	struct vdp_tlv command = the_vm;

	command.kind = kind;
	command.status = hints;
	CHECK(vdp_station_command(stand->station, &command, stand->now));
}

/* The bridge's |sequence|-th request is of this kind and status. */
static void hear(struct stand *stand, uint16_t sequence, enum vdp_kind kind, uint8_t status)
{
	struct vdp_tlv heard = the_vm;
	struct ecp_pdu ecp = {.subtype = ECP_SUBTYPE_VDP, .sequence = sequence};
	uint8_t payload[VDP_PDU_MAX], octets[ECP_CHANNEL_PDU_MAX];

	heard.kind = kind;
	heard.status = status;
	ecp.payload = (struct dimp_view){payload, vdp_write(&heard, payload, sizeof payload)};
	const size_t size = ecp_write(&ecp, octets, sizeof octets);
	vdp_station_receive(stand->station, (struct dimp_view){octets, size}, stand->now);
}

/* Nothing arrives anywhere. */
static void wait(struct stand *stand, unsigned seconds)
{
	const uint64_t until = stand->now.us + (uint64_t)seconds * SECOND_US;
	uint8_t octets[ECP_CHANNEL_PDU_MAX];
	struct dimp_time due;

	while ((due = vdp_station_deadline(stand->station)).us <= until) {
		stand->now = due;
		vdp_station_expire(stand->station, stand->now);
		while (vdp_station_transmit(stand->station, octets, stand->now) != 0)
			continue;
	}
	stand->now.us = until;
}

static void check_news(const struct stand *stand, enum vdp_outcome outcome, uint8_t status)
{
	struct vdp_news news;

	REQUIRE(vdp_station_news(stand->station, &news));
	CHECK_EQ(news.outcome, outcome);
	CHECK_EQ(news.status, status);
}

/* A VM that left and came back before it was heard: the first answer is to the De-Associate. */
static void test_vdp_station_knows_the_answer_to_what_it_said_before(void)
{
	struct stand stand;
	struct vdp_news news;

	begin(&stand);
	say(&stand, VDP_DE_ASSOCIATE, VDP_SUSPENDED);
	say(&stand, VDP_ASSOCIATE, 0);
	hear(&stand, 1, VDP_DE_ASSOCIATE, 0x40);
	CHECK(!vdp_station_news(stand.station, &news));
	CHECK(vdp_station_is_open(stand.station, &the_vm.vsi));
	CHECK(!vdp_station_is_associated(stand.station, &the_vm.vsi));
	hear(&stand, 2, VDP_DE_ASSOCIATE, 0x42);
	check_news(&stand, VDP_ANSWERED, 0x52);
	CHECK(!vdp_station_is_open(stand.station, &the_vm.vsi));
	vdp_station_destroy(stand.station);
}

/* Who runs the VM must know what to say again, though nothing of it was taken. */
static void test_vdp_station_tells_the_association_that_was_not_answered(void)
{
	struct stand stand;
	struct vdp_news news;

	begin(&stand);
	say(&stand, VDP_ASSOCIATE, VDP_MIGRATES_TO);
	wait(&stand, 17);
	REQUIRE(vdp_station_news(stand.station, &news));
	CHECK_EQ(news.outcome, VDP_SILENT);
	CHECK(news.is_of_association);
	CHECK_EQ(news.association.kind, VDP_ASSOCIATE);
	CHECK_BYTES(news.association.vsi.octets, 1, "6d");
	CHECK_EQ(news.association.filter_count, 1);
	vdp_station_destroy(stand.station);
}

/* Until it says something else, or has waited too long for the answer to a keep-alive. */
static void test_vdp_station_is_associated_while_it_keeps_alive(void)
{
	struct stand stand;

	begin(&stand);
	say(&stand, VDP_PRE_ASSOCIATE, 0);
	hear(&stand, 1, VDP_PRE_ASSOCIATE, 0x40);
	check_news(&stand, VDP_ANSWERED, 0x40);
	CHECK(!vdp_station_is_associated(stand.station, &the_vm.vsi));
	say(&stand, VDP_ASSOCIATE, 0);
	CHECK(!vdp_station_is_associated(stand.station, &the_vm.vsi));
	hear(&stand, 2, VDP_ASSOCIATE, 0x40);
	check_news(&stand, VDP_ANSWERED, 0x40);
	wait(&stand, 12);
	CHECK(vdp_station_is_associated(stand.station, &the_vm.vsi));
	say(&stand, VDP_DE_ASSOCIATE, VDP_SUSPENDED);
	CHECK(!vdp_station_is_associated(stand.station, &the_vm.vsi));
	vdp_station_destroy(stand.station);
}

static const struct test_case tests[] = {
	TEST(test_vdp_station_knows_the_answer_to_what_it_said_before),
	TEST(test_vdp_station_tells_the_association_that_was_not_answered),
	TEST(test_vdp_station_is_associated_while_it_keeps_alive),
	TEST_END,
};

const struct test_suite suite_vdp_station = {"vdp_station", tests};
