/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a DHCPv6 message, in relays or not: what is read is written and reads the same, its
 * associations and leases one by one.
 */
#include <string.h>

#include "fuzz/require.h"
#include "net/dhcp6.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { ROWS_MAX = 64, WRITTEN_MAX = 16384 };

/* One row for each lease, and one for an association without. */
static size_t take_rows(struct dhcp6_message message, struct dhcp6_request rows[ROWS_MAX])
{
	struct dhcp6_association association;
	struct dhcp6_lease lease;
	size_t count = 0;

	while (count < ROWS_MAX && dhcp6_association_next(&message, &association)) {
		rows[count++] = (struct dhcp6_request){.association = association};
		while (count < ROWS_MAX && dhcp6_lease_next(&association, &lease)) {
			require(lease.prefix <= DHCP6_ADDRESS_PREFIX);
			rows[count++] = (struct dhcp6_request){association, true, lease};
		}
	}
	return count;
}

static void require_same(const struct dhcp6_request *one, const struct dhcp6_request *other)
{
	require(one->association.kind == other->association.kind);
	require(one->association.identifier == other->association.identifier);
	require(one->association.status == other->association.status);
	require(one->has_lease == other->has_lease);
	if (!one->has_lease)
		return;
	require(memcmp(&one->lease.address, &other->lease.address, sizeof one->lease.address) == 0);
	require(one->lease.prefix == other->lease.prefix);
	require(one->lease.preferred_s == other->lease.preferred_s);
	require(one->lease.valid_s == other->lease.valid_s);
	require(one->lease.status == other->lease.status);
}

/* Each row goes there and back alone: the writer puts a lease into an association of its own. */
static void write_and_read(const struct dhcp6_message *message, const struct dhcp6_request *row)
{
	static uint8_t written[WRITTEN_MAX];
	struct dhcp6_request again[ROWS_MAX];
	struct dhcp6_message read_back;
	const size_t size =
		dhcp6_write(message, &(struct dhcp6_requests){row, 1}, written, sizeof written);

	require(size != 0);
	require(dhcp6_read((struct dimp_view){written, size}, &read_back));
	require(read_back.kind == message->kind);
	require(read_back.transaction == message->transaction);
	require(read_back.status == message->status);
	require(read_back.is_rapid == message->is_rapid);
	require(read_back.client_duid.size == message->client_duid.size);
	require(dhcp6_is_valid(&read_back) == dhcp6_is_valid(message));
	const size_t count = take_rows(read_back, again);
	require(count == (row->has_lease ? 2 : 1));
	require_same(row, &again[count - 1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct dhcp6_request rows[ROWS_MAX];
	struct dhcp6_relayed relayed;
	struct dhcp6_message message;

	if (!dhcp6_unwrap((struct dimp_view){octets, size}, &relayed))
		return 0;
	require(relayed.relays <= DHCP6_RELAYS_MAX);
	require(relayed.message.octets >= octets &&
		relayed.message.octets + relayed.message.size <= octets + size);
	if (!dhcp6_read(relayed.message, &message) || message.kind == DHCP6_NONE)
		return 0;
	const size_t count = take_rows(message, rows);
	for (size_t i = 0; i < count; i++)
		write_and_read(&message, &rows[i]);
	return 0;
}
