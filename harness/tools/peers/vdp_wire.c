/* SPDX-License-Identifier: MIT */
/*
 * vdp_wire bridge|station INTERFACE SECONDS: an end of VDP (vdp/) on a real interface, for a real
 * peer to judge.  The bridge answers as a migration would have come out, by the type of the VSI: 5
 * is SUCCESS, 6 SUCCESS a second later, 7 no room, 8 a lost peer.  The station says Pre-Associate
 * and Associate with the M bit, De-Associate with the S bit, two seconds apart.  Both tell of
 * themselves by LLDP.
 *
 * Prints a line of JSON for every command that is told and every answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raw_port.h"
#include "vdp/vdp_bridge.h"
#include "vdp/vdp_station.h"

enum { HEADER_SIZE = 14, VSIS = 16, STEPS = 3 };

struct wire {
	struct raw_port port;
	struct vdp_bridge *bridge; /* one of the two */
	struct vdp_station *station;
	bool is_late; /* an answer waits for its time */
	struct dimp_time late_at;
	struct dimp_vsi late_vsi;
	unsigned steps; /* of the station that were taken */
	struct dimp_time step_at;
	struct dimp_time advertise_at; /* next */
};

/* LLDP to the nearest customer bridge: lldpad speaks VDP with who has told his role and timers in
 * an EVB TLV (IEEE 802.1Q D.2.12). */
static void advertise(struct wire *wire, const struct vdp_timing *timing)
{
	enum { MODE_BRIDGE = 2, MODE_STATION = 1, MODE_SHIFT = 6, LOCAL = 0x20, RETRIES_SHIFT = 5 };
	const unsigned mode = wire->bridge ? MODE_BRIDGE : MODE_STATION;
	uint8_t frame[60] = {0x01, 0x80, 0xc2, 0, 0, 0, [12] = 0x88, 0xcc,
		/* chassis and port: the MAC address; 120 s; organisation 00-80-C2, subtype 13 */
		0x02, 7, 4, [23] = 0x04, 7, 3, [32] = 0x06, 2, 0, 120, 0xfe, 9, 0x00, 0x80, 0xc2,
		13, [44] = (uint8_t)(timing->retries << RETRIES_SHIFT | timing->ack_exponent),
		(uint8_t)(mode << MODE_SHIFT | LOCAL | timing->resource_exponent),
		(uint8_t)(LOCAL | timing->alive_exponent)};

	memcpy(frame + 6, wire->port.address.octets, 6);
	memcpy(frame + 17, wire->port.address.octets, 6);
	memcpy(frame + 26, wire->port.address.octets, 6);
	raw_port_send(&wire->port, (struct dimp_view){frame, sizeof frame});
	wire->advertise_at.us += RAW_PORT_SECOND_US;
}

static size_t next_pdu(const struct wire *wire, uint8_t *octets)
{
	if (wire->bridge)
		return vdp_bridge_transmit(wire->bridge, octets, raw_port_now());
	return vdp_station_transmit(wire->station, octets, raw_port_now());
}

static void send_due(const struct wire *wire)
{
	uint8_t frame[HEADER_SIZE + ECP_CHANNEL_PDU_MAX];
	size_t size;

	memcpy(frame, ecp_address.octets, 6);
	memcpy(frame + 6, wire->port.address.octets, 6);
	frame[12] = ECP_ETHERTYPE >> 8;
	frame[13] = ECP_ETHERTYPE & 0xff;
	while ((size = next_pdu(wire, frame + HEADER_SIZE)) != 0) {
		size += HEADER_SIZE;
		raw_port_send(&wire->port, (struct dimp_view){frame, size});
	}
}

static void print_filters(const struct vdp_tlv *tlv)
{
	printf(",\"format\":%d,\"filters\":[", (int)tlv->format);
	for (size_t each = 0; each < tlv->filter_count; each++) {
		const struct vdp_filter *filter = &tlv->filters[each];

		printf("%s[%u,\"%02x%02x%02x%02x%02x%02x\",%u]", each == 0 ? "" : ",", filter->vlan,
			filter->mac.octets[0], filter->mac.octets[1], filter->mac.octets[2],
			filter->mac.octets[3], filter->mac.octets[4], filter->mac.octets[5],
			(unsigned)filter->group);
	}
	printf("]}\n");
}

static void respond(struct wire *wire, const struct vdp_tlv *tlv)
{
	enum { TYPE_AT = VDP_MANAGER_SIZE + 2, LATER = 6, NO_ROOM = 7, LOST = 8 };
	const unsigned type = tlv->vsi.octets[TYPE_AT];
	enum dimp_error error = DIMP_ERROR_NONE;

	if (type == LATER && tlv->kind != VDP_DE_ASSOCIATE) {
		wire->is_late = true;
		wire->late_at = (struct dimp_time){raw_port_now().us + RAW_PORT_SECOND_US};
		wire->late_vsi = tlv->vsi;
		return;
	}
	if (type == NO_ROOM || type == LOST)
		error = type == LOST ? DIMP_ERROR_PEER_LOST : DIMP_ERROR_TYPE_LIMIT;
	vdp_bridge_answer(wire->bridge, &tlv->vsi, dimp_error_vdp_status(error), raw_port_now());
}

static void serve_bridge(struct wire *wire)
{
	struct vdp_indication told;

	vdp_bridge_expire(wire->bridge, raw_port_now());
	while (vdp_bridge_indication(wire->bridge, &told)) {
		printf("{\"told\":%d,\"gone\":%d,\"hints\":%d", (int)told.command.kind,
			told.is_gone, told.command.status);
		raw_port_print_hex("vsi",
			(struct dimp_view){told.command.vsi.octets,
				sizeof told.command.vsi.octets});
		print_filters(&told.command);
		if (!told.is_gone)
			respond(wire, &told.command);
	}
	if (!wire->is_late || raw_port_now().us < wire->late_at.us)
		return;
	wire->is_late = false;
	vdp_bridge_answer(wire->bridge, &wire->late_vsi, dimp_error_vdp_status(DIMP_ERROR_NONE),
		raw_port_now());
}

static void take_step(struct wire *wire)
{
	static const struct {
		enum vdp_kind kind;
		uint8_t hints;
	} steps[STEPS] = {{VDP_PRE_ASSOCIATE, VDP_MIGRATES_TO}, {VDP_ASSOCIATE, VDP_MIGRATES_TO},
		{VDP_DE_ASSOCIATE, VDP_SUSPENDED}};
	struct vdp_tlv tlv = {
		.kind = steps[wire->steps].kind,
		.status = steps[wire->steps].hints,
		.vsi = {{'e', 'd', 'g',
			'e', [18] = 5, [19] = 1, [20] = VDP_ID_UUID, [21] = 0x11, [36] = 0x99}},
		.format = VDP_FILTER_MAC_VID,
		.filter_count = 1,
		.filters = {{.vlan = 42}},
	};

	memcpy(tlv.filters[0].mac.octets, wire->port.address.octets, 6);
	wire->steps++;
	wire->step_at.us += (uint64_t)2 * RAW_PORT_SECOND_US;
	if (!vdp_station_command(wire->station, &tlv, raw_port_now()))
		fprintf(stderr, "vdp_wire: no room\n");
}

static void serve_station(struct wire *wire)
{
	struct vdp_news news;

	vdp_station_expire(wire->station, raw_port_now());
	while (vdp_station_news(wire->station, &news))
		printf("{\"news\":%d,\"outcome\":%d,\"status\":%d}\n", (int)news.kind,
			(int)news.outcome, news.status);
	if (wire->steps < STEPS && raw_port_now().us >= wire->step_at.us)
		take_step(wire);
}

static void take(struct wire *wire)
{
	uint8_t octets[RAW_PORT_FRAME_MAX];
	const size_t size = raw_port_receive(&wire->port, octets, 1);

	if (size < HEADER_SIZE)
		return;
	const struct dimp_view ecp = {octets + HEADER_SIZE, size - HEADER_SIZE};
	if (wire->bridge)
		vdp_bridge_receive(wire->bridge, ecp, raw_port_now());
	else
		vdp_station_receive(wire->station, ecp, raw_port_now());
}

static void serve_until(struct wire *wire, const struct vdp_timing *timing, uint64_t until_us)
{
	while (raw_port_now().us < until_us) {
		take(wire);
		if (raw_port_now().us >= wire->advertise_at.us)
			advertise(wire, timing);
		if (wire->bridge)
			serve_bridge(wire);
		else
			serve_station(wire);
		send_due(wire);
	}
}

int main(int count, char **arguments)
{
	struct wire wire = {.port = {.socket = -1}};
	const struct vdp_timing timing = vdp_timing_default();

	if (count != 4) {
		fprintf(stderr, "usage: vdp_wire bridge|station INTERFACE SECONDS\n");
		return 2;
	}
	if (strcmp(arguments[1], "bridge") == 0)
		wire.bridge = vdp_bridge_create(&timing, VSIS);
	else
		wire.station = vdp_station_create(&timing, VSIS);
	if ((!wire.bridge && !wire.station) ||
		!raw_port_open(&wire.port, arguments[2], ECP_ETHERTYPE, &ecp_address)) {
		fprintf(stderr, "vdp_wire: %s\n", strerror(errno));
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	wire.advertise_at = raw_port_now();
	wire.step_at = (struct dimp_time){wire.advertise_at.us + (uint64_t)3 * RAW_PORT_SECOND_US};
	serve_until(&wire, &timing,
		wire.advertise_at.us + strtoul(arguments[3], NULL, 10) * RAW_PORT_SECOND_US);
	vdp_bridge_destroy(wire.bridge);
	vdp_station_destroy(wire.station);
	raw_port_close(&wire.port);
	return 0;
}
