/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns a message's words in the Info column: its name, and what its named fields say.
 */
#include "message_track.h"

#include "fact_names.h"

/* Fields whose names tell a message's sense. */
static gboolean is_telling(const struct fact_field *field, guint64 number)
{
	if (field->type == DIMP_TYPE_ERROR || field->type == DIMP_TYPE_REASON)
		return number != 0;
	return field->type == DIMP_TYPE_MODE || field->type == DIMP_TYPE_PHASE ||
		field->type == DIMP_TYPE_RESULT || field->type == DIMP_TYPE_HOLDING;
}

void message_track_start(struct dissection *dissection, const struct block_values *values,
	const struct tlv *tlv G_GNUC_UNUSED)
{
	column_info *columns = dissection->pinfo->cinfo;
	const char *separator = " ";

	col_append_sep_str(columns, COL_INFO, ", ", values->block->label);
	for (guint index = 0; index < values->block->field_count; index++) {
		const struct fact_field *field = &values->block->fields[index];
		const struct field_value *value = &values->values[index];

		if (!value->is_present || !is_telling(field, value->number))
			continue;
		col_append_fstr(columns, COL_INFO, "%s%s", separator,
			val_to_str_const((guint32)value->number, fact_names_of(field->type), "?"));
		separator = "/";
	}
}

void message_track_parameter(struct dissection *dissection G_GNUC_UNUSED,
	const struct block_values *values G_GNUC_UNUSED)
{
}

void message_track_end(struct dissection *dissection G_GNUC_UNUSED,
	const struct block_values *values G_GNUC_UNUSED)
{
}
