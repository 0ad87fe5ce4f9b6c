/* SPDX-License-Identifier: MIT */
/*
 * The station's side (DIMP 9.6): it asks, is told, and tells its server; what the server does with
 * the advice is the server's business.  A bridge that is dead is covered by the station's own
 * timer: then the outcome is made here.
 */
#include "station.h"

#include <string.h>

#include "instant.h"
#include "limits.h"

static void send_command(const struct station *station, const struct machine_input *input,
	enum dimp_message_kind kind)
{
	const uint64_t request = station->request.body.request.request;
	struct dimp_message message = {.kind = kind};

	/* The three commands have the same shape: the request alone. */
	if (kind == DIMP_MESSAGE_CUTOVER)
		message.body.cutover.request = request;
	else if (kind == DIMP_MESSAGE_PROCEED)
		message.body.proceed.request = request;
	else
		message.body.cancel.request = request;
	services_send(input->services, station->destination, &message, input->now);
}

static struct services_event event_of(const struct station *station,
	const struct machine_input *input, enum dimp_event_kind kind)
{
	return (struct services_event){
		.kind = kind,
		.peer = station->destination,
		.vsi = DIMP_NO_VSI,
		.request = station->request.body.request.request,
		.error = input->error,
	};
}

static void tell(const struct station *station, const struct machine_input *input)
{
	struct services_event event = event_of(station, input, DIMP_EVENT_RESPONSE);

	event.response = &station->response;
	services_emit(input->services, &event);
}

/* Actions. */

static void send_request(void *self, const struct machine_input *input)
{
	const struct station *station = self;

	services_send(input->services, station->destination, &station->request, input->now);
}

static void send_cutover(void *self, const struct machine_input *input)
{
	send_command(self, input, DIMP_MESSAGE_CUTOVER);
}

static void resend_cutover(void *self, const struct machine_input *input)
{
	send_request(self, input);
	send_cutover(self, input);
}

static void send_proceed(void *self, const struct machine_input *input)
{
	send_command(self, input, DIMP_MESSAGE_PROCEED);
}

static void send_cancel(void *self, const struct machine_input *input)
{
	send_command(self, input, DIMP_MESSAGE_CANCEL);
}

static void resend_proceed(void *self, const struct machine_input *input)
{
	send_request(self, input);
	send_proceed(self, input);
}

static void resend_cancel(void *self, const struct machine_input *input)
{
	send_request(self, input);
	send_cancel(self, input);
}

static void tell_progress(void *self, const struct machine_input *input)
{
	struct services_event event = event_of(self, input, DIMP_EVENT_PROGRESS);

	event.progress = input->message->body.progress;
	services_emit(input->services, &event);
}

static void tell_response(void *self, const struct machine_input *input)
{
	struct station *station = self;

	station->overdue = DIMP_NEVER;
	station->response = *input->message;
	tell(station, input);
}

/* The REQUEST may still be on its way to a destination that was out of reach: CANCEL goes after it,
 * so that it is not carried out when nobody waits for it any more. */
static void tell_overdue(void *self, const struct machine_input *input)
{
	struct station *station = self;

	send_cancel(self, input);

	station->overdue = DIMP_NEVER;
	station->response = (struct dimp_message){
		.kind = DIMP_MESSAGE_RESPONSE,
		.body.response = {.request = station->request.body.request.request,
			.result = DIMP_RESULT_FAIL,
			.reason = DIMP_REASON_TRANSFER_FAILED,
			.error = DIMP_ERROR_IN_DOUBT,
			.advice = dimp_reason_advice(DIMP_REASON_TRANSFER_FAILED)},
	};
	tell(station, input);
}

/* The table. */

static const struct machine_row rows[] = {
#define ROW(from, event, action, to, clause) \
	{STATION_##from, STATION_ON_##event, action, STATION_##to, clause},
#define OTHERWISE(from, clause) {STATION_##from, MACHINE_ANY, NULL, STATION_##from, clause},
#include "station.def"
};

static const char *const states[] = {
#define STATE(name, text) #name,
#include "station.def"
};

static const char *const events[] = {
#define EVENT(name, text) #name,
#include "station.def"
};

const struct machine_table station_table = {
	.name = "station",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.states = states,
	.state_count = STATION_STATES,
	.events = events,
	.event_count = STATION_EVENTS,
};

static void step(struct station *station, enum station_event event,
	const struct machine_input *input)
{
	machine_step(&station->machine, (uint8_t)event, input);
}

void station_request(struct station *station, const struct dimp_request_config *config,
	uint64_t request, const struct machine_input *input)
{
	*station = (struct station){
		.machine = {.table = &station_table,
			.state = STATION_IDLE,
			.vsi = DIMP_NO_VSI,
			.migration = request},
		.is_used = true,
		.destination = config->destination,
		.request = {.kind = DIMP_MESSAGE_REQUEST,
			.body.request = {.request = request,
				.serial = config->serial,
				.vsi = config->vsi,
				.mode = (uint8_t)config->mode,
				.source = config->source,
				.required = config->required,
				.optional = config->optional,
				.deadline = config->deadline_ms},
			.row_count = config->filter_count},
		.overdue = instant_after(input->now,
			(uint64_t)config->deadline_ms * 1000 + DIMP_STATION_GRACE_US),
	};
	if (config->has_ticket) {
		station->request.body.request.attributes = (uint32_t)1
			<< DIMP_ATTRIBUTE_request_ticket;
		station->request.body.request.ticket = config->ticket;
	}
	memcpy(station->request.rows.filter, config->filters,
		config->filter_count * sizeof(config->filters[0]));
	step(station, STATION_ON_COMMAND_REQUEST, input);
}

enum dimp_error station_command(struct station *station, enum station_event command,
	const struct machine_input *input)
{
	const struct machine_row *row =
		machine_find(&station_table, station->machine.state, (uint8_t)command);

	if (row->event == MACHINE_ANY)
		return DIMP_ERROR_WRONG_STATE;
	step(station, command, input);
	return DIMP_ERROR_NONE;
}

static enum station_event message_event(const struct dimp_message *message)
{
	if (message->kind == DIMP_MESSAGE_RESPONSE)
		return message->body.response.result == DIMP_RESULT_FAIL ? STATION_ON_RESPONSE_FAIL
									 : STATION_ON_RESPONSE_RUNS;
	if (message->body.progress.phase == DIMP_PHASE_STAGED)
		return STATION_ON_PROGRESS_STAGED;
	if (message->body.progress.phase == DIMP_PHASE_AT_RISK)
		return STATION_ON_PROGRESS_AT_RISK;
	return STATION_ON_PROGRESS;
}

void station_message(struct station *station, const struct machine_input *input)
{
	step(station, message_event(input->message), input);
}

void station_peer_lost(struct station *station, const struct machine_input *input)
{
	if (station->destination == input->peer)
		step(station, STATION_ON_PEER_LOST, input);
}

bool station_has_ended(const struct station *station)
{
	return station->machine.state == STATION_RUNNING ||
		station->machine.state == STATION_REFUSED;
}

struct dimp_time station_deadline(const struct station *station)
{
	return station_has_ended(station) ? DIMP_NEVER : station->overdue;
}

void station_expire(struct station *station, const struct machine_input *input)
{
	if (instant_has_come(station->overdue, input->now))
		step(station, STATION_ON_OVERDUE, input);
}
