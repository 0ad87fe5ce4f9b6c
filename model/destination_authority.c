/* SPDX-License-Identifier: MIT */
/*
 * What a destination makes of the ticket that its station gave it (DIMP 9.7): whom it shows it, and
 * whether it lets the move go on at risk.  Nothing was released then, so that no source has looked
 * at the right to do so; this bridge does.
 */
#include <string.h>

#include "destination.h"
#include "ticket.h"

bool destination_has_ticket(const struct destination *destination)
{
	return (destination->asked.attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0;
}

void destination_show_ticket(const struct destination *destination, struct dimp_message *who_has)
{
	if (!destination_has_ticket(destination))
		return;
	who_has->body.who_has.attributes = (uint32_t)1 << DIMP_ATTRIBUTE_who_has_types |
		(uint32_t)1 << DIMP_ATTRIBUTE_who_has_ticket;
	who_has->body.who_has.types = destination->wanted;
	who_has->body.who_has.ticket = destination->asked.ticket;
	who_has->row_count = destination->filter_count;
	memcpy(who_has->rows.filter, destination->filters,
		destination->filter_count * sizeof(destination->filters[0]));
}

/* The ticket for the move from the bridge that was asked, or from here: the last copy. */
static enum dimp_error ticket_error(const struct destination *destination,
	const struct machine_input *input)
{
	const struct ticket_case the_case = {
		.ticket = destination_has_ticket(destination) ? &destination->asked.ticket : NULL,
		.vsi = &destination->asked.vsi,
		.filters = destination->filters,
		.filter_count = destination->filter_count,
		.serial = destination->asked.serial,
		.types = destination->wanted,
		.source = services_public_key(input->services, destination->source),
		.destination = services_public_key(input->services, DIMP_NO_PEER),
	};

	return ticket_check(input->services->config, &the_case, input->now);
}

enum dimp_error destination_risk_error(const struct destination *destination,
	const struct machine_input *input)
{
	if (destination_has_ticket(destination) &&
		(ticket_rights(&destination->asked.ticket) & DIMP_TICKET_RIGHT_AT_RISK) == 0)
		return DIMP_ERROR_NOT_AUTHORISED;
	return input->services->config->authority == DIMP_AUTHORITY_TICKET
		? ticket_error(destination, input)
		: DIMP_ERROR_NONE;
}
