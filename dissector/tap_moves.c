/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the tables of migrations: -z dimp,migrations. One has a row for each move: when it began and
 * ended, its phases, the blackout, what became of it; the other a row for each DI type of each
 * RESPONSE.
 */
#include "tap_record.h"

#include <epan/stat_tap_ui.h>
#include <epan/to_str.h>

#include <inttypes.h>

#include "fact_names.h"
#include "move_states.h"

enum move_column {
	COLUMN_NUMBER,
	COLUMN_VSI,
	COLUMN_SERIAL,
	COLUMN_START,
	COLUMN_END,
	COLUMN_COPY,
	COLUMN_FREEZE,
	COLUMN_COMMIT,
	COLUMN_ACTIVATE,
	COLUMN_BLACKOUT,
	COLUMN_RESULT,
	COLUMN_ERROR,
	COLUMNS
};

/* Both tables have the columns of the first: the second's stand under those of the same place. */
static stat_tap_table_item columns[COLUMNS] = {
	{TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Move", "%4u  "},
	{TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "VSI       ", "%-10s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Serial or DI type     ", "%-22s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Start or offered", "%16s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "End or installed", "%16s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Copy or rejected", "%16s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "    Freeze", "%10s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "    Commit", "%10s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "  Activate", "%10s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "  Blackout", "%10s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Result      ", "  %-10s"},
	{TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Error", "%s"},
};

static const char *const table_names[] = {"DIMP migrations", "DIMP migrations by DI type"};

static void start_tables(stat_tap_table_ui *statistic)
{
	for (guint index = 0; index < G_N_ELEMENTS(table_names); index++)
		stat_tap_add_table(statistic,
			stat_tap_init_table(table_names[index], COLUMNS, 0, NULL));
}

static void set_text(stat_tap_table_item_type *cell, char *text)
{
	*cell = (stat_tap_table_item_type){.type = TABLE_ITEM_STRING};
	cell->value.string_value = text;
}

static char *time_text(const nstime_t *time)
{
	return g_strdup_printf("%" PRId64 ".%06d", (gint64)time->secs, time->nsecs / 1000);
}

/* A phase's time, or nothing where it was not seen. */
static char *phase_text(const struct move *move, enum move_time from, enum move_time to)
{
	nstime_t time;

	return move_track_between(move, from, to, &time) ? time_text(&time) : g_strdup("-");
}

static char *since_start(packet_info *pinfo, const nstime_t *at)
{
	nstime_t start;
	nstime_t time;

	nstime_delta(&start, &pinfo->abs_ts, &pinfo->rel_ts);
	nstime_delta(&time, at, &start);
	return time_text(&time);
}

static const char *name_of(enum dimp_type type, guint number)
{
	return val_to_str_const(number, fact_names_of(type), "?");
}

static void start_row(stat_tap_table_item_type *cells, const struct move *move)
{
	cells[COLUMN_NUMBER] = (stat_tap_table_item_type){.type = TABLE_ITEM_UINT};
	cells[COLUMN_NUMBER].value.uint_value = move->number;
	for (guint column = COLUMN_VSI; column < COLUMNS; column++)
		set_text(&cells[column], NULL);
	cells[COLUMN_VSI].value.string_value = move_track_vsi_text(NULL, move);
}

static void fill_move(stat_tap_table_item_type *cells, const struct move *move, packet_info *pinfo)
{
	char *const texts[COLUMNS] = {
		[COLUMN_SERIAL] = g_strdup_printf("%" PRIu64, move->serial),
		[COLUMN_START] = since_start(pinfo, &move->first_time),
		[COLUMN_END] = move->has_time[MOVE_ANSWERED]
			? since_start(pinfo, &move->times[MOVE_ANSWERED])
			: g_strdup("-"),
		[COLUMN_COPY] = phase_text(move, MOVE_SOLICITED,
			move->has_time[MOVE_STAGED] ? MOVE_STAGED : MOVE_FROZEN),
		[COLUMN_FREEZE] = phase_text(move, MOVE_FREEZING, MOVE_FROZEN),
		[COLUMN_COMMIT] = phase_text(move, MOVE_COMMITTED, MOVE_RELEASED),
		[COLUMN_ACTIVATE] = phase_text(move, MOVE_RELEASED, MOVE_ANSWERED),
		[COLUMN_BLACKOUT] = phase_text(move, MOVE_STOPPED, MOVE_ANSWERED),
		[COLUMN_RESULT] =
			g_strdup(move->result ? name_of(DIMP_TYPE_RESULT, move->result) : "-"),
		[COLUMN_ERROR] = g_strdup(name_of(DIMP_TYPE_ERROR, move->error)),
	};

	start_row(cells, move);
	for (guint column = COLUMN_SERIAL; column < COLUMNS; column++)
		cells[column].value.string_value = texts[column];
}

static void fill_type(stat_tap_table_item_type *cells, const struct move *move, guint index)
{
	const struct move_row *row = &move->rows[index];

	start_row(cells, move);
	set_text(&cells[COLUMN_SERIAL], g_strdup(name_of(DIMP_TYPE_DI_TYPE, row->type)));
	set_text(&cells[COLUMN_START], g_strdup_printf("%u", row->offered));
	set_text(&cells[COLUMN_END], g_strdup_printf("%u", row->installed));
	set_text(&cells[COLUMN_COPY], g_strdup_printf("%u", row->rejected));
	for (guint column = COLUMN_FREEZE; column < COLUMN_ERROR; column++)
		set_text(&cells[column], g_strdup(""));
	set_text(&cells[COLUMN_ERROR], g_strdup(name_of(DIMP_TYPE_ERROR, row->error)));
}

/* The row of the move's |part|th line, or one behind the last. */
static guint find_row(const stat_tap_table *table, const struct move *move, guint part)
{
	guint seen = 0;

	for (guint index = 0; index < table->num_elements; index++) {
		const stat_tap_table_item_type *cell =
			stat_tap_get_field_data(table, index, COLUMN_NUMBER);

		if (cell->value.uint_value == move->number && seen++ == part)
			return index;
	}
	return table->num_elements;
}

/* wmem's text without a scope is malloc's, as g_free wants it. */
static void free_row(stat_tap_table *table, guint row)
{
	for (guint column = COLUMN_VSI; row < table->num_elements && column < COLUMNS; column++)
		g_free((char *)(uintptr_t)stat_tap_get_field_data(table, row, column)
				->value.string_value);
}

static void put_row(stat_tap_table *table, guint row, const stat_tap_table_item_type *cells)
{
	free_row(table, row);
	if (row == table->num_elements) {
		stat_tap_init_table_row(table, row, COLUMNS, cells);
		return;
	}
	for (guint column = 0; column < COLUMNS; column++) {
		stat_tap_table_item_type cell = cells[column];

		stat_tap_set_field_data(table, row, column, &cell);
	}
}

static void show_move(stat_data_t *statistic, const struct move *move, packet_info *pinfo)
{
	GArray *tables = statistic->stat_tap_data->tables;
	stat_tap_table *moves = g_array_index(tables, stat_tap_table *, 0);
	stat_tap_table *types = g_array_index(tables, stat_tap_table *, 1);
	stat_tap_table_item_type cells[COLUMNS];

	fill_move(cells, move, pinfo);
	put_row(moves, find_row(moves, move, 0), cells);
	for (guint index = 0; index < move->row_count; index++) {
		fill_type(cells, move, index);
		put_row(types, find_row(types, move, index), cells);
	}
}

static tap_packet_status packet_callback(void *tap, packet_info *pinfo,
	epan_dissect_t *dissected G_GNUC_UNUSED, const void *data, tap_flags_t flags G_GNUC_UNUSED)
{
	const struct tap_record *record = data;

	for (guint index = 0; index < wmem_array_get_count(record->items); index++) {
		const struct tap_item *item = wmem_array_index(record->items, index);

		if (item->note && item->note->move.move)
			show_move(tap, item->note->move.move, pinfo);
	}
	return TAP_PACKET_REDRAW;
}

static void reset_table(stat_tap_table *table)
{
	for (guint row = 0; row < table->num_elements; row++)
		free_row(table, row);
	table->num_elements = 0;
}

static void free_cell(stat_tap_table *table G_GNUC_UNUSED, guint row G_GNUC_UNUSED, guint column,
	stat_tap_table_item_type *cell)
{
	if (column != COLUMN_NUMBER)
		g_free((char *)(uintptr_t)cell->value.string_value);
}

void tap_moves_register(void)
{
	static tap_param parameters[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
	static stat_tap_table_ui statistic = {
		.group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
		.title = "DIMP Migrations",
		.tap_name = "dimp",
		.cli_string = "dimp,migrations",
		.stat_tap_init_cb = start_tables,
		.packet_func = packet_callback,
		.stat_tap_reset_table_cb = reset_table,
		.stat_tap_free_table_item_cb = free_cell,
		.nfields = COLUMNS,
		.fields = columns,
		.nparams = G_N_ELEMENTS(parameters),
		.params = parameters,
	};

	register_stat_tap_table_ui(&statistic);
}
