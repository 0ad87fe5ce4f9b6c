/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the tree of counts: -z dimp,tree. PDUs by kind, messages and records by type, what a decoder
 * said of them, and messages that were sent again.
 */
#include "tap_record.h"

#include <epan/stats_tree.h>
#include <epan/tap.h>

#include "fact_names.h"

static const char *const pdus = "PDUs";
static const char *const messages = "Messages";
static const char *const records = "DI records";
static const char *const verdicts = "Errors";
static const char *const repeats = "Messages sent again";

static const value_string kinds[] = {
	{1, "INITIATION"},
	{2, "REPLY"},
	{3, "PROTECTED"},
	{0, NULL},
};

static void start_tree(stats_tree *tree)
{
	const char *const names[] = {pdus, messages, records, verdicts, repeats};

	for (guint index = 0; index < G_N_ELEMENTS(names); index++)
		stats_tree_create_node(tree, names[index], 0, STAT_DT_INT, TRUE);
}

static void count(stats_tree *tree, const char *parent, const char *name)
{
	const int node = stats_tree_parent_id_by_name(tree, parent);

	tick_stat_node(tree, parent, 0, TRUE);
	tick_stat_node(tree, name, node, FALSE);
}

static void count_item(stats_tree *tree, const struct tap_item *item)
{
	const char *name = item->block ? item->block->label : "unknown";
	const gboolean is_record = item->block && item->block->family == FACT_DI_TYPES;

	count(tree, is_record ? records : messages, is_record ? item->block->name : name);
	if (item->verdict != DIMP_ERROR_NONE)
		count(tree, verdicts,
			val_to_str_const(item->verdict, fact_names_of(DIMP_TYPE_ERROR),
				"unnamed error"));
	if (item->note && item->note->first_frame)
		count(tree, repeats, name);
}

static tap_packet_status packet_callback(stats_tree *tree, packet_info *pinfo G_GNUC_UNUSED,
	epan_dissect_t *dissected G_GNUC_UNUSED, const void *data, tap_flags_t flags G_GNUC_UNUSED)
{
	const struct tap_record *record = data;

	if (record->is_copy)
		return TAP_PACKET_DONT_REDRAW;
	count(tree, pdus, val_to_str_const(record->kind, kinds, "unknown kind"));
	for (guint index = 0; index < wmem_array_get_count(record->items); index++)
		count_item(tree, wmem_array_index(record->items, index));
	return TAP_PACKET_REDRAW;
}

void tap_tree_register(void)
{
	stats_tree_register_plugin("dimp", "dimp", "DIMP/Counts", 0, packet_callback, start_tree,
		NULL);
}
