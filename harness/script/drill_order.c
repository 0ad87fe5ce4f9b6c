/* SPDX-License-Identifier: MIT */
/* The rows say which arguments follow; each letter has its reader, so that a new order is a row. */
#include "script/drill_order.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 8192, NAME_SIZE = 48 };

static const struct drill_order_row rows[] = {
#define DIMP_MESSAGE_0 0
#define ORDER(NAME, name, arguments, message, text) {name, arguments, DIMP_MESSAGE_##message},
#include "script/drill_orders.def"
#undef ORDER
};

const struct drill_order_row *drill_order_row(enum drill_order_kind kind)
{
	return &rows[kind];
}

static bool wrong(struct text_error *error, const char *why)
{
	(void)snprintf(error->text, sizeof error->text, "%s", why);
	return false;
}

static bool read_vsi(struct span *words, struct drill_order *order, struct text_error *error)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_VSI};

	return field_value_read(&field, span_take_word(words), &order->vsi) ||
		wrong(error, "no VSI");
}

static bool read_error(struct span *words, struct drill_order *order, struct text_error *error)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_ERROR};
	uint16_t number = 0;

	if (!field_value_read(&field, span_take_word(words), &number))
		return wrong(error, "no error");
	order->error = (enum dimp_error)number;
	return true;
}

static bool read_serial(struct span *words, struct drill_order *order, struct text_error *error)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_U64};

	return words->size == 0 ||
		field_value_read(&field, span_take_word(words), &order->serial) ||
		wrong(error, "no serial");
}

static void read_peer(struct span *words, const struct drill_peer_book *peers,
	struct drill_order *order)
{
	const struct span word = span_take_word(words);
	char name[NAME_SIZE];

	(void)snprintf(name, sizeof name, "%.*s", (int)word.size, word.text);
	order->peer = peers->find(peers->context, name);
}

static bool read_message(struct span words, struct drill_order *order, struct text_error *error)
{
	static struct parsed_message parsed;
	char text[TEXT_SIZE];

	(void)snprintf(text, sizeof text, "%s %.*s",
		dimp_message_layout(rows[order->kind].message)->name, (int)words.size, words.text);
	order->message = &parsed.message;
	return message_parse((struct span){text, strlen(text)}, &parsed, error);
}

static bool read_argument(char letter, struct span *words, struct drill_order *order,
	struct text_error *error)
{
	if (letter == 'V')
		return read_vsi(words, order, error);
	if (letter == 'E')
		return read_error(words, order, error);
	if (letter == 'S')
		return read_serial(words, order, error);
	if (letter == 'R')
		return record_parse(*words, &order->record, error);
	return read_message(*words, order, error);
}

bool drill_order_arguments(struct span words, const struct drill_peer_book *peers,
	struct drill_order *order, struct text_error *error)
{
	order->peer = DIMP_NO_PEER;
	for (const char *letter = rows[order->kind].arguments; *letter != '\0'; letter++) {
		if (*letter != 'P' && *letter != 'p') {
			if (!read_argument(*letter, &words, order, error))
				return false;
			continue;
		}
		read_peer(&words, peers, order);
		if (*letter == 'p' && order->peer == DIMP_NO_PEER)
			return wrong(error, "no such peer");
	}
	return true;
}

bool drill_order_read(struct span words, const struct drill_peer_book *peers,
	struct drill_order *order, struct text_error *error)
{
	const struct span name = span_take_word(&words);

	*order = (struct drill_order){.kind = DRILL_ORDERS};
	for (unsigned kind = 0; kind < DRILL_ORDERS; kind++) {
		if (span_is(name, rows[kind].name))
			order->kind = (enum drill_order_kind)kind;
	}
	if (order->kind == DRILL_ORDERS)
		return wrong(error, "no such call");
	return drill_order_arguments(words, peers, order, error);
}
