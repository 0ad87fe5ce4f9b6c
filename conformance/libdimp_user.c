/* SPDX-License-Identifier: MIT */
/* What the user of libdimp is told, and what he orders: events and commands of dimp.h. */
#include "libdimp_user.h"

#include <string.h>

static const char *const names[] = {
	[DIMP_EVENT_ASSOCIATED] = "associated",
	[DIMP_EVENT_PEER_LOST] = "lost",
	[DIMP_EVENT_FREEZE] = "freeze",
	[DIMP_EVENT_THAW] = "thaw",
	[DIMP_EVENT_RELEASED] = "released",
	[DIMP_EVENT_GONE] = "gone",
	[DIMP_EVENT_RECORD] = "record",
	[DIMP_EVENT_ACTIVATE] = "activate",
	[DIMP_EVENT_DISCARD] = "discard",
	[DIMP_EVENT_NOTIFIED] = "notified",
	[DIMP_EVENT_ADOPTED] = "adopted",
	[DIMP_EVENT_HOLD] = "hold",
	[DIMP_EVENT_PROGRESS] = "progress",
	[DIMP_EVENT_RESPONSE] = "response",
	[DIMP_EVENT_ANNOUNCED] = "announced",
};

/* What later orders are about. */
static void remember(struct libdimp_user *user)
{
	const struct dimp_event *event = &user->event;

	if (event->kind == DIMP_EVENT_FREEZE) {
		user->freeze_vsi = event->vsi;
		user->token_before = user->token;
		user->token = event->token;
	} else if (event->kind == DIMP_EVENT_ACTIVATE) {
		user->activate_vsi = event->vsi;
	} else if (event->kind == DIMP_EVENT_RECORD) {
		user->record_vsi = event->vsi;
		user->record = event->record;
	} else if (event->kind == DIMP_EVENT_NOTIFIED) {
		user->request = event->request;
	}
}

static bool has_peer(enum dimp_event_kind kind)
{
	return kind == DIMP_EVENT_ASSOCIATED || kind == DIMP_EVENT_PEER_LOST ||
		kind == DIMP_EVENT_NOTIFIED || kind == DIMP_EVENT_ADOPTED ||
		kind == DIMP_EVENT_ANNOUNCED;
}

static void describe(const struct dimp_event *happened, struct iut_event *event)
{
	const enum dimp_event_kind kind = happened->kind;
	struct iut_octets *item = &event->item;
	enum dimp_error refused = DIMP_ERROR_NONE;

	event->name = names[kind];
	event->peer = has_peer(kind) ? happened->peer : IUT_NO_PEER;
	event->error = kind == DIMP_EVENT_PEER_LOST || kind == DIMP_EVENT_ANNOUNCED
		? dimp_error_name(happened->error)
		: NULL;
	item->size = 0;
	if (kind == DIMP_EVENT_RECORD)
		refused = dimp_record_write(&happened->record, item->octets, sizeof item->octets,
			&item->size);
	if (kind == DIMP_EVENT_PROGRESS || kind == DIMP_EVENT_RESPONSE)
		refused = dimp_message_write(&happened->message, item->octets, sizeof item->octets,
			&item->size);
	if (refused != DIMP_ERROR_NONE)
		item->size = 0;
}

/* How the library's machines move is nobody's business here. */
bool libdimp_hear(struct libdimp_user *user, struct iut_event *event)
{
	if (user->event.kind == DIMP_EVENT_TRANSITION)
		return false;
	remember(user);
	describe(&user->event, event);
	return true;
}

bool libdimp_tell(struct libdimp_user *user, struct iut_event *event, uint64_t now_us)
{
	while (dimp_speaker_next_event(user->speaker, &user->event, (struct dimp_time){now_us})) {
		if (libdimp_hear(user, event))
			return true;
	}
	return false;
}

void libdimp_user_init(struct libdimp_user *user, struct dimp_speaker *speaker)
{
	*user = (struct libdimp_user){
		.speaker = speaker,
		.freeze_vsi = DIMP_NO_VSI,
		.activate_vsi = DIMP_NO_VSI,
		.record_vsi = DIMP_NO_VSI,
	};
}

const char *libdimp_error(enum dimp_error error)
{
	return error == DIMP_ERROR_NONE ? NULL : dimp_error_name(error);
}

/* An order as it is carried out. */
struct doing {
	struct libdimp_user *user;
	const struct iut_order *order;
	struct dimp_vsi vsi;
	dimp_vsi_index index; /* of the VSI */
	struct dimp_message message; /* of the item, if it is one */
	struct dimp_time now;
};

static enum dimp_error freeze_done(struct doing *doing)
{
	const bool is_late = strcmp(doing->order->name, "frozen_late") == 0;

	dimp_speaker_frozen(doing->user->speaker, doing->user->freeze_vsi,
		is_late ? doing->user->token_before : doing->user->token, doing->now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error activation_done(struct doing *doing)
{
	dimp_speaker_activated(doing->user->speaker, doing->user->activate_vsi,
		strcmp(doing->order->name, "activated") == 0, doing->now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error reject(struct doing *doing)
{
	for (unsigned error = 1; doing->order->error != NULL && error < 256; error++) {
		if (strcmp(dimp_error_name((enum dimp_error)error), doing->order->error) == 0 &&
			doing->user->record_vsi != DIMP_NO_VSI)
			dimp_speaker_reject(doing->user->speaker, doing->user->record_vsi,
				&doing->user->record, (enum dimp_error)error);
	}
	return DIMP_ERROR_NONE;
}

static enum dimp_error put(struct doing *doing)
{
	struct dimp_record record;
	const enum dimp_error error = libdimp_order_record(doing->order, &record);

	return error != DIMP_ERROR_NONE
		? error
		: dimp_speaker_di_change(doing->user->speaker, doing->index, &record, doing->now);
}

static enum dimp_error leave(struct doing *doing)
{
	dimp_speaker_vsi_left(doing->user->speaker, doing->index, doing->now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error revoke(struct doing *doing)
{
	return dimp_speaker_vsi_revoke(doing->user->speaker, doing->index, doing->now);
}

static enum dimp_error arrive(struct doing *doing)
{
	struct dimp_vsi_config config;
	dimp_vsi_index index;
	const enum dimp_error error = libdimp_order_vsi(doing->order, &config);

	return error != DIMP_ERROR_NONE
		? error
		: dimp_speaker_vsi_add(doing->user->speaker, &config, &index, doing->now);
}

static enum dimp_error end_doubt(struct doing *doing)
{
	return dimp_speaker_end_doubt(doing->user->speaker, &doing->vsi, doing->now);
}

static enum dimp_error close_peer(struct doing *doing)
{
	dimp_speaker_close(doing->user->speaker, doing->order->peer, doing->now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error ask(struct doing *doing)
{
	const struct dimp_request *request = &doing->message.body.request;
	struct dimp_request_config config = {
		.destination = doing->order->peer,
		.serial = request->serial,
		.vsi = request->vsi,
		.filter_count = doing->message.row_count,
		.mode = (enum dimp_mode)request->mode,
		.source = request->source,
		.required = request->required,
		.optional = request->optional,
		.deadline_ms = request->deadline,
		.has_ticket = (request->attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0,
		.ticket = request->ticket,
	};

	memcpy(config.filters, doing->message.rows.filter, sizeof config.filters);
	return strcmp(doing->order->name, "pull") == 0
		? dimp_speaker_pull(doing->user->speaker, &config, doing->now,
			  &doing->user->request)
		: dimp_speaker_request(doing->user->speaker, &config, doing->now,
			  &doing->user->request);
}

static enum dimp_error notify(struct doing *doing)
{
	const struct dimp_notify *said = &doing->message.body.notify;
	struct dimp_notification notification = {
		.destination = doing->order->peer,
		.serial = said->serial,
		.vsi = said->vsi,
		.filter_count = doing->message.row_count,
		.required = said->required,
		.optional = said->optional,
		.deadline_ms = said->deadline,
		.has_ticket = (said->attributes >> DIMP_ATTRIBUTE_notify_ticket & 1) != 0,
		.ticket = said->ticket,
	};

	memcpy(notification.filters, doing->message.rows.filter, sizeof notification.filters);
	return dimp_speaker_notify(doing->user->speaker, &notification, doing->now);
}

static enum dimp_error announce(struct doing *doing)
{
	const struct dimp_announce *said = &doing->message.body.announce;
	const struct dimp_announcement announcement = {
		.bridge = doing->order->peer,
		.vsi = said->vsi,
		.serial = said->serial,
		.destination = said->destination,
	};
	uint64_t id;

	return dimp_speaker_announce(doing->user->speaker, &announcement, doing->now, &id);
}

static enum dimp_error expect(struct doing *doing)
{
	return dimp_speaker_vsi_expect(doing->user->speaker, &doing->vsi, doing->order->peer);
}

static enum dimp_error cut_over(struct doing *doing)
{
	return dimp_speaker_cutover(doing->user->speaker, doing->user->request, doing->now);
}

static enum dimp_error proceed(struct doing *doing)
{
	return dimp_speaker_proceed(doing->user->speaker, doing->user->request, doing->now);
}

static enum dimp_error cancel(struct doing *doing)
{
	return dimp_speaker_cancel(doing->user->speaker, doing->user->request, doing->now);
}

static const struct {
	const char *name;
	enum dimp_error (*function)(struct doing *doing);
} orders[] = {
	{"frozen", freeze_done},
	{"frozen_late", freeze_done},
	{"activated", activation_done},
	{"failed", activation_done},
	{"reject", reject},
	{"put", put},
	{"left", leave},
	{"revoke", revoke},
	{"arrive", arrive},
	{"add", arrive},
	{"end_doubt", end_doubt},
	{"close", close_peer},
	{"request", ask},
	{"pull", ask},
	{"notify", notify},
	{"announce", announce},
	{"expect", expect},
	{"cutover", cut_over},
	{"proceed", proceed},
	{"cancel", cancel},
};

static struct dimp_view item_of(const struct iut_order *order)
{
	return (struct dimp_view){order->item.octets, order->item.size};
}

enum dimp_error libdimp_order_record(const struct iut_order *order, struct dimp_record *record)
{
	return dimp_record_read(item_of(order), record);
}

enum dimp_error libdimp_order_vsi(const struct iut_order *order, struct dimp_vsi_config *config)
{
	struct dimp_message message;

	*config = (struct dimp_vsi_config){.serial = order->serial};
	memcpy(config->vsi.octets, order->vsi, sizeof config->vsi.octets);
	if (strcmp(order->name, "add") != 0)
		return DIMP_ERROR_NONE;
	const enum dimp_error error = dimp_message_read(item_of(order), &message);

	if (error != DIMP_ERROR_NONE)
		return error;
	config->vsi = message.body.who_has.vsi;
	config->filter_count = message.row_count;
	memcpy(config->filters, message.rows.filter, sizeof config->filters);
	return DIMP_ERROR_NONE;
}

/* The messages of those that have one; the record of "put" is its own matter. */
static enum dimp_error read_message(struct doing *doing)
{
	if (doing->order->item.size == 0 || strcmp(doing->order->name, "put") == 0)
		return DIMP_ERROR_NONE;
	return dimp_message_read(item_of(doing->order), &doing->message);
}

const char *libdimp_order(struct libdimp_user *user, const struct iut_order *order, uint64_t now_us)
{
	static struct doing doing;
	enum dimp_error error;

	doing = (struct doing){.user = user, .order = order, .now = {now_us}};
	memcpy(doing.vsi.octets, order->vsi, sizeof doing.vsi.octets);
	doing.index = dimp_speaker_vsi_find(user->speaker, &doing.vsi);
	user->now_us = now_us;
	for (size_t index = 0; index < sizeof orders / sizeof orders[0]; index++) {
		if (strcmp(orders[index].name, order->name) != 0)
			continue;
		error = read_message(&doing);
		if (error == DIMP_ERROR_NONE)
			error = orders[index].function(&doing);
		return libdimp_error(error);
	}
	return IUT_UNIMPLEMENTED;
}
