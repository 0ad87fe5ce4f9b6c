/* SPDX-License-Identifier: MIT */
/*
 * Suspension of MKA (IEEE 802.1X-2020 9.18): whoever is about to be silent for longer than MKA's
 * life time asks the key server, which tells all; until it is over nobody is given up and no SAK is
 * made.
 */
#include "sources/kay_state.h"
#include "sources/macsec_suite.h"

static const uint64_t second_us = 1000000;

bool kay_suspension_holds(const struct kay *kay, struct dimp_time now)
{
	return now.us < kay->suspended_until.us;
}

/* Numbers of 32 bits may run out meanwhile, and nobody could make a new SAK. */
static bool can_suspend(const struct kay *kay)
{
	const struct dimp_macsec_sa *const sa = kay_associations_sending(kay, &kay->latest.use.key);

	return kay->latest.is_there && sa && macsec_suite_is_extended(sa->cipher_suite);
}

/* Nobody is given up before. */
static void suspend(struct kay *kay, uint8_t seconds, struct dimp_time now)
{
	kay->suspended_until = (struct dimp_time){now.us + seconds * second_us};
	for (size_t index = 0; index < kay->peer_count; index++) {
		struct kay_peer *const peer = &kay->peers[index];
		if (peer->is_live && peer->until.us < kay->suspended_until.us)
			peer->until = kay->suspended_until;
	}
}

void kay_suspension_take(struct kay *kay, const struct kay_peer *peer, const struct mkpdu *mkpdu,
	struct dimp_time now)
{
	const bool is_granted = peer == kay_peers_elected(kay);
	const bool is_request = kay->is_key_server && kay->config.is_suspending_on_request &&
		!kay_suspension_holds(kay, now);

	if (!mkpdu->has_extended || mkpdu->suspension_s == 0 || !can_suspend(kay))
		return;
	if (!is_granted && !is_request)
		return;
	suspend(kay, mkpdu->suspension_s, now);
	kay->suspension_asked_s = 0;
	kay->is_due = kay->is_due || is_request;
}

void kay_suspend(struct kay *kay, uint8_t seconds, struct dimp_time now)
{
	if (!kay->is_running || !can_suspend(kay))
		return;
	kay->is_due = true;
	kay->suspension_asked_s = kay->is_key_server ? 0 : seconds;
	if (kay->is_key_server)
		suspend(kay, seconds, now);
	kay_records_write(kay, now);
}

uint8_t kay_suspension_told(const struct kay *kay, struct dimp_time now)
{
	const uint64_t left = kay_suspension_holds(kay, now)
		? (kay->suspended_until.us - now.us + second_us - 1) / second_us
		: 0;

	if (!kay->is_key_server)
		return kay->suspension_asked_s;
	return left > UINT8_MAX ? UINT8_MAX : (uint8_t)left;
}
