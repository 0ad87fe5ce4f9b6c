/* SPDX-License-Identifier: MIT */
/* A query's length and code tell its version (RFC 3376 7.1). */
#include "net/igmp.h"

#include <string.h>

#include "net/ipv4.h"

enum {
	TYPE_QUERY = 0x11,
	TYPE_REPORT_1 = 0x12,
	TYPE_REPORT_2 = 0x16,
	TYPE_LEAVE = 0x17,
	TYPE_REPORT_3 = 0x22
};

enum { OLD_SIZE = 8, CHECKSUM_AT = 2, VERSION_1_RESPONSE = 100 };

static const uint64_t us_per_s = 1000000;

static bool is_zero(const struct dimp_ip *group)
{
	struct dimp_ipv4 address;

	return ipv4_from_mapped(group, &address) && ipv4_is_zero(&address);
}

static enum packet_verdict read_query(struct octet_reader *reader, uint8_t code,
	struct group_message *message)
{
	message->kind = GROUP_QUERY;
	message->group = group_address_read(reader, IGMP_ADDRESS_SIZE);
	message->is_general = is_zero(&message->group);
	if (reader->rest.size == 0) {
		message->version = code == 0 ? 1 : 2;
		message->response_us = (code == 0 ? VERSION_1_RESPONSE : code) * us_per_s / 10;
		/* Version 1 asks about all groups only. */
		message->is_general = message->is_general || code == 0;
		return PACKET_WHOLE;
	}
	message->version = 3;
	message->response_us = group_code_decode(code) * us_per_s / 10;
	return group_query_read(reader, IGMP_ADDRESS_SIZE, message) ? PACKET_WHOLE
								    : PACKET_MALFORMED;
}

static enum packet_verdict read_records(struct octet_reader *reader, struct group_message *message)
{
	message->version = 3;
	return group_records_read(reader, IGMP_ADDRESS_SIZE, message) ? PACKET_WHOLE
								      : PACKET_MALFORMED;
}

static enum packet_verdict read_old(struct octet_reader *reader, uint8_t type,
	struct group_message *message)
{
	message->group = group_address_read(reader, IGMP_ADDRESS_SIZE);
	message->version = type == TYPE_REPORT_1 ? 1 : 2;
	message->kind = type == TYPE_LEAVE ? GROUP_LEAVE : GROUP_REPORT;
	return PACKET_WHOLE;
}

enum packet_verdict igmp_read(struct dimp_view octets, struct group_message *message)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint8_t type = octet_read_u8(&reader);
	const uint8_t code = octet_read_u8(&reader);

	*message = (struct group_message){.kind = GROUP_QUERY};
	(void)octet_read_u16(&reader);
	if (octets.size < OLD_SIZE)
		return PACKET_MALFORMED;
	if (internet_checksum(&octets, 1) != 0)
		return PACKET_BAD_CHECKSUM;
	switch (type) {
	case TYPE_QUERY: return read_query(&reader, code, message);
	case TYPE_REPORT_3: return read_records(&reader, message);
	case TYPE_REPORT_1:
	case TYPE_REPORT_2:
	case TYPE_LEAVE: return read_old(&reader, type, message);
	default: return PACKET_MALFORMED;
	}
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

static uint8_t type_of(const struct group_message *message)
{
	switch (message->kind) {
	case GROUP_QUERY: return TYPE_QUERY;
	case GROUP_REPORT: return message->version == 1 ? TYPE_REPORT_1 : TYPE_REPORT_2;
	case GROUP_LEAVE: return TYPE_LEAVE;
	case GROUP_RECORDS: return TYPE_REPORT_3;
	}
	return 0;
}

/* Tenths of a second: version 1 has none, version 2 says them plainly, version 3 as a code. */
static uint8_t response_code(const struct group_message *message)
{
	const uint64_t tenths = message->response_us * 10 / us_per_s;

	if (message->kind != GROUP_QUERY || message->version == 1)
		return 0;
	if (message->version == 3)
		return group_code_encode(tenths);
	return tenths < UINT8_MAX ? (uint8_t)tenths : UINT8_MAX;
}

static struct octet_writer start(uint8_t *octets, size_t capacity, uint8_t type, uint8_t code)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u8(&writer, type);
	octet_write_u8(&writer, code);
	octet_write_u16(&writer, 0);
	return writer;
}

size_t igmp_write(const struct group_message *message, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer =
		start(octets, capacity, type_of(message), response_code(message));
	const bool is_general = message->kind == GROUP_QUERY && message->is_general;
	static const struct dimp_ip zero;

	group_address_write(&writer, is_general ? &zero : &message->group, IGMP_ADDRESS_SIZE);
	if (message->kind == GROUP_QUERY && message->version == 3)
		group_query_write(&writer, message);
	return finish(&writer);
}

size_t igmp_records_write(const struct group_record *records, size_t count, uint8_t *octets,
	size_t capacity)
{
	struct octet_writer writer = start(octets, capacity, TYPE_REPORT_3, 0);

	group_records_write(&writer, records, count);
	return finish(&writer);
}
