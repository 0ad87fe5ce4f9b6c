/* SPDX-License-Identifier: MIT */
/*
 * Both ends of VDP on a cable, and any octets as what befalls them: commands, answers, PDUs that
 * are lost, doubled, damaged or made up, and time.  Whatever it is, an end falls silent when it has
 * said what it has to say, and no deadline stays behind.
 */
#include <string.h>

#include "fuzz/require.h"
#include "fuzz/step_mutator.h"
#include "vdp/vdp_bridge.h"
#include "vdp/vdp_station.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { VSIS = 3, PDUS_MAX = 400, TOLD_MAX = 200, EXPIRIES_MAX = 400, STEP_SIZE = 4 };
enum { LOSES = 1, DOUBLES = 2, DAMAGES = 4 };

struct cable {
	struct vdp_station *station;
	struct vdp_bridge *bridge;
	struct dimp_time now;
	uint8_t mishap, where;
	struct dimp_vsi asked; /* of the last indication */
};

static struct vdp_tlv command_of(uint8_t choice, uint8_t which)
{
	static const enum vdp_kind kinds[4] = {VDP_PRE_ASSOCIATE, VDP_PRE_ASSOCIATE_RR,
		VDP_ASSOCIATE, VDP_DE_ASSOCIATE};

	return (struct vdp_tlv){
		.kind = kinds[choice & 3],
		.status = choice >> 2,
		.vsi = {{'m', [18] = 5, [19] = 1, [20] = VDP_ID_UUID, [21] = which % (VSIS + 1)}},
		.format = VDP_FILTER_MAC_VID,
		.filter_count = 1,
		.filters = {{.vlan = 42, .mac = {{2, 0, 0, 0, 0, which}}}},
	};
}

static void deliver(struct cable *cable, bool is_to_bridge, struct dimp_view pdu)
{
	if (is_to_bridge)
		vdp_bridge_receive(cable->bridge, pdu, cable->now);
	else
		vdp_station_receive(cable->station, pdu, cable->now);
}

/* One PDU crosses the cable, if nothing befalls it. */
static void cross(struct cable *cable, bool is_to_bridge, uint8_t *octets, size_t size)
{
	const uint8_t mishap = cable->mishap;

	cable->mishap = 0;
	if ((mishap & DAMAGES) != 0)
		octets[cable->where % size] ^= (uint8_t)(mishap | 1);
	if ((mishap & LOSES) == 0)
		deliver(cable, is_to_bridge, (struct dimp_view){octets, size});
	if ((mishap & DOUBLES) != 0)
		deliver(cable, is_to_bridge, (struct dimp_view){octets, size});
}

static void hear_out(struct cable *cable)
{
	struct vdp_indication indication;
	struct vdp_news news;
	unsigned told = 0;

	while (vdp_bridge_indication(cable->bridge, &indication)) {
		require(++told < TOLD_MAX);
		cable->asked = indication.command.vsi;
	}
	while (vdp_station_news(cable->station, &news)) {
		require(++told < TOLD_MAX);
		require(news.outcome <= VDP_ENDED);
	}
}

static void carry(struct cable *cable)
{
	uint8_t octets[ECP_CHANNEL_PDU_MAX];
	size_t size, pdus = 0, before = 1;

	while (before != pdus) {
		before = pdus;
		while ((size = vdp_station_transmit(cable->station, octets, cable->now)) != 0) {
			require(size <= sizeof octets && ++pdus < PDUS_MAX);
			cross(cable, true, octets, size);
		}
		while ((size = vdp_bridge_transmit(cable->bridge, octets, cable->now)) != 0) {
			require(size <= sizeof octets && ++pdus < PDUS_MAX);
			cross(cable, false, octets, size);
		}
	}
	hear_out(cable);
}

static void wait(struct cable *cable, uint64_t us)
{
	unsigned expiries = 0;

	cable->now.us += us;
	while (vdp_station_deadline(cable->station).us <= cable->now.us ||
		vdp_bridge_deadline(cable->bridge).us <= cable->now.us) {
		require(++expiries < EXPIRIES_MAX);
		vdp_station_expire(cable->station, cable->now);
		vdp_bridge_expire(cable->bridge, cable->now);
		carry(cable);
	}
}

static void step(struct cable *cable, const uint8_t *step, struct dimp_view said)
{
	const struct vdp_tlv command = command_of(step[1], step[2]);

	switch (step[0] & 7) {
	case 0:
	case 1: (void)vdp_station_command(cable->station, &command, cable->now); break;
	case 2: vdp_bridge_answer(cable->bridge, &cable->asked, step[1], cable->now); break;
	case 3: vdp_bridge_end(cable->bridge, &command.vsi, step[1]); break;
	case 4:
		cable->mishap = step[1];
		cable->where = step[2];
		break;
	case 5: deliver(cable, (step[1] & 1) != 0, said); break;
	case 6: wait(cable, (uint64_t)step[1] * 100); break;
	default: wait(cable, (uint64_t)step[1] * 1000000); break;
	}
	carry(cable);
}

/* Steps of four octets: what, two of detail, and how many octets follow that are said. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct vdp_timing timing = vdp_timing_default();
	struct cable cable = {.station = vdp_station_create(&timing, VSIS),
		.bridge = vdp_bridge_create(&timing, VSIS),
		.now = {1000000}};

	require(cable.station != NULL && cable.bridge != NULL);
	for (size_t at = 0; at + STEP_SIZE <= size;) {
		const uint8_t *const now = octets + at;
		const size_t rest = size - at - STEP_SIZE;
		const size_t wanted = (now[0] & 7) == 5 ? now[3] : 0;
		const struct dimp_view said = {now + STEP_SIZE, wanted < rest ? wanted : rest};
		step(&cable, now, said);
		at += STEP_SIZE + said.size;
	}
	vdp_station_destroy(cable.station);
	vdp_bridge_destroy(cable.bridge);
	return 0;
}

static size_t said_size(const uint8_t *head)
{
	return (head[0] & 7) == 5 ? head[3] : 0;
}

static bool set_said(uint8_t *head, size_t size)
{
	if ((head[0] & 7) != 5 || size > UINT8_MAX)
		return false;
	head[3] = (uint8_t)size;
	return true;
}

static const struct step_format format = {
	.head_min = STEP_SIZE,
	.payload_size = said_size,
	.set_payload = set_said,
	.payload_max = UINT8_MAX,
};

STEP_FUZZER(format);
