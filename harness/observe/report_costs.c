/* SPDX-License-Identifier: MIT */
/*
 * Every kind of frame has its key, also where there was none: a reader never asks whether a key is
 * there.
 */
#include "observe/report_costs.h"

#include "observe/json_count.h"

static json_t *json_by_kind(const uint64_t counts[FRAME_KINDS])
{
	json_t *object = json_object();

	for (unsigned kind = 0; kind < FRAME_KINDS; kind++)
		json_object_set_new(object, frame_kind_names[kind], json_count(counts[kind]));
	return object;
}

static void put_census(json_t *object, const struct frame_census *census)
{
	json_object_set_new(object, "frames", json_by_kind(census->frames));
	json_object_set_new(object, "octets", json_by_kind(census->octets));
}

json_t *report_costs_wires(const struct outcome *outcome)
{
	json_t *list = json_array();

	for (size_t index = 0; index < outcome->wire_count; index++) {
		const struct outcome_wire *wire = &outcome->wires[index];
		json_t *object = json_object();

		json_object_set_new(object, "from", json_string(wire->from));
		json_object_set_new(object, "to", json_string(wire->to));
		put_census(object, &wire->sent);
		json_array_append_new(list, object);
	}
	return list;
}

json_t *report_costs_vms(const struct outcome *outcome)
{
	json_t *list = json_array();

	for (size_t index = 0; index < outcome->talk_count; index++) {
		const struct outcome_talk *talk = &outcome->talks[index];
		json_t *object = json_object(), *sent = json_object(), *received = json_object();

		put_census(sent, &talk->sent);
		put_census(received, &talk->received);
		json_object_set_new(object, "name", json_string(talk->name));
		json_object_set_new(object, "sent", sent);
		json_object_set_new(object, "received", received);
		json_array_append_new(list, object);
	}
	return list;
}

json_t *report_costs_services(const struct outcome_migration *migration,
	const struct scenario *scenario)
{
	json_t *list = json_array();

	for (size_t index = 0; index < migration->toll_count; index++) {
		const struct outcome_toll *row = &migration->tolls[index];
		json_t *object = json_object();

		json_object_set_new(object, "name",
			json_string(scenario->services[row->service].name));
		json_object_set_new(object, "sent", json_count(row->toll.sent));
		json_object_set_new(object, "lost", json_count(row->toll.lost));
		json_object_set_new(object, "lost_beyond_stop",
			json_count(row->toll.lost_beyond_stop));
		json_object_set_new(object, "dark_us", json_count(row->toll.dark_us));
		json_object_set_new(object, "restored_us", json_count(row->toll.restored_us));
		json_array_append_new(list, object);
	}
	return list;
}

json_t *report_costs_full_service(const struct outcome_migration *migration)
{
	uint64_t full_us = migration->toll_count == 0 ? UINT64_MAX : 0;

	for (size_t index = 0; index < migration->toll_count; index++) {
		const uint64_t restored_us = migration->tolls[index].toll.restored_us;
		if (restored_us > full_us)
			full_us = restored_us;
	}
	return json_count(full_us);
}
