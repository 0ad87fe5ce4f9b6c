/* SPDX-License-Identifier: MIT */
/*
 * Asks the effects in the order in which a port has them: state, 802.1X, portal, access list,
 * source guard.
 */
#include "bridge/gate.h"

#include "bridge/access_list.h"
#include "bridge/portal_gate.h"
#include "bridge/source_guard.h"

static bool is_authorised(const struct di_store *store, const struct attachment *attachment)
{
	const struct dimp_record session = {
		.type = DIMP_DI_DOT1X_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.dot1x_session.client = attachment->mac,
	};

	if (!attachment->is_dot1x_required)
		return true;
	return di_store_find(store, attachment->slot, &session) != NULL;
}

enum gate_verdict gate_to_vm(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now)
{
	if (attachment->state != ATTACHMENT_ACTIVE)
		return GATE_NOT_ACTIVE;
	if (frame->ethertype == EDGE_ETHERTYPE_EAPOL)
		return GATE_PASS;
	if (!is_authorised(store, attachment))
		return GATE_UNAUTHORISED;
	return portal_gate_permits(store, attachment, frame, now) ? GATE_PASS : GATE_PORTAL;
}

/* What passes to the VM passes from it, but for what lists and bindings say of senders. */
enum gate_verdict gate_from_vm(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now)
{
	const enum gate_verdict verdict = gate_to_vm(store, attachment, frame, now);

	if (verdict != GATE_PASS || frame->ethertype == EDGE_ETHERTYPE_EAPOL)
		return verdict;
	if (!access_list_permits(store, attachment->slot, frame, attachment->vlan))
		return GATE_ACL;
	if (!source_guard_permits(store, attachment, frame))
		return GATE_SOURCE_GUARD;
	return GATE_PASS;
}
