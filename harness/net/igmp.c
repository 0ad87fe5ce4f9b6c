/* SPDX-License-Identifier: MIT */
/*
 * A query's length and code tell its version (RFC 3376 7.1).  Every record of a report is walked
 * once when the message is read, so that a report is good or bad as a whole.
 */
#include "net/igmp.h"

#include <assert.h>
#include <string.h>

#include "net/octets.h"

enum {
	TYPE_QUERY = 0x11,
	TYPE_REPORT_1 = 0x12,
	TYPE_REPORT_2 = 0x16,
	TYPE_LEAVE = 0x17,
	TYPE_REPORT_3 = 0x22
};

enum { OLD_SIZE = 8, ADDRESS_SIZE = 4, CHECKSUM_AT = 2 };

static const uint64_t us_per_s = 1000000;

/* The floating point of RFC 3376 4.1.1: below 128 itself, else a mantissa and an exponent. */
static uint64_t decode_code(uint8_t code)
{
	if (code < 0x80)
		return code;
	return (uint64_t)(0x10 | (code & 0x0f)) << ((code >> 4 & 7) + 3);
}

/* The largest code that says no more than |value|. */
static uint8_t encode_code(uint64_t value)
{
	uint8_t code = 0;

	while (code < UINT8_MAX && decode_code((uint8_t)(code + 1)) <= value)
		code++;
	return code;
}

static enum packet_verdict read_query(struct octet_reader *reader, uint8_t code,
	struct igmp_message *message)
{
	message->kind = IGMP_QUERY;
	octet_read_copy(reader, message->group.octets, ADDRESS_SIZE);
	if (reader->rest.size == 0) {
		message->version = code == 0 ? 1 : 2;
		message->response_us = (code == 0 ? 100 : code) * us_per_s / 10;
		return PACKET_WHOLE;
	}
	const uint8_t flags = octet_read_u8(reader);
	message->version = 3;
	message->response_us = decode_code(code) * us_per_s / 10;
	message->is_suppressed = (flags & 8) != 0;
	message->robustness = flags & 7;
	message->interval_us = decode_code(octet_read_u8(reader)) * us_per_s;
	message->source_count = octet_read_u16(reader);
	message->sources = octet_read_view(reader, message->source_count * ADDRESS_SIZE);
	return reader->is_short ? PACKET_MALFORMED : PACKET_WHOLE;
}

static enum packet_verdict read_report(struct octet_reader *reader, struct igmp_message *message)
{
	struct igmp_record record;

	message->kind = IGMP_REPORT_3;
	message->version = 3;
	(void)octet_read_u16(reader);
	message->record_count = octet_read_u16(reader);
	message->records = reader->rest;
	if (reader->is_short)
		return PACKET_MALFORMED;
	struct igmp_message walk = *message;
	while (walk.record_count > 0)
		if (!igmp_record_next(&walk, &record))
			return PACKET_MALFORMED;
	return PACKET_WHOLE;
}

static void read_old(struct octet_reader *reader, uint8_t type, struct igmp_message *message)
{
	octet_read_copy(reader, message->group.octets, ADDRESS_SIZE);
	message->version = type == TYPE_REPORT_1 ? 1 : 2;
	message->kind = IGMP_LEAVE;
	if (type != TYPE_LEAVE)
		message->kind = type == TYPE_REPORT_1 ? IGMP_REPORT_1 : IGMP_REPORT_2;
}

enum packet_verdict igmp_read(struct dimp_view octets, struct igmp_message *message)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint8_t type = octet_read_u8(&reader);
	const uint8_t code = octet_read_u8(&reader);

	*message = (struct igmp_message){0};
	(void)octet_read_u16(&reader);
	if (octets.size < OLD_SIZE)
		return PACKET_MALFORMED;
	if (internet_checksum(&octets, 1) != 0)
		return PACKET_BAD_CHECKSUM;
	switch (type) {
	case TYPE_QUERY: return read_query(&reader, code, message);
	case TYPE_REPORT_3: return read_report(&reader, message);
	case TYPE_REPORT_1:
	case TYPE_REPORT_2:
	case TYPE_LEAVE: read_old(&reader, type, message); return PACKET_WHOLE;
	default: return PACKET_MALFORMED;
	}
}

bool igmp_record_next(struct igmp_message *message, struct igmp_record *record)
{
	if (message->record_count == 0)
		return false;
	struct octet_reader reader = octet_reader_of(message->records);
	record->change = octet_read_u8(&reader);
	const size_t auxiliary_size = (size_t)octet_read_u8(&reader) * 4;
	record->source_count = octet_read_u16(&reader);
	octet_read_copy(&reader, record->group.octets, ADDRESS_SIZE);
	record->sources = octet_read_view(&reader, record->source_count * ADDRESS_SIZE);
	(void)octet_read_view(&reader, auxiliary_size);
	if (reader.is_short)
		return false;
	message->records = reader.rest;
	message->record_count--;
	return true;
}

struct dimp_ipv4 igmp_source_at(struct dimp_view sources, size_t index)
{
	struct dimp_ipv4 source;

	assert(index < sources.size / ADDRESS_SIZE);
	memcpy(source.octets, sources.octets + index * ADDRESS_SIZE, ADDRESS_SIZE);
	return source;
}

static size_t finish(const struct octet_writer *writer)
{
	if (writer->is_full)
		return 0;
	const struct dimp_view written = {writer->octets, writer->size};
	struct octet_writer place = octet_writer_of(writer->octets + CHECKSUM_AT, 2);
	octet_write_u16(&place, internet_checksum(&written, 1));
	return writer->size;
}

static uint8_t type_of(const struct igmp_message *message)
{
	switch (message->kind) {
	case IGMP_QUERY: return TYPE_QUERY;
	case IGMP_REPORT_1: return TYPE_REPORT_1;
	case IGMP_REPORT_2: return TYPE_REPORT_2;
	case IGMP_LEAVE: return TYPE_LEAVE;
	case IGMP_REPORT_3: return TYPE_REPORT_3;
	}
	return 0;
}

static void write_query_3(struct octet_writer *writer, const struct igmp_message *message)
{
	const unsigned flags = (message->is_suppressed ? 8U : 0U) | (message->robustness & 7U);

	octet_write_u8(writer, (uint8_t)flags);
	octet_write_u8(writer, encode_code(message->interval_us / us_per_s));
	octet_write_u16(writer, (uint16_t)message->source_count);
	octet_write_copy(writer, message->sources.octets, message->source_count * ADDRESS_SIZE);
}

/* Tenths of a second: version 1 has none, version 2 says them plainly, version 3 as a code. */
static uint8_t response_code(const struct igmp_message *message)
{
	const uint64_t tenths = message->response_us * 10 / us_per_s;

	if (message->kind != IGMP_QUERY || message->version == 1)
		return 0;
	if (message->version == 3)
		return encode_code(tenths);
	return tenths < UINT8_MAX ? (uint8_t)tenths : UINT8_MAX;
}

size_t igmp_write(const struct igmp_message *message, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u8(&writer, type_of(message));
	octet_write_u8(&writer, response_code(message));
	octet_write_u16(&writer, 0);
	octet_write_copy(&writer, message->group.octets, ADDRESS_SIZE);
	if (message->kind == IGMP_QUERY && message->version == 3)
		write_query_3(&writer, message);
	return finish(&writer);
}

size_t igmp_report_write(const struct igmp_record *records, size_t count, uint8_t *octets,
	size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u8(&writer, TYPE_REPORT_3);
	octet_write_u8(&writer, 0);
	octet_write_u16(&writer, 0);
	octet_write_u16(&writer, 0);
	octet_write_u16(&writer, (uint16_t)count);
	for (size_t i = 0; i < count; i++) {
		octet_write_u8(&writer, records[i].change);
		octet_write_u8(&writer, 0);
		octet_write_u16(&writer, (uint16_t)records[i].source_count);
		octet_write_copy(&writer, records[i].group.octets, ADDRESS_SIZE);
		octet_write_copy(&writer, records[i].sources.octets,
			records[i].source_count * ADDRESS_SIZE);
	}
	return finish(&writer);
}
