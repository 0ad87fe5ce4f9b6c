/* SPDX-License-Identifier: MIT */
/*
 * I15: the authority without which nothing is handed out, judged by what the world knows and not by
 * what the bridge makes of the message: which move a SOLICIT is for, by the machine that sent it;
 * who announced or notified what; what the VSI manager has really signed.
 */
#include <string.h>

#include "observe/invariants_state.h"

/* A bridge that hands the DI of a VM to another, and the migration as that one began it. */
struct handing {
	const struct bridge_event *at;
	unsigned to;
	const struct solicit_watch *solicit;
	enum dimp_authority policy;
};

static bool is_same_key(const struct dimp_public_key *key, const struct dimp_public_key *other)
{
	return memcmp(key, other, sizeof *key) == 0;
}

static unsigned bridge_with(const struct invariants *invariants, const struct dimp_public_key *key)
{
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		if (is_same_key(&invariants->config.bridges[bridge].key, key))
			return bridge;
	}
	return INVARIANT_NOBODY;
}

/* ---- What is kept ---- */

/* Judged by where the VM is, not by what the bridge makes of the announcement. */
void invariants_announced(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_announcement *announcement)
{
	const unsigned station =
		invariants->is_begun ? invariants_station(invariants, binding) : INVARIANT_NOBODY;
	const unsigned vm = invariants->is_begun ? invariants_vm(invariants, &announcement->vsi, 0)
						 : INVARIANT_NOBODY;

	if (station == INVARIANT_NOBODY || vm == INVARIANT_NOBODY)
		return;
	const struct invariant_station *at = &invariants->config.stations[station];
	const struct attachment *attachment = invariants_attachment(invariants, at->bridge, vm);

	if (!attachment || attachment->port != at->port)
		return;
	invariants->consents[invariants->consent_count++ % CONSENTS_MAX] = (struct consent_watch){
		.vm = vm,
		.from = at->bridge,
		.to = bridge_with(invariants, &announcement->destination),
		.serial = announcement->serial,
	};
}

void invariants_signed(struct invariants *invariants, const struct dimp_ticket_terms *terms,
	const struct dimp_ticket *ticket)
{
	invariants->tickets[invariants->ticket_count++ % TICKETS_MAX] =
		(struct ticket_watch){*terms, *ticket};
}

/* The machine's own state says which move it is, before anything is on a wire.  One that ended in
 * the moment in which it began is forgotten by then: nobody's, but its bridge has asked. */
void invariant_authority_solicited(struct invariants *invariants, const struct bridge_event *at)
{
	struct dimp_vsi_status status = {.serial = 0};

	if (!invariants_is_step(at->event, "destination", "SOLICITED"))
		return;
	const bool is_known = at->vm != INVARIANT_NOBODY &&
		dimp_speaker_vsi_status(invariants_speaker(invariants, at->bridge), at->event->vsi,
			&status);

	invariants->solicits[invariants->solicit_count++ % SOLICITS_MAX] = (struct solicit_watch){
		.vm = is_known ? at->vm : INVARIANT_NOBODY,
		.to = at->bridge,
		.migration = at->event->migration,
		.serial = status.serial,
		.supported = invariants->config.bridges[at->bridge].limits->supported_types,
	};
}

/* What |to| has begun for |vm|, the newest: a bridge that starts again begins its numbers again. */
static const struct solicit_watch *find_solicit(const struct invariants *invariants, unsigned to,
	unsigned vm, uint64_t migration)
{
	const size_t all = invariants->solicit_count;

	for (size_t back = 1; back <= all && back <= SOLICITS_MAX; back++) {
		const struct solicit_watch *solicit =
			&invariants->solicits[(all - back) % SOLICITS_MAX];
		if (solicit->to == to && solicit->vm == vm && solicit->migration == migration)
			return solicit;
	}
	return NULL;
}

/* A migration that was forgotten before anybody heard of it is held to be for the last thing that
 * was asked of its bridge.  False when it has begun none, or nothing was asked. */
static bool guess_solicit(const struct invariants *invariants, unsigned to,
	const struct bridge_event *at, struct solicit_watch *guess)
{
	if (!find_solicit(invariants, to, INVARIANT_NOBODY, at->event->migration))
		return false;
	for (size_t index = invariants->request_count; index-- > 0;) {
		const struct request_watch *request = &invariants->requests[index];
		if (request->bridge != to || request->vm != at->vm)
			continue;
		*guess = (struct solicit_watch){
			.vm = at->vm,
			.to = to,
			.migration = at->event->migration,
			.serial = request->serial,
			.supported = invariants->config.bridges[to].limits->supported_types,
		};
		return true;
	}
	return false;
}

/* ---- Tickets ---- */

static const struct dimp_ticket_terms *find_terms(const struct invariants *invariants,
	const struct dimp_ticket *ticket)
{
	for (size_t index = 0; index < invariants->ticket_count && index < TICKETS_MAX; index++) {
		const struct ticket_watch *watch = &invariants->tickets[index];
		if (memcmp(&watch->ticket, ticket, sizeof *ticket) == 0)
			return &watch->terms;
	}
	return NULL;
}

static bool is_for_filters(const struct dimp_ticket_terms *terms,
	const struct request_watch *request)
{
	if (terms->filter_count != request->filter_count)
		return false;
	for (size_t index = 0; index < terms->filter_count; index++) {
		const struct dimp_filter *filter = &terms->filters[index];
		if (filter->vlan != request->filters[index].vlan ||
			!edge_mac_equals(&filter->mac, &request->filters[index].mac))
			return false;
	}
	return true;
}

/* A station's request is for itself; a bridge's host, and NOTIFY, speak for no station. */
static bool is_for_station(const struct invariants *invariants,
	const struct dimp_ticket_terms *terms, const struct request_watch *request)
{
	return request->station == INVARIANT_NOBODY ||
		is_same_key(&terms->station, &invariants->config.stations[request->station].key);
}

/* By the world's own clock; a bridge's may be slower. */
static bool is_in_time(const struct invariants *invariants, const struct dimp_ticket_terms *terms,
	struct dimp_time now)
{
	const uint64_t slow_us = now.us / 1000000 * invariants->config.drift_ppm;

	return terms->not_after == 0 ||
		invariants->config.unix_seconds + (now.us - slow_us) / 1000000 <= terms->not_after;
}

/* Whether the VSI manager signed what |request| carries for this very move to this bridge. */
static const struct dimp_ticket_terms *terms_for(const struct invariants *invariants,
	const struct request_watch *request)
{
	const struct dimp_ticket_terms *terms =
		request->has_ticket ? find_terms(invariants, &request->ticket) : NULL;

	if (!terms || terms->serial != request->serial ||
		memcmp(&terms->vsi, &invariants->vms[request->vm].vsi, sizeof terms->vsi) != 0 ||
		!is_same_key(&terms->destination,
			&invariants->config.bridges[request->bridge].key) ||
		!is_for_station(invariants, terms, request) || !is_for_filters(terms, request))
		return NULL;
	return terms;
}

static bool has_ticket(const struct invariants *invariants, const struct handing *handing,
	const struct request_watch *request)
{
	const struct dimp_ticket_terms *terms = terms_for(invariants, request);
	const uint64_t asked = request->types & handing->solicit->supported & ~(uint64_t)1;

	return terms && (asked & ~terms->types) == 0 &&
		is_same_key(&terms->source, &invariants->config.bridges[handing->at->bridge].key) &&
		is_in_time(invariants, terms, handing->at->now);
}

/* ---- Consent ---- */

/* The VM's station, or the bridge's own NOTIFY, has allowed this very move. */
static bool is_consented(const struct invariants *invariants, const struct handing *handing)
{
	const unsigned from = handing->at->bridge;

	for (size_t index = 0; index < invariants->consent_count && index < CONSENTS_MAX; index++) {
		const struct consent_watch *consent = &invariants->consents[index];
		if (consent->vm == handing->at->vm && consent->from == from &&
			consent->to == handing->to && consent->serial == handing->solicit->serial)
			return true;
	}
	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		if (request->is_notified && request->vm == handing->at->vm &&
			request->bridge == handing->to && request->owner == from &&
			request->serial == handing->solicit->serial)
			return true;
	}
	return false;
}

/* ---- What is judged ---- */

/* A station or the host of the other bridge has asked for this move, or NOTIFY has offered it; with
 * a ticket if the policy wants one.  A SOLICIT may come after its request ended. */
static bool is_asked_for(const struct invariants *invariants, const struct handing *handing)
{
	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		if (request->vm == handing->at->vm && request->bridge == handing->to &&
			request->serial == handing->solicit->serial &&
			(handing->policy != DIMP_AUTHORITY_TICKET ||
				has_ticket(invariants, handing, request)))
			return true;
	}
	return false;
}

static void judge_handing(struct invariants *invariants, const struct handing *handing)
{
	const unsigned from = handing->at->bridge;
	const struct breach breach = {INVARIANT_I15, invariants_bridge_name(invariants, from),
		"DI goes to a bridge that is a peer, for a move that was asked for and allowed"};
	const char *vm = invariants->config.vms[handing->at->vm].name;
	const char *to = invariants_bridge_name(invariants, handing->to);

	if (!handing->solicit)
		invariants_report(invariants, &breach, "%s to %s, which has not asked for it", vm,
			to);
	else if (handing->policy == DIMP_AUTHORITY_CONSENT && !is_consented(invariants, handing))
		invariants_report(invariants, &breach, "%s to %s, without the VM's station's word",
			vm, to);
	else if (!is_asked_for(invariants, handing))
		invariants_report(invariants, &breach, "%s to %s, without a request%s for it", vm,
			to, handing->policy == DIMP_AUTHORITY_TICKET ? " and a ticket" : "");
}

/* Whether what was asked for may go on without the source, by its ticket or for want of one. */
static bool may_risk(const struct invariants *invariants, const struct bridge_event *at,
	uint64_t serial)
{
	const bool is_ticket_wanted =
		invariants->config.bridges[at->bridge].authority == DIMP_AUTHORITY_TICKET;

	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		if (request->vm != at->vm || request->bridge != at->bridge ||
			request->serial != serial)
			continue;
		const struct dimp_ticket_terms *terms = find_terms(invariants, &request->ticket);
		if (request->has_ticket ? terms && (terms->rights & DIMP_TICKET_RIGHT_AT_RISK) != 0
					: !is_ticket_wanted)
			return true;
	}
	return false;
}

static void judge_risk(struct invariants *invariants, const struct bridge_event *at)
{
	const struct breach breach = {INVARIANT_I15, invariants_bridge_name(invariants, at->bridge),
		"a move goes on at risk only if its ticket, if any, has the right to that"};
	const struct solicit_watch *solicit =
		find_solicit(invariants, at->bridge, at->vm, at->event->migration);

	if (solicit && !may_risk(invariants, at, solicit->serial))
		invariants_report(invariants, &breach, "%s went on at risk without it",
			invariants->config.vms[at->vm].name);
}

static bool is_handing_out(const struct dimp_event *event)
{
	return strcmp(event->from, "OWNER") == 0 &&
		(invariants_is_step(event, "source", "SENDING") ||
			invariants_is_step(event, "source", "FREEZING") ||
			invariants_is_step(event, "source", "OFFERED"));
}

void invariant_authority(struct invariants *invariants, const struct bridge_event *at)
{
	const struct breach breach = {INVARIANT_I15, invariants_bridge_name(invariants, at->bridge),
		"DI goes to a bridge that is a peer"};

	if (at->event->kind != DIMP_EVENT_TRANSITION)
		return;
	if (invariants_is_step(at->event, "destination", "ACTIVATING") &&
		strcmp(at->event->because, "PROCEED") == 0)
		judge_risk(invariants, at);
	if (!is_handing_out(at->event))
		return;
	const unsigned to = invariants_bridge_of_peer(invariants, at->bridge, at->event->peer);
	if (to == INVARIANT_NOBODY) {
		invariants_report(invariants, &breach, "%s to peer %u, which is no bridge",
			invariants->config.vms[at->vm].name, (unsigned)at->event->peer);
		return;
	}
	struct solicit_watch guess;
	const struct solicit_watch *solicit =
		find_solicit(invariants, to, at->vm, at->event->migration);

	if (!solicit && guess_solicit(invariants, to, at, &guess))
		solicit = &guess;
	judge_handing(invariants,
		&(struct handing){at, to, solicit,
			invariants->config.bridges[at->bridge].authority});
}
