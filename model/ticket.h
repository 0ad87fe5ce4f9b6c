/* SPDX-License-Identifier: MIT */
/*
 * Tickets of the VSI manager (DIMP 9.7): what is signed, and whether a message carries the right
 * one.
 */
#ifndef DIMP_TICKET_H
#define DIMP_TICKET_H

#include "services.h"

/* The move that a ticket is to allow, as the message says it that carries the ticket. */
struct ticket_case {
	const struct dimp_ticket *ticket; /* NULL: the message carries none */
	const struct dimp_vsi *vsi;
	const struct dimp_filter *filters;
	size_t filter_count;
	uint64_t serial, types;
	struct dimp_public_key source, destination;
};

/*
 * NONE when the manager of |config| signed the ticket for this move; NOT_AUTHORISED otherwise.  A
 * ticket that ends is worth nothing without a trusted clock.
 */
DIMP_MUST_USE enum dimp_error ticket_check(const struct dimp_speaker_config *config,
	const struct ticket_case *the_case, struct dimp_time now);

/* What the ticket says of itself; whether that is so is for ticket_check(). */
uint8_t ticket_rights(const struct dimp_ticket *ticket);
bool ticket_names_station(const struct dimp_ticket *ticket, const struct dimp_public_key *station);

#endif
