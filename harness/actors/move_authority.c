/* SPDX-License-Identifier: MIT */
/*
 * A ticket names the source even where the request does not: the VSI manager knows where the VM is.
 * All are signed as they should be: a wrong one is the right manager's word about another move.
 */
#include "actors/move_authority.h"

#include <string.h>

#include "actors/move.h"

/* How long after the world's beginning a ticket that ends is good. */
static const uint64_t ends_s = 3600;

static struct dimp_public_key source_of(const struct move_way *way,
	const struct dimp_request_config *request)
{
	const struct dimp_public_key none = {{0}};
	const bool is_named = memcmp(&request->source, &none, sizeof none) != 0;

	return is_named ? request->source : way->from->bridge_key;
}

/* What |terms|, which are right, are made to be. */
static void change_terms(const struct move_authority *authority, struct dimp_ticket_terms *terms)
{
	switch (authority->ticket) {
	case SCENARIO_TICKET_RIGHT:
	case SCENARIO_TICKET_NONE: break;
	case SCENARIO_TICKET_WRONG: terms->serial++; break;
	case SCENARIO_TICKET_NO_RISK: terms->rights = 0; break;
	case SCENARIO_TICKET_ELSEWHERE: terms->destination = terms->source; break;
	case SCENARIO_TICKET_OVER: terms->not_after = authority->unix_seconds - 1; break;
	case SCENARIO_TICKET_ENDING: terms->not_after = authority->unix_seconds + ends_s; break;
	case SCENARIO_TICKET_ONE_TYPE: terms->types &= -terms->types; break;
	}
}

static void sign(const struct move_authority *authority, const struct move_way *way,
	struct dimp_request_config *request)
{
	struct dimp_ticket_terms terms = {
		.vsi = request->vsi,
		.filter_count = request->filter_count,
		.serial = request->serial,
		.source = source_of(way, request),
		.destination = way->to->bridge_key,
		.station = way->to->key,
		.types = request->required | request->optional,
		.rights = DIMP_TICKET_RIGHT_AT_RISK,
	};

	memcpy(terms.filters, request->filters, request->filter_count * sizeof request->filters[0]);
	change_terms(authority, &terms);
	request->has_ticket = vsi_manager_sign(authority->manager, &terms, &request->ticket);
}

void move_authority_sign(const struct move_authority *authority, const struct move_way *way,
	struct dimp_request_config *request)
{
	if (authority->manager && authority->ticket != SCENARIO_TICKET_NONE)
		sign(authority, way, request);
}

/* The old station's word counts, and that is behind the bridge that is asked. */
static const struct move_place *announcer_of(const struct move_authority *authority,
	const struct move_way *way, const struct dimp_request_config *request)
{
	if (authority->announcer)
		return authority->announcer;
	const struct move_place *place =
		memcmp(&request->source, &way->from->bridge_key, sizeof request->source) == 0
		? NULL
		: authority->place_at(authority->world, &request->source);
	return place ? place : way->from;
}

struct consent_config move_authority_consent(const struct move_authority *authority,
	const struct move_way *way, const struct dimp_request_config *request)
{
	const struct move_place *announcer = announcer_of(authority, way, request);

	return (struct consent_config){
		.announcer = authority->is_consent_wanted ? announcer->hypervisor : NULL,
		.announcement = {.bridge = announcer->bridge_peer,
			.vsi = request->vsi,
			.serial = request->serial,
			.destination = way->to->bridge_key},
	};
}
