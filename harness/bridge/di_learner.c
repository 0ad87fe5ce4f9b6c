/* SPDX-License-Identifier: MIT */
/*
 * One set of sources for each slot.  What they must not lose in a move is in the records; the rest
 * (an exchange under way) begins anew at another bridge, as the protocols themselves allow.
 */
#include "bridge/di_learner.h"

#include <stdlib.h>

#include "sources/acl_template.h"
#include "sources/dhcp_source.h"
#include "sources/dot1x_source.h"
#include "sources/igmp_source.h"

struct slot_sources {
	struct source_place place;
	struct dhcp_source dhcp;
	struct igmp_source igmp;
	struct dot1x_source dot1x;
	struct acl_template acl;
};

struct di_learner {
	struct di_learner_config config;
	struct slot_sources *slots;
	unsigned slot_count; /* bound ones */
	struct source_counters counters;
};

struct di_learner *di_learner_create(const struct di_learner_config *config)
{
	struct di_learner *learner = calloc(1, sizeof *learner);

	if (!learner)
		return NULL;
	learner->config = *config;
	learner->slots = calloc(config->slots + 1u, sizeof *learner->slots);
	if (!learner->slots) {
		free(learner);
		return NULL;
	}
	return learner;
}

void di_learner_destroy(struct di_learner *learner)
{
	if (!learner)
		return;
	free(learner->slots);
	free(learner);
}

const struct source_counters *di_learner_counters(const struct di_learner *learner)
{
	return &learner->counters;
}

bool di_learner_bind(struct di_learner *learner, const struct edge_bridge *bridge)
{
	const struct attachment *attachment;
	struct dot1x_config dot1x;

	dot1x_config_default(&dot1x);
	for (unsigned slot = 0; slot < learner->config.slots; slot++) {
		struct slot_sources *sources = &learner->slots[slot];
		attachment = edge_bridge_attachment(bridge, slot);
		if (!attachment)
			return true;
		sources->place = (struct source_place){
			.store = edge_bridge_store(bridge),
			.slot = slot,
			.vm = attachment->mac,
			.counters = &learner->counters,
		};
		dhcp_source_init(&sources->dhcp);
		igmp_source_init(&sources->igmp);
		dot1x_source_init(&sources->dot1x, &dot1x);
		if (!acl_template_init(&sources->acl, learner->config.acl_template,
			    &sources->place))
			return false;
		learner->slot_count = slot + 1;
	}
	return true;
}

static void hear(void *context, const struct edge_heard *heard, struct dimp_time now)
{
	struct di_learner *learner = context;
	const struct source_frame frame = {
		.octets = heard->frame,
		.direction = heard->side == EDGE_FROM_VM ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
		/* The bridge drops what servers behind untrusted ports say. */
		.is_trusted = heard->side == EDGE_TO_VM,
	};
	struct source_packet packet;

	if (heard->attachment->slot >= learner->slot_count)
		return;
	if (!source_packet_read(&frame, &learner->counters, &packet))
		return;
	struct slot_sources *sources = &learner->slots[heard->attachment->slot];
	dot1x_source_packet(&sources->dot1x, &packet, &sources->place, now);
	dhcp_source_packet(&sources->dhcp, &packet, &sources->place, now);
	igmp_source_packet(&sources->igmp, &packet, &sources->place, now);
	acl_template_packet(&sources->acl, &packet, &sources->place);
	acl_template_refresh(&sources->acl, &sources->place, now);
}

static void expire(void *context, struct dimp_time now)
{
	struct di_learner *learner = context;

	for (unsigned slot = 0; slot < learner->slot_count; slot++)
		igmp_source_expire(&learner->slots[slot].place, now);
}

static struct dimp_time deadline(void *context)
{
	const struct di_learner *learner = context;
	struct dimp_time earliest = DIMP_NEVER;

	for (unsigned slot = 0; slot < learner->slot_count; slot++) {
		const struct dimp_time at = igmp_source_deadline(&learner->slots[slot].place);
		if (at.us < earliest.us)
			earliest = at;
	}
	return earliest;
}

struct edge_learner di_learner_hooks(struct di_learner *learner)
{
	return (struct edge_learner){learner, hear, expire, deadline};
}
