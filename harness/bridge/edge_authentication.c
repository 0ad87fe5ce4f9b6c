/* SPDX-License-Identifier: MIT */
/*
 * The bridge's end of a VM's 802.1X: its authenticator speaks while the VM's DI is in force, to the
 * VM on its port and to the RADIUS server as a host of the network, untagged.  The sources hear
 * both sides of that, the server's word before the authenticator does: it relays what has come of
 * it.
 */
#include "bridge/edge_bridge_state.h"

static struct authenticator *authenticator_of(const struct edge_bridge *bridge,
	const struct attachment *attachment)
{
	if (!bridge->learner.authenticator)
		return NULL;
	return bridge->learner.authenticator(bridge->learner.context, attachment);
}

static void learn(const struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_view frame, struct dimp_time now)
{
	if (bridge->learner.hear_server)
		bridge->learner.hear_server(bridge->learner.context, attachment, frame, now);
}

static void send(struct edge_bridge *bridge, struct authenticator *authenticator,
	const struct attachment *attachment, struct dimp_time now)
{
	uint8_t octets[DATAGRAM_FRAME_MAX];
	enum authenticator_way way;
	size_t size;

	while ((size = authenticator_transmit(authenticator, octets, &way)) != 0) {
		const struct dimp_view frame = {octets, size};
		if (way == AUTHENTICATOR_TO_VM) {
			edge_bridge_send_to_vm(bridge, attachment->slot, frame, now);
			continue;
		}
		learn(bridge, attachment, frame, now);
		edge_forwarding_originate(bridge, frame, now);
	}
}

/* Records have changed or will, and the ageing timer stands for the authenticator's deadline. */
static void follow(struct edge_bridge *bridge, struct dimp_time now)
{
	bridge->is_changed = true;
	if (bridge->binding)
		speaker_binding_settle(bridge->binding, now);
	edge_bridge_schedule_ageing(bridge);
}

void edge_authentication_start(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now)
{
	struct authenticator *const authenticator = authenticator_of(bridge, attachment);

	if (!authenticator)
		return;
	/* The first word is said by the timer: nobody looks at half an activation. */
	authenticator_start(authenticator, now);
	bridge->is_changed = true;
	edge_bridge_schedule_ageing(bridge);
}

void edge_authentication_stop(const struct edge_bridge *bridge, const struct attachment *attachment)
{
	struct authenticator *const authenticator = authenticator_of(bridge, attachment);

	if (authenticator)
		authenticator_stop(authenticator);
}

void edge_authentication_hear(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now)
{
	struct authenticator *const authenticator = authenticator_of(bridge, attachment);

	if (!authenticator)
		return;
	authenticator_hear_vm(authenticator, frame->octets, now);
	send(bridge, authenticator, attachment, now);
	follow(bridge, now);
}

/* What the server asks for and no session here is meant by. */
static void refuse(struct edge_bridge *bridge, const struct datagram_frame *datagram,
	struct dimp_time now)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *const attachment = &bridge->attachments[slot];
		struct authenticator *const authenticator = authenticator_of(bridge, attachment);
		if (!authenticator)
			continue;
		authenticator_refuse(authenticator, datagram);
		send(bridge, authenticator, attachment, now);
		return;
	}
}

void edge_authentication_hear_server(struct edge_bridge *bridge, const struct edge_frame *frame,
	struct dimp_time now)
{
	struct datagram_frame datagram;
	bool is_taken = false;

	if (!datagram_frame_read(frame, &datagram))
		return;
	for (unsigned slot = 0; slot < bridge->attachment_count && !is_taken; slot++) {
		const struct attachment *const attachment = &bridge->attachments[slot];
		struct authenticator *const authenticator = authenticator_of(bridge, attachment);
		if (!authenticator || attachment->state != ATTACHMENT_ACTIVE)
			continue;
		learn(bridge, attachment, frame->octets, now);
		is_taken = authenticator_hear_server(authenticator, &datagram, now);
		send(bridge, authenticator, attachment, now);
	}
	if (!is_taken)
		refuse(bridge, &datagram, now);
	follow(bridge, now);
}

void edge_authentication_expire(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now)
{
	struct authenticator *const authenticator = authenticator_of(bridge, attachment);

	if (!authenticator)
		return;
	authenticator_expire(authenticator, now);
	send(bridge, authenticator, attachment, now);
}

struct dimp_time edge_authentication_deadline(const struct edge_bridge *bridge,
	const struct attachment *attachment)
{
	const struct authenticator *const authenticator = authenticator_of(bridge, attachment);
	const struct dimp_time never = DIMP_NEVER;

	return authenticator ? authenticator_deadline(authenticator) : never;
}
