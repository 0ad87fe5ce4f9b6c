/* SPDX-License-Identifier: MIT */
/* Closed, it waits for ever.  Its authenticator, a hash, serves as the random octets of the waits.
 */
#include "bridge/account_keeper.h"

#include <assert.h>
#include <string.h>

#include "net/radius_seal.h"

void account_keeper_open(struct account_keeper *keeper, struct dimp_view packet,
	struct dimp_view frame, struct dimp_time now)
{
	struct radius_packet read;

	assert(frame.size <= sizeof keeper->frame);
	account_keeper_close(keeper);
	if (!radius_read(packet, &read))
		return;
	keeper->identifier = read.identifier;
	memcpy(keeper->authenticator, read.authenticator, sizeof keeper->authenticator);
	keeper->size = frame.size;
	memcpy(keeper->frame, frame.octets, frame.size);
	radius_retry_begin(&keeper->retry, keeper->authenticator[0], now);
}

void account_keeper_close(struct account_keeper *keeper)
{
	radius_retry_end(&keeper->retry);
}

void account_keeper_take(struct account_keeper *keeper, const struct radius_packet *packet,
	struct dimp_view secret)
{
	if (packet->identifier == keeper->identifier &&
		radius_response_is_authentic(packet, keeper->authenticator, secret))
		account_keeper_close(keeper);
}

size_t account_keeper_expire(struct account_keeper *keeper, struct dimp_time now,
	uint8_t octets[DATAGRAM_FRAME_MAX])
{
	if (now.us < keeper->retry.wake.us ||
		!radius_retry_repeat(&keeper->retry, keeper->authenticator[1], now))
		return 0;
	memcpy(octets, keeper->frame, keeper->size);
	return keeper->size;
}

struct dimp_time account_keeper_deadline(const struct account_keeper *keeper)
{
	return keeper->retry.wake;
}
