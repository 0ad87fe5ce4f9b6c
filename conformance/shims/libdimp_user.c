/* SPDX-License-Identifier: MIT */
/* What the user of libdimp is told, and what he orders: events and commands of dimp.h. */
#include <string.h>

#include "libdimp_iut.h"

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
static void remember(struct iut *iut)
{
	const struct dimp_event *event = &iut->event;

	if (event->kind == DIMP_EVENT_FREEZE) {
		iut->freeze_vsi = event->vsi;
		iut->token_before = iut->token;
		iut->token = event->token;
	} else if (event->kind == DIMP_EVENT_ACTIVATE) {
		iut->activate_vsi = event->vsi;
	} else if (event->kind == DIMP_EVENT_RECORD) {
		iut->record_vsi = event->vsi;
		iut->record = event->record;
	} else if (event->kind == DIMP_EVENT_NOTIFIED) {
		iut->request = event->request;
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

bool libdimp_tell(struct iut *iut, struct iut_event *event, uint64_t now_us)
{
	while (dimp_speaker_next_event(iut->speaker, &iut->event, (struct dimp_time){now_us})) {
		/* How the library's machines move is nobody's business here. */
		if (iut->event.kind == DIMP_EVENT_TRANSITION)
			continue;
		remember(iut);
		describe(&iut->event, event);
		return true;
	}
	return false;
}

/* An order as it is carried out. */
struct doing {
	struct iut *iut;
	const struct iut_order *order;
	struct dimp_vsi vsi;
	dimp_vsi_index index; /* of the VSI */
	struct dimp_message message; /* of the item, if it is one */
	struct dimp_record record;
	struct dimp_time now;
};

static enum dimp_error freeze_done(struct doing *doing)
{
	const bool is_late = strcmp(doing->order->name, "frozen_late") == 0;

	dimp_speaker_frozen(doing->iut->speaker, doing->iut->freeze_vsi,
		is_late ? doing->iut->token_before : doing->iut->token, doing->now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error activation_done(struct doing *doing)
{
	dimp_speaker_activated(doing->iut->speaker, doing->iut->activate_vsi,
		strcmp(doing->order->name, "activated") == 0, doing->now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error reject(struct doing *doing)
{
	for (unsigned error = 1; error < 256; error++) {
		if (strcmp(dimp_error_name((enum dimp_error)error), doing->order->error) == 0 &&
			doing->iut->record_vsi != DIMP_NO_VSI)
			dimp_speaker_reject(doing->iut->speaker, doing->iut->record_vsi,
				&doing->iut->record, (enum dimp_error)error);
	}
	return DIMP_ERROR_NONE;
}

static enum dimp_error put(struct doing *doing)
{
	return dimp_speaker_di_change(doing->iut->speaker, doing->index, &doing->record,
		doing->now);
}

static enum dimp_error leave(struct doing *doing)
{
	dimp_speaker_vsi_left(doing->iut->speaker, doing->index, doing->now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error revoke(struct doing *doing)
{
	return dimp_speaker_vsi_revoke(doing->iut->speaker, doing->index, doing->now);
}

static enum dimp_error arrive(struct doing *doing)
{
	struct dimp_vsi_config config = {.vsi = doing->vsi, .serial = doing->order->serial};
	dimp_vsi_index index;

	if (strcmp(doing->order->name, "add") == 0) {
		config.vsi = doing->message.body.who_has.vsi;
		config.filter_count = doing->message.row_count;
		memcpy(config.filters, doing->message.rows.filter, sizeof config.filters);
	}
	return dimp_speaker_vsi_add(doing->iut->speaker, &config, &index, doing->now);
}

static enum dimp_error end_doubt(struct doing *doing)
{
	return dimp_speaker_end_doubt(doing->iut->speaker, &doing->vsi, doing->now);
}

static enum dimp_error close_peer(struct doing *doing)
{
	dimp_speaker_close(doing->iut->speaker, doing->order->peer, doing->now);
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
		? dimp_speaker_pull(doing->iut->speaker, &config, doing->now, &doing->iut->request)
		: dimp_speaker_request(doing->iut->speaker, &config, doing->now,
			  &doing->iut->request);
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
	return dimp_speaker_notify(doing->iut->speaker, &notification, doing->now);
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

	return dimp_speaker_announce(doing->iut->speaker, &announcement, doing->now, &id);
}

static enum dimp_error expect(struct doing *doing)
{
	return dimp_speaker_vsi_expect(doing->iut->speaker, &doing->vsi, doing->order->peer);
}

static enum dimp_error cut_over(struct doing *doing)
{
	return dimp_speaker_cutover(doing->iut->speaker, doing->iut->request, doing->now);
}

static enum dimp_error proceed(struct doing *doing)
{
	return dimp_speaker_proceed(doing->iut->speaker, doing->iut->request, doing->now);
}

static enum dimp_error cancel(struct doing *doing)
{
	return dimp_speaker_cancel(doing->iut->speaker, doing->iut->request, doing->now);
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

/* The record of "put", the message of others. */
static enum dimp_error read_item(struct doing *doing)
{
	const struct iut_octets *item = &doing->order->item;
	const struct dimp_view octets = {item->octets, item->size};

	if (item->size == 0)
		return DIMP_ERROR_NONE;
	return strcmp(doing->order->name, "put") == 0 ? dimp_record_read(octets, &doing->record)
						      : dimp_message_read(octets, &doing->message);
}

const char *libdimp_order(struct iut *iut, const struct iut_order *order, uint64_t now_us)
{
	static struct doing doing;
	enum dimp_error error;

	doing = (struct doing){.iut = iut, .order = order, .now = {now_us}};
	memcpy(doing.vsi.octets, order->vsi, sizeof doing.vsi.octets);
	doing.index = dimp_speaker_vsi_find(iut->speaker, &doing.vsi);
	iut->now_us = now_us;
	for (size_t index = 0; index < sizeof orders / sizeof orders[0]; index++) {
		if (strcmp(orders[index].name, order->name) != 0)
			continue;
		error = read_item(&doing);
		if (error == DIMP_ERROR_NONE)
			error = orders[index].function(&doing);
		return error == DIMP_ERROR_NONE ? NULL : dimp_error_name(error);
	}
	return IUT_UNIMPLEMENTED;
}
