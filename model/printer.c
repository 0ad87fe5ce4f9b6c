/*
 * dimp_record_text() and dimp_message_text(): records and messages as text, by the layout tables
 * alone. A DELETE shows its KEY fields.
 */
#include "printer.h"

#include <string.h>

#include "message.h"
#include "text.h"
#include "wipe.h"

/* Whether the field shows: in the fixed part always, as an attribute when it is there. */
static bool is_present(const struct dimp_field_layout *field, const void *body)
{
	uint32_t attributes;

	memcpy(&attributes, body, sizeof attributes);
	return field->attribute == 0 || (attributes >> field->attribute & 1) != 0;
}

static void add_fields(struct text *text, const struct dimp_layout *layout, const void *body)
{
	text_add(text, layout->name);
	for (size_t index = 0; index < layout->field_count; index++) {
		if (is_present(&layout->fields[index], body))
			text_add_field(text, &layout->fields[index], body);
	}
}

static void add_keys(struct text *text, const struct dimp_layout *layout, const void *body)
{
	text_add(text, layout->name);
	text_add(text, " delete");
	for (size_t index = 0; index < layout->field_count; index++) {
		if (layout->fields[index].role == DIMP_ROLE_KEY)
			text_add_field(text, &layout->fields[index], body);
	}
}

void printer_add_record(struct text *text, const struct dimp_record *record)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);

	if (layout == NULL)
		text_add(text, "?");
	else if (record->operation == DIMP_OPERATION_DELETE)
		add_keys(text, layout, &record->body);
	else
		add_fields(text, layout, &record->body);
}

size_t dimp_record_text(const struct dimp_record *record, char *out, size_t capacity)
{
	struct text text = text_of(out, capacity);

	printer_add_record(&text, record);
	return text_end(&text);
}

static void add_records(struct text *text, struct dimp_view rest)
{
	struct dimp_view octets;
	struct dimp_record record;

	while (dimp_records_next(&rest, &octets)) {
		const enum dimp_error error = dimp_record_read(octets, &record);
		text_add(text, " {");
		if (error == DIMP_ERROR_NONE)
			printer_add_record(text, &record);
		else
			text_add(text, dimp_error_name(error));
		text_add_char(text, '}');
	}
	wipe(&record, sizeof record);
}

static void add_rows(struct text *text, const struct dimp_message *message)
{
	for (size_t index = 0; index < message->row_count; index++) {
		text_add(text, " {");
		add_fields(text, message_row_layout(message), message_const_row(message, index));
		text_add_char(text, '}');
	}
}

size_t dimp_message_text(const struct dimp_message *message, char *out, size_t capacity)
{
	const struct dimp_layout *layout = dimp_message_layout(message->kind);
	struct text text = text_of(out, capacity);

	if (layout == NULL) {
		text_add(&text, "?");
		return text_end(&text);
	}
	add_fields(&text, layout, &message->body);
	if (message->kind == DIMP_MESSAGE_DATA)
		add_records(&text, message->records);
	else
		add_rows(&text, message);
	return text_end(&text);
}
