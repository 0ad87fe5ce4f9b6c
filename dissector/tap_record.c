/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the tap. Without a listener nothing is collected.
 */
#include "tap_record.h"

#include <epan/tap.h>

#include "pdu_track.h"

static int tap = NOT_REGISTERED;

void tap_record_register(int protocol)
{
	tap = register_tap("dimp");
	tap_tree_register();
	tap_times_register(protocol);
	tap_moves_register();
	tap_speakers_register(protocol);
}

void tap_record_begin(struct dissection *dissection)
{
	wmem_allocator_t *scope = dissection->pinfo->pool;

	if (!have_tap_listener(tap))
		return;
	dissection->tap = wmem_new0(scope, struct tap_record);
	dissection->tap->items = wmem_array_new(scope, sizeof(struct tap_item));
}

void tap_record_item(struct dissection *dissection, const struct fact_block *block,
	const struct message_note *note)
{
	const struct tap_item item = {
		.block = block,
		.verdict = dissection->verdict,
		.note = note,
	};

	if (dissection->tap)
		wmem_array_append(dissection->tap->items, &item, 1);
}

void tap_record_end(struct dissection *dissection)
{
	struct tap_record *record = dissection->tap;

	if (!record)
		return;
	record->kind = dissection->header.kind;
	record->is_opened = wmem_array_get_count(record->items) != 0;
	if (dissection->note) {
		record->is_copy = dissection->note->copy_of != 0;
		record->answered = dissection->note->answered;
	}
	tap_queue_packet(tap, dissection->pinfo, record);
}
