/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the state of a seal and the plaintext's data source. A sliced PDU cannot be opened, since
 * its seal is over all of it.
 */
#include "protected_view.h"

#include "breach.h"
#include "message_view.h"
#include "pdu_track.h"
#include "unsealing.h"

enum { HEADER_SIZE = 16 };

static const value_string seal_states[] = {
	{SEAL_NO_KEY, "no key"},
	{SEAL_RIGHT, "opened"},
	{SEAL_WRONG, "wrong key"},
	{SEAL_SLICED, "sliced"},
	{0, NULL},
};

static int hf_sealed = NOT_REGISTERED;
static int hf_tag = NOT_REGISTERED;
static int hf_state = NOT_REGISTERED;
static int hf_payload = NOT_REGISTERED;
static int ett_payload = NOT_REGISTERED;

void protected_view_register(int protocol)
{
	static hf_register_info names[] = {
		{&hf_sealed,
			{"Sealed payload", "dimp.sealed", FT_BYTES, BASE_NONE, NULL, 0, NULL,
				HFILL}},
		{&hf_tag, {"Seal", "dimp.seal", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
		{&hf_state,
			{"State of the seal", "dimp.seal.state", FT_UINT8, BASE_DEC,
				VALS(seal_states), 0, NULL, HFILL}},
		{&hf_payload,
			{"Opened payload", "dimp.payload", FT_NONE, BASE_NONE, NULL, 0, NULL,
				HFILL}},
	};
	static int *subtrees[] = {&ett_payload};

	proto_register_field_array(protocol, names, (int)G_N_ELEMENTS(names));
	proto_register_subtree_array(subtrees, (int)G_N_ELEMENTS(subtrees));
}

/* Tries all keys of the receiver index; the plaintext is the packet's. */
static enum seal_state open_sealed(struct dissection *dissection, int end, guint8 **plain)
{
	const struct sealed sealed = {
		.header = tvb_get_ptr(dissection->tvb, 0, HEADER_SIZE),
		.header_size = HEADER_SIZE,
		.counter = dissection->header.packet_number,
		.octets = tvb_get_ptr(dissection->tvb, HEADER_SIZE, end - HEADER_SIZE),
		.size = (gsize)(end - HEADER_SIZE),
	};
	struct key_ring_key *key = NULL;
	enum seal_state state = SEAL_NO_KEY;

	*plain = wmem_alloc_array(dissection->pinfo->pool, guint8, sealed.size);
	while ((key = key_ring_find(dissection->header.receiver_index, key)) != NULL) {
		if (unsealing_open(key, &sealed, *plain))
			return SEAL_RIGHT;
		state = SEAL_WRONG;
	}
	return state;
}

static void add_plaintext(struct dissection *dissection, guint8 *plain, int size)
{
	tvbuff_t *sealed = dissection->tvb;
	proto_tree *outer = dissection->tree;
	tvbuff_t *tvb = tvb_new_child_real_data(sealed, plain, (guint)size, size);

	add_new_data_source(dissection->pinfo, tvb, "DIMP payload");

	proto_item *item = proto_tree_add_item(outer, hf_payload, tvb, 0, size, ENC_NA);

	dissection->tvb = tvb;
	dissection->tree = proto_item_add_subtree(item, ett_payload);
	col_clear(dissection->pinfo->cinfo, COL_INFO);
	message_view_payload(dissection);
	dissection->tvb = sealed;
	dissection->tree = outer;
}

static void add_state(struct dissection *dissection, enum seal_state state)
{
	proto_item *item = proto_tree_add_uint(dissection->tree, hf_state, dissection->tvb, 0, 0,
		(guint32)state);

	proto_item_set_generated(item);
	if (state == SEAL_WRONG)
		breach_add(dissection, item, BREACH_5_4_4);
	if (state != SEAL_RIGHT)
		col_append_fstr(dissection->pinfo->cinfo, COL_INFO, " (%s)",
			val_to_str_const(state, seal_states, ""));
}

void protected_view_add(struct dissection *dissection, int end)
{
	const gboolean is_sliced = (guint)end < dissection->header.size;
	const int tag = end - UNSEALING_TAG_SIZE;
	enum seal_state state = SEAL_SLICED;
	guint8 *plain = NULL;

	if (is_sliced) {
		proto_tree_add_item(dissection->tree, hf_sealed, dissection->tvb, HEADER_SIZE,
			end - HEADER_SIZE, ENC_NA);
	} else {
		if (tag > HEADER_SIZE)
			proto_tree_add_item(dissection->tree, hf_sealed, dissection->tvb,
				HEADER_SIZE, tag - HEADER_SIZE, ENC_NA);
		proto_tree_add_item(dissection->tree, hf_tag, dissection->tvb, tag,
			UNSEALING_TAG_SIZE, ENC_NA);
		state = open_sealed(dissection, end, &plain);
	}
	add_state(dissection, state);
	pdu_track_protected(dissection, state);
	if (state == SEAL_RIGHT && tag > HEADER_SIZE)
		add_plaintext(dissection, plain, tag - HEADER_SIZE);
	else if (state == SEAL_RIGHT)
		col_append_str(dissection->pinfo->cinfo, COL_INFO, " empty");
}
