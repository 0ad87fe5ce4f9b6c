/* SPDX-License-Identifier: MIT */
/*
 * The bridge's end of a VM's MKA: when its KaY speaks, and how far the packet numbers are that it
 * must know of.  It speaks while the VM's DI is in force and no longer: what it says as its last
 * before a freeze is said here (DIMP 8.6-5), and a SAK on its way into use puts the freeze off for
 * as long as the setting lets it (DIMP 8.6-8).
 */
#include "bridge/edge_bridge_state.h"

static struct kay *kay_of(const struct edge_bridge *bridge, const struct attachment *attachment)
{
	if (!bridge->learner.kay)
		return NULL;
	return bridge->learner.kay(bridge->learner.context, attachment);
}

static void send(struct edge_bridge *bridge, struct kay *kay, const struct attachment *attachment,
	struct dimp_time now)
{
	uint8_t octets[KAY_FRAME_MAX];
	size_t size;

	/* Records have changed or will: the ageing timer stands for the KaY's deadline, too. */
	bridge->is_changed = true;
	while ((size = kay_transmit(kay, octets, now)) != 0)
		edge_bridge_send_to_vm(bridge, attachment->slot, (struct dimp_view){octets, size},
			now);
}

void edge_key_agreement_start(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now)
{
	struct kay *const kay = kay_of(bridge, attachment);

	if (!kay)
		return;
	/* The first MKPDU is sent by the timer: nobody looks at half an activation. */
	kay_start(kay, now);
	bridge->is_changed = true;
	edge_bridge_schedule_ageing(bridge);
}

void edge_key_agreement_stop(const struct edge_bridge *bridge, const struct attachment *attachment)
{
	struct kay *const kay = kay_of(bridge, attachment);

	if (kay)
		kay_stop(kay);
}

void edge_key_agreement_conclude(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now)
{
	struct kay *const kay = kay_of(bridge, attachment);

	if (!kay || !kay_is_running(kay))
		return;
	secure_port_flush(bridge->secure, attachment->slot, now);
	/* What came due while the process stood still is not to be frozen first and done later. */
	kay_expire(kay, now);
	kay_conclude(kay);
	send(bridge, kay, attachment, now);
	kay_stop(kay);
}

void edge_key_agreement_hear(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now)
{
	struct kay *const kay = kay_of(bridge, attachment);

	if (!kay || !kay_is_running(kay))
		return;
	kay_hear(kay, frame->octets, now);
	send(bridge, kay, attachment, now);
	edge_ownership_freeze_when_due(bridge, attachment->slot, now);
	if (bridge->binding)
		speaker_binding_settle(bridge->binding, now);
	edge_bridge_schedule_ageing(bridge);
}

void edge_key_agreement_expire(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now)
{
	struct kay *const kay = kay_of(bridge, attachment);

	if (!kay || now.us < kay_deadline(kay).us)
		return;
	secure_port_flush(bridge->secure, attachment->slot, now);
	kay_expire(kay, now);
	send(bridge, kay, attachment, now);
}

struct dimp_time edge_key_agreement_deadline(const struct edge_bridge *bridge,
	const struct attachment *attachment)
{
	const struct kay *const kay = kay_of(bridge, attachment);
	const struct dimp_time never = DIMP_NEVER;

	return kay ? kay_deadline(kay) : never;
}

bool edge_key_agreement_is_rekeying(const struct edge_bridge *bridge,
	const struct attachment *attachment)
{
	const struct kay *const kay = kay_of(bridge, attachment);

	return kay && kay_is_rekeying(kay);
}
