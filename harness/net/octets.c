/* SPDX-License-Identifier: MIT */
/* The one place of net/ where octets become integers and back; no other parser indexes a frame. */
#include "net/octets.h"

#include <string.h>

struct octet_reader octet_reader_of(struct dimp_view octets)
{
	return (struct octet_reader){.rest = octets};
}

struct dimp_view octet_read_view(struct octet_reader *reader, size_t size)
{
	if (reader->is_short || reader->rest.size < size) {
		reader->is_short = true;
		return (struct dimp_view){NULL, 0};
	}
	const struct dimp_view view = {reader->rest.octets, size};
	if (size != 0)
		reader->rest.octets += size;
	reader->rest.size -= size;
	return view;
}

void octet_read_copy(struct octet_reader *reader, void *to, size_t size)
{
	const struct dimp_view view = octet_read_view(reader, size);

	if (view.size == size && size != 0)
		memcpy(to, view.octets, size);
	else
		memset(to, 0, size);
}

static uint64_t read_integer(struct octet_reader *reader, size_t size)
{
	const struct dimp_view view = octet_read_view(reader, size);
	uint64_t value = 0;

	for (size_t i = 0; i < view.size; i++)
		value = value << 8 | view.octets[i];
	return value;
}

uint8_t octet_read_u8(struct octet_reader *reader)
{
	return (uint8_t)read_integer(reader, 1);
}

uint16_t octet_read_u16(struct octet_reader *reader)
{
	return (uint16_t)read_integer(reader, 2);
}

uint32_t octet_read_u32(struct octet_reader *reader)
{
	return (uint32_t)read_integer(reader, 4);
}

uint64_t octet_read_u64(struct octet_reader *reader)
{
	return read_integer(reader, 8);
}

struct octet_writer octet_writer_of(uint8_t *octets, size_t capacity)
{
	return (struct octet_writer){.octets = octets, .capacity = capacity};
}

/* Room for |size| octets, NULL when there is none. */
static uint8_t *take_room(struct octet_writer *writer, size_t size)
{
	if (writer->is_full || writer->capacity - writer->size < size) {
		writer->is_full = true;
		return NULL;
	}
	uint8_t *const room = writer->octets + writer->size;
	writer->size += size;
	return room;
}

static void write_integer(struct octet_writer *writer, uint64_t value, size_t size)
{
	uint8_t *const room = take_room(writer, size);

	if (room == NULL)
		return;
	for (size_t i = size; i > 0; i--) {
		room[i - 1] = (uint8_t)value;
		value >>= 8;
	}
}

void octet_write_u8(struct octet_writer *writer, uint8_t value)
{
	write_integer(writer, value, 1);
}

void octet_write_u16(struct octet_writer *writer, uint16_t value)
{
	write_integer(writer, value, 2);
}

void octet_write_u32(struct octet_writer *writer, uint32_t value)
{
	write_integer(writer, value, 4);
}

void octet_write_u64(struct octet_writer *writer, uint64_t value)
{
	write_integer(writer, value, 8);
}

void octet_write_copy(struct octet_writer *writer, const void *from, size_t size)
{
	uint8_t *const room = take_room(writer, size);

	if (room != NULL && size != 0)
		memcpy(room, from, size);
}

void octet_write_zeros(struct octet_writer *writer, size_t size)
{
	uint8_t *const room = take_room(writer, size);

	if (room != NULL && size != 0)
		memset(room, 0, size);
}

size_t octet_writer_size(const struct octet_writer *writer)
{
	return writer->is_full ? 0 : writer->size;
}
