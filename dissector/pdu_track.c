/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns what is known of PDUs by their place among others. A capture may hold a PDU once for each
 * interface that it passed; only the same PDU twice at one interface is a replay or a duplicate.
 */
#include "pdu_track.h"

#include <string.h>

#include "breach.h"
#include "header_view.h"
#include "track_key.h"

enum { TAG_SIZE = 16, INTERFACES_MAX = 16, REPLAY_WINDOW = 1024 };

/* A PDU where it was seen first, and the interfaces that recorded it. */
struct sent_pdu {
	guint8 tag[TAG_SIZE];
	guint32 frame;
	nstime_t time;
	guint32 acknowledged_in;
	struct pdu_note *note;
	guint interface_count;
	guint32 interfaces[INTERFACES_MAX];
};

/* The keys of one direction, named by the receiver's index, and those of the other direction. */
struct key_set {
	guint32 receiver_index;
	guint32 sender;
	guint32 receiver;
	guint32 first_frame;
	guint32 reply_frame; /* of the REPLY that told the index to its sender's peer, 0: none seen
			      */
	gboolean is_confirmed;
	guint64 highest; /* of those whose seal is right */
	gboolean has_any;
	gboolean is_whole; /* the capture has them from number 0 on */
	struct key_set *reverse;
};

/* Two speakers: what was heard last in either direction. */
struct association {
	guint32 number;
	struct key_set *newest[2];
	struct exchange *handshake[2];
};

static int hf_association = NOT_REGISTERED;
static int hf_round_trip = NOT_REGISTERED;
static int hf_copy_of = NOT_REGISTERED;
static int hf_acknowledged_in = NOT_REGISTERED;
static int protocol_index = NOT_REGISTERED;

void pdu_track_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_association,
			{"Association", "dimp.association", FT_UINT32, BASE_DEC, NULL, 0,
				"Pairs of speakers are counted in the order of their first PDUs",
				HFILL}},
		{&hf_round_trip,
			{"Round trip", "dimp.ack.round_trip", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
				"Since the PDU with the largest number was recorded", HFILL}},
		{&hf_copy_of,
			{"Same PDU as in frame", "dimp.copy_of", FT_FRAMENUM, BASE_NONE,
				FRAMENUM_TYPE(FT_FRAMENUM_DUP_ACK), 0, NULL, HFILL}},
		{&hf_acknowledged_in,
			{"Acknowledged in frame", "dimp.acknowledged_in", FT_FRAMENUM, BASE_NONE,
				FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0, NULL, HFILL}},
	};

	protocol_index = protocol;
	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
	track_register();
}

static struct association *find_association(const struct dissection *dissection)
{
	const guint32 source = dissection->sender;
	const guint32 destination = dissection->receiver;
	const struct track_key key = {
		.kind = TRACK_ASSOCIATION,
		.first = MIN(source, destination),
		.second = MAX(source, destination),
	};
	struct association *association = track_find(&key);

	if (!association) {
		association = wmem_new0(wmem_file_scope(), struct association);
		association->number = track_count(TRACK_ASSOCIATION);
		track_store(&key, association);
	}
	return association;
}

/* The frame's note; made when the frame is dissected first, which is when things are tracked. */
static void take_note(struct dissection *dissection)
{
	packet_info *pinfo = dissection->pinfo;
	const guint32 layer = (guint32)pinfo->curr_layer_num;

	dissection->sender = track_speaker(&pinfo->src);
	dissection->receiver = track_speaker(&pinfo->dst);
	dissection->note = p_get_proto_data(wmem_file_scope(), pinfo, protocol_index, layer);
	if (dissection->note)
		return;
	dissection->note = wmem_new0(wmem_file_scope(), struct pdu_note);
	dissection->is_tracking = !PINFO_FD_VISITED(pinfo) && !dissection->is_dropped;
	if (dissection->is_tracking)
		dissection->note->association = find_association(dissection)->number;
	p_add_proto_data(wmem_file_scope(), pinfo, protocol_index, layer, dissection->note);
}

/* 0 or 1 for the direction in which the frame goes, among the two of its association. */
static guint direction_of(const struct dissection *dissection)
{
	return dissection->sender < dissection->receiver;
}

/* Whether this interface has recorded the PDU before; it has now. */
static gboolean was_recorded_here(struct sent_pdu *sent, guint32 interface)
{
	for (guint index = 0; index < sent->interface_count; index++)
		if (sent->interfaces[index] == interface)
			return TRUE;
	if (sent->interface_count < INTERFACES_MAX)
		sent->interfaces[sent->interface_count++] = interface;
	return FALSE;
}

static struct sent_pdu *start_sent(const struct dissection *dissection, const struct track_key *key,
	int tag_offset)
{
	struct sent_pdu *sent = wmem_new0(wmem_file_scope(), struct sent_pdu);

	tvb_memcpy(dissection->tvb, sent->tag, tag_offset, TAG_SIZE);
	sent->frame = dissection->pinfo->num;
	sent->time = dissection->pinfo->abs_ts;
	sent->note = dissection->note;
	was_recorded_here(sent, recording_interface(dissection->pinfo));
	track_store(key, sent);
	return sent;
}

/* Takes over what is known of a PDU that was seen before. */
static void take_over(struct dissection *dissection, struct sent_pdu *sent)
{
	struct pdu_note *note = dissection->note;

	note->copy_of = sent->frame;
	note->is_replay = was_recorded_here(sent, recording_interface(dissection->pinfo));
	note->asked = sent->note->asked;
	note->answered = sent->note->answered;
	note->messages = sent->note->messages;
	note->keys = sent->note->keys;
	note->is_unconfirmed = sent->note->is_unconfirmed;
	note->is_unsent = sent->note->is_unsent;
	note->sent = sent;
	note->has_round_trip = sent->note->has_round_trip;
	note->round_trip = sent->note->round_trip;
	dissection->is_tracking = FALSE;
}

/* Tells a handshake PDU from its copies; false for a copy. */
static gboolean track_handshake(struct dissection *dissection, int end)
{
	struct track_key key = {.kind = TRACK_HANDSHAKE, .more = dissection->header.kind};

	track_digest(&key, tvb_get_ptr(dissection->tvb, 0, end), (gsize)end);

	struct sent_pdu *sent = track_find(&key);

	if (sent) {
		take_over(dissection, sent);
		return FALSE;
	}
	start_sent(dissection, &key, end - TAG_SIZE);
	return TRUE;
}

static void show_note(struct dissection *dissection)
{
	const struct pdu_note *note = dissection->note;

	if (note->association)
		proto_item_set_generated(proto_tree_add_uint(dissection->tree, hf_association,
			dissection->tvb, 0, 0, note->association));
	if (note->copy_of)
		proto_item_set_generated(proto_tree_add_uint(dissection->tree, hf_copy_of,
			dissection->tvb, 0, 0, note->copy_of));
	if (note->sent && note->sent->acknowledged_in)
		proto_item_set_generated(proto_tree_add_uint(dissection->tree, hf_acknowledged_in,
			dissection->tvb, 0, 0, note->sent->acknowledged_in));
	if (note->is_replay && dissection->header.kind == PDU_PROTECTED)
		breach_add(dissection, dissection->item, BREACH_5_5_1);
	if (note->is_replay && dissection->header.kind == PDU_INITIATION)
		breach_add(dissection, dissection->item, BREACH_5_2_6);
	if (note->is_old)
		breach_add(dissection, dissection->item, BREACH_5_5_2);
	if (note->is_number_reused)
		breach_add(dissection, dissection->item, BREACH_5_4_2);
	if (note->is_lonely_reply)
		breach_add(dissection, dissection->item, BREACH_5_2_13);
	if (note->is_unconfirmed)
		breach_add(dissection, dissection->item, BREACH_5_3_4);
	exchange_show(dissection, note->asked, note->answered);
}

static gboolean is_whole(const struct dissection *dissection, int end)
{
	return (guint)end == dissection->header.size;
}

void pdu_track_initiation(struct dissection *dissection, int end)
{
	take_note(dissection);
	if (dissection->is_tracking && is_whole(dissection, end) &&
		track_handshake(dissection, end)) {
		struct exchange *exchange = exchange_begin(dissection, EXCHANGE_INITIATION_REPLY);

		dissection->note->asked = exchange;
		find_association(dissection)->handshake[direction_of(dissection)] = exchange;
	}
	show_note(dissection);
}

static struct track_key reply_key(guint32 index, guint32 initiator)
{
	return (struct track_key){
		.kind = TRACK_REPLIED,
		.id = index,
		.second = initiator,
	};
}

void pdu_track_reply(struct dissection *dissection, int end)
{
	take_note(dissection);
	if (dissection->is_tracking && is_whole(dissection, end) &&
		track_handshake(dissection, end)) {
		struct exchange *exchange =
			find_association(dissection)->handshake[!direction_of(dissection)];

		const struct track_key key =
			reply_key(dissection->header.receiver_index, dissection->receiver);

		track_store(&key, GUINT_TO_POINTER(dissection->pinfo->num));
		dissection->note->is_lonely_reply = exchange == NULL;
		if (exchange)
			exchange_end(dissection, exchange);
		if (exchange && exchange->response_frame == dissection->pinfo->num)
			dissection->note->answered = exchange;
	}
	show_note(dissection);
}

/*
 * Keys that a responder sends under are named by the index in its REPLY. The initiator must have
 * sent under its own new ones before (DIMP 5.3-4).
 */
static gboolean is_unconfirmed(const struct dissection *dissection, struct key_set *keys)
{
	if (!keys->reply_frame || keys->is_confirmed)
		return FALSE;

	const struct key_set *other =
		find_association(dissection)->newest[!direction_of(dissection)];

	keys->is_confirmed = other && other->first_frame > keys->reply_frame;
	return !keys->is_confirmed;
}

/* The frame of the REPLY to whose receiver the PDU at hand goes, 0 if none told its index. */
static guint32 find_reply(const struct dissection *dissection)
{
	const struct track_key key =
		reply_key(dissection->header.receiver_index, dissection->receiver);

	return GPOINTER_TO_UINT(track_find(&key));
}

/* New keys of one direction belong to the newest of the other that has no counterpart yet. */
static struct key_set *find_keys(const struct dissection *dissection)
{
	const struct track_key key = {
		.kind = TRACK_KEY_SET,
		.id = dissection->header.receiver_index,
		.second = dissection->receiver,
	};
	struct key_set *keys = track_find(&key);

	if (keys)
		return keys;

	struct association *association = find_association(dissection);
	const guint direction = direction_of(dissection);
	struct key_set *other = association->newest[!direction];

	keys = wmem_new0(wmem_file_scope(), struct key_set);
	keys->receiver_index = dissection->header.receiver_index;
	keys->sender = dissection->sender;
	keys->receiver = dissection->receiver;
	keys->first_frame = dissection->pinfo->num;
	keys->reply_frame = find_reply(dissection);
	keys->is_whole = dissection->header.packet_number == 0;
	if (other && !other->reverse) {
		keys->reverse = other;
		other->reverse = keys;
	}
	association->newest[direction] = keys;
	track_store(&key, keys);
	return keys;
}

static struct track_key pdu_key(const struct key_set *keys, guint64 number)
{
	return (struct track_key){
		.kind = TRACK_PDU,
		.id = number,
		.first = keys->sender,
		.second = keys->receiver,
		.more = keys->receiver_index,
	};
}

static void track_number(struct dissection *dissection, gboolean is_opened)
{
	const guint64 number = dissection->header.packet_number;
	const int tag = (int)dissection->header.size - TAG_SIZE;
	struct key_set *keys = find_keys(dissection);
	const struct track_key key = pdu_key(keys, number);
	struct sent_pdu *sent = track_find(&key);

	dissection->note->keys = keys;
	dissection->note->is_unconfirmed = is_unconfirmed(dissection, keys);
	dissection->note->is_old =
		is_opened && keys->has_any && number + REPLAY_WINDOW <= keys->highest;
	if (sent && tvb_memeql(dissection->tvb, tag, sent->tag, TAG_SIZE) == 0) {
		take_over(dissection, sent);
		return;
	}
	dissection->note->is_number_reused = is_opened && sent;
	if (sent)
		return;
	dissection->note->sent = start_sent(dissection, &key, tag);
	if (is_opened) {
		keys->highest = MAX(keys->highest, number);
		keys->has_any = TRUE;
	}
}

void pdu_track_protected(struct dissection *dissection, enum seal_state state)
{
	const gboolean may_be_true = state == SEAL_RIGHT || state == SEAL_NO_KEY;

	take_note(dissection);
	if (dissection->is_tracking && may_be_true)
		track_number(dissection, state == SEAL_RIGHT);
	if (state != SEAL_RIGHT)
		dissection->is_tracking = FALSE;
	if (dissection->is_tracking)
		dissection->note->messages =
			wmem_array_new(wmem_file_scope(), sizeof(struct message_note *));
	show_note(dissection);
}

void pdu_track_acknowledged(struct dissection *dissection, guint64 lowest, guint64 highest)
{
	const struct key_set *sent_under =
		dissection->note->keys ? dissection->note->keys->reverse : NULL;

	if (!dissection->is_tracking || !sent_under || !sent_under->has_any)
		return;
	/* No further than what was seen, so that an ACK of millions costs no more than one of few.
	 */
	highest = MIN(highest, sent_under->highest);
	if (lowest + REPLAY_WINDOW <= highest)
		lowest = highest - REPLAY_WINDOW;
	for (guint64 number = lowest; number <= highest; number++) {
		const struct track_key key = pdu_key(sent_under, number);
		struct sent_pdu *sent = track_find(&key);

		if (sent && !sent->acknowledged_in)
			sent->acknowledged_in = dissection->pinfo->num;
	}
}

static void note_round_trip(struct dissection *dissection, guint64 largest)
{
	const struct key_set *sent_under =
		dissection->note->keys ? dissection->note->keys->reverse : NULL;

	if (!sent_under)
		return;

	const struct track_key key = pdu_key(sent_under, largest);
	const struct sent_pdu *sent = track_find(&key);

	if (!sent)
		return;
	dissection->note->has_round_trip = TRUE;
	nstime_delta(&dissection->note->round_trip, &dissection->pinfo->abs_ts, &sent->time);
}

/* A number is known not to be sent only if all that were are in the capture. */
static void note_unsent(struct dissection *dissection, guint64 largest)
{
	const struct key_set *sent_under =
		dissection->note->keys ? dissection->note->keys->reverse : NULL;

	dissection->note->is_unsent = sent_under && sent_under->is_whole && sent_under->has_any &&
		largest > sent_under->highest;
}

void pdu_track_largest(struct dissection *dissection, const struct field_value *largest)
{
	if (dissection->is_tracking) {
		note_round_trip(dissection, largest->number);
		note_unsent(dissection, largest->number);
	}
	if (dissection->note->is_unsent)
		breach_add(dissection, largest->item, BREACH_5_6_2_unsent);
	if (dissection->note->has_round_trip)
		proto_item_set_generated(proto_tree_add_time(dissection->tree, hf_round_trip,
			dissection->tvb, 0, 0, &dissection->note->round_trip));
}
