/* SPDX-License-Identifier: MIT */
/*
 * From 0.0.0.0 by IPv4, so that nobody is elected; MLD allows a link-local sender only.  Members
 * are to answer within the shortest time that both protocols can say.
 */
#include "actors/query_injection.h"

#include "net/group_frame.h"
#include "net/ipv6.h"

enum { IGMP_NEWEST = 3, MLD_NEWEST = 2, ROBUSTNESS = 2 };

static const uint64_t response_us = 100000, interval_us = 125000000;

static void give(struct virtual_machine *machine, const struct group_envelope *envelope,
	uint8_t version, struct dimp_time now)
{
	const struct group_message query = {
		.kind = GROUP_QUERY,
		.version = version,
		.is_general = true,
		.response_us = response_us,
		.robustness = ROBUSTNESS,
		.interval_us = interval_us,
	};
	uint8_t octets[GROUP_FRAME_MAX];
	const size_t size = group_frame_write(envelope, &query, octets);

	if (size != 0)
		virtual_machine_receive(machine, (struct dimp_view){octets, size}, now);
}

void query_injection_give(struct virtual_machine *machine, const struct dimp_mac *hypervisor,
	struct dimp_time now)
{
	struct group_envelope envelope = {
		.from = *hypervisor,
		.source = {{[10] = 0xff, [11] = 0xff}},
		.destination = group_all_hosts(true),
	};

	give(machine, &envelope, IGMP_NEWEST, now);
	envelope.source = ipv6_link_local(hypervisor);
	envelope.destination = group_all_hosts(false);
	give(machine, &envelope, MLD_NEWEST, now);
}
