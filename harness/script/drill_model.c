/* SPDX-License-Identifier: MIT */
/*
 * Orders become calls of the library, its events text.  What answers are about (the last freeze,
 * the last record) is remembered here, as a bridge around a speaker would.
 */
#include "script/drill_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"

struct drill_model {
	struct openssl_crypto *crypto;
	void *memory;
	struct dimp_speaker *speaker;
	struct drill_terms terms;
	struct dimp_event event; /* the last one told */
	/* What answers are about. */
	dimp_vsi_index freeze_vsi, activate_vsi, record_vsi;
	uint64_t freeze_token, freeze_token_before; /* of the last freeze, and of the one before */
	struct dimp_record record;
	uint64_t request;
	struct dimp_time now; /* of the last call */
};

static void end_model(void *user)
{
	struct drill_model *model = user;

	if (model->speaker != NULL)
		dimp_speaker_wipe(model->speaker);
	openssl_crypto_destroy(model->crypto);
	free(model->memory);
	*model = (struct drill_model){.speaker = NULL};
}

static bool add_peers(struct drill_model *model)
{
	for (size_t index = 0; index < model->terms.peer_count; index++) {
		const struct drill_acquaintance *peer = &model->terms.peers[index];
		struct dimp_peer_config config = {.is_bridge = peer->is_bridge,
			.static_public = peer->key};
		dimp_peer number;

		memcpy(config.preshared, peer->preshared, DIMP_KEY_SIZE);
		if (dimp_speaker_add_peer(model->speaker, &config, &number) != DIMP_ERROR_NONE)
			return false;
	}
	return true;
}

static bool begin_model(void *user, const struct drill_terms *terms)
{
	struct drill_model *model = user;
	struct dimp_speaker_config *config = &model->terms.config;

	end_model(model);
	model->terms = *terms;
	model->freeze_vsi = model->activate_vsi = model->record_vsi = DIMP_NO_VSI;
	model->crypto = openssl_crypto_create_seeded(1 + terms->seed, "subject");
	model->memory = malloc(dimp_speaker_size(config));
	if (model->crypto == NULL || model->memory == NULL)
		return false;
	/* Whoever gives a speaker memory may have had anything in it. */
	memset(model->memory, 0xa5, dimp_speaker_size(config));
	memcpy(config->static_secret, terms->secret, DIMP_KEY_SIZE);
	config->crypto = openssl_crypto_table(model->crypto);
	model->speaker = dimp_speaker_init(model->memory, config, (struct dimp_time){0});
	return model->speaker != NULL && add_peers(model);
}

static void receive_pdu(void *user, dimp_peer peer, struct dimp_view pdu, struct dimp_time now)
{
	struct drill_model *model = user;

	model->now = now;
	dimp_speaker_receive(model->speaker, peer, pdu, now);
}

static size_t transmit_pdu(void *user, struct dimp_buffer buffer, dimp_peer *peer,
	struct dimp_time now)
{
	struct drill_model *model = user;

	return dimp_speaker_transmit(model->speaker, buffer, peer, now);
}

static bool wait_model(void *user, struct dimp_time until, struct dimp_time *now)
{
	struct drill_model *model = user;
	const struct dimp_time due = dimp_speaker_deadline(model->speaker);

	if (due.us == DIMP_NEVER.us || due.us > until.us)
		return false;
	now->us = due.us > now->us ? due.us : now->us;
	model->now = *now;
	dimp_speaker_expire(model->speaker, *now);
	return true;
}

static const char *peer_name(const struct drill_model *model, dimp_peer peer)
{
	return peer < model->terms.peer_count ? model->terms.peers[peer].name : "nobody";
}

static void say(struct drill_telling *telling, const char *words)
{
	(void)snprintf(telling->text, sizeof telling->text, "%s", words);
}

static void say_peer(const struct drill_model *model, struct drill_telling *telling,
	const char *word)
{
	(void)snprintf(telling->text, sizeof telling->text, "%s peer=%s", word,
		peer_name(model, model->event.peer));
}

static void say_failure(const struct drill_model *model, struct drill_telling *telling,
	const char *word)
{
	(void)snprintf(telling->text, sizeof telling->text, "%s peer=%s error=%s", word,
		peer_name(model, model->event.peer), dimp_error_name(model->event.error));
}

static void say_record(struct drill_model *model, struct drill_telling *telling)
{
	say(telling, "record ");
	(void)dimp_record_text(&model->event.record, telling->text + strlen(telling->text),
		sizeof telling->text - strlen(telling->text));
	telling->is_housekeeping = true;
	telling->record_type = model->event.record.type;
	model->record_vsi = model->event.vsi;
	model->record = model->event.record;
}

static void note_freeze(struct drill_model *model)
{
	model->freeze_vsi = model->event.vsi;
	model->freeze_token_before = model->freeze_token;
	model->freeze_token = model->event.token;
}

static void describe_event(struct drill_model *model, struct drill_telling *telling)
{
	const struct dimp_event *event = &model->event;

	switch (event->kind) {
	case DIMP_EVENT_NONE: return;
	case DIMP_EVENT_TRANSITION: telling->transition = event; return;
	case DIMP_EVENT_NOTIFIED:
		/* The commands that follow are this migration's. */
		model->request = event->request;
		say_peer(model, telling, "notified");
		return;
	case DIMP_EVENT_ADOPTED: say_peer(model, telling, "adopted"); return;
	case DIMP_EVENT_ASSOCIATED:
		say_peer(model, telling, "associated");
		telling->is_housekeeping = true;
		return;
	case DIMP_EVENT_PEER_LOST: say_failure(model, telling, "lost"); return;
	case DIMP_EVENT_ANNOUNCED: say_failure(model, telling, "announced"); return;
	case DIMP_EVENT_RECORD: say_record(model, telling); return;
	case DIMP_EVENT_PROGRESS:
	case DIMP_EVENT_RESPONSE:
		(void)dimp_message_text(&event->message, telling->text, sizeof telling->text);
		return;
	case DIMP_EVENT_FREEZE:
		note_freeze(model);
		say(telling, "freeze");
		return;
	case DIMP_EVENT_ACTIVATE:
		model->activate_vsi = event->vsi;
		say(telling, "activate");
		return;
	case DIMP_EVENT_THAW: say(telling, "thaw"); return;
	case DIMP_EVENT_RELEASED: say(telling, "released"); return;
	case DIMP_EVENT_GONE: say(telling, "gone"); return;
	case DIMP_EVENT_DISCARD: say(telling, "discard"); return;
	case DIMP_EVENT_HOLD:
		say(telling, "hold");
		telling->is_housekeeping = true;
		return;
	}
}

static bool tell_event(void *user, struct drill_telling *telling, struct dimp_time now)
{
	struct drill_model *model = user;

	telling->transition = NULL;
	telling->is_housekeeping = false;
	telling->record_type = 0;
	telling->text[0] = '\0';
	if (!dimp_speaker_next_event(model->speaker, &model->event, now))
		return false;
	describe_event(model, telling);
	return true;
}

/* What a REQUEST says. */
static struct dimp_request_config request_of(const struct drill_order *order)
{
	const struct dimp_request *request = &order->message->body.request;
	struct dimp_request_config config = {
		.destination = order->peer,
		.serial = request->serial,
		.vsi = request->vsi,
		.filter_count = order->message->row_count,
		.mode = (enum dimp_mode)request->mode,
		.source = request->source,
		.required = request->required,
		.optional = request->optional,
		.deadline_ms = request->deadline,
		.has_ticket = (request->attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0,
		.ticket = request->ticket,
	};

	memcpy(config.filters, order->message->rows.filter, sizeof config.filters);
	return config;
}

static enum dimp_error notify(struct drill_model *model, const struct drill_order *order,
	struct dimp_time now)
{
	const struct dimp_notify *said = &order->message->body.notify;
	struct dimp_notification notification = {
		.destination = order->peer,
		.serial = said->serial,
		.vsi = said->vsi,
		.filter_count = order->message->row_count,
		.required = said->required,
		.optional = said->optional,
		.deadline_ms = said->deadline,
		.has_ticket = (said->attributes >> DIMP_ATTRIBUTE_notify_ticket & 1) != 0,
		.ticket = said->ticket,
	};

	memcpy(notification.filters, order->message->rows.filter, sizeof notification.filters);
	return dimp_speaker_notify(model->speaker, &notification, now);
}

static enum dimp_error announce(struct drill_model *model, const struct drill_order *order,
	struct dimp_time now)
{
	const struct dimp_announce *said = &order->message->body.announce;
	const struct dimp_announcement announcement = {
		.bridge = order->peer,
		.vsi = said->vsi,
		.serial = said->serial,
		.destination = said->destination,
	};
	uint64_t id;

	return dimp_speaker_announce(model->speaker, &announcement, now, &id);
}

static enum dimp_error add_vsi(struct drill_model *model, const struct drill_order *order,
	struct dimp_time now)
{
	struct dimp_vsi_config config = {.vsi = order->vsi, .serial = order->serial};
	dimp_vsi_index index;

	if (order->kind == DRILL_ORDER_ADD) {
		config.vsi = order->message->body.who_has.vsi;
		config.filter_count = order->message->row_count;
		memcpy(config.filters, order->message->rows.filter, sizeof config.filters);
	}
	return dimp_speaker_vsi_add(model->speaker, &config, &index, now);
}

static enum dimp_error reject(struct drill_model *model, const struct drill_order *order,
	struct text_error *wrong)
{
	if (model->record_vsi == DIMP_NO_VSI)
		(void)snprintf(wrong->text, sizeof wrong->text, "no record was told");
	else
		dimp_speaker_reject(model->speaker, model->record_vsi, &model->record,
			order->error);
	return DIMP_ERROR_NONE;
}

/* Orders that have no result. */
static enum dimp_error confirm(struct drill_model *model, const struct drill_order *order,
	struct dimp_time now)
{
	struct dimp_speaker *speaker = model->speaker;

	if (order->kind == DRILL_ORDER_FROZEN)
		dimp_speaker_frozen(speaker, model->freeze_vsi, model->freeze_token, now);
	else if (order->kind == DRILL_ORDER_FROZEN_LATE)
		dimp_speaker_frozen(speaker, model->freeze_vsi, model->freeze_token_before, now);
	else if (order->kind == DRILL_ORDER_LEFT)
		dimp_speaker_vsi_left(speaker, dimp_speaker_vsi_find(speaker, &order->vsi), now);
	else if (order->kind == DRILL_ORDER_CLOSE)
		dimp_speaker_close(speaker, order->peer, now);
	else
		dimp_speaker_activated(speaker, model->activate_vsi,
			order->kind == DRILL_ORDER_ACTIVATED, now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error ask(struct drill_model *model, const struct drill_order *order,
	struct dimp_time now)
{
	const struct dimp_request_config config = request_of(order);

	return order->kind == DRILL_ORDER_PULL
		? dimp_speaker_pull(model->speaker, &config, now, &model->request)
		: dimp_speaker_request(model->speaker, &config, now, &model->request);
}

static enum dimp_error obey(void *user, const struct drill_order *order, struct dimp_time now,
	struct text_error *wrong)
{
	struct drill_model *model = user;
	struct dimp_speaker *speaker = model->speaker;

	model->now = now;
	switch (order->kind) {
	case DRILL_ORDER_FROZEN:
	case DRILL_ORDER_FROZEN_LATE:
	case DRILL_ORDER_ACTIVATED:
	case DRILL_ORDER_FAILED:
	case DRILL_ORDER_LEFT:
	case DRILL_ORDER_CLOSE: return confirm(model, order, now);
	case DRILL_ORDER_REJECT: return reject(model, order, wrong);
	case DRILL_ORDER_PUT:
		return dimp_speaker_di_change(speaker, dimp_speaker_vsi_find(speaker, &order->vsi),
			&order->record, now);
	case DRILL_ORDER_REVOKE:
		return dimp_speaker_vsi_revoke(speaker, dimp_speaker_vsi_find(speaker, &order->vsi),
			now);
	case DRILL_ORDER_ARRIVE:
	case DRILL_ORDER_ADD: return add_vsi(model, order, now);
	case DRILL_ORDER_END_DOUBT: return dimp_speaker_end_doubt(speaker, &order->vsi, now);
	case DRILL_ORDER_REQUEST:
	case DRILL_ORDER_PULL: return ask(model, order, now);
	case DRILL_ORDER_NOTIFY: return notify(model, order, now);
	case DRILL_ORDER_ANNOUNCE: return announce(model, order, now);
	case DRILL_ORDER_EXPECT: return dimp_speaker_vsi_expect(speaker, &order->vsi, order->peer);
	case DRILL_ORDER_CUTOVER: return dimp_speaker_cutover(speaker, model->request, now);
	case DRILL_ORDER_PROCEED: return dimp_speaker_proceed(speaker, model->request, now);
	case DRILL_ORDER_CANCEL: return dimp_speaker_cancel(speaker, model->request, now);
	case DRILL_ORDERS: break;
	}
	return DIMP_ERROR_NONE;
}

static void describe_vsi(void *user, const struct dimp_vsi *vsi, char text[DRILL_STATUS_SIZE])
{
	const struct drill_model *model = user;
	const dimp_vsi_index index = dimp_speaker_vsi_find(model->speaker, vsi);
	struct dimp_vsi_status status;

	if (index == DIMP_NO_VSI || !dimp_speaker_vsi_status(model->speaker, index, &status)) {
		(void)snprintf(text, DRILL_STATUS_SIZE, "none");
		return;
	}
	(void)snprintf(text, DRILL_STATUS_SIZE,
		"vsi state=%s epoch=%" PRIu32 " serial=%" PRIu64 " entries=%" PRIu32 " is_owner=%d",
		status.state, status.epoch, status.serial, status.entries, status.is_owner);
}

static bool next_entry(void *user, const struct dimp_vsi *vsi, size_t *position,
	struct dimp_record *record)
{
	const struct drill_model *model = user;
	struct dimp_di_cursor cursor = {dimp_speaker_vsi_find(model->speaker, vsi), *position};
	const bool is_there = cursor.vsi != DIMP_NO_VSI &&
		dimp_speaker_di_next(model->speaker, &cursor, record, model->now);

	*position = cursor.position;
	return is_there;
}

static bool read_counter(void *user, const char *name, uint64_t *value)
{
	static const struct {
		const char *name;
		size_t offset;
	} rows[] = {
#define COUNTER(name, text) {#name, offsetof(struct dimp_counters, name)},
#include "counters.def"
#undef COUNTER
	};
	const struct drill_model *model = user;
	struct dimp_counters counters;

	dimp_speaker_counters(model->speaker, &counters);
	for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
		if (strcmp(rows[index].name, name) != 0)
			continue;
		memcpy(value, (const uint8_t *)&counters + rows[index].offset, sizeof *value);
		return true;
	}
	return false;
}

/* It would have taken this process along. */
static enum drill_health be_well(void *user, struct text_error *why)
{
	(void)user;
	why->text[0] = '\0';
	return DRILL_WELL;
}

static const struct drill_subject_operations operations = {
	.begin = begin_model,
	.end = end_model,
	.receive = receive_pdu,
	.transmit = transmit_pdu,
	.tell = tell_event,
	.wait = wait_model,
	.order = obey,
	.status = describe_vsi,
	.entry = next_entry,
	.counter = read_counter,
	.health = be_well,
};

struct drill_subject drill_model_create(void)
{
	return (struct drill_subject){&operations, calloc(1, sizeof(struct drill_model))};
}

void drill_model_destroy(struct drill_subject subject)
{
	if (subject.user == NULL)
		return;
	end_model(subject.user);
	free(subject.user);
}
