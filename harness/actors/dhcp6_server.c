/* SPDX-License-Identifier: MIT */
/*
 * A client has one place in the pool, of which its address and its prefix are made; who it is shows
 * by the hardware address of its frames, since no relay is between.  What a client asks of the
 * server's own without having it is answered with NoBinding in the association (RFC 8415 18.3).
 */
#include "actors/dhcp6_server.h"

#include <stdlib.h>
#include <string.h>

#include "actors/datagram_frame.h"
#include "actors/lease_time.h"
#include "net/dhcp6.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

enum { MESSAGE_MAX = 1024, ASSOCIATIONS_MAX = 8, DUID_SIZE = 10 };
enum {
	NETWORK_SIZE = 8,
	DELEGATED_PREFIX = 56,
	FIRST_HOST = 0x1000,
	OFFER_S = 60,
	DECLINE_S = 600
};

struct dhcp6_server {
	struct dhcp6_server_config config;
	struct lease_pool pool;
	uint8_t duid[DUID_SIZE];
	bool is_silent;
};

/* A client's message under way. */
struct inquiry {
	struct dhcp6_server *server;
	const struct dhcp6_message *message;
	struct dimp_ip from;
	struct lease_client client;
	struct dimp_time now;
};

/* What an answer gives, association by association. */
struct answer {
	struct dhcp6_message message;
	struct dhcp6_request rows[ASSOCIATIONS_MAX];
	size_t count;
};

static struct dimp_ip address_of(const struct dhcp6_server *server, uint32_t index)
{
	struct dimp_ip address = server->config.network;
	const uint32_t number = FIRST_HOST + index;

	memset(address.octets + NETWORK_SIZE, 0, sizeof address.octets - NETWORK_SIZE);
	address.octets[13] = (uint8_t)(number >> 16);
	address.octets[14] = (uint8_t)(number >> 8);
	address.octets[15] = (uint8_t)number;
	return address;
}

static struct dimp_ip prefix_of(const struct dhcp6_server *server, uint32_t index)
{
	struct dimp_ip prefix = server->config.prefixes;

	memset(prefix.octets + 5, 0, sizeof prefix.octets - 5);
	prefix.octets[5] = (uint8_t)(index >> 8);
	prefix.octets[6] = (uint8_t)index;
	return prefix;
}

static bool is_delegating(const struct dhcp6_server *server)
{
	return !ipv6_is_zero(&server->config.prefixes);
}

static void send_answer(const struct inquiry *inquiry, struct answer *answer)
{
	const struct dhcp6_server *const server = inquiry->server;
	const struct dhcp6_requests requests = {answer->rows, answer->count};
	uint8_t payload[MESSAGE_MAX], octets[DATAGRAM_FRAME_MAX];

	answer->message.transaction = inquiry->message->transaction;
	answer->message.client_duid = inquiry->message->client_duid;
	answer->message.server_duid = (struct dimp_view){server->duid, DUID_SIZE};
	const struct datagram_frame datagram = {
		.destination = inquiry->client.mac,
		.source = *network_host_mac(server->config.host),
		.to = inquiry->from,
		.from = ipv6_link_local(network_host_mac(server->config.host)),
		.to_port = DHCP6_CLIENT_PORT,
		.from_port = DHCP6_SERVER_PORT,
		.payload = {payload,
			dhcp6_write(&answer->message, &requests, payload, sizeof payload)},
	};
	const size_t size = datagram.payload.size ? datagram_frame_write(&datagram, octets) : 0;
	if (size != 0)
		network_host_send(server->config.host, inquiry->client.vlan,
			(struct dimp_view){octets, size});
}

/* One association of the client's, given what the place |index| has for it. */
static void add_association(const struct inquiry *inquiry,
	const struct dhcp6_association *association, uint32_t index, struct answer *answer)
{
	const struct dhcp6_server *const server = inquiry->server;
	const struct dhcp6_server_config *const config = &server->config;
	const bool is_prefix = association->kind == DHCP6_IA_PD;
	const bool is_given = index != LEASE_NONE && (!is_prefix || is_delegating(server));

	if (answer->count == ASSOCIATIONS_MAX)
		return;
	struct dhcp6_request *const row = &answer->rows[answer->count++];
	*row = (struct dhcp6_request){.association = *association, .has_lease = is_given};
	row->association.renewal_s = config->renewal_s;
	row->association.rebinding_s = config->rebinding_s;
	row->association.status = DHCP6_SUCCESS;
	if (!is_given) {
		row->association.status = is_prefix ? DHCP6_NO_PREFIX : DHCP6_NO_ADDRESSES;
		return;
	}
	row->lease = (struct dhcp6_lease){
		.address = is_prefix ? prefix_of(server, index) : address_of(server, index),
		.prefix = is_prefix ? DELEGATED_PREFIX : DHCP6_ADDRESS_PREFIX,
		.preferred_s = config->preferred_s,
		.valid_s = config->valid_s,
	};
}

static void add_associations(const struct inquiry *inquiry, uint32_t index, struct answer *answer)
{
	struct dhcp6_message rest = *inquiry->message;
	struct dhcp6_association association;

	while (dhcp6_association_next(&rest, &association))
		add_association(inquiry, &association, index, answer);
}

static void keep(const struct inquiry *inquiry, uint32_t index, enum lease_state state)
{
	struct dhcp6_server *const server = inquiry->server;
	const uint32_t life_s = state == LEASE_BOUND ? server->config.valid_s : OFFER_S;
	const struct lease lease = {state, inquiry->client, lease_time_after(inquiry->now, life_s)};

	lease_pool_give(&server->pool, index, &lease);
}

static void take_solicit(const struct inquiry *inquiry)
{
	struct dhcp6_server *const server = inquiry->server;
	const bool is_rapid = server->config.is_rapid && inquiry->message->is_rapid;
	const uint32_t index =
		lease_pool_choose(&server->pool, &inquiry->client, LEASE_NONE, inquiry->now);
	struct answer answer = {.message = {.kind = is_rapid ? DHCP6_REPLY : DHCP6_ADVERTISE,
					.is_rapid = is_rapid}};

	if (index != LEASE_NONE)
		keep(inquiry, index, is_rapid ? LEASE_BOUND : LEASE_OFFERED);
	add_associations(inquiry, index, &answer);
	send_answer(inquiry, &answer);
}

static void take_request(const struct inquiry *inquiry)
{
	struct dhcp6_server *const server = inquiry->server;
	const uint32_t index =
		lease_pool_choose(&server->pool, &inquiry->client, LEASE_NONE, inquiry->now);
	struct answer answer = {.message = {.kind = DHCP6_REPLY}};

	if (index != LEASE_NONE)
		keep(inquiry, index, LEASE_BOUND);
	add_associations(inquiry, index, &answer);
	send_answer(inquiry, &answer);
}

static void take_renewal(const struct inquiry *inquiry)
{
	const uint32_t own =
		lease_pool_bound(&inquiry->server->pool, &inquiry->client, inquiry->now);
	struct answer answer = {.message = {.kind = DHCP6_REPLY}};

	if (own != LEASE_NONE)
		keep(inquiry, own, LEASE_BOUND);
	add_associations(inquiry, own, &answer);
	for (size_t row = 0; own == LEASE_NONE && row < answer.count; row++)
		answer.rows[row].association.status = DHCP6_NO_BINDING;
	send_answer(inquiry, &answer);
}

/* Whether all addresses in the message are of the network that the server serves. */
static bool is_on_link(const struct inquiry *inquiry)
{
	const struct dimp_ip *const network = &inquiry->server->config.network;
	struct dhcp6_message rest = *inquiry->message;
	struct dhcp6_association association;
	struct dhcp6_lease lease;

	while (dhcp6_association_next(&rest, &association)) {
		while (dhcp6_lease_next(&association, &lease)) {
			if (memcmp(lease.address.octets, network->octets, NETWORK_SIZE) != 0)
				return false;
		}
	}
	return true;
}

static void take_confirm(const struct inquiry *inquiry)
{
	struct answer answer = {.message = {.kind = DHCP6_REPLY}};

	answer.message.status = is_on_link(inquiry) ? DHCP6_SUCCESS : DHCP6_NOT_ON_LINK;
	send_answer(inquiry, &answer);
}

static void take_back(const struct inquiry *inquiry, enum lease_state state)
{
	struct dhcp6_server *const server = inquiry->server;
	const uint32_t own = lease_pool_bound(&server->pool, &inquiry->client, inquiry->now);
	struct answer answer = {.message = {.kind = DHCP6_REPLY}};

	if (own != LEASE_NONE) {
		server->pool.leases[own].state = state;
		server->pool.leases[own].until = lease_time_after(inquiry->now, DECLINE_S);
	}
	send_answer(inquiry, &answer);
}

static bool is_own(const struct dhcp6_server *server, struct dimp_view duid)
{
	return duid.size == 0 ||
		(duid.size == DUID_SIZE && memcmp(duid.octets, server->duid, DUID_SIZE) == 0);
}

static bool read_inquiry(const struct edge_frame *frame, struct dhcp6_message *message)
{
	struct datagram_frame datagram;

	return datagram_frame_read(frame, &datagram) && datagram.to_port == DHCP6_SERVER_PORT &&
		!ipv4_is_mapped(&datagram.to) && dhcp6_read(datagram.payload, message) &&
		dhcp6_is_valid(message);
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct dhcp6_server *const server = context;
	struct answer nothing = {.message = {.kind = DHCP6_REPLY}};
	struct dhcp6_message message;

	if (server->is_silent || !read_inquiry(frame, &message) ||
		!is_own(server, message.server_duid))
		return;
	const struct inquiry inquiry = {
		.server = server,
		.message = &message,
		.from = frame->ip_source,
		.client = {.vlan = frame->vlan, .mac = frame->source},
		.now = now,
	};
	switch (message.kind) {
	case DHCP6_SOLICIT: take_solicit(&inquiry); return;
	case DHCP6_REQUEST: take_request(&inquiry); return;
	case DHCP6_RENEW:
	case DHCP6_REBIND: take_renewal(&inquiry); return;
	case DHCP6_CONFIRM: take_confirm(&inquiry); return;
	case DHCP6_RELEASE: take_back(&inquiry, LEASE_FREE); return;
	case DHCP6_DECLINE: take_back(&inquiry, LEASE_DECLINED); return;
	case DHCP6_INFORMATION_REQUEST: send_answer(&inquiry, &nothing); return;
	case DHCP6_NONE:
	case DHCP6_ADVERTISE:
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE: return;
	}
}

struct dhcp6_server *dhcp6_server_create(const struct dhcp6_server_config *config)
{
	static const uint8_t kind[] = {0, 3, 0, 1}; /* DUID-LL over Ethernet */
	const struct dimp_ipv4 none = {{0}};
	struct dhcp6_server *const server = calloc(1, sizeof *server);

	if (!server)
		return NULL;
	server->config = *config;
	memcpy(server->duid, kind, sizeof kind);
	memcpy(server->duid + sizeof kind, network_host_mac(config->host)->octets, 6);
	const struct network_host_listener listener = {server, hear};
	if (lease_pool_init(&server->pool, &none, config->count) &&
		network_host_add_listener(config->host, &listener))
		return server;
	dhcp6_server_destroy(server);
	return NULL;
}

void dhcp6_server_destroy(struct dhcp6_server *server)
{
	if (!server)
		return;
	lease_pool_free(&server->pool);
	free(server);
}

void dhcp6_server_set_silent(struct dhcp6_server *server, bool is_silent)
{
	server->is_silent = is_silent;
}

void dhcp6_server_forget(struct dhcp6_server *server)
{
	lease_pool_clear(&server->pool);
}

bool dhcp6_server_find(const struct dhcp6_server *server, const struct lease_client *client,
	struct dimp_time now, struct dimp_ip *address)
{
	const uint32_t own = lease_pool_bound(&server->pool, client, now);

	if (own == LEASE_NONE)
		return false;
	*address = address_of(server, own);
	return true;
}
