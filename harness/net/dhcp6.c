/* SPDX-License-Identifier: MIT */
/*
 * Everything is looked at when a message is read, options within options included, so that whoever
 * walks its associations afterwards meets nothing malformed.  Options nest twice at most (a status
 * in a lease in an association), relays DHCP6_RELAYS_MAX times: nothing recurses.
 */
#include "net/dhcp6.h"

#include "net/octets.h"

enum option {
	OPTION_CLIENT = 1,
	OPTION_SERVER = 2,
	OPTION_ADDRESS = 5,
	OPTION_RELAY_MESSAGE = 9,
	OPTION_STATUS = 13,
	OPTION_RAPID_COMMIT = 14,
	OPTION_RECONFIGURE = 19,
	OPTION_PREFIX = 26
};

enum { RELAY_FORWARD = 12, RELAY_REPLY = 13, HEADER_BITS = 24 };

struct option_row {
	uint16_t code;
	struct dimp_view value;
};

/* The next option off |reader|; false at the end, or when it does not fit (then it is short). */
static bool next_option(struct octet_reader *reader, struct option_row *option)
{
	if (reader->rest.size == 0)
		return false;
	option->code = octet_read_u16(reader);
	const size_t size = octet_read_u16(reader);
	option->value = octet_read_view(reader, size);
	return !reader->is_short;
}

static bool take_status(struct dimp_view value, uint16_t *status)
{
	struct octet_reader reader = octet_reader_of(value);

	*status = octet_read_u16(&reader);
	return !reader.is_short;
}

static bool take_duid(struct dimp_view value, struct dimp_view *duid)
{
	if (duid->size == 0)
		*duid = value;
	return value.size >= DHCP6_DUID_MIN && value.size <= DHCP6_DUID_MAX;
}

/* Of options that hold nothing but perhaps a status. */
static bool read_status(struct dimp_view options, uint16_t *status)
{
	struct octet_reader reader = octet_reader_of(options);
	struct option_row option;

	*status = DHCP6_SUCCESS;
	while (next_option(&reader, &option)) {
		if (option.code == OPTION_STATUS && !take_status(option.value, status))
			return false;
	}
	return !reader.is_short;
}

static bool read_lease(const struct option_row *option, struct dhcp6_lease *lease)
{
	struct octet_reader reader = octet_reader_of(option->value);
	const bool is_address = option->code == OPTION_ADDRESS;

	*lease = (struct dhcp6_lease){.prefix = DHCP6_ADDRESS_PREFIX};
	if (is_address)
		octet_read_copy(&reader, lease->address.octets, sizeof lease->address.octets);
	lease->preferred_s = octet_read_u32(&reader);
	lease->valid_s = octet_read_u32(&reader);
	if (!is_address) {
		lease->prefix = octet_read_u8(&reader);
		octet_read_copy(&reader, lease->address.octets, sizeof lease->address.octets);
	}
	return !reader.is_short && lease->prefix <= DHCP6_ADDRESS_PREFIX &&
		read_status(reader.rest, &lease->status);
}

static bool is_association(uint16_t code)
{
	return code == DHCP6_IA_NA || code == DHCP6_IA_TA || code == DHCP6_IA_PD;
}

/* Leases of addresses stand in associations of addresses, those of prefixes in the other ones. */
static bool is_lease(const struct dhcp6_association *association, uint16_t code)
{
	return code == (association->kind == DHCP6_IA_PD ? OPTION_PREFIX : OPTION_ADDRESS);
}

static bool check_leases(struct dhcp6_association *association)
{
	struct octet_reader reader = octet_reader_of(association->options);
	struct option_row option;
	struct dhcp6_lease lease;

	while (next_option(&reader, &option)) {
		if (is_lease(association, option.code) && !read_lease(&option, &lease))
			return false;
		if (option.code == OPTION_STATUS &&
			!take_status(option.value, &association->status))
			return false;
	}
	return !reader.is_short;
}

static bool read_association(const struct option_row *option, struct dhcp6_association *association)
{
	struct octet_reader reader = octet_reader_of(option->value);

	*association =
		(struct dhcp6_association){.kind = (enum dhcp6_association_kind)option->code};
	association->identifier = octet_read_u32(&reader);
	if (association->kind != DHCP6_IA_TA) {
		association->renewal_s = octet_read_u32(&reader);
		association->rebinding_s = octet_read_u32(&reader);
	}
	association->options = reader.rest;
	return !reader.is_short && check_leases(association);
}

static bool take_reconfigure(struct dimp_view value, struct dhcp6_message *message)
{
	struct octet_reader reader = octet_reader_of(value);
	const uint8_t kind = octet_read_u8(&reader);

	message->reconfigure =
		kind <= DHCP6_INFORMATION_REQUEST ? (enum dhcp6_kind)kind : DHCP6_NONE;
	return value.size == 1;
}

static bool take_option(struct dhcp6_message *message, const struct option_row *option)
{
	struct dhcp6_association association;

	if (is_association(option->code))
		return read_association(option, &association);
	switch (option->code) {
	case OPTION_CLIENT: return take_duid(option->value, &message->client_duid);
	case OPTION_SERVER: return take_duid(option->value, &message->server_duid);
	case OPTION_STATUS: return take_status(option->value, &message->status);
	case OPTION_RAPID_COMMIT: message->is_rapid = true; return option->value.size == 0;
	case OPTION_RECONFIGURE: return take_reconfigure(option->value, message);
	default: return true;
	}
}

bool dhcp6_read(struct dimp_view octets, struct dhcp6_message *message)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint32_t header = octet_read_u32(&reader);
	const uint32_t kind = header >> HEADER_BITS;
	struct option_row option;

	*message = (struct dhcp6_message){
		.kind = kind <= DHCP6_INFORMATION_REQUEST ? (enum dhcp6_kind)kind : DHCP6_NONE,
		.transaction = header & ((1U << HEADER_BITS) - 1),
		.options = reader.rest,
	};
	if (reader.is_short || kind == RELAY_FORWARD || kind == RELAY_REPLY)
		return false;
	while (next_option(&reader, &option)) {
		if (!take_option(message, &option))
			return false;
	}
	return !reader.is_short;
}

bool dhcp6_is_valid(const struct dhcp6_message *message)
{
	enum { CLIENT = 1, SERVER = 2, NO_SERVER = 4 };
	static const unsigned rules[] = {
		[DHCP6_SOLICIT] = CLIENT | NO_SERVER,
		[DHCP6_ADVERTISE] = CLIENT | SERVER,
		[DHCP6_REQUEST] = CLIENT | SERVER,
		[DHCP6_CONFIRM] = CLIENT | NO_SERVER,
		[DHCP6_RENEW] = CLIENT | SERVER,
		[DHCP6_REBIND] = CLIENT | NO_SERVER,
		[DHCP6_REPLY] = SERVER,
		[DHCP6_RELEASE] = CLIENT | SERVER,
		[DHCP6_DECLINE] = CLIENT | SERVER,
		[DHCP6_RECONFIGURE] = CLIENT | SERVER,
		[DHCP6_INFORMATION_REQUEST] = 0,
	};
	const unsigned rule = rules[message->kind];

	return message->kind != DHCP6_NONE &&
		!((rule & CLIENT) && message->client_duid.size == 0) &&
		!((rule & SERVER) && message->server_duid.size == 0) &&
		!((rule & NO_SERVER) && message->server_duid.size != 0);
}

bool dhcp6_association_next(struct dhcp6_message *message, struct dhcp6_association *association)
{
	struct octet_reader reader = octet_reader_of(message->options);
	struct option_row option;
	bool is_found = false;

	while (!is_found && next_option(&reader, &option))
		is_found = is_association(option.code) && read_association(&option, association);
	message->options = reader.rest;
	return is_found;
}

bool dhcp6_lease_next(struct dhcp6_association *association, struct dhcp6_lease *lease)
{
	struct octet_reader reader = octet_reader_of(association->options);
	struct option_row option;
	bool is_found = false;

	while (!is_found && next_option(&reader, &option))
		is_found = is_lease(association, option.code) && read_lease(&option, lease);
	association->options = reader.rest;
	return is_found;
}

/* Takes one relay's header off |relayed|; false when there is none, or no message in it. */
static bool unwrap_once(struct dhcp6_relayed *relayed)
{
	struct octet_reader reader = octet_reader_of(relayed->message);
	struct option_row option;
	bool is_found = false;

	relayed->is_reply = octet_read_u8(&reader) == RELAY_REPLY;
	octet_read_u8(&reader);
	octet_read_view(&reader, sizeof relayed->peer.octets);
	octet_read_copy(&reader, relayed->peer.octets, sizeof relayed->peer.octets);
	while (!is_found && next_option(&reader, &option))
		is_found = option.code == OPTION_RELAY_MESSAGE;
	if (reader.is_short || !is_found)
		return false;
	relayed->message = option.value;
	relayed->relays++;
	return true;
}

bool dhcp6_unwrap(struct dimp_view octets, struct dhcp6_relayed *relayed)
{
	*relayed = (struct dhcp6_relayed){.message = octets};
	while (relayed->message.size > 0 &&
		(relayed->message.octets[0] == RELAY_FORWARD ||
			relayed->message.octets[0] == RELAY_REPLY)) {
		if (relayed->relays == DHCP6_RELAYS_MAX || !unwrap_once(relayed))
			return false;
	}
	return relayed->message.size > 0;
}

/* ---- Writing ---- */

static void write_option(struct octet_writer *writer, enum option code, size_t size)
{
	octet_write_u16(writer, (uint16_t)code);
	octet_write_u16(writer, (uint16_t)size);
}

static void write_view(struct octet_writer *writer, enum option code, struct dimp_view value)
{
	if (value.size == 0)
		return;
	write_option(writer, code, value.size);
	octet_write_copy(writer, value.octets, value.size);
}

enum { STATUS_SIZE = 2, LEASE_OF_ADDRESS = 24, LEASE_OF_PREFIX = 25, OPTION_HEAD = 4 };

static void write_status(struct octet_writer *writer, uint16_t status)
{
	if (status == DHCP6_SUCCESS)
		return;
	write_option(writer, OPTION_STATUS, STATUS_SIZE);
	octet_write_u16(writer, status);
}

static size_t status_size(uint16_t status)
{
	return status == DHCP6_SUCCESS ? 0 : OPTION_HEAD + STATUS_SIZE;
}

static size_t lease_size(const struct dhcp6_request *request)
{
	return status_size(request->lease.status) +
		(request->association.kind == DHCP6_IA_PD ? LEASE_OF_PREFIX : LEASE_OF_ADDRESS);
}

static void write_lease(struct octet_writer *writer, const struct dhcp6_request *request)
{
	const struct dhcp6_lease *const lease = &request->lease;
	const bool is_prefix = request->association.kind == DHCP6_IA_PD;

	write_option(writer, is_prefix ? OPTION_PREFIX : OPTION_ADDRESS, lease_size(request));
	if (!is_prefix)
		octet_write_copy(writer, lease->address.octets, sizeof lease->address.octets);
	octet_write_u32(writer, lease->preferred_s);
	octet_write_u32(writer, lease->valid_s);
	if (is_prefix) {
		octet_write_u8(writer, lease->prefix);
		octet_write_copy(writer, lease->address.octets, sizeof lease->address.octets);
	}
	write_status(writer, lease->status);
}

static void write_association(struct octet_writer *writer, const struct dhcp6_request *request)
{
	enum { HEAD = 12, HEAD_OF_TEMPORARY = 4 };
	const struct dhcp6_association *const association = &request->association;
	const bool is_temporary = association->kind == DHCP6_IA_TA;
	const size_t lease = request->has_lease ? OPTION_HEAD + lease_size(request) : 0;

	octet_write_u16(writer, (uint16_t)association->kind);
	octet_write_u16(writer,
		(uint16_t)((is_temporary ? HEAD_OF_TEMPORARY : HEAD) + lease +
			status_size(association->status)));
	octet_write_u32(writer, association->identifier);
	if (!is_temporary) {
		octet_write_u32(writer, association->renewal_s);
		octet_write_u32(writer, association->rebinding_s);
	}
	if (request->has_lease)
		write_lease(writer, request);
	write_status(writer, association->status);
}

size_t dhcp6_write(const struct dhcp6_message *message, const struct dhcp6_requests *requests,
	uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u32(&writer, (uint32_t)message->kind << HEADER_BITS | message->transaction);
	write_view(&writer, OPTION_CLIENT, message->client_duid);
	write_view(&writer, OPTION_SERVER, message->server_duid);
	write_status(&writer, message->status);
	if (message->is_rapid)
		write_option(&writer, OPTION_RAPID_COMMIT, 0);
	if (message->kind == DHCP6_RECONFIGURE) {
		write_option(&writer, OPTION_RECONFIGURE, 1);
		octet_write_u8(&writer, (uint8_t)message->reconfigure);
	}
	for (size_t i = 0; i < requests->count; i++)
		write_association(&writer, &requests->rows[i]);
	return octet_writer_size(&writer);
}
