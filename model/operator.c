/* SPDX-License-Identifier: MIT */
/*
 * What an operator, or any manager, orders at a bridge without a station (DIMP 9.9): a migration to
 * it, which is a request of the bridge's own host, and NOTIFY from it.
 */
#include <string.h>

#include "requests.h"

enum dimp_error dimp_speaker_pull(struct dimp_speaker *speaker,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request)
{
	struct dimp_message message = {
		.body.request = {.serial = config->serial,
			.vsi = config->vsi,
			.mode = (uint8_t)config->mode,
			.source = config->source,
			.required = config->required,
			.optional = config->optional,
			.deadline = config->deadline_ms},
		.row_count = config->filter_count,
	};
	enum dimp_error error;

	if (speaker->config.role != DIMP_ROLE_BRIDGE_SPEAKER)
		return DIMP_ERROR_WRONG_STATE;
	if (config->filter_count == 0 || config->filter_count > DIMP_FILTERS_MAX)
		return DIMP_ERROR_TOO_MANY;
	if (config->has_ticket) {
		message.body.request.attributes = (uint32_t)1 << DIMP_ATTRIBUTE_request_ticket;
		message.body.request.ticket = config->ticket;
	}
	memcpy(message.rows.filter, config->filters,
		config->filter_count * sizeof(config->filters[0]));
	error = requests_pull(speaker, &message, now);
	*request = message.body.request.request;
	return error;
}

/* Consent to a later move, or to this one to another bridge, is not taken back (DIMP 9.7-4). */
static bool has_other_consent(const struct source *source, uint64_t serial,
	const struct dimp_public_key *destination)
{
	return source->announced_serial > serial ||
		(source->announced_serial == serial &&
			memcmp(&source->announced_destination, destination, sizeof *destination) !=
				0);
}

static enum dimp_error judge(const struct dimp_speaker *speaker,
	const struct dimp_notification *notification)
{
	const dimp_vsi_index held = speaker_find_vsi(speaker, &notification->vsi);

	if (notification->destination >= speaker->peer_count ||
		!speaker->peers[notification->destination].is_bridge)
		return DIMP_ERROR_NO_SUCH_PEER;
	if (notification->filter_count == 0 || notification->filter_count > DIMP_FILTERS_MAX)
		return DIMP_ERROR_TOO_MANY;
	if (held == DIMP_NO_VSI || !source_is_owner(&speaker->vsis[held]))
		return DIMP_ERROR_NO_SUCH_VSI;
	if (speaker_knows_later_move(speaker, &notification->vsi, notification->serial) ||
		has_other_consent(&speaker->vsis[held], notification->serial,
			&speaker->peers[notification->destination].static_public))
		return DIMP_ERROR_STALE_SERIAL;
	return DIMP_ERROR_NONE;
}

enum dimp_error dimp_speaker_notify(struct dimp_speaker *speaker,
	const struct dimp_notification *notification, struct dimp_time now)
{
	const enum dimp_error error = judge(speaker, notification);
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_NOTIFY,
		.body.notify = {.vsi = notification->vsi,
			.serial = notification->serial,
			.required = notification->required,
			.optional = notification->optional,
			.deadline = notification->deadline_ms},
		.row_count = notification->filter_count,
	};

	if (error != DIMP_ERROR_NONE)
		return error;
	if (notification->has_ticket) {
		message.body.notify.attributes = (uint32_t)1 << DIMP_ATTRIBUTE_notify_ticket;
		message.body.notify.ticket = notification->ticket;
	}
	memcpy(message.rows.filter, notification->filters,
		notification->filter_count * sizeof(notification->filters[0]));
	source_consent(&speaker->vsis[speaker_find_vsi(speaker, &notification->vsi)],
		notification->serial, &speaker->peers[notification->destination].static_public);
	services_send(&speaker->services, notification->destination, &message, now);
	return DIMP_ERROR_NONE;
}
