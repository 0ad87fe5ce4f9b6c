/* SPDX-License-Identifier: MIT */
/*
 * A packet is read whole or not at all: attributes are walked once when it is read, so that whoever
 * walks them later meets no broken one (RFC 2865 5: an invalid length makes the packet invalid).
 */
#include "net/radius.h"

#include <string.h>

enum { ATTRIBUTE_HEADER_SIZE = 2, LENGTH_AT = 2, AUTHENTICATOR_AT = 4, VENDOR_HEADER_SIZE = 6 };

static bool are_whole(struct dimp_view rest)
{
	struct radius_attribute attribute;

	while (radius_next(&rest, &attribute))
		continue;
	return rest.size == 0;
}

bool radius_read(struct dimp_view octets, struct radius_packet *packet)
{
	struct octet_reader reader = octet_reader_of(octets);

	packet->code = octet_read_u8(&reader);
	packet->identifier = octet_read_u8(&reader);
	const size_t length = octet_read_u16(&reader);
	packet->authenticator = octet_read_view(&reader, RADIUS_AUTHENTICATOR_SIZE).octets;
	if (reader.is_short || length < RADIUS_HEADER_SIZE || length > RADIUS_SIZE_MAX)
		return false;
	packet->attributes = octet_read_view(&reader, length - RADIUS_HEADER_SIZE);
	packet->octets = (struct dimp_view){octets.octets, length};
	return !reader.is_short && are_whole(packet->attributes);
}

bool radius_next(struct dimp_view *rest, struct radius_attribute *attribute)
{
	struct octet_reader reader = octet_reader_of(*rest);

	attribute->type = octet_read_u8(&reader);
	const size_t length = octet_read_u8(&reader);
	if (reader.is_short || length < ATTRIBUTE_HEADER_SIZE)
		return false;
	attribute->value = octet_read_view(&reader, length - ATTRIBUTE_HEADER_SIZE);
	if (reader.is_short)
		return false;
	*rest = reader.rest;
	return true;
}

bool radius_find(const struct radius_packet *packet, uint8_t type, struct dimp_view *value)
{
	struct dimp_view rest = packet->attributes;
	struct radius_attribute attribute;

	while (radius_next(&rest, &attribute)) {
		if (attribute.type != type)
			continue;
		*value = attribute.value;
		return true;
	}
	return false;
}

bool radius_find_u32(const struct radius_packet *packet, uint8_t type, uint32_t *number)
{
	struct dimp_view value;

	if (!radius_find(packet, type, &value) || value.size != sizeof *number)
		return false;
	struct octet_reader reader = octet_reader_of(value);
	*number = octet_read_u32(&reader);
	return true;
}

size_t radius_join(const struct radius_packet *packet, uint8_t type, uint8_t *octets,
	size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	struct dimp_view rest = packet->attributes;
	struct radius_attribute attribute;

	while (radius_next(&rest, &attribute))
		if (attribute.type == type)
			octet_write_copy(&writer, attribute.value.octets, attribute.value.size);
	return octet_writer_size(&writer);
}

bool radius_cisco_pair(const struct radius_attribute *attribute, struct dimp_view *text)
{
	if (attribute->type != RADIUS_VENDOR_SPECIFIC)
		return false;
	struct octet_reader reader = octet_reader_of(attribute->value);
	const uint32_t vendor = octet_read_u32(&reader);
	const uint8_t type = octet_read_u8(&reader);
	const size_t length = octet_read_u8(&reader);
	if (reader.is_short || vendor != RADIUS_VENDOR_CISCO || type != RADIUS_CISCO_AVPAIR ||
		length < ATTRIBUTE_HEADER_SIZE)
		return false;
	*text = octet_read_view(&reader, length - ATTRIBUTE_HEADER_SIZE);
	return !reader.is_short;
}

/* The value of a hexadecimal digit, 16 for what is none. */
static unsigned digit_value(uint8_t digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - (unsigned)'0';
	if (digit >= 'a' && digit <= 'f')
		return digit - (unsigned)'a' + 10;
	return digit >= 'A' && digit <= 'F' ? digit - (unsigned)'A' + 10 : 16;
}

static bool is_separator(uint8_t character)
{
	return character == '-' || character == ':' || character == '.';
}

bool radius_read_station(struct dimp_view text, struct dimp_mac *mac)
{
	size_t digits = 0;

	*mac = (struct dimp_mac){.octets = {0}};
	for (size_t i = 0; i < text.size; i++) {
		const unsigned value = digit_value(text.octets[i]);
		if (value == 16 && (!is_separator(text.octets[i]) || digits % 2 != 0))
			return false;
		if (value == 16)
			continue;
		if (digits == 2 * sizeof mac->octets)
			return false;
		uint8_t *const octet = &mac->octets[digits / 2];
		*octet = (uint8_t)((unsigned)*octet << 4 | value);
		digits++;
	}
	return digits == 2 * sizeof mac->octets;
}

void radius_begin(struct octet_writer *writer, enum radius_code code, uint8_t identifier)
{
	octet_write_u8(writer, (uint8_t)code);
	octet_write_u8(writer, identifier);
	octet_write_zeros(writer, 2 + RADIUS_AUTHENTICATOR_SIZE);
}

void radius_add(struct octet_writer *writer, uint8_t type, struct dimp_view value)
{
	if (value.size > RADIUS_VALUE_MAX) {
		writer->is_full = true;
		return;
	}
	octet_write_u8(writer, type);
	octet_write_u8(writer, (uint8_t)(ATTRIBUTE_HEADER_SIZE + value.size));
	octet_write_copy(writer, value.octets, value.size);
}

void radius_add_u32(struct octet_writer *writer, uint8_t type, uint32_t number)
{
	octet_write_u8(writer, type);
	octet_write_u8(writer, ATTRIBUTE_HEADER_SIZE + sizeof number);
	octet_write_u32(writer, number);
}

void radius_add_long(struct octet_writer *writer, uint8_t type, struct dimp_view value)
{
	while (value.size > 0) {
		const size_t size = value.size < RADIUS_VALUE_MAX ? value.size : RADIUS_VALUE_MAX;
		radius_add(writer, type, (struct dimp_view){value.octets, size});
		value = (struct dimp_view){value.octets + size, value.size - size};
	}
}

void radius_add_eap(struct octet_writer *writer, struct dimp_view eap)
{
	radius_add_long(writer, RADIUS_EAP_MESSAGE, eap);
}

size_t radius_finish(struct octet_writer *writer,
	const uint8_t authenticator[RADIUS_AUTHENTICATOR_SIZE])
{
	const size_t size = octet_writer_size(writer);

	if (size < RADIUS_HEADER_SIZE || size > RADIUS_SIZE_MAX)
		return 0;
	struct octet_writer length = octet_writer_of(writer->octets + LENGTH_AT, 2);
	octet_write_u16(&length, (uint16_t)size);
	memcpy(writer->octets + AUTHENTICATOR_AT, authenticator, RADIUS_AUTHENTICATOR_SIZE);
	return size;
}
