/* SPDX-License-Identifier: MIT */
/* What a speaker's user does, as a drill says it behind "call" (drill_orders.def). */
#ifndef SCRIPT_DRILL_ORDER_H
#define SCRIPT_DRILL_ORDER_H

#include "dimp.h"
#include "script/message_parse.h"

enum drill_order_kind {
#define ORDER(NAME, name, arguments, message, text) DRILL_ORDER_##NAME,
#include "script/drill_orders.def"
#undef ORDER
	DRILL_ORDERS
};

/* Which members mean something, the row's arguments say. */
struct drill_order {
	enum drill_order_kind kind;
	struct dimp_vsi vsi;
	dimp_peer peer; /* DIMP_NO_PEER: one that is not known */
	uint64_t serial;
	enum dimp_error error;
	struct dimp_record record;
	const struct dimp_message *message; /* borrowed until the next order is read */
};

/* The row of an order. */
struct drill_order_row {
	const char *name, *arguments;
	unsigned message; /* enum dimp_message_kind, 0 for none */
};
const struct drill_order_row *drill_order_row(enum drill_order_kind kind);

/* Finds the number of the peer called so; DIMP_NO_PEER when there is none. */
typedef dimp_peer drill_peer_finder(const void *context, const char *name);

struct drill_peer_book {
	drill_peer_finder *find;
	const void *context;
};

/* Reads |words|; false, with |error| filled in, when they are no order. */
bool drill_order_read(struct span words, const struct drill_peer_book *peers,
	struct drill_order *order, struct text_error *error);

/* Reads what an order of this kind has behind its name. */
bool drill_order_arguments(struct span words, const struct drill_peer_book *peers,
	struct drill_order *order, struct text_error *error);

#endif
