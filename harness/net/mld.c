/* SPDX-License-Identifier: MIT */
/* A query's length tells its version (RFC 3810 8.1). */
#include "net/mld.h"

enum {
	TYPE_QUERY = 130,
	TYPE_REPORT_1 = 131,
	TYPE_DONE = 132,
	TYPE_REPORT_2 = 143,
	VERSION_1_SIZE = 24,
	REPORT_2_MIN = 8,
	CHECKSUM_AT = 2,
	HOP_LIMIT = 1,
	CODE_PLAIN_MAX = 0x7fff
};

static const uint64_t us_per_ms = 1000;

/* The floating point of RFC 3810 5.1.3, in milliseconds. */
static uint64_t decode_response(uint16_t code)
{
	if (code <= CODE_PLAIN_MAX)
		return code;
	return (uint64_t)(0x1000 | (code & 0x0fff)) << ((code >> 12 & 7) + 3);
}

/* The largest code that says no more than |value|: its exponent first, then what fits. */
static uint16_t encode_response(uint64_t value)
{
	unsigned exponent = 0;

	if (value <= CODE_PLAIN_MAX)
		return (uint16_t)value;
	while (exponent < 7 && value >> (exponent + 3) > 0x1fff)
		exponent++;
	const uint64_t mantissa = value >> (exponent + 3);
	return (uint16_t)(0x8000 | exponent << 12 | (mantissa > 0x1fff ? 0xfff : mantissa & 0xfff));
}

static uint8_t type_at(struct dimp_view payload)
{
	struct octet_reader reader = octet_reader_of(payload);

	return octet_read_u8(&reader);
}

bool mld_is_message(const struct ipv6_packet *packet)
{
	const uint8_t type = type_at(packet->payload);

	return packet->protocol == IPV6_ICMP && packet->payload.size > 0 &&
		(type == TYPE_QUERY || type == TYPE_REPORT_1 || type == TYPE_DONE ||
			type == TYPE_REPORT_2);
}

static bool is_from_where_it_may(const struct ipv6_packet *packet)
{
	const bool is_query = type_at(packet->payload) == TYPE_QUERY;

	return ipv6_is_link_local(&packet->source) || (!is_query && ipv6_is_zero(&packet->source));
}

static bool is_well_packed(const struct ipv6_packet *packet)
{
	const size_t size_min =
		type_at(packet->payload) == TYPE_REPORT_2 ? REPORT_2_MIN : VERSION_1_SIZE;

	return mld_is_message(packet) && packet->payload.size >= size_min &&
		packet->hop_limit == HOP_LIMIT && packet->has_router_alert &&
		is_from_where_it_may(packet);
}

static enum packet_verdict read_query(struct octet_reader *reader, struct group_message *message)
{
	const uint16_t code = octet_read_u16(reader);

	(void)octet_read_u16(reader);
	message->kind = GROUP_QUERY;
	message->version = 1;
	message->response_us = code * us_per_ms;
	message->group = group_address_read(reader, MLD_ADDRESS_SIZE);
	message->is_general = ipv6_is_zero(&message->group);
	if (reader->rest.size == 0)
		return PACKET_WHOLE;
	message->version = 2;
	message->response_us = decode_response(code) * us_per_ms;
	return group_query_read(reader, MLD_ADDRESS_SIZE, message) ? PACKET_WHOLE
								   : PACKET_MALFORMED;
}

static enum packet_verdict read_old(struct octet_reader *reader, uint8_t type,
	struct group_message *message)
{
	(void)octet_read_u32(reader);
	message->kind = type == TYPE_DONE ? GROUP_LEAVE : GROUP_REPORT;
	message->version = 1;
	message->group = group_address_read(reader, MLD_ADDRESS_SIZE);
	return PACKET_WHOLE;
}

enum packet_verdict mld_read(const struct ipv6_packet *packet, struct group_message *message)
{
	struct octet_reader reader = octet_reader_of(packet->payload);
	const uint8_t type = octet_read_u8(&reader);

	*message = (struct group_message){.kind = GROUP_QUERY};
	if (!is_well_packed(packet))
		return PACKET_MALFORMED;
	if (ipv6_checksum(packet, packet->payload) != 0)
		return PACKET_BAD_CHECKSUM;
	(void)octet_read_u8(&reader); /* code */
	(void)octet_read_u16(&reader); /* checksum */
	if (type == TYPE_QUERY)
		return read_query(&reader, message);
	if (type != TYPE_REPORT_2)
		return read_old(&reader, type, message);
	message->version = 2;
	return group_records_read(&reader, MLD_ADDRESS_SIZE, message) ? PACKET_WHOLE
								      : PACKET_MALFORMED;
}

struct ipv6_packet mld_packet(const struct dimp_ip *source, const struct dimp_ip *destination)
{
	return (struct ipv6_packet){.source = *source,
		.destination = *destination,
		.hop_limit = HOP_LIMIT,
		.protocol = IPV6_ICMP,
		.has_router_alert = true};
}

static uint8_t type_of(const struct group_message *message)
{
	switch (message->kind) {
	case GROUP_QUERY: return TYPE_QUERY;
	case GROUP_REPORT: return TYPE_REPORT_1;
	case GROUP_LEAVE: return TYPE_DONE;
	case GROUP_RECORDS: return TYPE_REPORT_2;
	}
	return 0;
}

static uint16_t response_code(const struct group_message *message)
{
	const uint64_t milliseconds = message->response_us / us_per_ms;

	if (message->kind != GROUP_QUERY)
		return 0;
	if (message->version == 2)
		return encode_response(milliseconds);
	return milliseconds < UINT16_MAX ? (uint16_t)milliseconds : UINT16_MAX;
}

static struct octet_writer start(uint8_t *octets, size_t capacity, uint8_t type)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u8(&writer, type);
	octet_write_u8(&writer, 0);
	octet_write_u16(&writer, 0);
	return writer;
}

static size_t finish(const struct ipv6_packet *packet, const struct octet_writer *writer)
{
	if (writer->is_full)
		return 0;
	const struct dimp_view written = {writer->octets, writer->size};
	struct octet_writer place = octet_writer_of(writer->octets + CHECKSUM_AT, 2);
	octet_write_u16(&place, ipv6_checksum(packet, written));
	return writer->size;
}

size_t mld_write(const struct ipv6_packet *packet, const struct group_message *message,
	uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = start(octets, capacity, type_of(message));
	const bool is_general = message->kind == GROUP_QUERY && message->is_general;
	static const struct dimp_ip zero;

	octet_write_u16(&writer, response_code(message));
	octet_write_u16(&writer, 0);
	group_address_write(&writer, is_general ? &zero : &message->group, MLD_ADDRESS_SIZE);
	if (message->kind == GROUP_QUERY && message->version == 2)
		group_query_write(&writer, message);
	return finish(packet, &writer);
}

size_t mld_records_write(const struct ipv6_packet *packet, const struct mld_records *records,
	uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = start(octets, capacity, TYPE_REPORT_2);

	group_records_write(&writer, records->records, records->count);
	return finish(packet, &writer);
}
