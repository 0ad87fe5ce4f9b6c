/* SPDX-License-Identifier: MIT */
/*
 * Each message of a client is judged alone, against the pool (RFC 2131 4.3).  The server is
 * authoritative: an address that is not the client's to have is refused, not ignored.  An answer
 * goes to the relay, the client's address or the address it is given, in this order (4.1).
 */
#include "actors/dhcp_server.h"

#include <stdlib.h>
#include <string.h>

#include "actors/datagram_frame.h"
#include "actors/lease_time.h"
#include "net/dhcp4.h"
#include "net/ipv4.h"
#include "net/relay_information.h"

enum { MESSAGE_MAX = 1024, BROADCAST_FLAG = 0x8000, OFFER_S = 60, DECLINE_S = 600 };
enum { CIRCUITS_MAX = 256, CIRCUIT_SIZE_MAX = 255 };

static const struct dimp_ip everybody = {{[10] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
static const struct dimp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

/* A circuit-id that was heard. */
struct circuit {
	uint8_t octets[CIRCUIT_SIZE_MAX];
	size_t size;
};

struct dhcp_server {
	struct dhcp_server_config config;
	struct lease_pool pool;
	struct dhcp_server_tally tally;
	bool is_silent;
	struct circuit circuits[CIRCUITS_MAX]; /* as they came */
	size_t circuit_count;
};

/* A client's message under way. */
struct inquiry {
	struct dhcp_server *server;
	const struct dhcp4_message *message;
	struct dimp_mac from; /* who sent the frame: the client, or its relay */
	struct lease_client client;
	struct dimp_time now;
};

static void address_answer(const struct inquiry *inquiry, const struct dhcp4_message *answer,
	struct datagram_frame *datagram)
{
	const struct dhcp4_message *const message = inquiry->message;

	datagram->destination = inquiry->from;
	if (!ipv4_is_zero(&message->relay_address)) {
		datagram->to = ipv4_mapped(&message->relay_address);
		datagram->to_port = DHCP4_SERVER_PORT;
	} else if (answer->kind == DHCP4_NAK) {
		datagram->destination = broadcast;
		datagram->to = everybody;
	} else if (!ipv4_is_zero(&message->client_address)) {
		datagram->to = ipv4_mapped(&message->client_address);
	} else if (message->flags & BROADCAST_FLAG) {
		datagram->destination = broadcast;
		datagram->to = everybody;
	} else {
		datagram->destination = message->client;
		datagram->to = ipv4_mapped(&answer->your_address);
	}
}

static void send_answer(const struct inquiry *inquiry, const struct dhcp4_message *answer)
{
	const struct dhcp_server *const server = inquiry->server;
	uint8_t payload[MESSAGE_MAX], octets[DATAGRAM_FRAME_MAX];
	struct datagram_frame datagram = {
		.source = *network_host_mac(server->config.host),
		.from = ipv4_mapped(&server->config.address),
		.to_port = DHCP4_CLIENT_PORT,
		.from_port = DHCP4_SERVER_PORT,
		.payload = {payload, dhcp4_write(answer, payload, sizeof payload)},
	};

	address_answer(inquiry, answer, &datagram);
	const size_t size = datagram.payload.size ? datagram_frame_write(&datagram, octets) : 0;
	if (size != 0)
		network_host_send(server->config.host, inquiry->client.vlan,
			(struct dimp_view){octets, size});
}

static struct dhcp4_message answer_of(const struct inquiry *inquiry, enum dhcp4_kind kind)
{
	const struct dhcp4_message *const message = inquiry->message;

	return (struct dhcp4_message){
		.operation = DHCP4_BOOT_REPLY,
		.kind = kind,
		.transaction = message->transaction,
		.flags = message->flags,
		.relay_address = message->relay_address,
		.client = message->client,
		.has_server = true,
		.server = inquiry->server->config.address,
		.relay_information = message->relay_information,
	};
}

static void add_lease(const struct dhcp_server_config *config, struct dhcp4_message *answer)
{
	answer->has_lease = true;
	answer->lease_s = config->lease_s;
	answer->has_renewal = config->renewal_s != 0;
	answer->renewal_s = config->renewal_s;
	answer->has_rebinding = config->rebinding_s != 0;
	answer->rebinding_s = config->rebinding_s;
}

static void grant(const struct inquiry *inquiry, uint32_t index, enum dhcp4_kind kind)
{
	struct dhcp_server *const server = inquiry->server;
	struct dhcp4_message answer = answer_of(inquiry, kind);
	struct lease lease = {.state = LEASE_OFFERED, .client = inquiry->client};

	lease.until = lease_time_after(inquiry->now, OFFER_S);
	if (kind == DHCP4_ACK) {
		lease.state = LEASE_BOUND;
		lease.until = lease_time_after(inquiry->now, server->config.lease_s);
		answer.client_address = inquiry->message->client_address;
		answer.is_rapid = inquiry->message->kind == DHCP4_DISCOVER;
		server->tally.acknowledgements++;
	} else {
		server->tally.offers++;
	}
	answer.your_address = lease_pool_address(&server->pool, index);
	add_lease(&server->config, &answer);
	lease_pool_give(&server->pool, index, &lease);
	send_answer(inquiry, &answer);
}

static void refuse(const struct inquiry *inquiry)
{
	struct dhcp4_message answer = answer_of(inquiry, DHCP4_NAK);

	/* RFC 2131 4.3.2: the relay is to broadcast it. */
	if (!ipv4_is_zero(&answer.relay_address))
		answer.flags |= BROADCAST_FLAG;
	inquiry->server->tally.refusals++;
	send_answer(inquiry, &answer);
}

static void take_discover(const struct inquiry *inquiry)
{
	struct dhcp_server *const server = inquiry->server;
	const struct dhcp4_message *const message = inquiry->message;
	const uint32_t wanted = message->has_requested
		? lease_pool_at(&server->pool, &message->requested)
		: LEASE_NONE;
	const uint32_t index =
		lease_pool_choose(&server->pool, &inquiry->client, wanted, inquiry->now);
	const bool is_rapid = server->config.is_rapid && message->is_rapid;

	if (index == LEASE_NONE)
		server->tally.exhausted++;
	else
		grant(inquiry, index, is_rapid ? DHCP4_ACK : DHCP4_OFFER);
}

static bool is_own(const struct dhcp_server *server, const struct dimp_ipv4 *address)
{
	return memcmp(&server->config.address, address, sizeof *address) == 0;
}

/* Which state the client is in shows by what its REQUEST says (RFC 2131 table 4). */
static void take_request(const struct inquiry *inquiry)
{
	struct dhcp_server *const server = inquiry->server;
	const struct dhcp4_message *const message = inquiry->message;
	const struct dimp_ipv4 *const address =
		message->has_requested ? &message->requested : &message->client_address;
	const uint32_t index = lease_pool_at(&server->pool, address);
	const uint32_t own = lease_pool_of(&server->pool, &inquiry->client);

	/* It has chosen another server. */
	if (message->has_server && !is_own(server, &message->server)) {
		if (own != LEASE_NONE && server->pool.leases[own].state == LEASE_OFFERED)
			server->pool.leases[own].state = LEASE_FREE;
		return;
	}
	if (index != LEASE_NONE &&
		lease_pool_is_open(&server->pool, index, &inquiry->client, inquiry->now))
		grant(inquiry, index, DHCP4_ACK);
	else
		refuse(inquiry);
}

static void take_release(const struct inquiry *inquiry)
{
	struct dhcp_server *const server = inquiry->server;
	const uint32_t own = lease_pool_of(&server->pool, &inquiry->client);

	if (own == LEASE_NONE ||
		lease_pool_at(&server->pool, &inquiry->message->client_address) != own)
		return;
	server->pool.leases[own].state = LEASE_FREE;
	server->tally.releases++;
}

static void take_decline(const struct inquiry *inquiry)
{
	struct dhcp_server *const server = inquiry->server;
	const uint32_t own = lease_pool_of(&server->pool, &inquiry->client);

	if (own == LEASE_NONE || lease_pool_at(&server->pool, &inquiry->message->requested) != own)
		return;
	server->pool.leases[own].state = LEASE_DECLINED;
	server->pool.leases[own].until = lease_time_after(inquiry->now, DECLINE_S);
	server->tally.declines++;
}

/* It has an address already and asks for the rest: no lease, no address (RFC 2131 4.3.5). */
static void take_inform(const struct inquiry *inquiry)
{
	struct dhcp4_message answer = answer_of(inquiry, DHCP4_ACK);

	answer.client_address = inquiry->message->client_address;
	inquiry->server->tally.acknowledgements++;
	send_answer(inquiry, &answer);
}

/* A host hears what is flooded, too. */
static bool is_for(const struct dhcp_server *server, const struct edge_frame *frame)
{
	return edge_mac_is_group(&frame->destination) ||
		edge_mac_equals(&frame->destination, network_host_mac(server->config.host));
}

static bool read_inquiry(const struct edge_frame *frame, struct dhcp4_message *message)
{
	struct datagram_frame datagram;

	return datagram_frame_read(frame, &datagram) && datagram.to_port == DHCP4_SERVER_PORT &&
		ipv4_is_mapped(&datagram.to) && dhcp4_read(datagram.payload, message) &&
		message->operation == DHCP4_BOOT_REQUEST;
}

/* The number of the circuit that |message| came by, from 1 on; 0 for none, and when there are too
 * many. */
static uint32_t circuit_of(struct dhcp_server *server, const struct dhcp4_message *message)
{
	struct relay_information information;

	if (!server->config.is_by_circuit ||
		!relay_information_read(message->relay_information, &information) ||
		information.circuit.size == 0)
		return 0;
	const struct dimp_view id = information.circuit;
	for (size_t index = 0; index < server->circuit_count; index++) {
		const struct circuit *const known = &server->circuits[index];
		if (known->size == id.size && memcmp(known->octets, id.octets, id.size) == 0)
			return (uint32_t)index + 1;
	}
	if (server->circuit_count == CIRCUITS_MAX)
		return 0;
	struct circuit *const fresh = &server->circuits[server->circuit_count++];
	memcpy(fresh->octets, id.octets, id.size);
	fresh->size = id.size;
	return (uint32_t)server->circuit_count;
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct dhcp_server *const server = context;
	struct dhcp4_message message;

	if (server->is_silent || !is_for(server, frame) || !read_inquiry(frame, &message))
		return;
	const struct inquiry inquiry = {
		.server = server,
		.message = &message,
		.from = frame->source,
		.client = {frame->vlan, message.client, circuit_of(server, &message)},
		.now = now,
	};
	switch (message.kind) {
	case DHCP4_DISCOVER: take_discover(&inquiry); return;
	case DHCP4_REQUEST: take_request(&inquiry); return;
	case DHCP4_RELEASE: take_release(&inquiry); return;
	case DHCP4_DECLINE: take_decline(&inquiry); return;
	case DHCP4_INFORM: take_inform(&inquiry); return;
	case DHCP4_NONE:
	case DHCP4_OFFER:
	case DHCP4_ACK:
	case DHCP4_NAK: return;
	}
}

struct dhcp_server *dhcp_server_create(const struct dhcp_server_config *config)
{
	struct dhcp_server *const server = calloc(1, sizeof *server);

	if (!server)
		return NULL;
	server->config = *config;
	const struct network_host_listener listener = {server, hear};
	if (lease_pool_init(&server->pool, &config->first, config->count) &&
		network_host_add_listener(config->host, &listener))
		return server;
	dhcp_server_destroy(server);
	return NULL;
}

void dhcp_server_destroy(struct dhcp_server *server)
{
	if (!server)
		return;
	lease_pool_free(&server->pool);
	free(server);
}

void dhcp_server_set_silent(struct dhcp_server *server, bool is_silent)
{
	server->is_silent = is_silent;
}

void dhcp_server_forget(struct dhcp_server *server)
{
	lease_pool_clear(&server->pool);
}

bool dhcp_server_find(const struct dhcp_server *server, const struct lease_client *client,
	struct dimp_time now, struct dimp_ipv4 *address)
{
	const uint32_t own = lease_pool_bound(&server->pool, client, now);

	if (own == LEASE_NONE)
		return false;
	*address = lease_pool_address(&server->pool, own);
	return true;
}

const struct dhcp_server_tally *dhcp_server_tally(const struct dhcp_server *server)
{
	return &server->tally;
}
