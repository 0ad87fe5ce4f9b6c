/* SPDX-License-Identifier: MIT */
/*
 * The report for machines.  Keys and their order are stable: docs/SCENARIOS.md describes them; what
 * has no value is null.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "observe/json_count.h"
#include "observe/report_costs.h"
#include "observe/report_memory.h"
#include "scenario/name_rows.h"
#include "scenario/vm_place.h"

static void put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *json_station(const struct scenario *scenario, uint32_t station)
{
	return station < scenario->station_count ? json_string(scenario->stations[station].name)
						 : json_null();
}

static json_t *json_advice(uint8_t advice)
{
	json_t *list = json_array();

	for (const struct name_row *name = names_advice; name->name != NULL; name++) {
		if ((advice & name->number) != 0)
			json_array_append_new(list, json_string(name->name));
	}
	return list;
}

static json_t *json_phases(const struct outcome_phases *phases)
{
	json_t *object = json_object();

	for (const struct report_phase *phase = report_phases; phase->name != NULL; phase++)
		put(object, phase->name, json_count(report_phase_us(phase, phases)));
	return object;
}

static json_t *json_di_rows(const struct outcome_migration *migration)
{
	json_t *list = json_array();

	for (const struct name_row *type = names_di_type; type->name != NULL; type++) {
		const struct outcome_di_row *row = &migration->rows[type->number];
		json_t *object = json_object();

		put(object, "type", json_string(type->name));
		put(object, "learned", json_count(row->learned));
		put(object, "offered", json_count(row->offered));
		put(object, "installed", json_count(row->installed));
		put(object, "rejected", json_count(row->rejected));
		put(object, "error", json_string(names_of(names_error, (int32_t)row->error)));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_response_name(const struct outcome_migration *migration,
	const struct name_row *names, int number)
{
	return migration->has_response ? json_string(names_of(names, number)) : json_null();
}

static json_t *json_migration(const struct run_report *report, size_t index)
{
	const struct scenario *scenario = report->scenario;
	const struct scenario_migration *asked = &scenario->migrations[index];
	const struct outcome_migration *came = &report->outcome->migrations[index];
	json_t *object = json_object();

	put(object, "name", json_string(came->name));
	put(object, "vm", json_string(scenario->vms[asked->vm].name));
	put(object, "from",
		json_station(scenario, vm_place_before(scenario, report->outcome, index)));
	put(object, "to", json_station(scenario, asked->to));
	put(object, "mode", json_string(names_of(names_how, (int32_t)asked->mode)));
	put(object, "result", json_response_name(came, names_result, (int)came->result));
	put(object, "reason", json_response_name(came, names_reason, (int)came->reason));
	put(object, "error", json_response_name(came, names_error, (int)came->error));
	put(object, "advice", came->has_response ? json_advice(came->advice) : json_null());
	put(object, "attempts", json_count(came->attempts));
	put(object, "phases_us", json_phases(&came->phases));
	put(object, "stop_us", json_count(came->stop_us));
	put(object, "blackout_us", json_count(came->blackout_us));
	put(object, "memory", report_memory_json(&came->memory));
	put(object, "runs_at", json_station(scenario, came->decision));
	put(object, "di", json_di_rows(came));
	put(object, "services", report_costs_services(came, scenario));
	put(object, "full_service_us", report_costs_full_service(came));
	return object;
}

static json_t *json_service(const struct outcome_service *service)
{
	json_t *object = json_object();

	put(object, "name", json_string(service->name));
	put(object, "sent", json_count(service->sent));
	put(object, "received", json_count(service->received));
	put(object, "lost", json_count(service->lost));
	put(object, "lost_beyond_stop", json_count(service->lost_beyond_stop));
	put(object, "gap_us", json_count(service->gap_us));
	return object;
}

static json_t *json_in_force(const struct scenario *scenario, const struct outcome_di *di)
{
	json_t *object = json_object(), *entries = json_object();

	for (const struct name_row *type = names_di_type; type->name != NULL; type++)
		put(entries, type->name, json_count(di->count[type->number]));
	put(object, "bridge", json_string(scenario->bridges[di->bridge].name));
	put(object, "vm", json_string(scenario->vms[di->vm].name));
	put(object, "entries", entries);
	return object;
}

static json_t *json_drops(const struct scenario *scenario, const struct outcome_drops *drops)
{
	json_t *object = json_object();

	put(object, "bridge", json_string(scenario->bridges[drops->bridge].name));
	put(object, "unauthorised", json_count(drops->unauthorised));
	put(object, "acl", json_count(drops->acl));
	put(object, "macsec", json_count(drops->macsec));
	put(object, "source_guard", json_count(drops->source_guard));
	put(object, "not_active", json_count(drops->not_active));
	return object;
}

static json_t *json_holding(const struct scenario *scenario, const struct outcome_holding *holding)
{
	json_t *object = json_object();

	put(object, "bridge", json_string(scenario->bridges[holding->bridge].name));
	put(object, "held", json_count(holding->held));
	put(object, "delivered", json_count(holding->delivered));
	put(object, "overflowed", json_count(holding->overflowed));
	put(object, "discarded", json_count(holding->discarded));
	return object;
}

static json_t *json_verdict(const struct expectations *verdict)
{
	json_t *object = json_object(), *unmet = json_array();

	for (size_t each = 0; each < verdict->missed && each < EXPECTATION_MISSES_MAX; each++) {
		const struct expectation_miss *miss = &verdict->misses[each];
		json_t *one = json_object();

		put(one, "file", json_string(miss->expect->file));
		put(one, "line", json_count(miss->expect->line));
		put(one, "text", json_string(miss->text));
		json_array_append_new(unmet, one);
	}
	put(object, "checked", json_count(verdict->checked));
	put(object, "missed", json_count(verdict->missed));
	put(object, "unmet", unmet);
	return object;
}

static json_t *json_transition(const struct invariant_transition *transition)
{
	json_t *object = json_object();

	put(object, "time_us", json_count(transition->time.us));
	put(object, "node", json_string(transition->node));
	put(object, "machine", json_string(transition->machine));
	put(object, "from", json_string(transition->from));
	put(object, "because", json_string(transition->because));
	put(object, "to", json_string(transition->to));
	put(object, "clause", json_string(transition->clause));
	return object;
}

static json_t *json_violation(const struct invariant_violation *violation)
{
	json_t *object = json_object(), *transitions = json_array();

	for (size_t index = 0; index < violation->transition_count; index++)
		json_array_append_new(transitions, json_transition(&violation->transitions[index]));
	put(object, "invariant", json_string(invariant_rows[violation->invariant].name));
	put(object, "clause", json_string(invariant_rows[violation->invariant].clause));
	put(object, "time_us", json_count(violation->time.us));
	put(object, "node", json_string(violation->node));
	put(object, "expected", json_string(violation->expected));
	put(object, "found", json_string(violation->found));
	put(object, "transitions", transitions);
	return object;
}

static json_t *json_invariants(const struct run_report *report)
{
	json_t *object = json_object();

	put(object, "judged", json_boolean(report->is_judged));
	put(object, "violation",
		report->violation ? json_violation(report->violation) : json_null());
	return object;
}

static void put_lists(json_t *root, const struct run_report *report)
{
	const struct outcome *outcome = report->outcome;
	json_t *migrations = json_array(), *services = json_array();
	json_t *in_force = json_array(), *drops = json_array(), *holdings = json_array();

	for (size_t each = 0; each < outcome->migration_count; each++)
		json_array_append_new(migrations, json_migration(report, each));
	for (size_t each = 0; each < outcome->service_count; each++)
		json_array_append_new(services, json_service(&outcome->services[each]));
	for (size_t each = 0; each < outcome->di_count; each++)
		json_array_append_new(in_force,
			json_in_force(report->scenario, &outcome->di[each]));
	for (size_t each = 0; each < outcome->drop_count; each++) {
		json_array_append_new(drops, json_drops(report->scenario, &outcome->drops[each]));
		json_array_append_new(holdings,
			json_holding(report->scenario, &outcome->holdings[each]));
	}
	put(root, "migrations", migrations);
	put(root, "services", services);
	put(root, "di", in_force);
	put(root, "drops", drops);
	put(root, "holdings", holdings);
	put(root, "vms", report_costs_vms(outcome));
	put(root, "wires", report_costs_wires(outcome));
}

bool report_json_write(const struct run_report *report, FILE *stream)
{
	json_t *root = json_object();
	char digest[17];

	snprintf(digest, sizeof digest, "%016" PRIx64, report->outcome->digest);
	put(root, "scenario", json_string(report->scenario->path));
	put(root, "title", json_string(report->scenario->title));
	put(root, "seed", json_count(report->scenario->seed));
	put(root, "ended_us", json_count(report->outcome->ended.us));
	put(root, "digest", json_string(digest));
	put(root, "dimp_pdus", json_count(report->outcome->dimp_pdus));
	put(root, "dimp_octets", json_count(report->outcome->dimp_octets));
	put_lists(root, report);
	put(root, "attacks", attack_counts_json(&report->outcome->attacks));
	put(root, "expectations", json_verdict(report->verdict));
	put(root, "invariants", json_invariants(report));
	const bool is_written = root != NULL && json_dumpf(root, stream, JSON_INDENT(2)) == 0;

	fputc('\n', stream);
	json_decref(root);
	return is_written;
}
