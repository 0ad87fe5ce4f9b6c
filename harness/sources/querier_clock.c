/* SPDX-License-Identifier: MIT */
/*
 * At the start as many queries as the robustness variable says, a quarter of the interval apart
 * (RFC 3376 8.6 and 8.7).  A querier that beats this one is waited for as long as it may be silent;
 * then this one asks at once.
 */
#include "sources/querier_clock.h"

#include <string.h>

#include "net/group_frame.h"
#include "net/ipv4.h"

enum { STARTUP_SHARE = 4 };

static const uint64_t interval_default_us = 125000000;

void querier_clock_start(struct querier_clock *clock, const struct querier_clock_config *config,
	struct dimp_time start)
{
	*clock = (struct querier_clock){.config = *config,
		.startup_left = config->robustness,
		.ask_at = start};
}

/* The other querier present interval (RFC 3376 8.5), by what the other one says of itself. */
static uint64_t present_us(const struct querier_clock *clock, const struct group_message *query)
{
	const uint64_t robustness =
		query->robustness != 0 ? query->robustness : clock->config.robustness;
	const uint64_t interval_us =
		query->interval_us != 0 ? query->interval_us : interval_default_us;

	return robustness * interval_us + query->response_us / 2;
}

void querier_clock_hear(struct querier_clock *clock, const struct dimp_ip *from,
	const struct group_message *query, struct dimp_time now)
{
	const struct dimp_ip *const own = &clock->config.address;

	if (query->kind != GROUP_QUERY || !query->is_general || group_address_is_nobody(from) ||
		ipv4_is_mapped(from) != ipv4_is_mapped(own))
		return;
	/* The octets of one family order its addresses; having none loses to any. */
	if (!group_address_is_nobody(own) && memcmp(from, own, sizeof *own) >= 0)
		return;
	clock->other_until = (struct dimp_time){now.us + present_us(clock, query)};
	clock->ask_at = clock->other_until;
	clock->startup_left = 0;
}

bool querier_clock_is_querier(const struct querier_clock *clock, struct dimp_time now)
{
	return clock->other_until.us <= now.us;
}

bool querier_clock_next(struct querier_clock *clock, struct group_message *query,
	struct dimp_time now)
{
	if (now.us < clock->ask_at.us)
		return false;
	if (clock->startup_left > 0)
		clock->startup_left--;
	clock->ask_at.us =
		now.us + clock->config.interval_us / (clock->startup_left > 0 ? STARTUP_SHARE : 1);
	*query = (struct group_message){.kind = GROUP_QUERY,
		.version = clock->config.version,
		.is_general = true,
		.response_us = clock->config.response_us,
		.robustness = clock->config.robustness,
		.interval_us = clock->config.interval_us};
	return true;
}

struct dimp_time querier_clock_deadline(const struct querier_clock *clock)
{
	return clock->ask_at;
}
