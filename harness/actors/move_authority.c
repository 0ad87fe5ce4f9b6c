/* SPDX-License-Identifier: MIT */
/*
 * A ticket names the source even where the request does not: the VSI manager knows where the VM is.
 * A wrong one is signed as it should be, for another move serial: the right manager's word about
 * another move.
 */
#include "actors/move_authority.h"

#include <string.h>

#include "actors/move.h"

static struct dimp_public_key source_of(const struct move_way *way,
	const struct dimp_request_config *request)
{
	const struct dimp_public_key none = {{0}};
	const bool is_named = memcmp(&request->source, &none, sizeof none) != 0;

	return is_named ? request->source : way->from->bridge_key;
}

static void sign(const struct move_authority *authority, const struct move_way *way,
	struct dimp_request_config *request)
{
	const bool is_wrong = authority->ticket == SCENARIO_TICKET_WRONG;
	struct dimp_ticket_terms terms = {
		.vsi = request->vsi,
		.filter_count = request->filter_count,
		.serial = request->serial + is_wrong,
		.source = source_of(way, request),
		.destination = way->to->bridge_key,
		.station = way->to->key,
		.types = request->required | request->optional,
		.rights = authority->ticket == SCENARIO_TICKET_NO_RISK ? 0
								       : DIMP_TICKET_RIGHT_AT_RISK,
	};

	memcpy(terms.filters, request->filters, request->filter_count * sizeof request->filters[0]);
	request->has_ticket = vsi_manager_sign(authority->manager, &terms, &request->ticket);
}

void move_authority_sign(const struct move_authority *authority, const struct move_way *way,
	struct dimp_request_config *request)
{
	if (authority->manager && authority->ticket != SCENARIO_TICKET_NONE)
		sign(authority, way, request);
}

struct consent_config move_authority_consent(const struct move_authority *authority,
	const struct move_way *way, const struct dimp_request_config *request)
{
	const struct move_place *announcer =
		authority->announcer ? authority->announcer : way->from;

	return (struct consent_config){
		.announcer = authority->is_consent_wanted ? announcer->hypervisor : NULL,
		.announcement = {.bridge = announcer->bridge_peer,
			.vsi = request->vsi,
			.serial = request->serial,
			.destination = way->to->bridge_key},
	};
}
