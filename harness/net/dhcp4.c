/* SPDX-License-Identifier: MIT */
/*
 * Options are walked within the field they stand in: the options field, then file and sname if
 * option 52 says that those carry options as well (RFC 2131 4.1).  The first instance of an option
 * counts.
 */
#include "net/dhcp4.h"

#include "net/octets.h"

enum {
	HARDWARE_ETHERNET = 1,
	HARDWARE_SIZE = 6,
	HARDWARE_FIELD = 16,
	NAME_FIELD = 64,
	FILE_FIELD = 128,
	COOKIE = 0x63825363
};

enum option {
	OPTION_PAD = 0,
	OPTION_REQUESTED = 50,
	OPTION_LEASE = 51,
	OPTION_OVERLOAD = 52,
	OPTION_KIND = 53,
	OPTION_SERVER = 54,
	OPTION_RENEWAL = 58,
	OPTION_REBINDING = 59,
	OPTION_RAPID_COMMIT = 80,
	OPTION_RELAY_INFORMATION = 82,
	OPTION_END = 255
};

enum { OVERLOAD_FILE = 1, OVERLOAD_NAME = 2 };

/* Takes an address option: 4 octets, once. */
static bool take_address(struct octet_reader *value, bool *has, struct dimp_ipv4 *address)
{
	const size_t size = value->rest.size;

	if (!*has)
		octet_read_copy(value, address->octets, sizeof address->octets);
	*has = true;
	return size == sizeof address->octets;
}

/* Takes a time option: 4 octets, once. */
static bool take_seconds(struct octet_reader *value, bool *has, uint32_t *seconds)
{
	const size_t size = value->rest.size;

	if (!*has)
		*seconds = octet_read_u32(value);
	*has = true;
	return size == sizeof *seconds;
}

static bool take_kind(struct octet_reader *value, struct dhcp4_message *message)
{
	const size_t size = value->rest.size;
	const uint8_t kind = octet_read_u8(value);

	if (size != 1 || kind < DHCP4_DISCOVER)
		return false;
	/* Kinds beyond INFORM (leasequery and others) are messages of another exchange. */
	if (message->kind == DHCP4_NONE && kind <= DHCP4_INFORM)
		message->kind = (enum dhcp4_kind)kind;
	return true;
}

static bool take_option(struct dhcp4_message *message, uint8_t code, struct dimp_view octets,
	uint8_t *overload)
{
	struct octet_reader value = octet_reader_of(octets);

	switch (code) {
	case OPTION_REQUESTED:
		return take_address(&value, &message->has_requested, &message->requested);
	case OPTION_SERVER: return take_address(&value, &message->has_server, &message->server);
	case OPTION_KIND: return take_kind(&value, message);
	case OPTION_LEASE: return take_seconds(&value, &message->has_lease, &message->lease_s);
	case OPTION_RENEWAL:
		return take_seconds(&value, &message->has_renewal, &message->renewal_s);
	case OPTION_REBINDING:
		return take_seconds(&value, &message->has_rebinding, &message->rebinding_s);
	case OPTION_RAPID_COMMIT: message->is_rapid = true; return octets.size == 0;
	case OPTION_RELAY_INFORMATION: message->relay_information = octets; return true;
	case OPTION_OVERLOAD: *overload = octet_read_u8(&value); return octets.size == 1;
	default: return true;
	}
}

/* Walks one field of options to its end or to the END option. */
static bool read_options(struct dhcp4_message *message, struct dimp_view field, uint8_t *overload)
{
	struct octet_reader reader = octet_reader_of(field);

	while (reader.rest.size > 0) {
		const uint8_t code = octet_read_u8(&reader);
		if (code == OPTION_END)
			return true;
		if (code == OPTION_PAD)
			continue;
		const uint8_t size = octet_read_u8(&reader);
		const struct dimp_view value = octet_read_view(&reader, size);
		if (reader.is_short || !take_option(message, code, value, overload))
			return false;
	}
	return true;
}

bool dhcp4_read(struct dimp_view octets, struct dhcp4_message *message)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint8_t operation = octet_read_u8(&reader);
	const uint8_t hardware = octet_read_u8(&reader);
	const uint8_t hardware_size = octet_read_u8(&reader);

	*message = (struct dhcp4_message){0};
	(void)octet_read_u8(&reader);
	message->transaction = octet_read_u32(&reader);
	(void)octet_read_u16(&reader);
	message->flags = octet_read_u16(&reader);
	octet_read_copy(&reader, message->client_address.octets, 4);
	octet_read_copy(&reader, message->your_address.octets, 4);
	(void)octet_read_u32(&reader);
	octet_read_copy(&reader, message->relay_address.octets, 4);
	octet_read_copy(&reader, message->client.octets, HARDWARE_SIZE);
	(void)octet_read_view(&reader, HARDWARE_FIELD - HARDWARE_SIZE);
	const struct dimp_view name = octet_read_view(&reader, NAME_FIELD);
	const struct dimp_view file = octet_read_view(&reader, FILE_FIELD);
	const uint32_t cookie = octet_read_u32(&reader);
	if (reader.is_short || cookie != COOKIE || hardware != HARDWARE_ETHERNET ||
		hardware_size != HARDWARE_SIZE)
		return false;
	if (operation != DHCP4_BOOT_REQUEST && operation != DHCP4_BOOT_REPLY)
		return false;
	message->operation = (enum dhcp4_operation)operation;
	uint8_t overload = 0;
	uint8_t ignored = 0;
	return read_options(message, reader.rest, &overload) &&
		((overload & OVERLOAD_FILE) == 0 || read_options(message, file, &ignored)) &&
		((overload & OVERLOAD_NAME) == 0 || read_options(message, name, &ignored));
}

static void write_address(struct octet_writer *writer, enum option code,
	const struct dimp_ipv4 *address)
{
	octet_write_u8(writer, (uint8_t)code);
	octet_write_u8(writer, sizeof address->octets);
	octet_write_copy(writer, address->octets, sizeof address->octets);
}

static void write_seconds(struct octet_writer *writer, enum option code, uint32_t seconds)
{
	octet_write_u8(writer, (uint8_t)code);
	octet_write_u8(writer, sizeof seconds);
	octet_write_u32(writer, seconds);
}

/* The relay's option is the last one (RFC 3046 2.1). */
static void write_options(struct octet_writer *writer, const struct dhcp4_message *message)
{
	octet_write_u32(writer, COOKIE);
	octet_write_u8(writer, OPTION_KIND);
	octet_write_u8(writer, 1);
	octet_write_u8(writer, (uint8_t)message->kind);
	if (message->has_requested)
		write_address(writer, OPTION_REQUESTED, &message->requested);
	if (message->has_server)
		write_address(writer, OPTION_SERVER, &message->server);
	if (message->has_lease)
		write_seconds(writer, OPTION_LEASE, message->lease_s);
	if (message->has_renewal)
		write_seconds(writer, OPTION_RENEWAL, message->renewal_s);
	if (message->has_rebinding)
		write_seconds(writer, OPTION_REBINDING, message->rebinding_s);
	if (message->is_rapid) {
		octet_write_u8(writer, OPTION_RAPID_COMMIT);
		octet_write_u8(writer, 0);
	}
	if (message->relay_information.size != 0) {
		octet_write_u8(writer, OPTION_RELAY_INFORMATION);
		octet_write_u8(writer, (uint8_t)message->relay_information.size);
		octet_write_copy(writer, message->relay_information.octets,
			message->relay_information.size);
	}
	octet_write_u8(writer, OPTION_END);
}

size_t dhcp4_write(const struct dhcp4_message *message, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u8(&writer, (uint8_t)message->operation);
	octet_write_u8(&writer, HARDWARE_ETHERNET);
	octet_write_u8(&writer, HARDWARE_SIZE);
	octet_write_u8(&writer, 0);
	octet_write_u32(&writer, message->transaction);
	octet_write_u16(&writer, 0);
	octet_write_u16(&writer, message->flags);
	octet_write_copy(&writer, message->client_address.octets, 4);
	octet_write_copy(&writer, message->your_address.octets, 4);
	octet_write_u32(&writer, 0);
	octet_write_copy(&writer, message->relay_address.octets, 4);
	octet_write_copy(&writer, message->client.octets, HARDWARE_SIZE);
	octet_write_zeros(&writer, HARDWARE_FIELD - HARDWARE_SIZE + NAME_FIELD + FILE_FIELD);
	write_options(&writer, message);
	return octet_writer_size(&writer);
}
