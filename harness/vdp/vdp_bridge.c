/* SPDX-License-Identifier: MIT */
/*
 * A command that says what the VSI already stands for is a keep-alive and is answered at once; one
 * that waits for the host's word and is said again is not told twice; another one takes its place.
 * An answer that ECP gave up is sent again, within a bound.
 */
#include "vdp/vdp_bridge.h"

#include <stdlib.h>
#include <string.h>

/* Each is four tries: a cable that loses so much is cut. */
enum { ROUNDS_MAX = 16 };

struct bridge_vsi {
	bool is_open;
	bool is_asked; /* the host owes an answer to |asked| */
	bool is_told; /* and knows of it */
	bool is_gone; /* to be told, and to be forgotten */
	struct dimp_vsi name;
	enum vdp_kind asked_kind;
	unsigned settled_kind; /* 0: nothing was taken yet */
	struct ecp_payload asked, settled;
	struct dimp_time gone_at; /* without a further command */
};

struct vdp_bridge {
	struct vdp_timing timing;
	struct ecp_channel channel;
	size_t vsis_max;
	struct bridge_vsi *vsis;
};

struct vdp_bridge *vdp_bridge_create(const struct vdp_timing *timing, size_t vsis_max)
{
	struct vdp_bridge *bridge = calloc(1, sizeof *bridge);

	if (!bridge)
		return NULL;
	bridge->timing = *timing;
	bridge->vsis_max = vsis_max;
	bridge->vsis = calloc(vsis_max + 1, sizeof *bridge->vsis);
	ecp_channel_init(&bridge->channel, timing);
	if (bridge->vsis)
		return bridge;
	free(bridge);
	return NULL;
}

void vdp_bridge_destroy(struct vdp_bridge *bridge)
{
	if (!bridge)
		return;
	free(bridge->vsis);
	free(bridge);
}

static struct bridge_vsi *find(const struct vdp_bridge *bridge, const struct dimp_vsi *name)
{
	for (size_t index = 0; index < bridge->vsis_max; index++) {
		struct bridge_vsi *vsi = &bridge->vsis[index];
		if (vsi->is_open && memcmp(&vsi->name, name, sizeof *name) == 0)
			return vsi;
	}
	return NULL;
}

static struct bridge_vsi *open_vsi(const struct vdp_bridge *bridge, const struct dimp_vsi *name)
{
	for (size_t index = 0; index < bridge->vsis_max; index++) {
		struct bridge_vsi *vsi = &bridge->vsis[index];
		if (vsi->is_open)
			continue;
		*vsi = (struct bridge_vsi){.is_open = true, .name = *name, .gone_at = DIMP_NEVER};
		return vsi;
	}
	return NULL;
}

/* An answer without room in the queue is as one that was lost. */
static void send_tlv(struct vdp_bridge *bridge, const struct vdp_tlv *tlv)
{
	struct ecp_payload payload = {.rounds = 0};

	payload.size = vdp_write(tlv, payload.octets, sizeof payload.octets);
	if (payload.size != 0)
		(void)ecp_channel_send(&bridge->channel, &payload);
}

/* What |payload| says; it was written by vdp_write(). */
static bool read_payload(const struct ecp_payload *payload, struct vdp_tlv *tlv)
{
	struct vdp_pdu pdu;

	return vdp_read((struct dimp_view){payload->octets, payload->size}, &pdu) &&
		vdp_next(&pdu, tlv);
}

static void respond(struct vdp_bridge *bridge, const struct ecp_payload *command, uint8_t status)
{
	struct vdp_tlv answer;

	if (!read_payload(command, &answer))
		return;
	answer.status = status | DIMP_VDP_ACK;
	send_tlv(bridge, &answer);
}

static void live_on(const struct vdp_bridge *bridge, struct bridge_vsi *vsi, struct dimp_time now)
{
	vsi->gone_at = (struct dimp_time){now.us + vdp_timing_gone_us(&bridge->timing)};
}

static bool is_same(const struct ecp_payload *one, const struct ecp_payload *other)
{
	return one->size == other->size && memcmp(one->octets, other->octets, one->size) == 0;
}

static void take_command(struct vdp_bridge *bridge, const struct vdp_tlv *command,
	struct dimp_time now)
{
	struct ecp_payload payload = {.rounds = 0};
	struct bridge_vsi *vsi = find(bridge, &command->vsi);

	payload.size = vdp_write(command, payload.octets, sizeof payload.octets);
	vsi = vsi ? vsi : open_vsi(bridge, &command->vsi);
	if (!vsi) {
		respond(bridge, &payload, DIMP_VDP_HARD | VDP_NO_RESOURCES);
		return;
	}
	live_on(bridge, vsi, now);
	if (vsi->is_asked && is_same(&vsi->asked, &payload))
		return;
	if (!vsi->is_asked && vsi->settled_kind != 0 && is_same(&vsi->settled, &payload)) {
		respond(bridge, &payload, DIMP_VDP_ACK);
		return;
	}
	vsi->is_asked = true;
	vsi->is_told = false;
	vsi->asked_kind = command->kind;
	vsi->asked = payload;
}

void vdp_bridge_receive(struct vdp_bridge *bridge, struct dimp_view ecp, struct dimp_time now)
{
	struct dimp_view payload;
	struct vdp_pdu pdu;
	struct vdp_tlv command;

	if (!ecp_channel_receive(&bridge->channel, ecp, &payload, now))
		return;
	if (!vdp_read(payload, &pdu)) {
		bridge->channel.unreadable++;
		return;
	}
	while (vdp_next(&pdu, &command))
		take_command(bridge, &command, now);
}

size_t vdp_bridge_transmit(struct vdp_bridge *bridge, uint8_t octets[ECP_CHANNEL_PDU_MAX],
	struct dimp_time now)
{
	return ecp_channel_transmit(&bridge->channel, octets, now);
}

/* While the host is asked, the station waits for it, and sends no keep-alives. */
static bool may_go(const struct bridge_vsi *vsi)
{
	return vsi->is_open && !vsi->is_asked && !vsi->is_gone;
}

struct dimp_time vdp_bridge_deadline(const struct vdp_bridge *bridge)
{
	struct dimp_time earliest = ecp_channel_deadline(&bridge->channel);

	for (size_t index = 0; index < bridge->vsis_max; index++) {
		const struct bridge_vsi *vsi = &bridge->vsis[index];
		if (may_go(vsi) && vsi->gone_at.us < earliest.us)
			earliest = vsi->gone_at;
	}
	return earliest;
}

/* The last answer of a VSI, or a refusal. */
static void say_again(struct vdp_bridge *bridge, const struct ecp_payload *lost)
{
	struct vdp_tlv answer;

	if (lost->rounds >= ROUNDS_MAX || !read_payload(lost, &answer))
		return;
	const struct bridge_vsi *vsi = find(bridge, &answer.vsi);

	if (!vsi || (!vsi->is_asked && vsi->settled_kind == answer.kind))
		(void)ecp_channel_send(&bridge->channel, lost);
}

void vdp_bridge_expire(struct vdp_bridge *bridge, struct dimp_time now)
{
	struct ecp_payload lost;

	if (ecp_channel_expire(&bridge->channel, now, &lost))
		say_again(bridge, &lost);
	for (size_t index = 0; index < bridge->vsis_max; index++) {
		struct bridge_vsi *vsi = &bridge->vsis[index];
		if (may_go(vsi) && now.us >= vsi->gone_at.us)
			vsi->is_gone = true;
	}
}

static bool indicate(struct bridge_vsi *vsi, struct vdp_indication *indication)
{
	if (!vsi->is_open)
		return false;
	if (vsi->is_gone) {
		indication->is_gone = true;
		vsi->is_open = false;
		return read_payload(&vsi->settled, &indication->command);
	}
	if (!vsi->is_asked || vsi->is_told)
		return false;
	vsi->is_told = true;
	indication->is_gone = false;
	return read_payload(&vsi->asked, &indication->command);
}

bool vdp_bridge_indication(struct vdp_bridge *bridge, struct vdp_indication *indication)
{
	for (size_t index = 0; index < bridge->vsis_max; index++) {
		if (indicate(&bridge->vsis[index], indication))
			return true;
	}
	return false;
}

void vdp_bridge_answer(struct vdp_bridge *bridge, const struct dimp_vsi *name, uint8_t status,
	struct dimp_time now)
{
	struct bridge_vsi *vsi = find(bridge, name);

	if (!vsi || !vsi->is_asked)
		return;
	vsi->is_asked = false;
	respond(bridge, &vsi->asked, status);
	live_on(bridge, vsi, now);
	if (vdp_is_taken(status) && vsi->asked_kind != VDP_DE_ASSOCIATE) {
		vsi->settled = vsi->asked;
		vsi->settled_kind = vsi->asked_kind;
	} else if (!(status & DIMP_VDP_KEEP) || vsi->settled_kind == 0) {
		vsi->is_open = false;
	}
}

void vdp_bridge_end(struct vdp_bridge *bridge, const struct dimp_vsi *name, uint8_t status)
{
	struct bridge_vsi *vsi = find(bridge, name);
	struct vdp_tlv tlv;

	if (!vsi)
		return;
	vsi->is_open = false;
	if (!read_payload(vsi->settled_kind != 0 ? &vsi->settled : &vsi->asked, &tlv))
		return;
	tlv.kind = VDP_DE_ASSOCIATE;
	tlv.status = status & (uint8_t)~DIMP_VDP_ACK;
	send_tlv(bridge, &tlv);
}

unsigned vdp_bridge_standing(const struct vdp_bridge *bridge, const struct dimp_vsi *vsi)
{
	const struct bridge_vsi *found = find(bridge, vsi);

	return found ? found->settled_kind : 0;
}
