/* SPDX-License-Identifier: MIT */
/*
 * Ownership is ranked by (move serial, epoch).  Two bridges own the same DI only after a PROCEED:
 * each announces it, to those that were away when they come back, and the lower rank yields.
 */
#include "ownership.h"

#include <string.h>

#include "di_table.h"
#include "ticket.h"

static struct dimp_message describe(const struct dimp_speaker *speaker, dimp_vsi_index slot)
{
	const struct source *source = &speaker->vsis[slot];

	return (struct dimp_message){
		.kind = DIMP_MESSAGE_I_HAVE,
		.body.i_have = {.vsi = source->vsi,
			.holding = (uint8_t)source_holding(source),
			.serial = source->serial,
			.epoch = source->epoch,
			.entries = di_table_entries(speaker->services.table, slot)},
	};
}

/* Whether a request here is past the point where this bridge may become the owner at any time. */
static bool is_incoming(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi)
{
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		const struct destination *destination = &speaker->destinations[index];

		if (destination->is_used && destination_may_become_owner(destination) &&
			memcmp(destination->asked.vsi.octets, vsi->octets, sizeof(vsi->octets)) ==
				0)
			return true;
	}
	return false;
}

/* Whether WHO-HAS carries a ticket for a move from here to the bridge that asks. */
static bool has_ticket_for_us(const struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_who_has *asked = &input->message->body.who_has;
	const bool is_whole = (asked->attributes >> DIMP_ATTRIBUTE_who_has_types & 1) != 0 &&
		(asked->attributes >> DIMP_ATTRIBUTE_who_has_ticket & 1) != 0;
	const struct ticket_case the_case = {
		.ticket = is_whole ? &asked->ticket : NULL,
		.vsi = &asked->vsi,
		.filters = input->message->rows.filter,
		.filter_count = input->message->row_count,
		.serial = asked->serial,
		.types = asked->types,
		.source = services_public_key(&speaker->services, DIMP_NO_PEER),
		.destination = services_public_key(&speaker->services, input->peer),
	};

	return ticket_check(&speaker->config, &the_case, input->now) == DIMP_ERROR_NONE;
}

static bool was_announced(const struct dimp_speaker *speaker, dimp_vsi_index held,
	const struct machine_input *input)
{
	const struct source *source = &speaker->vsis[held];
	const struct dimp_public_key *peer = &speaker->peers[input->peer].static_public;

	return source->announced_serial == input->message->body.who_has.serial &&
		memcmp(&source->announced_destination, peer, sizeof(*peer)) == 0;
}

/* A bridge that hands DI out with authority only tells no more than it would hand out. */
static bool may_be_told(const struct dimp_speaker *speaker, dimp_vsi_index held,
	const struct machine_input *input)
{
	switch (speaker->config.authority) {
	case DIMP_AUTHORITY_ANY_PEER: return true;
	case DIMP_AUTHORITY_CONSENT:
		return held != DIMP_NO_VSI && was_announced(speaker, held, input);
	case DIMP_AUTHORITY_TICKET: return has_ticket_for_us(speaker, input);
	}
	return false;
}

void ownership_answer(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_who_has *asked = &input->message->body.who_has;
	const dimp_vsi_index held = speaker_find_vsi(speaker, &asked->vsi);
	struct dimp_message answer = {
		.kind = DIMP_MESSAGE_I_HAVE,
		.body.i_have = {.vsi = asked->vsi, .holding = DIMP_HOLDING_NOTHING},
	};

	const bool is_told = may_be_told(speaker, held, input);

	if (is_told && held != DIMP_NO_VSI)
		answer = describe(speaker, held);
	if (is_told && answer.body.i_have.holding != DIMP_HOLDING_OWNER &&
		is_incoming(speaker, &asked->vsi))
		answer.body.i_have.holding = DIMP_HOLDING_INCOMING;
	answer.body.i_have.lookup = asked->lookup;
	services_send(&speaker->services, input->peer, &answer, input->now);
}

/* Epochs end, and two owners may come to the same there: then the static public key decides. */
static bool outranks(const struct dimp_speaker *speaker, const struct machine_input *input,
	const struct source *ours)
{
	const struct dimp_i_have *theirs = &input->message->body.i_have;

	if (theirs->serial != ours->serial)
		return theirs->serial > ours->serial;
	if (theirs->epoch != ours->epoch)
		return theirs->epoch > ours->epoch;
	return memcmp(speaker->peers[input->peer].static_public.octets,
		       speaker->context.static_public, DIMP_KEY_SIZE) > 0;
}

void ownership_settle(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_i_have *theirs = &input->message->body.i_have;

	if (theirs->holding != DIMP_HOLDING_OWNER)
		return;
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		struct source *source = &speaker->vsis[index];
		const struct dimp_message ours = describe(speaker, index);

		if (source->use != SOURCE_CONTEXT ||
			memcmp(source->vsi.octets, theirs->vsi.octets,
				sizeof(theirs->vsi.octets)) != 0)
			continue;
		if (outranks(speaker, input, source))
			source_outranked(source, input);
		else if (source_is_owner(source))
			services_send(&speaker->services, input->peer, &ours, input->now);
	}
}

void ownership_announce(struct dimp_speaker *speaker, dimp_vsi_index slot, struct dimp_time now)
{
	const struct dimp_message message = describe(speaker, slot);

	speaker->vsis[slot].is_announced = true;
	(void)services_send_to_bridges(&speaker->services, &message, now);
}

void ownership_announce_to(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now)
{
	if (!speaker->peers[peer].is_bridge)
		return;
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		const struct source *source = &speaker->vsis[index];

		if (source->use == SOURCE_CONTEXT && source->is_announced &&
			source_is_owner(source)) {
			const struct dimp_message message = describe(speaker, index);

			services_send(&speaker->services, peer, &message, now);
		}
	}
}
