/* SPDX-License-Identifier: MIT */
/*
 * A VSI has at most one command without answer.  A keep-alive is the last command that the bridge
 * took, said again.  A command that ECP gave up is sent again until the time for its answer is
 * over: said twice it means what it meant once.
 */
#include "vdp/vdp_station.h"

#include <stdlib.h>
#include <string.h>

struct station_vsi {
	bool is_open;
	bool is_awaited; /* the answer to |asked| */
	bool is_keep_alive; /* |asked| is */
	bool is_leave_unanswered; /* a De-Associate was replaced before its answer came */
	bool has_news;
	struct dimp_vsi name;
	enum vdp_kind asked_kind;
	unsigned settled_kind; /* 0: nothing was taken yet */
	struct ecp_payload asked, settled;
	struct dimp_time at; /* when the answer is due, or the next keep-alive */
	struct vdp_news news;
};

struct vdp_station {
	struct vdp_timing timing;
	struct ecp_channel channel;
	size_t vsis_max;
	struct station_vsi *vsis;
};

struct vdp_station *vdp_station_create(const struct vdp_timing *timing, size_t vsis_max)
{
	struct vdp_station *station = calloc(1, sizeof *station);

	if (!station)
		return NULL;
	station->timing = *timing;
	station->vsis_max = vsis_max;
	station->vsis = calloc(vsis_max + 1, sizeof *station->vsis);
	ecp_channel_init(&station->channel, timing);
	if (station->vsis)
		return station;
	free(station);
	return NULL;
}

void vdp_station_destroy(struct vdp_station *station)
{
	if (!station)
		return;
	free(station->vsis);
	free(station);
}

static struct station_vsi *find(const struct vdp_station *station, const struct dimp_vsi *name)
{
	for (size_t index = 0; index < station->vsis_max; index++) {
		struct station_vsi *vsi = &station->vsis[index];
		if (vsi->is_open && memcmp(&vsi->name, name, sizeof *name) == 0)
			return vsi;
	}
	return NULL;
}

static struct station_vsi *open_vsi(const struct vdp_station *station, const struct dimp_vsi *name)
{
	for (size_t index = 0; index < station->vsis_max; index++) {
		struct station_vsi *vsi = &station->vsis[index];
		if (vsi->is_open || vsi->has_news)
			continue;
		*vsi = (struct station_vsi){.is_open = true, .name = *name};
		return vsi;
	}
	return NULL;
}

static void await(const struct vdp_station *station, struct station_vsi *vsi, struct dimp_time now)
{
	vsi->is_awaited = true;
	vsi->at = (struct dimp_time){now.us + vdp_timing_response_us(&station->timing)};
}

bool vdp_station_command(struct vdp_station *station, const struct vdp_tlv *command,
	struct dimp_time now)
{
	struct ecp_payload payload = {.rounds = 0};
	struct station_vsi *vsi = find(station, &command->vsi);

	payload.size = vdp_write(command, payload.octets, sizeof payload.octets);
	if (payload.size == 0)
		return false;
	vsi = vsi ? vsi : open_vsi(station, &command->vsi);
	if (!vsi)
		return false;
	if (!ecp_channel_send(&station->channel, &payload)) {
		vsi->is_open = vsi->is_awaited || vsi->settled_kind != 0;
		return false;
	}
	if (vsi->is_awaited && vsi->asked_kind == VDP_DE_ASSOCIATE)
		vsi->is_leave_unanswered = true;
	/* What is to end stands no more, whether or not that is ever answered. */
	if (command->kind == VDP_DE_ASSOCIATE)
		vsi->settled_kind = 0;
	vsi->asked = payload;
	vsi->asked_kind = command->kind;
	vsi->is_keep_alive = false;
	await(station, vsi, now);
	return true;
}

void vdp_station_forget(struct vdp_station *station, const struct dimp_vsi *name)
{
	struct station_vsi *vsi = find(station, name);

	if (vsi)
		*vsi = (struct station_vsi){.is_open = false};
}

static void tell(struct station_vsi *vsi, enum vdp_outcome outcome, uint8_t status)
{
	vsi->has_news = true;
	vsi->news = (struct vdp_news){
		.vsi = vsi->name,
		.kind = vsi->asked_kind,
		.outcome = outcome,
		.status = status,
	};
}

/* Whether it stood as associated, or was to be, and how. */
static bool read_association(const struct station_vsi *vsi, struct vdp_tlv *tlv)
{
	const bool is_settled = vsi->settled_kind == VDP_ASSOCIATE;
	const struct ecp_payload *payload = is_settled ? &vsi->settled : &vsi->asked;
	struct vdp_pdu pdu;

	return (is_settled || vsi->asked_kind == VDP_ASSOCIATE) &&
		vdp_read((struct dimp_view){payload->octets, payload->size}, &pdu) &&
		vdp_next(&pdu, tlv);
}

static void end(struct station_vsi *vsi, enum vdp_outcome outcome, uint8_t status)
{
	tell(vsi, outcome, status);
	vsi->news.is_of_association = read_association(vsi, &vsi->news.association);
	vsi->is_open = vsi->is_awaited = false;
}

static void settle(const struct vdp_station *station, struct station_vsi *vsi, struct dimp_time now)
{
	vsi->is_awaited = false;
	vsi->at = (struct dimp_time){now.us + vdp_timing_alive_us(&station->timing)};
}

static void take_command(const struct vdp_station *station, struct station_vsi *vsi, uint8_t status,
	struct dimp_time now)
{
	const bool is_kept = (status & DIMP_VDP_KEEP) && vsi->settled_kind != 0;

	if (vdp_is_taken(status) && vsi->asked_kind != VDP_DE_ASSOCIATE) {
		vsi->settled = vsi->asked;
		vsi->settled_kind = vsi->asked_kind;
	} else if (!is_kept) {
		end(vsi, VDP_ANSWERED, status);
		return;
	}
	tell(vsi, VDP_ANSWERED, status);
	settle(station, vsi, now);
}

static void take_answer(const struct vdp_station *station, const struct vdp_tlv *answer,
	struct dimp_time now)
{
	struct station_vsi *vsi = find(station, &answer->vsi);
	const bool is_response = (answer->status & DIMP_VDP_ACK) != 0;

	if (!vsi)
		return;
	if (!is_response) {
		if (answer->kind == VDP_DE_ASSOCIATE)
			end(vsi, VDP_ENDED, answer->status);
		return;
	}
	if (!vsi->is_awaited)
		return;
	if (answer->kind != vsi->asked_kind) {
		/* A bridge may refuse a command by the state that it leaves: none. */
		if (answer->kind == VDP_DE_ASSOCIATE && !vsi->is_leave_unanswered)
			end(vsi, VDP_ANSWERED, answer->status | DIMP_VDP_HARD);
		vsi->is_leave_unanswered = false;
		return;
	}
	vsi->is_leave_unanswered = false;
	if (!vsi->is_keep_alive)
		take_command(station, vsi, answer->status, now);
	else if (vdp_is_taken(answer->status))
		settle(station, vsi, now);
	else
		end(vsi, VDP_ENDED, answer->status);
}

void vdp_station_receive(struct vdp_station *station, struct dimp_view ecp, struct dimp_time now)
{
	struct dimp_view payload;
	struct vdp_pdu pdu;
	struct vdp_tlv answer;

	if (!ecp_channel_receive(&station->channel, ecp, &payload, now))
		return;
	if (!vdp_read(payload, &pdu)) {
		station->channel.unreadable++;
		return;
	}
	while (vdp_next(&pdu, &answer))
		take_answer(station, &answer, now);
}

size_t vdp_station_transmit(struct vdp_station *station, uint8_t octets[ECP_CHANNEL_PDU_MAX],
	struct dimp_time now)
{
	return ecp_channel_transmit(&station->channel, octets, now);
}

struct dimp_time vdp_station_deadline(const struct vdp_station *station)
{
	struct dimp_time earliest = ecp_channel_deadline(&station->channel);

	for (size_t index = 0; index < station->vsis_max; index++) {
		const struct station_vsi *vsi = &station->vsis[index];
		if (vsi->is_open && vsi->at.us < earliest.us)
			earliest = vsi->at;
	}
	return earliest;
}

static void say_again(struct vdp_station *station, const struct ecp_payload *lost)
{
	for (size_t index = 0; index < station->vsis_max; index++) {
		const struct station_vsi *vsi = &station->vsis[index];
		const bool is_its = vsi->is_open && vsi->is_awaited &&
			vsi->asked.size == lost->size &&
			memcmp(vsi->asked.octets, lost->octets, lost->size) == 0;
		if (is_its && ecp_channel_send(&station->channel, lost))
			return;
	}
}

static void keep_alive(struct vdp_station *station, struct station_vsi *vsi, struct dimp_time now)
{
	vsi->asked = vsi->settled;
	vsi->asked_kind = (enum vdp_kind)vsi->settled_kind;
	vsi->is_keep_alive = true;
	await(station, vsi, now);
	/* Without room it is as one that was lost. */
	(void)ecp_channel_send(&station->channel, &vsi->asked);
}

void vdp_station_expire(struct vdp_station *station, struct dimp_time now)
{
	struct ecp_payload lost;

	if (ecp_channel_expire(&station->channel, now, &lost))
		say_again(station, &lost);
	for (size_t index = 0; index < station->vsis_max; index++) {
		struct station_vsi *vsi = &station->vsis[index];
		if (!vsi->is_open || now.us < vsi->at.us)
			continue;
		if (vsi->is_awaited)
			end(vsi, VDP_SILENT, 0);
		else
			keep_alive(station, vsi, now);
	}
}

bool vdp_station_news(struct vdp_station *station, struct vdp_news *news)
{
	for (size_t index = 0; index < station->vsis_max; index++) {
		struct station_vsi *vsi = &station->vsis[index];
		if (!vsi->has_news)
			continue;
		vsi->has_news = false;
		*news = vsi->news;
		return true;
	}
	return false;
}

unsigned vdp_station_standing(const struct vdp_station *station, const struct dimp_vsi *vsi)
{
	const struct station_vsi *found = find(station, vsi);

	return found ? found->settled_kind : 0;
}

bool vdp_station_is_open(const struct vdp_station *station, const struct dimp_vsi *vsi)
{
	return find(station, vsi) != NULL;
}

bool vdp_station_is_associated(const struct vdp_station *station, const struct dimp_vsi *vsi)
{
	const struct station_vsi *found = find(station, vsi);

	return found && found->settled_kind == VDP_ASSOCIATE &&
		(!found->is_awaited || found->is_keep_alive);
}
