/* SPDX-License-Identifier: MIT */
/*
 * Every packet number that was used under every SAK: the unit of uniqueness is (SAK, SCI or SSCI,
 * PN).
 */
#ifndef OBSERVE_PACKET_NUMBERS_H
#define OBSERVE_PACKET_NUMBERS_H

#include "bridge/edge_frame.h"

struct packet_numbers;

/* NULL without memory. */
struct packet_numbers *packet_numbers_create(void);
/* Keys are wiped; NULL is fine. */
void packet_numbers_destroy(struct packet_numbers *numbers);

/* The key of an SA.  False without memory. */
bool packet_numbers_add_key(struct packet_numbers *numbers,
	const struct dimp_macsec_sa *association);

enum packet_number_verdict {
	PACKET_NUMBER_NEW,
	PACKET_NUMBER_REPEATED,
	PACKET_NUMBER_NO_KEY, /* none of those known opens it */
	PACKET_NUMBER_NO_MEMORY
};

/* Notes the use by |frame|, whose EtherType is MACsec; |number| becomes its PN. */
enum packet_number_verdict packet_numbers_use(struct packet_numbers *numbers,
	const struct edge_frame *frame, uint64_t *number);

#endif
