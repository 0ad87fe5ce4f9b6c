/* SPDX-License-Identifier: MIT */
/*
 * Whose migration it is and until when (DIMP 9.9).  One that the bridge's own host ordered, or that
 * NOTIFY began, is the host's until a station sends REQUEST for this VSI and serial: then it is
 * that station's, in whatever state it is, and the host has no more say in it.
 */
#include "destination.h"
#include "destination_report.h"
#include "instant.h"
#include "limits.h"

#include <string.h>

void destination_set_deadline(struct destination *destination, uint32_t deadline_ms,
	struct dimp_time now)
{
	const uint64_t whole_us = (uint64_t)deadline_ms * 1000;
	const uint64_t most_us = (uint64_t)DIMP_GIVE_UP_MARGIN_MS * 1000;
	const uint64_t margin_us = whole_us / 4 < most_us ? whole_us / 4 : most_us;

	destination->deadline = instant_after(now, whole_us);
	destination->give_up = instant_after(now, whole_us - margin_us);
	destination->tell_until = instant_after(now, whole_us + DIMP_STATION_GRACE_US);
}

bool destination_is_unasked(const struct destination *destination)
{
	return destination->machine.state == DESTINATION_LOCATING ||
		destination->machine.state == DESTINATION_REVIVABLE;
}

bool destination_may_be_adopted(const struct destination *destination,
	const struct machine_input *input)
{
	const uint64_t required = input->message->body.request.required;

	if (destination->has_response)
		return false;
	/* Too late to require what this one would have gone without. */
	return destination->machine.state != DESTINATION_ACTIVATING ||
		(required & ~destination->asked.required & ~(uint64_t)1) == 0;
}

static void tell_adopted(const struct destination *destination, const struct machine_input *input)
{
	const struct services_event event = {
		.kind = DIMP_EVENT_ADOPTED,
		.peer = input->peer,
		.vsi = destination->machine.vsi,
		.request = destination->asked.request,
		.migration = destination->machine.migration,
	};

	services_emit(input->services, &event);
}

/* A ticket is for certain filters: they come and stay with it. */
static void take_ticket(struct destination *destination, const struct machine_input *input)
{
	const struct dimp_request *request = &input->message->body.request;
	const bool is_shown = (request->attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0;

	if (!is_shown && destination_has_ticket(destination))
		return;
	destination->asked.attributes = request->attributes;
	destination->asked.ticket = request->ticket;
	destination->filter_count = input->message->row_count;
	memcpy(destination->filters, input->message->rows.filter,
		destination->filter_count * sizeof(destination->filters[0]));
}

/* What was solicited stays so; what of it the REQUEST does not require is optional. */
static void take_terms(struct destination *destination, const struct machine_input *input)
{
	const struct dimp_request *request = &input->message->body.request;
	const uint64_t solicited = destination->wanted;
	struct dimp_request *asked = &destination->asked;

	take_ticket(destination, input);
	asked->request = request->request;
	asked->required = request->required;
	asked->optional = solicited & ~request->required;
	if (!destination_is_unasked(destination))
		return;
	asked->mode = request->mode;
	asked->source = request->source;
	asked->optional = request->optional;
	destination_want_types(destination, input);
}

/* What the REQUEST requires and cannot have: what is solicited is so for good. */
static enum dimp_error lacking_error(const struct destination *destination,
	const struct machine_input *input)
{
	const uint64_t required = input->message->body.request.required & ~(uint64_t)1;

	if (destination_is_unasked(destination))
		return (required & ~input->services->config->supported_types) != 0
			? DIMP_ERROR_UNSUPPORTED_TYPE
			: DIMP_ERROR_NONE;
	return (required & ~destination->wanted) != 0 ? DIMP_ERROR_STALE_SERIAL : DIMP_ERROR_NONE;
}

/* At risk the time to decide is short, and runs on. */
static void take_deadline(struct destination *destination, uint32_t deadline_ms,
	struct dimp_time now)
{
	const struct dimp_time give_up = destination->give_up;

	destination_set_deadline(destination, deadline_ms, now);
	if (destination->machine.state == DESTINATION_AT_RISK ||
		destination->machine.state == DESTINATION_REVIVABLE)
		destination->give_up = instant_earlier(destination->give_up, give_up);
}

void destination_adopt(struct destination *destination, const struct machine_input *input)
{
	const struct dimp_request *request = &input->message->body.request;
	const enum dimp_error lacking = lacking_error(destination, input);

	tell_adopted(destination, input);
	take_terms(destination, input);
	take_deadline(destination, request->deadline, input->now);
	destination->station = input->peer;
	destination->is_check_wanted = true;
	if (lacking != DIMP_ERROR_NONE &&
		destination_takes_command(destination, DIMP_MESSAGE_CANCEL)) {
		destination_overrule(destination, lacking, input);
		return;
	}
	destination_repeat(destination, input);
	if (request->mode == DIMP_MODE_ONE_SHOT)
		destination_command(destination, DIMP_MESSAGE_CUTOVER, input);
}

bool destination_takes_command(const struct destination *destination, enum dimp_message_kind kind)
{
	enum destination_event event = DESTINATION_ON_CANCEL;

	if (kind == DIMP_MESSAGE_CUTOVER)
		event = DESTINATION_ON_CUTOVER;
	else if (kind == DIMP_MESSAGE_PROCEED)
		event = DESTINATION_ON_PROCEED;
	return machine_find(&destination_table, destination->machine.state, (uint8_t)event)
		       ->event != MACHINE_ANY;
}
