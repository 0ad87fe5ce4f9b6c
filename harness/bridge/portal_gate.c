/* SPDX-License-Identifier: MIT */
/* Looks up the VM's session in the store, as old as it is now (DIMP 8.17-3, 8.17-4). */
#include "bridge/portal_gate.h"

#include "bridge/source_guard.h"

enum { DNS_PORT = 53, PROTOCOL_ICMPV6 = 58 };

static bool has(const struct dimp_portal_session *session, unsigned attribute)
{
	return (session->attributes >> attribute & 1) != 0;
}

static struct di_entry *find_session(const struct di_store *store,
	const struct attachment *attachment)
{
	struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_meter(store, attachment->slot, DIMP_DI_PORTAL_SESSION, &cursor)) !=
		NULL) {
		const struct dimp_portal_session *session = &entry->record.body.portal_session;
		if (session->vlan == attachment->vlan &&
			edge_mac_equals(&session->client, &attachment->mac))
			return entry;
	}
	return NULL;
}

/* What a client needs to come to the portal. */
static bool is_preliminary(const struct edge_frame *frame)
{
	const bool is_dns = frame->is_ip && frame->has_ports &&
		(frame->source_port == DNS_PORT || frame->destination_port == DNS_PORT);
	const bool is_discovery =
		frame->ethertype == EDGE_ETHERTYPE_IPV6 && frame->ip_protocol == PROTOCOL_ICMPV6;

	return frame->ethertype == EDGE_ETHERTYPE_ARP || is_discovery || is_dns ||
		source_guard_is_client(frame) || source_guard_is_client6(frame) ||
		source_guard_is_server(frame);
}

static bool is_over(const struct dimp_portal_session *session)
{
	if (session->session_remaining == 0)
		return true;
	if (has(session, DIMP_ATTRIBUTE_portal_session_silence_remaining) &&
		session->silence_remaining == 0)
		return true;
	return has(session, DIMP_ATTRIBUTE_portal_session_octets_quota) &&
		session->octets_used >= session->octets_quota;
}

bool portal_gate_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now)
{
	struct dimp_record session;

	if (!attachment->is_portal_required || is_preliminary(frame))
		return true;
	const struct di_entry *entry = find_session(store, attachment);
	if (entry == NULL || !entry->record.body.portal_session.is_open)
		return false;
	di_entry_at(entry, now, &session);
	return !is_over(&session.body.portal_session);
}

/* What has been used stays used: at its end the count does not begin anew. */
static void count_use(struct dimp_portal_session *session, uint64_t octets)
{
	session->octets_used = octets < UINT64_MAX - session->octets_used
		? session->octets_used + octets
		: UINT64_MAX;
}

void portal_gate_count(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now)
{
	struct di_entry *entry = find_session(store, attachment);

	if (entry == NULL)
		return;
	struct dimp_portal_session *session = &entry->record.body.portal_session;
	if (has(session, DIMP_ATTRIBUTE_portal_session_octets_used))
		count_use(session, edge_frame_wire_size(frame));
	if (!has(session, DIMP_ATTRIBUTE_portal_session_silence_remaining) ||
		!edge_mac_equals(&frame->source, &attachment->mac))
		return;
	/* All durations are of one instant: the others are brought to this one, too. */
	struct dimp_record present;
	di_entry_at(entry, now, &present);
	present.body.portal_session.silence_remaining = PORTAL_SILENCE_S * 1000;
	entry->record = present;
	entry->since = now;
}
