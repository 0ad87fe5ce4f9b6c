/* SPDX-License-Identifier: MIT */
/*
 * The Accounting-Request that the server has not answered yet, kept to be sent again (RFC 2866 2).
 * A newer one of the session takes its place: it says all that the older one did.
 */
#ifndef BRIDGE_ACCOUNT_KEEPER_H
#define BRIDGE_ACCOUNT_KEEPER_H

#include "actors/datagram_frame.h"
#include "net/radius.h"
#include "net/radius_retry.h"

struct account_keeper {
	struct radius_retry retry;
	uint8_t identifier, authenticator[RADIUS_AUTHENTICATOR_SIZE];
	size_t size;
	uint8_t frame[DATAGRAM_FRAME_MAX];
};

/* |packet| went out in |frame| now; both are copied. */
void account_keeper_open(struct account_keeper *keeper, struct dimp_view packet,
	struct dimp_view frame, struct dimp_time now);
/* Nothing is waited for. */
void account_keeper_close(struct account_keeper *keeper);
/* An Accounting-Response: closes if it is the one that is waited for and authentic. */
void account_keeper_take(struct account_keeper *keeper, const struct radius_packet *packet,
	struct dimp_view secret);

/* The size of the frame that is due now, written to |octets|; 0 when none is. */
size_t account_keeper_expire(struct account_keeper *keeper, struct dimp_time now,
	uint8_t octets[DATAGRAM_FRAME_MAX]);
struct dimp_time account_keeper_deadline(const struct account_keeper *keeper);

#endif
