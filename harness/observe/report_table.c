/* SPDX-License-Identifier: MIT */
/* The report for people: short when all went well, with the numbers that explain it when not. */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "observe/report_memory.h"
#include "observe/run_report.h"
#include "scenario/name_rows.h"
#include "scenario/vm_place.h"

/* Where the tables go. */
struct table_writer {
	const struct run_report *report;
	FILE *stream;
	bool has_colour;
};

enum table_colour { TABLE_GOOD = 32, TABLE_BAD = 31, TABLE_HEAD = 1 };

__attribute__((format(printf, 3, 4))) static void print_coloured(const struct table_writer *writer,
	enum table_colour colour, const char *format, ...)
{
	va_list arguments;

	if (writer->has_colour)
		fprintf(writer->stream, "\033[%dm", (int)colour);
	va_start(arguments, format);
	vfprintf(writer->stream, format, arguments);
	va_end(arguments);
	if (writer->has_colour)
		fputs("\033[0m", writer->stream);
}

static void print_failure(const struct table_writer *writer,
	const struct outcome_migration *migration)
{
	char advice[64];

	print_coloured(writer, TABLE_BAD, "%s", names_of(names_result, (int32_t)migration->result));
	fprintf(writer->stream, " %s (%s); advice %s",
		names_of(names_reason, (int32_t)migration->reason),
		names_of(names_error, (int32_t)migration->error),
		expectations_advice(migration->advice, advice));
}

static void print_result(const struct table_writer *writer, size_t index)
{
	const struct scenario *scenario = writer->report->scenario;
	const struct outcome_migration *migration = &writer->report->outcome->migrations[index];

	fputs("  ", writer->stream);
	if (scenario->migrations[index].trigger == SCENARIO_TRIGGER_NONE)
		fputs("no DIMP", writer->stream);
	else if (!migration->has_response)
		print_coloured(writer, TABLE_BAD, "no RESPONSE");
	else if (migration->result == DIMP_RESULT_SUCCESS)
		print_coloured(writer, TABLE_GOOD, "SUCCESS");
	else
		print_failure(writer, migration);
	if (migration->attempts > 1)
		fprintf(writer->stream, "; %" PRIu32 " REQUESTs", migration->attempts);
	if (migration->decision == SCENARIO_NONE)
		fputs("; the VM is stopped\n", writer->stream);
	else
		fprintf(writer->stream, "; the VM runs at %s\n",
			vm_place_name(scenario, migration->decision));
}

static void print_phases(const struct table_writer *writer,
	const struct outcome_migration *migration)
{
	const struct outcome_phases *phases = &migration->phases;
	const uint64_t asked_us = phases->notified.us < phases->requested.us ? phases->notified.us
									     : phases->requested.us;
	const uint64_t from_us = asked_us != UINT64_MAX ? asked_us : phases->stopped.us;
	char text[EXPECTATIONS_DURATION_SIZE];

	for (const struct report_phase *phase = report_phases; phase->name != NULL; phase++) {
		const uint64_t us = report_phase_us(phase, &migration->phases);
		const bool is_before = us < from_us;

		if (us != UINT64_MAX)
			fprintf(writer->stream, "    %-16s %c%s\n", phase->text,
				is_before ? '-' : '+',
				expectations_duration(is_before ? from_us - us : us - from_us,
					text));
	}
	fprintf(writer->stream, "    %-16s  %s", "VM's own stop",
		expectations_duration(migration->stop_us, text));
	fprintf(writer->stream, ", blackout %s\n",
		expectations_duration(migration->blackout_us, text));
	report_memory_print(&migration->memory, writer->stream);
}

static bool is_row_empty(const struct outcome_di_row *row)
{
	return (row->learned | row->offered | row->installed | row->rejected) == 0;
}

static void print_di_rows(const struct table_writer *writer,
	const struct outcome_migration *migration)
{
	fprintf(writer->stream, "    %-24s%10s%10s%10s%10s\n", "DI type", "learned", "offered",
		"installed", "rejected");
	for (const struct name_row *type = names_di_type; type->name != NULL; type++) {
		const struct outcome_di_row *row = &migration->rows[type->number];

		if (is_row_empty(row) && row->error == DIMP_ERROR_NONE)
			continue;
		fprintf(writer->stream,
			"    %-24s%10" PRIu32 "%10" PRIu32 "%10" PRIu32 "%10" PRIu32 "%s%s\n",
			type->name, row->learned, row->offered, row->installed, row->rejected,
			row->error != DIMP_ERROR_NONE ? "  " : "",
			row->error != DIMP_ERROR_NONE ? names_of(names_error, (int32_t)row->error)
						      : "");
	}
}

static void print_migration(const struct table_writer *writer, size_t index)
{
	const struct scenario *scenario = writer->report->scenario;
	const struct scenario_migration *asked = &scenario->migrations[index];
	const struct outcome_migration *came = &writer->report->outcome->migrations[index];
	char at[EXPECTATIONS_DURATION_SIZE];

	print_coloured(writer, TABLE_HEAD, "\nMigration %s", came->name);
	fprintf(writer->stream, ": %s from %s to %s at %s, %s\n", scenario->vms[asked->vm].name,
		vm_place_name(scenario, vm_place_before(scenario, writer->report->outcome, index)),
		vm_place_name(scenario, asked->to), expectations_duration(asked->at.us, at),
		names_of(names_how, (int32_t)asked->mode));
	print_result(writer, index);
	print_phases(writer, came);
	print_di_rows(writer, came);
}

static void print_services(const struct table_writer *writer)
{
	const struct outcome *outcome = writer->report->outcome;
	char gap[EXPECTATIONS_DURATION_SIZE];

	if (outcome->service_count == 0)
		return;
	print_coloured(writer, TABLE_HEAD, "\n%-20s%10s%10s%10s%14s%16s\n", "Service", "sent",
		"received", "lost", "beyond stop", "longest gap");
	for (size_t each = 0; each < outcome->service_count; each++) {
		const struct outcome_service *service = &outcome->services[each];

		fprintf(writer->stream,
			"%-20s%10" PRIu64 "%10" PRIu64 "%10" PRIu64 "%14" PRIu64 "%16s\n",
			service->name, service->sent, service->received, service->lost,
			service->lost_beyond_stop, expectations_duration(service->gap_us, gap));
	}
}

static void print_drops(const struct table_writer *writer)
{
	const struct outcome *outcome = writer->report->outcome;

	for (size_t each = 0; each < outcome->drop_count; each++) {
		const struct outcome_drops *drops = &outcome->drops[each];

		if ((drops->unauthorised | drops->acl | drops->macsec | drops->source_guard |
			    drops->not_active) == 0)
			continue;
		fprintf(writer->stream,
			"Dropped by %s: unauthorised %" PRIu64 ", ACL %" PRIu64 ", MACsec %" PRIu64
			", source address %" PRIu64 ", DI not in force %" PRIu64 "\n",
			writer->report->scenario->bridges[drops->bridge].name, drops->unauthorised,
			drops->acl, drops->macsec, drops->source_guard, drops->not_active);
	}
}

static void print_attacks(const struct table_writer *writer)
{
	const struct attack_counts *attacks = &writer->report->outcome->attacks;

	if (!attack_counts_is_any(attacks))
		return;
	fputs("Attackers: ", writer->stream);
	attack_counts_print(attacks, writer->stream);
}

static void print_holdings(const struct table_writer *writer)
{
	const struct outcome *outcome = writer->report->outcome;

	for (size_t each = 0; each < outcome->drop_count; each++) {
		const struct outcome_holding *holding = &outcome->holdings[each];

		if ((holding->held | holding->overflowed) == 0)
			continue;
		fprintf(writer->stream,
			"Held by %s: %" PRIu64 ", delivered %" PRIu64 ", no room %" PRIu64
			", VM did not come %" PRIu64 "\n",
			writer->report->scenario->bridges[holding->bridge].name, holding->held,
			holding->delivered, holding->overflowed, holding->discarded);
	}
}

void report_misses_write(const struct expectations *verdict, FILE *stream)
{
	for (size_t each = 0; each < verdict->missed && each < EXPECTATION_MISSES_MAX; each++) {
		const struct expectation_miss *miss = &verdict->misses[each];

		fprintf(stream, "%s:%u: %s\n", miss->expect->file, miss->expect->line, miss->text);
	}
}

static void print_verdict(const struct table_writer *writer)
{
	const struct expectations *verdict = writer->report->verdict;

	fputc('\n', writer->stream);
	report_misses_write(verdict, writer->stream);
	print_coloured(writer, verdict->missed == 0 ? TABLE_GOOD : TABLE_BAD,
		"%zu of %zu expectations met\n", verdict->checked - verdict->missed,
		verdict->checked);
}

void report_table_write(const struct run_report *report, enum report_colour colour, FILE *stream)
{
	const struct table_writer writer = {report, stream, colour == REPORT_COLOURED};
	const struct outcome *outcome = report->outcome;
	char ended[EXPECTATIONS_DURATION_SIZE];

	print_coloured(&writer, TABLE_HEAD, "%s",
		*report->scenario->title != '\0' ? report->scenario->title
						 : report->scenario->path);
	fprintf(stream, " (seed %" PRIu64 ", %s)\n", report->scenario->seed,
		expectations_duration(outcome->ended.us, ended));
	for (size_t each = 0; each < outcome->migration_count; each++)
		print_migration(&writer, each);
	print_services(&writer);
	fputc('\n', stream);
	print_drops(&writer);
	print_attacks(&writer);
	print_holdings(&writer);
	fprintf(stream, "DIMP: %" PRIu64 " PDUs, %" PRIu64 " octets; digest %016" PRIx64 "\n",
		outcome->dimp_pdus, outcome->dimp_octets, outcome->digest);
	print_verdict(&writer);
}
