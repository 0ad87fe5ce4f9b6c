/* SPDX-License-Identifier: MIT */
/*
 * Tickets of the VSI manager (DIMP 9.7): what is signed, and whether a SOLICIT carries the right
 * one.
 */
#ifndef DIMP_TICKET_H
#define DIMP_TICKET_H

#include "services.h"

/* Who takes part in the move that a ticket is to allow. */
struct ticket_case {
	const struct dimp_message *solicit;
	const struct dimp_public_key *source, *destination;
};

/*
 * NONE when the SOLICIT carries a ticket that the manager of |config| signed for it; NOT_AUTHORISED
 * otherwise.  A ticket that ends is worth nothing without a trusted clock.
 */
DIMP_MUST_USE enum dimp_error ticket_check(const struct dimp_speaker_config *config,
	const struct ticket_case *the_case, struct dimp_time now);

#endif
