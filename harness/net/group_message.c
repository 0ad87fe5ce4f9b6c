/* SPDX-License-Identifier: MIT */
/* Every record of a report is walked once when the message is read, so that a report is good or bad
 * as a whole. */
#include "net/group_message.h"

#include <assert.h>
#include <string.h>

#include "net/ipv4.h"

enum { SUPPRESS_BIT = 8, ROBUSTNESS_MASK = 7, AUXILIARY_UNIT = 4 };

static const uint64_t us_per_s = 1000000;

/* Below 128 itself, else a mantissa and an exponent. */
uint64_t group_code_decode(uint8_t code)
{
	if (code < 0x80)
		return code;
	return (uint64_t)(0x10 | (code & 0x0f)) << ((code >> 4 & 7) + 3);
}

uint8_t group_code_encode(uint64_t value)
{
	uint8_t code = 0;

	while (code < UINT8_MAX && group_code_decode((uint8_t)(code + 1)) <= value)
		code++;
	return code;
}

struct dimp_ip group_address_read(struct octet_reader *reader, size_t size)
{
	struct dimp_ipv4 short_address;
	struct dimp_ip address;

	if (size == sizeof address.octets) {
		octet_read_copy(reader, address.octets, size);
		return address;
	}
	octet_read_copy(reader, short_address.octets, sizeof short_address.octets);
	return ipv4_mapped(&short_address);
}

void group_address_write(struct octet_writer *writer, const struct dimp_ip *address, size_t size)
{
	octet_write_copy(writer, address->octets + sizeof address->octets - size, size);
}

size_t group_source_count(const struct group_sources *sources)
{
	return sources->address_size == 0 ? 0 : sources->octets.size / sources->address_size;
}

struct dimp_ip group_source_at(const struct group_sources *sources, size_t index)
{
	struct octet_reader reader = octet_reader_of(sources->octets);

	assert(index < group_source_count(sources));
	(void)octet_read_view(&reader, index * sources->address_size);
	return group_address_read(&reader, sources->address_size);
}

static struct group_sources read_sources(struct octet_reader *reader, size_t count,
	size_t address_size)
{
	return (struct group_sources){octet_read_view(reader, count * address_size), address_size};
}

bool group_query_read(struct octet_reader *reader, size_t address_size,
	struct group_message *message)
{
	const uint8_t flags = octet_read_u8(reader);

	message->is_suppressed = (flags & SUPPRESS_BIT) != 0;
	message->robustness = flags & ROBUSTNESS_MASK;
	message->interval_us = group_code_decode(octet_read_u8(reader)) * us_per_s;
	const size_t count = octet_read_u16(reader);
	message->sources = read_sources(reader, count, address_size);
	return !reader->is_short;
}

void group_query_write(struct octet_writer *writer, const struct group_message *message)
{
	const unsigned suppressed = message->is_suppressed ? SUPPRESS_BIT : 0;
	const struct dimp_view sources = message->sources.octets;

	octet_write_u8(writer, (uint8_t)(suppressed | (message->robustness & ROBUSTNESS_MASK)));
	octet_write_u8(writer, group_code_encode(message->interval_us / us_per_s));
	octet_write_u16(writer, (uint16_t)group_source_count(&message->sources));
	octet_write_copy(writer, sources.octets, sources.size);
}

bool group_records_read(struct octet_reader *reader, size_t address_size,
	struct group_message *message)
{
	struct group_record record;

	message->kind = GROUP_RECORDS;
	message->sources.address_size = address_size;
	(void)octet_read_u16(reader);
	message->record_count = octet_read_u16(reader);
	message->records = reader->rest;
	if (reader->is_short)
		return false;
	struct group_message walk = *message;
	while (walk.record_count > 0)
		if (!group_record_next(&walk, &record))
			return false;
	return true;
}

bool group_record_next(struct group_message *message, struct group_record *record)
{
	const size_t address_size = message->sources.address_size;
	struct octet_reader reader = octet_reader_of(message->records);

	if (message->record_count == 0)
		return false;
	record->change = octet_read_u8(&reader);
	const size_t auxiliary_size = (size_t)octet_read_u8(&reader) * AUXILIARY_UNIT;
	const size_t source_count = octet_read_u16(&reader);
	record->group = group_address_read(&reader, address_size);
	record->sources = read_sources(&reader, source_count, address_size);
	(void)octet_read_view(&reader, auxiliary_size);
	if (reader.is_short)
		return false;
	message->records = reader.rest;
	message->record_count--;
	return true;
}

void group_records_write(struct octet_writer *writer, const struct group_record *records,
	size_t count)
{
	octet_write_u16(writer, 0);
	octet_write_u16(writer, (uint16_t)count);
	for (size_t i = 0; i < count; i++) {
		const struct group_sources *const sources = &records[i].sources;
		octet_write_u8(writer, records[i].change);
		octet_write_u8(writer, 0);
		octet_write_u16(writer, (uint16_t)group_source_count(sources));
		group_address_write(writer, &records[i].group, sources->address_size);
		octet_write_copy(writer, sources->octets.octets, sources->octets.size);
	}
}
