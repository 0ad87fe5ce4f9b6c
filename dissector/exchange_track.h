/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Questions and answers: two frames that know of each other, and the time between them.
 */
#ifndef DISSECTOR_EXCHANGE_TRACK_H
#define DISSECTOR_EXCHANGE_TRACK_H

#include "dissection.h"

enum exchange_kind {
#define EXCHANGE(request, response, text) EXCHANGE_##request##_##response,
#include "exchanges.def"
#undef EXCHANGE
	EXCHANGES,
	EXCHANGE_NONE = EXCHANGES
};

struct exchange {
	enum exchange_kind kind;
	guint32 request_frame;
	guint32 response_frame; /* 0: none yet */
	nstime_t request_time;
	nstime_t response_time;
};

void exchange_register(int protocol);

/* The text of a kind, as the table of response times has it. */
const char *exchange_text(enum exchange_kind kind);

/* A question asked in this frame. Lives as long as the file is open. */
struct exchange *exchange_begin(const struct dissection *dissection, enum exchange_kind kind);

/* Its answer in this frame, if it is the first. */
void exchange_end(const struct dissection *dissection, struct exchange *exchange);

/* Adds links to the other frame to dissection->tree; either exchange may be NULL. */
void exchange_show(struct dissection *dissection, const struct exchange *asked,
	const struct exchange *answered);

/* The kinds that a message begins or ends; EXCHANGE_NONE for none. */
enum exchange_kind exchange_begun_by(guint message, guint skip);
enum exchange_kind exchange_ended_by(guint message);

#endif
