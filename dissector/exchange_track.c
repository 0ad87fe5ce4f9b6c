/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the links between a question and its answer. In one pass a question cannot know its answer's
 * frame: it is shown there only in the second.
 */
#include "exchange_track.h"

static int hf_request_in = NOT_REGISTERED;
static int hf_response_in = NOT_REGISTERED;
static int hf_response_time = NOT_REGISTERED;

struct pair {
	guint request;
	guint response;
	const char *text;
};

/* The handshake's kinds are no messages: 0. */
enum { DIMP_MESSAGE_INITIATION = 0, DIMP_MESSAGE_REPLY = 0 };

static const struct pair pairs[EXCHANGES] = {
#define EXCHANGE(asks, answers, words) \
	{.request = DIMP_MESSAGE_##asks, .response = DIMP_MESSAGE_##answers, .text = (words)},
#include "exchanges.def"
#undef EXCHANGE
};

void exchange_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_request_in,
			{"Answers frame", "dimp.request_in", FT_FRAMENUM, BASE_NONE,
				FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0, NULL, HFILL}},
		{&hf_response_in,
			{"Answered in frame", "dimp.response_in", FT_FRAMENUM, BASE_NONE,
				FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0, NULL, HFILL}},
		{&hf_response_time,
			{"Time since what it answers", "dimp.response_time", FT_RELATIVE_TIME,
				BASE_NONE, NULL, 0, NULL, HFILL}},
	};

	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
}

const char *exchange_text(enum exchange_kind kind)
{
	return pairs[kind].text;
}

struct exchange *exchange_begin(const struct dissection *dissection, enum exchange_kind kind)
{
	struct exchange *exchange = wmem_new0(wmem_file_scope(), struct exchange);

	exchange->kind = kind;
	exchange->request_frame = dissection->pinfo->num;
	exchange->request_time = dissection->pinfo->abs_ts;
	return exchange;
}

void exchange_end(const struct dissection *dissection, struct exchange *exchange)
{
	if (exchange->response_frame)
		return;
	exchange->response_frame = dissection->pinfo->num;
	exchange->response_time = dissection->pinfo->abs_ts;
}

void exchange_show(struct dissection *dissection, const struct exchange *asked,
	const struct exchange *answered)
{
	if (asked && asked->response_frame)
		proto_item_set_generated(proto_tree_add_uint(dissection->tree, hf_response_in,
			dissection->tvb, 0, 0, asked->response_frame));
	if (!answered)
		return;
	proto_item_set_generated(proto_tree_add_uint(dissection->tree, hf_request_in,
		dissection->tvb, 0, 0, answered->request_frame));

	nstime_t time;

	nstime_delta(&time, &answered->response_time, &answered->request_time);
	proto_item_set_generated(proto_tree_add_time(dissection->tree, hf_response_time,
		dissection->tvb, 0, 0, &time));
}

enum exchange_kind exchange_begun_by(guint message, guint skip)
{
	for (guint kind = 1; kind < EXCHANGES; kind++)
		if (pairs[kind].request == message && skip-- == 0)
			return (enum exchange_kind)kind;
	return EXCHANGE_NONE;
}

enum exchange_kind exchange_ended_by(guint message)
{
	for (guint kind = 1; kind < EXCHANGES; kind++)
		if (pairs[kind].response == message)
			return (enum exchange_kind)kind;
	return EXCHANGE_NONE;
}
