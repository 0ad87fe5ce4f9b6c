/* SPDX-License-Identifier: MIT */
/*
 * Blocks of text into the codec's structs, by the layouts alone.  Whether a message is legal is for
 * the codec to say when it is written: drills send illegal ones on purpose, as hex.
 */
#include "script/message_parse.h"

#include <stdio.h>
#include <string.h>

static bool wrong(struct text_error *error, const char *what)
{
	(void)snprintf(error->text, sizeof error->text, "%s", what);
	return false;
}

static bool fill_record(const struct block_text *block, struct dimp_record *record,
	struct text_error *error)
{
	const struct dimp_layout *layout = block_record_layout(block->name);

	if (layout == NULL)
		return wrong(error, "no such DI type");
	*record = (struct dimp_record){
		.type = (enum dimp_di_type)layout->number,
		.operation = block->is_delete ? DIMP_OPERATION_DELETE : DIMP_OPERATION_PUT,
	};
	return block_text_fill(block, layout, &record->body, error);
}

bool record_parse(struct span text, struct dimp_record *record, struct text_error *error)
{
	struct block_text block;

	if (!block_text_read(text, &block, error))
		return false;
	if (block.is_loose)
		return wrong(error, "a $name stands for nothing");
	return fill_record(&block, record, error);
}

static bool add_records(const struct message_pattern *pattern, struct parsed_message *parsed,
	struct text_error *error)
{
	struct dimp_record record;
	size_t used = 0, size;

	for (size_t index = 0; index < pattern->row_count; index++) {
		if (!fill_record(&pattern->rows[index], &record, error))
			return false;
		const enum dimp_error refused = dimp_record_write(&record, parsed->records + used,
			sizeof parsed->records - used, &size);

		if (refused != DIMP_ERROR_NONE)
			return wrong(error, dimp_error_text(refused));
		used += size;
	}
	parsed->message.records = (struct dimp_view){parsed->records, used};
	return true;
}

/* Rows stand in an array of their struct at the start of the union. */
static bool add_row(const struct block_text *row, const struct dimp_layout *message,
	struct dimp_message *into, struct text_error *error)
{
	const struct dimp_layout *layout = block_row_layout(row->name);

	for (size_t index = 0; layout != NULL && index < message->param_count; index++) {
		const struct dimp_param_layout *param = &message->params[index];

		if ((unsigned)param->tlv != layout->number)
			continue;
		if (into->row_count == param->most)
			return wrong(error, "more rows than the message may have");
		return block_text_fill(row, layout,
			(uint8_t *)&into->rows + into->row_count++ * layout->struct_size, error);
	}
	return wrong(error, "no row of this message");
}

bool message_parse(struct span text, struct parsed_message *parsed, struct text_error *error)
{
	struct message_pattern pattern;
	const struct dimp_layout *layout;

	if (!message_pattern_read(text, &pattern, error))
		return false;
	layout = block_message_layout(pattern.head.name);
	if (layout == NULL)
		return wrong(error, "no such message");
	if (pattern.head.is_loose)
		return wrong(error, "a $name stands for nothing");
	parsed->message = (struct dimp_message){.kind = (enum dimp_message_kind)layout->number};
	if (!block_text_fill(&pattern.head, layout, &parsed->message.body, error))
		return false;
	if (parsed->message.kind == DIMP_MESSAGE_DATA)
		return add_records(&pattern, parsed, error);
	for (size_t index = 0; index < pattern.row_count; index++) {
		if (!add_row(&pattern.rows[index], layout, &parsed->message, error))
			return false;
	}
	return true;
}
