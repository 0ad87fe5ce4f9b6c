/*
 * Cursors over octets, the part of wire.h that is not inline.  No other file turns octets into
 * integers, so that byte order and bounds are checked here and nowhere else.  Invariant of a
 * writer: size <= capacity; of both: once failed, always failed.
 */
#include "wire.h"

#include <assert.h>
#include <string.h>

void wire_copy(uint8_t *to, const uint8_t *from, size_t size)
{
	memcpy(to, from, size);
}

void wire_clear(void *octets, size_t size)
{
	memset(octets, 0, size);
}

void wire_read_octets(struct wire_reader *reader, uint8_t *octets, size_t size)
{
	const struct dimp_view view = wire_read_view(reader, size);

	if (view.size != 0)
		memcpy(octets, view.octets, size);
	else if (size != 0)
		memset(octets, 0, size);
}

struct wire_writer wire_writer_of(uint8_t *octets, size_t capacity)
{
	return (struct wire_writer){.octets = octets, .capacity = capacity};
}

uint8_t *wire_write_room(struct wire_writer *writer, size_t size)
{
	if (writer->has_failed || size > writer->capacity - writer->size) {
		writer->has_failed = true;
		return NULL;
	}
	uint8_t *room = writer->octets + writer->size;
	writer->size += size;
	return room;
}

void wire_write_octets(struct wire_writer *writer, const uint8_t *octets, size_t size)
{
	if (size == 0)
		return;
	uint8_t *room = wire_write_room(writer, size);
	if (room != NULL)
		memcpy(room, octets, size);
}

void wire_write_zeros(struct wire_writer *writer, size_t size)
{
	if (size == 0)
		return;
	uint8_t *room = wire_write_room(writer, size);
	if (room != NULL)
		memset(room, 0, size);
}

void wire_write_integer(struct wire_writer *writer, uint64_t value, size_t size)
{
	uint8_t *room = wire_write_room(writer, size);

	if (room != NULL)
		wire_store(room, value, size);
}

void wire_write_u8(struct wire_writer *writer, uint8_t value)
{
	wire_write_integer(writer, value, 1);
}

void wire_write_u16(struct wire_writer *writer, uint16_t value)
{
	wire_write_integer(writer, value, 2);
}

void wire_write_u32(struct wire_writer *writer, uint32_t value)
{
	wire_write_integer(writer, value, 4);
}

void wire_write_u64(struct wire_writer *writer, uint64_t value)
{
	wire_write_integer(writer, value, 8);
}

void wire_patch_u16(struct wire_writer *writer, size_t position, uint16_t value)
{
	if (writer->has_failed)
		return;
	assert(writer->size >= 2);
	assert(position <= writer->size - 2);
	writer->octets[position] = (uint8_t)(value >> 8);
	writer->octets[position + 1] = (uint8_t)value;
}
