/* SPDX-License-Identifier: MIT */
/*
 * A place for each that has no answer yet.  The association carries what is said once; only its end
 * on the bridge's side can swallow it, so that repeats are few and have an end.
 */
#include "announcements.h"

#include <string.h>

#include "instant.h"

static void say(const struct announcement *announcement, const struct machine_input *input)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ANNOUNCE,
		.body.announce = announcement->said,
	};

	services_send(input->services, announcement->bridge, &message, input->now);
}

static void end(struct announcement *announcement, const struct machine_input *input,
	enum dimp_error error)
{
	const struct services_event event = {
		.kind = DIMP_EVENT_ANNOUNCED,
		.peer = announcement->bridge,
		.vsi = DIMP_NO_VSI,
		.request = announcement->id,
		.error = error,
	};

	announcement->is_open = false;
	services_emit(input->services, &event);
}

bool announcements_begin(struct announcements *announcements,
	const struct dimp_announcement *announcement, uint64_t id,
	const struct machine_input *input)
{
	const struct dimp_settings *settings = &input->services->config->settings;

	for (size_t index = 0; index < DIMP_ANNOUNCEMENTS; index++) {
		struct announcement *place = &announcements->kept[index];

		if (place->is_open)
			continue;
		*place = (struct announcement){
			.is_open = true,
			.id = id,
			.bridge = announcement->bridge,
			.said = {.vsi = announcement->vsi,
				.serial = announcement->serial,
				.destination = announcement->destination},
			.repeat_at = instant_after(input->now, settings->announce_repeat_us),
			.over_at = instant_after(input->now, settings->announce_us),
		};
		say(place, input);
		return true;
	}
	return false;
}

void announcements_answered(struct announcements *announcements, const struct machine_input *input)
{
	const struct dimp_announced *answer = &input->message->body.announced;

	for (size_t index = 0; index < DIMP_ANNOUNCEMENTS; index++) {
		struct announcement *place = &announcements->kept[index];

		if (place->is_open && place->bridge == input->peer &&
			place->said.serial == answer->serial &&
			memcmp(&place->said.vsi, &answer->vsi, sizeof answer->vsi) == 0)
			end(place, input, (enum dimp_error)answer->error);
	}
}

void announcements_renewed(const struct announcements *announcements,
	const struct machine_input *input)
{
	for (size_t index = 0; index < DIMP_ANNOUNCEMENTS; index++) {
		const struct announcement *place = &announcements->kept[index];

		if (place->is_open && place->bridge == input->peer)
			say(place, input);
	}
}

struct dimp_time announcements_deadline(const struct announcements *announcements)
{
	struct dimp_time deadline = DIMP_NEVER;

	for (size_t index = 0; index < DIMP_ANNOUNCEMENTS; index++) {
		const struct announcement *place = &announcements->kept[index];

		if (place->is_open)
			deadline = instant_earlier(deadline,
				instant_earlier(place->repeat_at, place->over_at));
	}
	return deadline;
}

void announcements_expire(struct announcements *announcements, const struct machine_input *input)
{
	const uint64_t wait_us = input->services->config->settings.announce_repeat_us;

	for (size_t index = 0; index < DIMP_ANNOUNCEMENTS; index++) {
		struct announcement *place = &announcements->kept[index];

		if (!place->is_open)
			continue;
		if (instant_has_come(place->over_at, input->now)) {
			end(place, input, DIMP_ERROR_DEADLINE_PASSED);
		} else if (instant_has_come(place->repeat_at, input->now)) {
			place->repeat_at = instant_after(input->now, wait_us);
			say(place, input);
		}
	}
}
