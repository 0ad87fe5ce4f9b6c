/* SPDX-License-Identifier: MIT */
/*
 * PROGRESS and RESPONSE with their counts (DIMP 9.5), and the digests of what is staged (DIMP 6.6).
 * Types of which something could not be staged are left out of the digests: their fate is told in
 * their row of the RESPONSE, and for a required type the migration has failed before it comes to
 * that.
 */
#include "destination_report.h"

#include "di_table.h"
#include "wipe.h"

/* What is or was staged: the table's count until activation, the one kept from before it later. */
static struct di_counts staged_counts(const struct destination *destination,
	const struct machine_input *input)
{
	struct di_counts counts = destination->activated;

	if (destination->machine.vsi != DIMP_NO_VSI && !destination->is_activated)
		di_table_count(input->services->table, destination->machine.vsi, &counts);
	return counts;
}

/* Whoever asked: a station is sent it, the bridge's own host is told. */
static void tell(const struct destination *destination, const struct machine_input *input,
	const struct dimp_message *message)
{
	struct services_event event = {
		.kind = DIMP_EVENT_RESPONSE,
		.peer = destination->source,
		.vsi = destination->machine.vsi,
		.request = destination->asked.request,
		.migration = destination->machine.migration,
		.response = message,
	};

	if (destination->station != DIMP_NO_PEER) {
		services_send(input->services, destination->station, message, input->now);
		return;
	}
	if (message->kind == DIMP_MESSAGE_PROGRESS) {
		event.kind = DIMP_EVENT_PROGRESS;
		event.response = NULL;
		event.progress = message->body.progress;
	}
	services_emit(input->services, &event);
}

void destination_report_activated(struct destination *destination,
	const struct machine_input *input)
{
	destination->activated = staged_counts(destination, input);
	destination->is_activated = true;
}

void destination_report_progress(struct destination *destination, const struct machine_input *input,
	enum dimp_phase phase)
{
	const struct di_counts counts = staged_counts(destination, input);
	/* At risk without a fault is a COMMIT without an answer (DIMP 9.2-34). */
	const enum dimp_error risk =
		destination->fault != DIMP_ERROR_NONE ? destination->fault : DIMP_ERROR_IN_DOUBT;
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_PROGRESS,
		.body.progress = {.request = destination->asked.request,
			.phase = (uint8_t)phase,
			.error = phase == DIMP_PHASE_AT_RISK ? (uint16_t)risk
							     : (uint16_t)DIMP_ERROR_NONE},
	};

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		message.body.progress.entries += counts.of_type[type].entries;
		message.body.progress.octets += counts.of_type[type].octets;
	}
	destination->has_told = true;
	destination->told = phase;
	tell(destination, input, &message);
}

/* How many entries of |type| the source has or had: its final digest knows best. */
static uint32_t offered_entries(const struct destination *destination, unsigned type)
{
	const struct destination_copy *copy = &destination->copy;

	if (!copy->end.is_final)
		return destination->offered[type];
	for (size_t index = 0; index < copy->row_count; index++) {
		if (copy->rows[index].type == type)
			return copy->rows[index].entries;
	}
	return 0;
}

/* What could not be staged counts as rejected, but not twice when a later round had it again. */
static struct dimp_result_row row_of(const struct destination *destination,
	const struct di_counts *counts, unsigned type)
{
	const struct di_type_count *count = &counts->of_type[type];
	const struct destination_unstaged *unstaged = &destination->copy.unstaged[type];
	struct dimp_result_row row = {
		.type = (uint16_t)type,
		.offered = offered_entries(destination, type),
		.rejected = count->rejected,
		.error = (uint16_t)count->error,
	};
	const uint32_t missing = row.offered > count->entries ? row.offered - count->entries : 0;

	row.rejected += unstaged->records < missing ? unstaged->records : missing;
	if (row.error == DIMP_ERROR_NONE)
		row.error = (uint16_t)unstaged->error;
	return row;
}

static void add_rows(struct dimp_message *response, const struct destination *destination,
	const struct di_counts *counts)
{
	const bool is_installed = response->body.response.result != DIMP_RESULT_FAIL;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_type_count *count = &counts->of_type[type];
		struct dimp_result_row row = row_of(destination, counts, type);

		if (is_installed)
			row.installed = count->entries - count->rejected;
		if (row.offered > 0 || row.installed > 0 || row.rejected > 0)
			response->rows.result[response->row_count++] = row;
	}
}

void destination_report_response(struct destination *destination, const struct machine_input *input,
	enum dimp_result result, enum dimp_error error)
{
	const struct di_counts counts = staged_counts(destination, input);
	const enum dimp_reason reason = dimp_error_reason(error);

	if (destination->has_response)
		return;
	destination->has_response = true;
	wipe(&destination->digest_key, sizeof(destination->digest_key));
	destination->response = (struct dimp_message){
		.kind = DIMP_MESSAGE_RESPONSE,
		.body.response = {.request = destination->asked.request,
			.result = (uint8_t)result,
			.reason = (uint8_t)reason,
			.error = (uint16_t)error,
			.advice = dimp_reason_advice(reason)},
	};
	add_rows(&destination->response, destination, &counts);
	tell(destination, input, &destination->response);
}

void destination_repeat(struct destination *destination, const struct machine_input *input)
{
	if (destination->has_response)
		tell(destination, input, &destination->response);
	else if (destination->has_told)
		destination_report_progress(destination, input, destination->told);
}

static void digest_staged(const struct destination *destination, const struct machine_input *input,
	struct digest *digest)
{
	digest_start(digest, input->services->config->crypto, &destination->digest_key);
	di_table_digest(input->services->table, destination->machine.vsi,
		~destination->copy.spoiled, digest);
}

size_t destination_report_digests(const struct destination *destination,
	const struct machine_input *input, struct dimp_digest_row *rows)
{
	struct digest digest;

	digest_staged(destination, input, &digest);
	return digest_rows(&digest, rows);
}

bool destination_report_digests_agree(const struct destination *destination,
	const struct machine_input *input)
{
	const struct destination_copy *copy = &destination->copy;
	struct dimp_digest_row theirs[DIMP_ROWS_MAX];
	struct digest digest;
	size_t count = 0;

	for (size_t index = 0; index < copy->row_count; index++) {
		const uint64_t types = (uint64_t)1 << (copy->rows[index].type % DIMP_DI_TYPES);

		if ((copy->spoiled & types) == 0)
			theirs[count++] = copy->rows[index];
	}
	digest_staged(destination, input, &digest);
	return digest_matches(&digest, theirs, count);
}
