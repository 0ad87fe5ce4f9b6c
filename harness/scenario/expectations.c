/* SPDX-License-Identifier: MIT */
/*
 * Each value that an expectation names is compared on its own, so that a miss says which value,
 * what was expected and what came.
 */
#include "scenario/expectations.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bridge/edge_frame.h"
#include "scenario/fabric_path.h"
#include "scenario/name_rows.h"
#include "scenario/vm_place.h"

/* One expectation being judged. */
struct judge {
	const struct scenario *scenario;
	const struct outcome *outcome;
	const struct scenario_expect *expect;
	struct expectations *verdict;
	const char *noun, *name; /* of what is judged */
};

/* Counts a comparison and, when it failed, adds what the text says after the subject's name. */
__attribute__((format(printf, 3, 4))) static void judge_value(const struct judge *judge,
	bool is_met, const char *format, ...)
{
	struct expectations *verdict = judge->verdict;
	va_list arguments;

	verdict->checked++;
	if (is_met || verdict->missed++ >= EXPECTATION_MISSES_MAX)
		return;
	struct expectation_miss *miss = &verdict->misses[verdict->missed - 1];

	miss->expect = judge->expect;
	const int size =
		snprintf(miss->text, sizeof miss->text, "%s %s: ", judge->noun, judge->name);

	va_start(arguments, format);
	vsnprintf(miss->text + size, sizeof miss->text - (size_t)size, format, arguments);
	va_end(arguments);
}

const char *expectations_advice(uint8_t advice, char text[64])
{
	size_t used = 0;

	snprintf(text, 64, "none");
	for (const struct name_row *name = names_advice; name->name != NULL; name++) {
		if ((advice & name->number) != 0 && used < 64)
			used += (size_t)snprintf(text + used, 64 - used, "%s%s",
				used != 0 ? "+" : "", name->name);
	}
	return text;
}

const char *expectations_duration(uint64_t us, char text[EXPECTATIONS_DURATION_SIZE])
{
	static const struct {
		uint64_t us;
		const char *unit;
	} units[] = {{1000000, "s"}, {1000, "ms"}};

	if (us == UINT64_MAX) {
		snprintf(text, EXPECTATIONS_DURATION_SIZE, "never");
		return text;
	}
	for (size_t each = 0; each < 2; each++) {
		if (us < units[each].us)
			continue;
		snprintf(text, EXPECTATIONS_DURATION_SIZE, "%" PRIu64 ".%03" PRIu64 " %s",
			us / units[each].us, us % units[each].us / (units[each].us / 1000),
			units[each].unit);
		return text;
	}
	snprintf(text, EXPECTATIONS_DURATION_SIZE, "%" PRIu64 " us", us);
	return text;
}

/* ---- migrations */

static const char *result_name(const struct outcome_migration *came)
{
	return came->has_response ? names_of(names_result, (int32_t)came->result) : "no RESPONSE";
}

static void judge_response(const struct judge *judge, const struct outcome_migration *came)
{
	const struct scenario_expect *expect = judge->expect;
	char wanted[64], got[64];

	if (expect->has_result)
		judge_value(judge, came->has_response && came->result == expect->result,
			"result: expected %s, got %s",
			names_of(names_result, (int32_t)expect->result), result_name(came));
	if (expect->has_reason)
		judge_value(judge, came->has_response && came->reason == expect->reason,
			"reason: expected %s, got %s",
			names_of(names_reason, (int32_t)expect->reason),
			names_of(names_reason, (int32_t)came->reason));
	if (expect->has_error)
		judge_value(judge, came->has_response && came->error == expect->error,
			"error: expected %s, got %s", names_of(names_error, (int32_t)expect->error),
			names_of(names_error, (int32_t)came->error));
	if (expect->has_advice)
		judge_value(judge, came->has_response && came->advice == expect->advice,
			"advice: expected %s, got %s", expectations_advice(expect->advice, wanted),
			expectations_advice(came->advice, got));
	if (expect->has_vdp_status)
		judge_value(judge, came->vdp_status == (uint8_t)expect->vdp_status,
			"vdp: expected %s, got 0x%02x",
			names_of(names_vdp_status, (int32_t)expect->vdp_status), came->vdp_status);
	if (expect->has_attempts)
		judge_value(judge, came->attempts == expect->attempts,
			"attempts: expected %" PRIu32 ", got %" PRIu32, expect->attempts,
			came->attempts);
}

/* From one instant to another; UINT64_MAX when either did not come. */
static uint64_t between(struct dimp_time from, struct dimp_time to)
{
	if (from.us == UINT64_MAX || to.us == UINT64_MAX || to.us < from.us)
		return UINT64_MAX;
	return to.us - from.us;
}

static void judge_times(const struct judge *judge, const struct outcome_migration *came)
{
	const struct scenario_expect *expect = judge->expect;
	const uint64_t took_us = between(came->phases.requested, came->phases.responded);
	char wanted[EXPECTATIONS_DURATION_SIZE], got[EXPECTATIONS_DURATION_SIZE];

	if (expect->has_within)
		judge_value(judge, took_us != UINT64_MAX && took_us <= expect->within_us,
			"within: expected at most %s, got %s",
			expectations_duration(expect->within_us, wanted),
			expectations_duration(took_us, got));
	if (expect->has_blackout)
		judge_value(judge, came->blackout_us <= expect->blackout_us,
			"blackout: expected at most %s, got %s",
			expectations_duration(expect->blackout_us, wanted),
			expectations_duration(came->blackout_us, got));
	if (expect->has_round_trips) {
		const uint64_t trips =
			expectations_round_trips(judge->scenario, judge->outcome, expect->subject);

		judge_value(judge, trips == expect->round_trips,
			"round_trips: expected %" PRIu32 ", got %" PRIu64, expect->round_trips,
			trips);
	}
}

uint64_t expectations_round_trips(const struct scenario *scenario, const struct outcome *outcome,
	size_t migration)
{
	const struct outcome_phases *phases = &outcome->migrations[migration].phases;
	const uint64_t took_us = between(phases->solicited, phases->released);
	const uint32_t from = vm_place_before(scenario, outcome, migration);

	if (took_us == UINT64_MAX || from == SCENARIO_NONE)
		return 0;
	const uint64_t delay_us = fabric_path_delay_us(scenario, scenario->stations[from].bridge,
		scenario->stations[scenario->migrations[migration].to].bridge);

	if (delay_us == 0 || delay_us >= UINT64_MAX / 2)
		return 0;
	return took_us / (delay_us * 2);
}

static void judge_migration(struct judge *judge)
{
	const struct scenario_expect *expect = judge->expect;
	const struct outcome_migration *came = &judge->outcome->migrations[expect->subject];

	judge->noun = "migration";
	judge->name = came->name;
	judge_response(judge, came);
	judge_times(judge, came);
	for (const struct name_row *type = names_di_type; type->name != NULL; type++) {
		const uint32_t wanted = expect->di[type->number];
		const uint32_t got = came->rows[type->number].installed;

		if (expect->has_di[type->number])
			judge_value(judge, wanted == got,
				"installed: %s: expected %" PRIu32 ", got %" PRIu32, type->name,
				wanted, got);
	}
}

/* ---- services, DI, VMs */

static void judge_service(struct judge *judge)
{
	const struct scenario_expect *expect = judge->expect;
	const struct outcome_service *came = &judge->outcome->services[expect->subject];

	judge->noun = "service";
	judge->name = came->name;
	if (expect->has_lost)
		judge_value(judge, came->lost == expect->lost,
			"lost: expected %" PRIu64 ", got %" PRIu64 " of %" PRIu64, expect->lost,
			came->lost, came->sent);
	if (expect->has_lost_beyond_stop)
		judge_value(judge, came->lost_beyond_stop <= expect->lost_beyond_stop,
			"lost_beyond_stop: expected at most %" PRIu64 ", got %" PRIu64
			" of %" PRIu64,
			expect->lost_beyond_stop, came->lost_beyond_stop, came->sent);
	if (expect->has_lost_at_least)
		judge_value(judge, came->lost >= expect->lost_at_least,
			"lost_at_least: expected %" PRIu64 ", got %" PRIu64 " of %" PRIu64,
			expect->lost_at_least, came->lost, came->sent);
}

/* What a bridge counted. */
static void judge_counts(struct judge *judge, const struct outcome_di *came)
{
	const struct scenario_expect *const expect = judge->expect;

	if (expect->has_counted_at_least)
		judge_value(judge, came->counted_frames >= expect->counted_at_least,
			"counted_at_least: expected %" PRIu64 ", got %" PRIu64,
			expect->counted_at_least, came->counted_frames);
	if (expect->has_probes)
		judge_value(judge, came->probes == expect->probes,
			"probes: expected %" PRIu64 ", got %" PRIu64, expect->probes, came->probes);
	if (expect->has_arp_dropped)
		judge_value(judge, came->arp_dropped == expect->arp_dropped,
			"arp_dropped: expected %" PRIu64 ", got %" PRIu64, expect->arp_dropped,
			came->arp_dropped);
}

static void judge_di(struct judge *judge)
{
	static const struct outcome_di nothing;
	const struct scenario_expect *expect = judge->expect;
	const struct outcome_di *came = NULL;

	judge->noun = "DI at";
	judge->name = judge->scenario->bridges[expect->subject].name;
	for (size_t each = 0; each < judge->outcome->di_count; each++) {
		if (judge->outcome->di[each].bridge == expect->subject &&
			judge->outcome->di[each].vm == expect->vm)
			came = &judge->outcome->di[each];
	}
	for (const struct name_row *type = names_di_type; type->name != NULL; type++) {
		const uint32_t wanted = expect->di[type->number];
		const uint32_t got = came != NULL ? came->count[type->number] : 0;

		if (expect->has_di[type->number])
			judge_value(judge, wanted == got,
				"%s of %s: expected %" PRIu32 ", got %" PRIu32, type->name,
				judge->scenario->vms[expect->vm].name, wanted, got);
	}
	judge_counts(judge, came != NULL ? came : &nothing);
}

static void judge_address(struct judge *judge)
{
	static const struct dimp_ip none;
	const struct scenario_expect *const expect = judge->expect;
	const bool is_known = expect->vm < judge->outcome->talk_count;
	const struct dimp_ip *const got =
		is_known ? &judge->outcome->talks[expect->vm].address : &none;
	char text[2][INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, expect->address.octets, text[0], sizeof text[0]);
	inet_ntop(AF_INET6, got->octets, text[1], sizeof text[1]);
	judge_value(judge, edge_ip_equals(got, &expect->address), "address: expected %s, got %s",
		text[0], text[1]);
}

static void judge_vm(struct judge *judge)
{
	const struct scenario_expect *expect = judge->expect;
	const uint32_t station = vm_place_at_end(judge->scenario, judge->outcome, expect->vm);

	judge->noun = "VM";
	judge->name = judge->scenario->vms[expect->vm].name;
	judge_value(judge, station == expect->runs_at, "runs_at: expected %s, got %s",
		vm_place_name(judge->scenario, expect->runs_at),
		vm_place_name(judge->scenario, station));
	if (expect->has_address)
		judge_address(judge);
}

static void judge_holding(struct judge *judge)
{
	const struct scenario_expect *expect = judge->expect;
	const struct outcome_holding *came = &judge->outcome->holdings[expect->subject];
	const uint64_t dropped = came->overflowed + came->discarded;

	judge->noun = "frames held at";
	judge->name = judge->scenario->bridges[expect->subject].name;
	if (expect->has_held)
		judge_value(judge, came->held >= expect->held,
			"held: expected at least %" PRIu64 ", got %" PRIu64, expect->held,
			came->held);
	if (expect->has_delivered)
		judge_value(judge, came->delivered >= expect->delivered,
			"delivered: expected at least %" PRIu64 ", got %" PRIu64, expect->delivered,
			came->delivered);
	if (expect->has_dropped)
		judge_value(judge, dropped == expect->dropped,
			"dropped: expected %" PRIu64 ", got %" PRIu64, expect->dropped, dropped);
	if (expect->has_dropped_at_least)
		judge_value(judge, dropped >= expect->dropped_at_least,
			"dropped_at_least: expected %" PRIu64 ", got %" PRIu64,
			expect->dropped_at_least, dropped);
}

void expectations_judge(const struct scenario *scenario, const struct outcome *outcome,
	struct expectations *verdict)
{
	*verdict = (struct expectations){.checked = 0};
	for (size_t each = 0; each < scenario->expect_count; each++) {
		struct judge judge = {scenario, outcome, &scenario->expects[each], verdict, "", ""};

		switch (judge.expect->kind) {
		case SCENARIO_EXPECT_MIGRATION: judge_migration(&judge); break;
		case SCENARIO_EXPECT_SERVICE: judge_service(&judge); break;
		case SCENARIO_EXPECT_DI: judge_di(&judge); break;
		case SCENARIO_EXPECT_VM: judge_vm(&judge); break;
		case SCENARIO_EXPECT_HOLDING: judge_holding(&judge); break;
		}
	}
}
