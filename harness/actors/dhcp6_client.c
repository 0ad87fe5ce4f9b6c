/* SPDX-License-Identifier: MIT */
/*
 * One timer stands for whatever is next: a retransmission, T1, T2 or the end of what it has.  Time
 * goes on for a VM that is stopped.  How often what is repeated, and for how long, is a row for
 * each state (RFC 8415 7.6, 15).
 */
#include "actors/dhcp6_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/datagram_frame.h"
#include "actors/lease_time.h"
#include "net/dhcp6.h"
#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/neighbor.h"

enum { MESSAGE_MAX = 512, DUID_SIZE = 10, ADDRESS = 0, PREFIX = 1, LEASES = 2 };

static const uint64_t us_per_s = 1000000;
static const struct dimp_ip servers = {{0xff, 2, [13] = 1, [15] = 2}};

/* The message of a state, its first timeout, the longest, and how often it is sent; 0: for ever. */
static const struct retransmission {
	enum dhcp6_kind kind;
	unsigned first_s, longest_s, most;
} retransmissions[] = {
	[DHCP6_CLIENT_INIT] = {DHCP6_NONE, 0, 0, 0},
	[DHCP6_CLIENT_SOLICITING] = {DHCP6_SOLICIT, 1, 3600, 0},
	[DHCP6_CLIENT_REQUESTING] = {DHCP6_REQUEST, 1, 30, 10},
	[DHCP6_CLIENT_BOUND] = {DHCP6_NONE, 0, 0, 0},
	[DHCP6_CLIENT_RENEWING] = {DHCP6_RENEW, 10, 600, 0},
	[DHCP6_CLIENT_REBINDING] = {DHCP6_REBIND, 10, 600, 0},
	[DHCP6_CLIENT_CONFIRMING] = {DHCP6_CONFIRM, 1, 4, 4},
	[DHCP6_CLIENT_RELEASING] = {DHCP6_RELEASE, 1, 1, 4},
	[DHCP6_CLIENT_RELEASED] = {DHCP6_NONE, 0, 0, 0},
};

struct dhcp6_client {
	struct dhcp6_client_config config;
	enum dhcp6_client_state state;
	uint32_t transaction;
	unsigned tries; /* of the message under way */
	uint64_t timeout_us; /* of the last try */
	struct dimp_ip link_local;
	uint8_t duid[DUID_SIZE];
	struct dimp_octets32 server_duid; /* of whoever offered or gave */
	bool has_offer;
	struct dhcp6_request leases[LEASES]; /* offered or given */
	struct dimp_time renew_at, rebind_at, expire_at;
	struct dimp_time due;
	engine_timer timer;
	bool is_running;
};

static void expire(void *context, struct dimp_time now);

static void wait_until(struct dhcp6_client *client, struct dimp_time due)
{
	engine_cancel(client->config.engine, client->timer);
	client->due = due;
	client->timer = client->is_running && due.us != UINT64_MAX
		? engine_schedule(client->config.engine, due, expire, client)
		: 0;
}

static uint64_t draw(const struct dhcp6_client *client)
{
	char stream[128];

	(void)snprintf(stream, sizeof stream, "dhcp6 client of %s",
		virtual_machine_name(client->config.machine));
	return engine_random(client->config.engine, stream);
}

static bool has_leases(const struct dhcp6_client *client)
{
	return client->state == DHCP6_CLIENT_BOUND || client->state == DHCP6_CLIENT_RENEWING ||
		client->state == DHCP6_CLIENT_REBINDING || client->state == DHCP6_CLIENT_CONFIRMING;
}

static struct dimp_time earlier(struct dimp_time one, struct dimp_time other)
{
	return one.us < other.us ? one : other;
}

/* ---- What it sends ---- */

/* RFC 4862 5.4. */
static void probe(const struct dhcp6_client *client, const struct dimp_ip *address,
	struct dimp_time now)
{
	uint8_t octets[NEIGHBOR_FRAME_MAX];
	const size_t size =
		neighbor_probe(virtual_machine_mac(client->config.machine), address, octets);

	virtual_machine_send(client->config.machine, (struct dimp_view){octets, size}, now);
}

static void send_message(const struct dhcp6_client *client, const struct dhcp6_message *message,
	struct dimp_time now)
{
	/* Whether a prefix is of the link is no question (RFC 8415 18.2.3). */
	const bool has_prefix = client->config.wants_prefix && message->kind != DHCP6_CONFIRM;
	const struct dhcp6_requests requests = {client->leases, has_prefix ? LEASES : PREFIX};
	uint8_t payload[MESSAGE_MAX], octets[DATAGRAM_FRAME_MAX];
	const struct datagram_frame datagram = {
		.destination = ipv6_group_mac(&servers),
		.source = *virtual_machine_mac(client->config.machine),
		.to = servers,
		.from = client->link_local,
		.to_port = DHCP6_SERVER_PORT,
		.from_port = DHCP6_CLIENT_PORT,
		.payload = {payload, dhcp6_write(message, &requests, payload, sizeof payload)},
	};
	const size_t size = datagram_frame_write(&datagram, octets);

	virtual_machine_send(client->config.machine, (struct dimp_view){octets, size}, now);
}

static void send_state(const struct dhcp6_client *client, struct dimp_time now)
{
	const enum dhcp6_kind kind = retransmissions[client->state].kind;
	struct dhcp6_message message = {
		.kind = kind,
		.transaction = client->transaction,
		.client_duid = {client->duid, DUID_SIZE},
		.is_rapid = kind == DHCP6_SOLICIT && client->config.is_rapid,
	};

	if (kind == DHCP6_REQUEST || kind == DHCP6_RENEW || kind == DHCP6_RELEASE)
		message.server_duid =
			(struct dimp_view){client->server_duid.octets, client->server_duid.size};
	send_message(client, &message, now);
}

/* Twice the last timeout, up to the longest, a tenth more or less (RFC 8415 15). */
static uint64_t next_timeout(const struct dhcp6_client *client)
{
	const struct retransmission *const row = &retransmissions[client->state];
	const uint64_t longest_us = row->longest_s * us_per_s;
	uint64_t timeout_us = client->tries == 0 ? row->first_s * us_per_s : 2 * client->timeout_us;

	if (timeout_us > longest_us)
		timeout_us = longest_us;
	return timeout_us - timeout_us / 10 + draw(client) % (timeout_us / 5);
}

static void send_again(struct dhcp6_client *client, struct dimp_time now)
{
	send_state(client, now);
	client->timeout_us = next_timeout(client);
	client->tries++;
	struct dimp_time due = {now.us + client->timeout_us};
	if (client->state == DHCP6_CLIENT_RENEWING)
		due = earlier(due, client->rebind_at);
	if (client->state == DHCP6_CLIENT_REBINDING)
		due = earlier(due, client->expire_at);
	wait_until(client, due);
}

static void enter(struct dhcp6_client *client, enum dhcp6_client_state state, struct dimp_time now)
{
	client->transaction = (uint32_t)draw(client) & 0xffffff;
	client->state = state;
	client->tries = 0;
	send_again(client, now);
}

/* Associations without leases: to be asked for. */
static void forget_leases(struct dhcp6_client *client)
{
	const struct dimp_mac *const mac = virtual_machine_mac(client->config.machine);
	uint32_t identifier = 0;

	for (size_t octet = 2; octet < sizeof mac->octets; octet++)
		identifier = identifier << 8 | mac->octets[octet];
	client->leases[ADDRESS] = (struct dhcp6_request){
		.association = {.kind = DHCP6_IA_NA, .identifier = identifier}};
	client->leases[PREFIX] = (struct dhcp6_request){
		.association = {.kind = DHCP6_IA_PD, .identifier = identifier}};
	client->has_offer = false;
	virtual_machine_set_address6(client->config.machine, &(struct dimp_ip){{0}});
}

static void start_anew(struct dhcp6_client *client, struct dimp_time now)
{
	forget_leases(client);
	enter(client, DHCP6_CLIENT_SOLICITING, now);
}

/* ---- What time does ---- */

static void end_tries(struct dhcp6_client *client, struct dimp_time now)
{
	switch (client->state) {
	case DHCP6_CLIENT_REQUESTING: start_anew(client, now); return;
	/* RFC 8415 18.2.3: nobody says no, so it goes on with what it has. */
	case DHCP6_CLIENT_CONFIRMING:
		client->state = DHCP6_CLIENT_BOUND;
		wait_until(client, client->renew_at);
		return;
	case DHCP6_CLIENT_RELEASING: client->state = DHCP6_CLIENT_RELEASED; return;
	case DHCP6_CLIENT_INIT:
	case DHCP6_CLIENT_SOLICITING:
	case DHCP6_CLIENT_BOUND:
	case DHCP6_CLIENT_RENEWING:
	case DHCP6_CLIENT_REBINDING:
	case DHCP6_CLIENT_RELEASED: return;
	}
}

static void renew(struct dhcp6_client *client, struct dimp_time now)
{
	if (now.us >= client->expire_at.us)
		start_anew(client, now);
	else if (now.us < client->rebind_at.us && client->state == DHCP6_CLIENT_RENEWING)
		send_again(client, now);
	else if (now.us < client->rebind_at.us)
		enter(client, DHCP6_CLIENT_RENEWING, now);
	else if (client->state == DHCP6_CLIENT_REBINDING)
		send_again(client, now);
	else
		enter(client, DHCP6_CLIENT_REBINDING, now);
}

static void try_again(struct dhcp6_client *client, struct dimp_time now)
{
	const unsigned most = retransmissions[client->state].most;

	/* Offers are waited for as long as the first timeout (RFC 8415 18.2.1). */
	if (client->state == DHCP6_CLIENT_SOLICITING && client->has_offer)
		enter(client, DHCP6_CLIENT_REQUESTING, now);
	else if (most != 0 && client->tries >= most)
		end_tries(client, now);
	else
		send_again(client, now);
}

static void expire(void *context, struct dimp_time now)
{
	struct dhcp6_client *const client = context;

	client->timer = 0;
	switch (client->state) {
	case DHCP6_CLIENT_INIT:
		probe(client, &client->link_local, now);
		start_anew(client, now);
		return;
	case DHCP6_CLIENT_SOLICITING:
	case DHCP6_CLIENT_REQUESTING:
	case DHCP6_CLIENT_CONFIRMING:
	case DHCP6_CLIENT_RELEASING: try_again(client, now); return;
	case DHCP6_CLIENT_BOUND:
	case DHCP6_CLIENT_RENEWING:
	case DHCP6_CLIENT_REBINDING: renew(client, now); return;
	case DHCP6_CLIENT_RELEASED: return;
	}
}

/* ---- What it hears ---- */

/* Takes what the message gives to the client's associations; false when one that it wants is not
 * given, and then it has what it had. */
static bool take_leases(struct dhcp6_client *client, struct dhcp6_message rest)
{
	struct dhcp6_request given[LEASES] = {{.has_lease = false}, {.has_lease = false}};
	struct dhcp6_association association;

	while (dhcp6_association_next(&rest, &association)) {
		struct dhcp6_request *const row =
			&given[association.kind == DHCP6_IA_PD ? PREFIX : ADDRESS];
		row->association = association;
		row->has_lease = association.status == DHCP6_SUCCESS &&
			dhcp6_lease_next(&association, &row->lease) &&
			row->lease.status == DHCP6_SUCCESS && row->lease.valid_s != 0;
	}
	if (!given[ADDRESS].has_lease || (client->config.wants_prefix && !given[PREFIX].has_lease))
		return false;
	memcpy(client->leases, given, sizeof given);
	if (!client->config.wants_prefix)
		client->leases[PREFIX].has_lease = false;
	return true;
}

static void note_server(struct dhcp6_client *client, const struct dhcp6_message *message)
{
	const struct dimp_view duid = message->server_duid;

	client->server_duid.size = 0;
	if (duid.size > sizeof client->server_duid.octets)
		return;
	client->server_duid.size = (uint16_t)duid.size;
	memcpy(client->server_duid.octets, duid.octets, duid.size);
}

/* T1 and T2 are half and four fifths of the preferred life time unless told (RFC 8415 14.2). */
static void bind_leases(struct dhcp6_client *client, const struct dhcp6_message *message,
	struct dimp_time now)
{
	const struct dhcp6_request *const row = &client->leases[ADDRESS];
	const uint32_t preferred_s = row->lease.preferred_s;
	const bool is_endless = preferred_s == UINT32_MAX;
	const uint32_t half_s = is_endless ? UINT32_MAX : preferred_s / 2;
	const uint32_t most_s = is_endless ? UINT32_MAX : preferred_s - preferred_s / 5;

	note_server(client, message);
	client->renew_at = lease_time_after(now,
		row->association.renewal_s ? row->association.renewal_s : half_s);
	client->rebind_at = lease_time_after(now,
		row->association.rebinding_s ? row->association.rebinding_s : most_s);
	client->expire_at = lease_time_after(now, row->lease.valid_s);
	client->state = DHCP6_CLIENT_BOUND;
	virtual_machine_set_address6(client->config.machine, &row->lease.address);
	wait_until(client, client->renew_at);
}

static void take_advertise(struct dhcp6_client *client, const struct dhcp6_message *message,
	struct dimp_time now)
{
	if (client->state != DHCP6_CLIENT_SOLICITING || client->has_offer ||
		!take_leases(client, *message))
		return;
	note_server(client, message);
	client->has_offer = true;
	if (client->tries > 1)
		enter(client, DHCP6_CLIENT_REQUESTING, now);
}

static void take_grant(struct dhcp6_client *client, const struct dhcp6_message *message,
	struct dimp_time now)
{
	const bool is_new = client->state == DHCP6_CLIENT_SOLICITING ||
		client->state == DHCP6_CLIENT_REQUESTING;

	/* What it had is not known there any more: it asks for it again (18.2.10.1). */
	if (!take_leases(client, *message)) {
		if (!is_new)
			enter(client, DHCP6_CLIENT_REQUESTING, now);
		return;
	}
	bind_leases(client, message, now);
	if (is_new)
		probe(client, &client->leases[ADDRESS].lease.address, now);
}

static void take_reply(struct dhcp6_client *client, const struct dhcp6_message *message,
	struct dimp_time now)
{
	switch (client->state) {
	case DHCP6_CLIENT_SOLICITING:
		if (client->config.is_rapid && message->is_rapid)
			take_grant(client, message, now);
		return;
	case DHCP6_CLIENT_REQUESTING:
	case DHCP6_CLIENT_RENEWING:
	case DHCP6_CLIENT_REBINDING: take_grant(client, message, now); return;
	case DHCP6_CLIENT_CONFIRMING:
		if (message->status == DHCP6_NOT_ON_LINK)
			start_anew(client, now);
		else
			end_tries(client, now);
		return;
	case DHCP6_CLIENT_RELEASING:
		client->state = DHCP6_CLIENT_RELEASED;
		wait_until(client, DIMP_NEVER);
		return;
	case DHCP6_CLIENT_INIT:
	case DHCP6_CLIENT_BOUND:
	case DHCP6_CLIENT_RELEASED: return;
	}
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct dhcp6_client *const client = context;
	struct datagram_frame datagram;
	struct dhcp6_message message;

	if (!client->is_running || !datagram_frame_read(frame, &datagram) ||
		datagram.to_port != DHCP6_CLIENT_PORT || ipv4_is_mapped(&datagram.to) ||
		!dhcp6_read(datagram.payload, &message) || !dhcp6_is_valid(&message))
		return;
	if (message.transaction != client->transaction || message.client_duid.size != DUID_SIZE ||
		memcmp(message.client_duid.octets, client->duid, DUID_SIZE) != 0)
		return;
	if (message.kind == DHCP6_ADVERTISE)
		take_advertise(client, &message, now);
	if (message.kind == DHCP6_REPLY)
		take_reply(client, &message, now);
}

/* ---- What others make it do ---- */

struct dhcp6_client *dhcp6_client_create(const struct dhcp6_client_config *config)
{
	static const uint8_t kind[] = {0, 3, 0, 1}; /* DUID-LL over Ethernet */
	struct dhcp6_client *const client = calloc(1, sizeof *client);

	if (!client)
		return NULL;
	client->config = *config;
	client->link_local = ipv6_link_local(virtual_machine_mac(config->machine));
	memcpy(client->duid, kind, sizeof kind);
	memcpy(client->duid + sizeof kind, virtual_machine_mac(config->machine)->octets, 6);
	forget_leases(client);
	const struct virtual_machine_listener listener = {client, hear};
	if (virtual_machine_add_listener(config->machine, &listener))
		return client;
	free(client);
	return NULL;
}

void dhcp6_client_destroy(struct dhcp6_client *client)
{
	if (!client)
		return;
	engine_cancel(client->config.engine, client->timer);
	free(client);
}

void dhcp6_client_resume(struct dhcp6_client *client, struct dimp_time now)
{
	client->is_running = true;
	wait_until(client, client->due.us > now.us ? client->due : now);
}

void dhcp6_client_pause(struct dhcp6_client *client)
{
	client->is_running = false;
	engine_cancel(client->config.engine, client->timer);
	client->timer = 0;
}

void dhcp6_client_renew(struct dhcp6_client *client, struct dimp_time now)
{
	if (!client->is_running)
		return;
	if (has_leases(client))
		enter(client, DHCP6_CLIENT_RENEWING, now);
	else
		start_anew(client, now);
}

void dhcp6_client_confirm(struct dhcp6_client *client, struct dimp_time now)
{
	if (!client->is_running)
		return;
	if (has_leases(client))
		enter(client, DHCP6_CLIENT_CONFIRMING, now);
	else
		start_anew(client, now);
}

void dhcp6_client_release(struct dhcp6_client *client, struct dimp_time now)
{
	if (!client->is_running || !has_leases(client))
		return;
	virtual_machine_set_address6(client->config.machine, &(struct dimp_ip){{0}});
	enter(client, DHCP6_CLIENT_RELEASING, now);
}

enum dhcp6_client_state dhcp6_client_state(const struct dhcp6_client *client)
{
	return client->state;
}

static struct dimp_ip lease_of(const struct dhcp6_client *client, size_t which)
{
	const struct dimp_ip none = {{0}};

	return has_leases(client) && client->leases[which].has_lease
		? client->leases[which].lease.address
		: none;
}

struct dimp_ip dhcp6_client_address(const struct dhcp6_client *client)
{
	return lease_of(client, ADDRESS);
}

struct dimp_ip dhcp6_client_prefix(const struct dhcp6_client *client)
{
	return lease_of(client, PREFIX);
}
