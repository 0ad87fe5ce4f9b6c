/* SPDX-License-Identifier: MIT */
/*
 * A message is copied option by option, so that options that nobody here knows stay what and where
 * they were.  The option is looked for in the options field only: no agent puts it elsewhere.
 */
#include "net/relay_information.h"

#include "net/octets.h"

enum { FIXED_SIZE = 236, COOKIE = 0x63825363, PAD = 0, END = 255, RELAY_INFORMATION = 82 };
enum { CIRCUIT = 1, REMOTE = 2, SUBOPTION_HEADER = 2, VALUE_MAX = 255 };

bool relay_information_read(struct dimp_view option, struct relay_information *information)
{
	struct octet_reader reader = octet_reader_of(option);

	*information = (struct relay_information){.circuit = {NULL, 0}};
	while (reader.rest.size != 0 && !reader.is_short) {
		const uint8_t code = octet_read_u8(&reader);
		const uint8_t size = octet_read_u8(&reader);
		const struct dimp_view value = octet_read_view(&reader, size);
		if (code == CIRCUIT)
			information->circuit = value;
		if (code == REMOTE)
			information->remote = value;
	}
	return !reader.is_short;
}

/* Copies the next option but 82, PADs and END are left out; false at the end. */
static bool copy_option(struct octet_reader *reader, struct octet_writer *writer, bool *has_it)
{
	const uint8_t code = reader->rest.size ? octet_read_u8(reader) : END;

	if (code == END)
		return false;
	if (code == PAD)
		return true;
	const uint8_t size = octet_read_u8(reader);
	const struct dimp_view value = octet_read_view(reader, size);
	if (code == RELAY_INFORMATION) {
		*has_it = true;
		return !reader->is_short;
	}
	octet_write_u8(writer, code);
	octet_write_u8(writer, size);
	octet_write_copy(writer, value.octets, value.size);
	return !reader->is_short;
}

/* All of |message| but the option and END; false when it is none. */
static bool copy_message(struct dimp_view message, struct octet_writer *writer, bool *has_it)
{
	struct octet_reader reader = octet_reader_of(message);
	const struct dimp_view fixed = octet_read_view(&reader, FIXED_SIZE);
	const uint32_t cookie = octet_read_u32(&reader);

	*has_it = false;
	if (reader.is_short || cookie != COOKIE)
		return false;
	octet_write_copy(writer, fixed.octets, fixed.size);
	octet_write_u32(writer, cookie);
	while (copy_option(&reader, writer, has_it))
		continue;
	return !reader.is_short;
}

static void write_suboption(struct octet_writer *writer, uint8_t code, struct dimp_view value)
{
	if (value.size == 0)
		return;
	octet_write_u8(writer, code);
	octet_write_u8(writer, (uint8_t)value.size);
	octet_write_copy(writer, value.octets, value.size);
}

static size_t size_of(struct dimp_view value)
{
	return value.size ? SUBOPTION_HEADER + value.size : 0;
}

size_t relay_information_add(struct dimp_view message, const struct relay_information *information,
	uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	const size_t size = size_of(information->circuit) + size_of(information->remote);
	bool has_it;

	if (size > VALUE_MAX || !copy_message(message, &writer, &has_it) || has_it)
		return 0;
	octet_write_u8(&writer, RELAY_INFORMATION);
	octet_write_u8(&writer, (uint8_t)size);
	write_suboption(&writer, CIRCUIT, information->circuit);
	write_suboption(&writer, REMOTE, information->remote);
	octet_write_u8(&writer, END);
	return octet_writer_size(&writer);
}

size_t relay_information_strip(struct dimp_view message, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	bool has_it;

	if (!copy_message(message, &writer, &has_it) || !has_it)
		return 0;
	octet_write_u8(&writer, END);
	return octet_writer_size(&writer);
}
