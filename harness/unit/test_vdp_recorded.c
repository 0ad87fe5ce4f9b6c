/* SPDX-License-Identifier: MIT */
/*
 * Proves that each end of VDP, put in the place of lldpad's in the recording
 * (pcaps/real/vdp.pcapng), says what lldpad said: the same ECP PDUs octet by octet in the same
 * order.  All commands are in it: Pre-Associate, with reservation, Associate, De-Associate, M and S
 * bits, every filter format.
 */
#include "check.h"
#include "net/ethernet.h"
#include "observe/capture.h"
#include "vdp/vdp_bridge.h"
#include "vdp/vdp_station.h"

#include <string.h>

enum { FRAMES_MAX = 128, VSIS = 16 };

/* An ECP PDU of the recording, without what Ethernet put behind it. */
struct recorded {
	struct dimp_time at;
	bool is_of_bridge;
	size_t size;
	uint8_t octets[ECP_CHANNEL_PDU_MAX];
};

struct recording {
	struct recorded pdus[FRAMES_MAX];
	size_t count;
};

static const struct dimp_mac bridge_mac = {{0x52, 0x54, 0, 0, 0, 1}};

static void keep(struct recording *recording, const struct capture_frame *captured)
{
	struct recorded *const pdu = &recording->pdus[recording->count];
	struct ethernet_frame frame;

	if (!ethernet_read(captured->octets, &frame) || frame.type != ECP_ETHERTYPE)
		return;
	REQUIRE(recording->count < FRAMES_MAX);
	REQUIRE(frame.payload.size <= sizeof pdu->octets);
	pdu->at = captured->time;
	pdu->is_of_bridge = memcmp(&frame.source, &bridge_mac, sizeof bridge_mac) == 0;
	pdu->size = frame.payload.size;
	memcpy(pdu->octets, frame.payload.octets, frame.payload.size);
	recording->count++;
}

static void recording_read(struct recording *recording)
{
	char error[200];
	struct capture_frame frame;
	struct capture *capture = capture_open("pcaps/real/vdp.pcapng", error, sizeof error);

	REQUIRE(capture != NULL);
	recording->count = 0;
	while (capture_next(capture, &frame))
		keep(recording, &frame);
	capture_close(capture);
}

static struct dimp_view view_of(const struct recorded *pdu)
{
	return (struct dimp_view){pdu->octets, pdu->size};
}

static bool is_ack(struct dimp_view octets)
{
	struct ecp_pdu pdu;

	REQUIRE(ecp_read(octets, &pdu));
	return pdu.operation == ECP_ACK;
}

/* What one side says in the recording: ACKs and requests each in their order.  ECP's ACKs are
 * compared by themselves: one of lldpad's came late, after its station had said the same again. */
struct script {
	const struct recording *recording;
	bool is_of_bridge;
	size_t next[2]; /* request, ACK */
};

static const struct recorded *next_of(struct script *script, bool is_of_acks)
{
	size_t *const index = &script->next[is_of_acks];

	while (*index < script->recording->count) {
		const struct recorded *const pdu = &script->recording->pdus[(*index)++];
		if (pdu->is_of_bridge == script->is_of_bridge && is_ack(view_of(pdu)) == is_of_acks)
			return pdu;
	}
	return NULL;
}

static void check_said(struct script *script, struct dimp_view said)
{
	const struct recorded *const expected = next_of(script, is_ack(said));

	REQUIRE(expected != NULL);
	CHECK_EQ(said.size, expected->size);
	CHECK(said.size == expected->size && memcmp(said.octets, expected->octets, said.size) == 0);
}

static void check_over(struct script *script)
{
	CHECK(next_of(script, false) == NULL);
	CHECK(next_of(script, true) == NULL);
}

/* lldpad's bridge takes everything. */
static void answer_all(struct vdp_bridge *bridge, struct dimp_time now)
{
	struct vdp_indication told;

	while (vdp_bridge_indication(bridge, &told))
		vdp_bridge_answer(bridge, &told.command.vsi, DIMP_VDP_ACK, now);
}

static void test_vdp_recorded_bridge_says_the_same(void)
{
	static struct recording recording;
	struct script script = {.recording = &recording, .is_of_bridge = true};
	const struct vdp_timing timing = vdp_timing_default();
	struct vdp_bridge *bridge = vdp_bridge_create(&timing, VSIS);
	uint8_t octets[ECP_CHANNEL_PDU_MAX];
	size_t size;

	REQUIRE(bridge != NULL);
	recording_read(&recording);
	for (size_t each = 0; each < recording.count; each++) {
		const struct recorded *const pdu = &recording.pdus[each];

		if (pdu->is_of_bridge)
			continue;
		vdp_bridge_receive(bridge, view_of(pdu), pdu->at);
		answer_all(bridge, pdu->at);
		while ((size = vdp_bridge_transmit(bridge, octets, pdu->at)) != 0)
			check_said(&script, (struct dimp_view){octets, size});
	}
	check_over(&script);
	vdp_bridge_destroy(bridge);
}

/* Whether it is what vdptool ordered: the same VSI and command were not said before. */
static bool is_order(const struct recording *recording, size_t index, struct vdp_tlv *command)
{
	struct vdp_pdu pdu;
	struct ecp_pdu ecp, earlier;

	REQUIRE(ecp_read(view_of(&recording->pdus[index]), &ecp));
	if (ecp.operation == ECP_ACK)
		return false;
	for (size_t each = 0; each < index; each++) {
		const struct recorded *const before = &recording->pdus[each];
		REQUIRE(ecp_read(view_of(before), &earlier));
		if (!before->is_of_bridge && earlier.payload.size == ecp.payload.size &&
			memcmp(earlier.payload.octets, ecp.payload.octets, ecp.payload.size) == 0)
			return false;
	}
	REQUIRE(vdp_read(ecp.payload, &pdu));
	return vdp_next(&pdu, command);
}

/* Orders come when vdptool gave them; keep-alives and what is said again are the station's own. */
static void test_vdp_recorded_station_says_the_same(void)
{
	static struct recording recording;
	struct script script = {.recording = &recording};
	const struct vdp_timing timing = vdp_timing_default();
	struct vdp_station *station = vdp_station_create(&timing, VSIS);
	uint8_t octets[ECP_CHANNEL_PDU_MAX];
	struct vdp_tlv command;
	size_t size, orders = 0;

	REQUIRE(station != NULL);
	recording_read(&recording);
	for (size_t each = 0; each < recording.count; each++) {
		const struct recorded *const pdu = &recording.pdus[each];

		vdp_station_expire(station, pdu->at);
		if (pdu->is_of_bridge) {
			vdp_station_receive(station, view_of(pdu), pdu->at);
		} else if (is_order(&recording, each, &command)) {
			orders++;
			CHECK(vdp_station_command(station, &command, pdu->at));
		}
		while ((size = vdp_station_transmit(station, octets, pdu->at)) != 0)
			check_said(&script, (struct dimp_view){octets, size});
	}
	check_over(&script);
	CHECK_EQ(orders, 11);
	vdp_station_destroy(station);
}

static const struct test_case tests[] = {
	TEST(test_vdp_recorded_bridge_says_the_same),
	TEST(test_vdp_recorded_station_says_the_same),
	TEST_END,
};

const struct test_suite suite_vdp_recorded = {"vdp_recorded", tests};
