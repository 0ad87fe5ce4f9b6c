/* SPDX-License-Identifier: MIT */
/* What machines may ask of the speaker, and nothing else of it. */
#include "services.h"

#include <string.h>

#include "layout.h"
#include "ownership.h"
#include "speaker.h"
#include "tlv.h"
#include "whereabouts.h"

static void hand_over(struct services *services, dimp_peer peer,
	const struct association_message *message, struct dimp_time now)
{
	struct dimp_speaker *speaker = services->speaker;

	if (peer >= speaker->peer_count ||
		association_send(speaker->peers[peer].association, message, now) != DIMP_ERROR_NONE)
		speaker->counters.drop_no_room++;
}

void services_send(struct services *services, dimp_peer peer, const struct dimp_message *message,
	struct dimp_time now)
{
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	struct association_message wrapped = {.octets = {octets, 0}};

	if (dimp_message_write(message, octets, sizeof(octets), &wrapped.octets.size) ==
		DIMP_ERROR_NONE)
		hand_over(services, peer, &wrapped, now);
	else
		services->speaker->counters.drop_payload++;
}

/* Where the age stands in a DATA message. */
static uint16_t age_offset(void)
{
	const struct dimp_layout *layout = dimp_message_layout(DIMP_MESSAGE_DATA);

	for (size_t index = 0; index < layout->field_count; index++) {
		if (layout->fields[index].offset == offsetof(struct dimp_data, age))
			return (uint16_t)(TLV_HEADER_SIZE + layout->fields[index].wire_offset);
	}
	return 0;
}

void services_send_data(struct services *services, dimp_peer peer, struct dimp_view octets,
	struct dimp_time now)
{
	const struct association_message wrapped = {
		.octets = octets,
		.age_offset = age_offset(),
		.age_since = now,
	};

	hand_over(services, peer, &wrapped, now);
}

bool services_is_up(const struct services *services, dimp_peer peer)
{
	const struct dimp_speaker *speaker = services->speaker;

	return peer < speaker->peer_count && association_is_up(speaker->peers[peer].association);
}

void services_open(struct services *services, dimp_peer peer, struct dimp_time now)
{
	struct dimp_speaker *speaker = services->speaker;

	if (peer < speaker->peer_count)
		association_open(speaker->peers[peer].association, now);
}

size_t services_room(const struct services *services, dimp_peer peer)
{
	const struct dimp_speaker *speaker = services->speaker;
	const size_t half = speaker->config.send_queue_max / 2;
	const size_t kept = half < DIMP_CONTROL_MESSAGES ? half : DIMP_CONTROL_MESSAGES;
	size_t room;

	if (peer >= speaker->peer_count)
		return 0;
	room = association_room(speaker->peers[peer].association);
	return room > kept ? room - kept : 0;
}

void services_emit(struct services *services, const struct services_event *event)
{
	event_queue_push(&services->speaker->events, event);
}

uint32_t services_send_to_bridges(struct services *services, const struct dimp_message *message,
	struct dimp_time now)
{
	const struct dimp_speaker *speaker = services->speaker;
	uint32_t count = 0;

	for (uint32_t peer = 0; peer < speaker->peer_count; peer++) {
		if (!speaker->peers[peer].is_bridge)
			continue;
		services_send(services, peer, message, now);
		count++;
	}
	return count;
}

void services_revive(struct services *services, dimp_vsi_index vsi, uint64_t serial,
	const struct machine_input *input)
{
	struct source *source = &services->speaker->vsis[vsi];

	source_revive(source, serial, input);
	whereabouts_settle(services->speaker, source, input->peer);
	ownership_announce(services->speaker, vsi, input->now);
}

uint32_t services_idle_places(const struct services *services)
{
	const struct dimp_speaker *speaker = services->speaker;
	uint32_t idle = 0;

	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		const struct destination *destination = &speaker->destinations[index];
		idle += !destination->is_used || destination_has_ended(destination);
	}
	return idle;
}

struct dimp_public_key services_public_key(const struct services *services, dimp_peer peer)
{
	const struct dimp_speaker *speaker = services->speaker;
	struct dimp_public_key own;

	if (peer < speaker->peer_count)
		return speaker->peers[peer].static_public;
	memcpy(own.octets, speaker->context.static_public, sizeof own.octets);
	return own;
}

uint64_t services_random(struct services *services)
{
	const struct dimp_crypto *crypto = services->config->crypto;
	uint8_t octets[8] = {0};
	struct wire_reader reader = wire_reader_of(wire_view(octets, sizeof(octets)));
	uint64_t number;

	if (!crypto->random(crypto->user, octets, sizeof(octets)))
		return ++services->token_last;
	number = wire_read_u64(&reader);
	return number != 0 ? number : 1;
}
