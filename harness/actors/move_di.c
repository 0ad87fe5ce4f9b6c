/* SPDX-License-Identifier: MIT */
/* A VM's DI as a move sees it from outside the protocol: in the stores of its two bridges. */
#include "actors/move_di.h"

#include <string.h>

unsigned move_di_slot(const struct move_config *config, const struct move_place *place)
{
	return edge_bridge_slot(place->bridge, &config->vsi, config->slot);
}

void move_di_begin_outcome(const struct move_config *config)
{
	struct outcome_migration *outcome = config->outcome;
	*outcome = (struct outcome_migration){
		.name = config->migration->name,
		.decision = SCENARIO_NONE,
		.blackout_us = UINT64_MAX,
	};
	const struct dimp_time never = DIMP_NEVER;
	outcome->phases = (struct outcome_phases){never, never, never, never, never, never, never,
		never, never, never, never, never};
}

void move_di_note_response(struct outcome_migration *outcome, const struct dimp_message *message)
{
	const struct dimp_response *response = &message->body.response;

	outcome->has_response = true;
	outcome->result = (enum dimp_result)response->result;
	outcome->reason = (enum dimp_reason)response->reason;
	outcome->error = (enum dimp_error)response->error;
	outcome->advice = response->advice;
	for (size_t index = 0; index < message->row_count; index++) {
		const struct dimp_result_row *row = &message->rows.result[index];
		if (row->type >= DIMP_DI_TYPES)
			continue;
		struct outcome_di_row *noted = &outcome->rows[row->type];
		noted->offered = row->offered;
		noted->installed = row->installed;
		noted->rejected = row->rejected;
		noted->error = (enum dimp_error)row->error;
	}
}

void move_di_note_learned(const struct move_config *config, const struct move_place *from)
{
	const struct di_store *store = edge_bridge_store(from->bridge);
	const unsigned slot = move_di_slot(config, from);

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		config->outcome->rows[type].learned =
			(uint32_t)di_store_count(store, slot, (enum dimp_di_type)type);
}

void move_di_install_by_server(const struct move_config *config, const struct move_place *from,
	struct dimp_time now)
{
	const struct di_store *store = edge_bridge_store(from->bridge);
	const unsigned slot = move_di_slot(config, from);
	const unsigned to = move_di_slot(config, config->to);

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		if (!(config->vm->installed_by_server >> type & 1))
			continue;
		while ((entry = di_store_next(store, slot, (enum dimp_di_type)type, &cursor)) !=
			NULL) {
			struct dimp_record record;
			di_entry_at(entry, now, &record);
			edge_bridge_install(config->to->bridge, to, &record, now);
			explicit_bzero(&record, sizeof record);
		}
	}
}
