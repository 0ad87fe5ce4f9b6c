/* SPDX-License-Identifier: MIT */
/*
 * One timer stands for whatever is next: a retransmission, T1, T2 or the end of the lease.  Time
 * goes on for a VM that is stopped, so that a lease may have run out when it runs again.
 *
 * The lease counts from when the request was sent, not from the answer (RFC 2131 4.4.1).
 */
#include "actors/dhcp_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/datagram_frame.h"
#include "actors/lease_time.h"
#include "net/arp.h"
#include "net/dhcp4.h"
#include "net/ethernet.h"
#include "net/ipv4.h"

enum { MESSAGE_MAX = 576, FRAME_MAX = 64 };
enum { WAIT_FIRST_S = 4, DOUBLINGS_MAX = 4, TRIES_MAX = 4, RENEWAL_WAIT_S = 60, DECLINE_S = 10 };

static const uint64_t us_per_s = 1000000;
static const struct dimp_ip everybody = {{[10] = 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
static const struct dimp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

struct dhcp_client {
	struct dhcp_client_config config;
	enum dhcp_client_state state;
	uint32_t transaction;
	unsigned tries; /* of the message under way */
	struct dimp_time asked_at; /* when the exchange under way began */
	struct dimp_ipv4 address, server; /* offered or bound */
	struct dimp_mac server_mac; /* where its answers came from */
	struct dimp_time renew_at, rebind_at, expire_at; /* of the lease */
	struct dimp_time due;
	engine_timer timer;
	bool is_running;
	struct dhcp_client_tally tally;
};

static void expire(void *context, struct dimp_time now);

/* What is next is due at |due|; the timer goes only while the VM runs. */
static void wait_until(struct dhcp_client *client, struct dimp_time due)
{
	engine_cancel(client->config.engine, client->timer);
	client->due = due;
	client->timer = client->is_running && due.us != UINT64_MAX
		? engine_schedule(client->config.engine, due, expire, client)
		: 0;
}

static uint64_t draw(const struct dhcp_client *client)
{
	char stream[128];

	(void)snprintf(stream, sizeof stream, "dhcp client of %s",
		virtual_machine_name(client->config.machine));
	return engine_random(client->config.engine, stream);
}

static bool has_address(const struct dhcp_client *client)
{
	return client->state == DHCP_CLIENT_BOUND || client->state == DHCP_CLIENT_RENEWING ||
		client->state == DHCP_CLIENT_REBINDING || client->state == DHCP_CLIENT_CHECKING;
}

static bool is_renewal(const struct dhcp_client *client)
{
	return client->state == DHCP_CLIENT_RENEWING || client->state == DHCP_CLIENT_REBINDING;
}

/* ---- What it sends ---- */

static void send_message(struct dhcp_client *client, const struct dhcp4_message *message,
	bool is_for_server, struct dimp_time now)
{
	struct virtual_machine *const machine = client->config.machine;
	uint8_t payload[MESSAGE_MAX], octets[DATAGRAM_FRAME_MAX];
	const struct datagram_frame datagram = {
		.destination = is_for_server ? client->server_mac : broadcast,
		.source = *virtual_machine_mac(machine),
		.to = is_for_server ? ipv4_mapped(&client->server) : everybody,
		.from = ipv4_mapped(&message->client_address),
		.to_port = DHCP4_SERVER_PORT,
		.from_port = DHCP4_CLIENT_PORT,
		.payload = {payload, dhcp4_write(message, payload, sizeof payload)},
	};
	const size_t size = datagram_frame_write(&datagram, octets);

	client->tally.sent++;
	virtual_machine_send(machine, (struct dimp_view){octets, size}, now);
}

static struct dhcp4_message message_of(const struct dhcp_client *client, enum dhcp4_kind kind)
{
	return (struct dhcp4_message){
		.operation = DHCP4_BOOT_REQUEST,
		.kind = kind,
		.transaction = client->transaction,
		.client = *virtual_machine_mac(client->config.machine),
	};
}

/* What a REQUEST says tells the server which state its client is in (RFC 2131 table 4). */
static struct dhcp4_message request_of(const struct dhcp_client *client)
{
	struct dhcp4_message request = message_of(client, DHCP4_REQUEST);

	if (is_renewal(client)) {
		request.client_address = client->address;
		return request;
	}
	request.has_requested = true;
	request.requested = client->address;
	request.has_server = client->state == DHCP_CLIENT_REQUESTING;
	request.server = client->server;
	return request;
}

static void send_state(struct dhcp_client *client, struct dimp_time now)
{
	struct dhcp4_message message = request_of(client);

	if (client->state == DHCP_CLIENT_SELECTING) {
		message = message_of(client, DHCP4_DISCOVER);
		message.is_rapid = client->config.is_rapid;
	}
	send_message(client, &message, client->state == DHCP_CLIENT_RENEWING, now);
}

/* 4, 8, 16 .. 64 s, each a second more or less (RFC 2131 4.1). */
static struct dimp_time next_try(const struct dhcp_client *client, struct dimp_time now)
{
	const unsigned doublings = client->tries < DOUBLINGS_MAX ? client->tries : DOUBLINGS_MAX;
	const uint64_t wait_us = (WAIT_FIRST_S * us_per_s) << doublings;

	return (struct dimp_time){now.us + wait_us - us_per_s + draw(client) % (2 * us_per_s)};
}

/* Half of what is left until |end|, but not less than a minute, and not beyond it (4.4.5). */
static struct dimp_time next_renewal(struct dimp_time end, struct dimp_time now)
{
	const uint64_t left_us = end.us > now.us ? end.us - now.us : 0;
	const uint64_t least_us = RENEWAL_WAIT_S * us_per_s;
	const uint64_t wait_us = left_us / 2 > least_us ? left_us / 2 : least_us;

	return wait_us < left_us ? (struct dimp_time){now.us + wait_us} : end;
}

static void send_again(struct dhcp_client *client, struct dimp_time now)
{
	send_state(client, now);
	if (client->state == DHCP_CLIENT_RENEWING)
		wait_until(client, next_renewal(client->rebind_at, now));
	else if (client->state == DHCP_CLIENT_REBINDING)
		wait_until(client, next_renewal(client->expire_at, now));
	else
		wait_until(client, next_try(client, now));
	client->tries++;
}

static void enter(struct dhcp_client *client, enum dhcp_client_state state, struct dimp_time now)
{
	/* The REQUEST after an OFFER goes on with the exchange that DISCOVER began. */
	if (state != DHCP_CLIENT_REQUESTING)
		client->transaction = (uint32_t)draw(client);
	client->state = state;
	client->tries = 0;
	client->asked_at = now;
	send_again(client, now);
}

static void start_anew(struct dhcp_client *client, struct dimp_time at)
{
	client->state = DHCP_CLIENT_INIT;
	client->address = (struct dimp_ipv4){{0}};
	virtual_machine_set_address(client->config.machine, &(struct dimp_ip){{0}});
	wait_until(client, at);
}

/* ---- What time does ---- */

/* Nobody has answered a request for so long that whoever had offered is not there any more. */
static void try_again(struct dhcp_client *client, struct dimp_time now)
{
	if (client->tries < TRIES_MAX || client->state == DHCP_CLIENT_SELECTING)
		send_again(client, now);
	else
		enter(client, DHCP_CLIENT_SELECTING, now);
}

static void rebind(struct dhcp_client *client, struct dimp_time now)
{
	if (now.us < client->expire_at.us) {
		if (client->state == DHCP_CLIENT_REBINDING)
			send_again(client, now);
		else
			enter(client, DHCP_CLIENT_REBINDING, now);
		return;
	}
	client->tally.expired++;
	start_anew(client, now);
}

static void renew(struct dhcp_client *client, struct dimp_time now)
{
	if (now.us >= client->rebind_at.us)
		rebind(client, now);
	else if (client->state == DHCP_CLIENT_RENEWING)
		send_again(client, now);
	else
		enter(client, DHCP_CLIENT_RENEWING, now);
}

static void expire(void *context, struct dimp_time now)
{
	struct dhcp_client *const client = context;

	client->timer = 0;
	switch (client->state) {
	case DHCP_CLIENT_INIT: enter(client, DHCP_CLIENT_SELECTING, now); return;
	case DHCP_CLIENT_SELECTING:
	case DHCP_CLIENT_REQUESTING:
	case DHCP_CLIENT_REBOOTING: try_again(client, now); return;
	case DHCP_CLIENT_CHECKING:
		client->state = DHCP_CLIENT_BOUND;
		wait_until(client, client->renew_at);
		return;
	case DHCP_CLIENT_BOUND:
	case DHCP_CLIENT_RENEWING: renew(client, now); return;
	case DHCP_CLIENT_REBINDING: rebind(client, now); return;
	case DHCP_CLIENT_RELEASED: return;
	}
}

/* ---- What it hears ---- */

/* T1 and T2 are half and seven eighths of the lease unless told (RFC 2131 4.4.5). */
static void note_lease(struct dhcp_client *client, const struct dhcp4_message *message)
{
	const uint32_t lease_s = message->lease_s;
	const bool is_endless = lease_s == UINT32_MAX;
	const uint32_t half_s = is_endless ? UINT32_MAX : lease_s / 2;
	const uint32_t most_s = is_endless ? UINT32_MAX : lease_s - lease_s / 8;

	client->expire_at = lease_time_after(client->asked_at, lease_s);
	client->renew_at = lease_time_after(client->asked_at,
		message->has_renewal ? message->renewal_s : half_s);
	client->rebind_at = lease_time_after(client->asked_at,
		message->has_rebinding ? message->rebinding_s : most_s);
}

static void probe(struct dhcp_client *client, struct dimp_time now)
{
	uint8_t body[FRAME_MAX], octets[FRAME_MAX];
	const struct arp_packet packet = {
		.operation = ARP_REQUEST,
		.sender = *virtual_machine_mac(client->config.machine),
		.target_address = client->address,
	};
	const struct ethernet_frame frame = {
		.destination = broadcast,
		.source = packet.sender,
		.type = ETHERTYPE_ARP,
		.payload = {body, arp_write(&packet, body, sizeof body)},
	};
	const size_t size = ethernet_write(&frame, octets, sizeof octets);

	virtual_machine_send(client->config.machine, (struct dimp_view){octets, size}, now);
}

static void bind_lease(struct dhcp_client *client, const struct dhcp4_message *message,
	struct dimp_time now)
{
	const bool is_new = !is_renewal(client);

	client->address = message->your_address;
	note_lease(client, message);
	client->tally.bound++;
	if (is_new && client->config.is_checking) {
		client->state = DHCP_CLIENT_CHECKING;
		probe(client, now);
		wait_until(client, (struct dimp_time){now.us + us_per_s});
		return;
	}
	client->state = DHCP_CLIENT_BOUND;
	wait_until(client, client->renew_at);
}

static void decline(struct dhcp_client *client, struct dimp_time now)
{
	struct dhcp4_message message = message_of(client, DHCP4_DECLINE);

	message.has_requested = message.has_server = true;
	message.requested = client->address;
	message.server = client->server;
	send_message(client, &message, false, now);
	client->tally.declined++;
	start_anew(client, (struct dimp_time){now.us + DECLINE_S * us_per_s});
}

/* Whether an ACK may end the exchange under way. */
static bool is_acknowledging(const struct dhcp_client *client, const struct dhcp4_message *message)
{
	if (!message->has_lease || ipv4_is_zero(&message->your_address))
		return false;
	switch (client->state) {
	case DHCP_CLIENT_SELECTING: return client->config.is_rapid && message->is_rapid;
	case DHCP_CLIENT_REQUESTING:
	case DHCP_CLIENT_REBOOTING:
	case DHCP_CLIENT_RENEWING:
	case DHCP_CLIENT_REBINDING: return true;
	case DHCP_CLIENT_INIT:
	case DHCP_CLIENT_CHECKING:
	case DHCP_CLIENT_BOUND:
	case DHCP_CLIENT_RELEASED: return false;
	}
	return false;
}

static void note_server(struct dhcp_client *client, const struct dhcp4_message *message,
	const struct dimp_mac *from)
{
	if (message->has_server)
		client->server = message->server;
	client->server_mac = *from;
}

static void take_answer(struct dhcp_client *client, const struct dhcp4_message *message,
	const struct dimp_mac *from, struct dimp_time now)
{
	const bool is_asking = client->state == DHCP_CLIENT_REQUESTING ||
		client->state == DHCP_CLIENT_REBOOTING || is_renewal(client);

	if (message->kind == DHCP4_OFFER && client->state == DHCP_CLIENT_SELECTING) {
		note_server(client, message, from);
		client->address = message->your_address;
		enter(client, DHCP_CLIENT_REQUESTING, now);
	}
	if (message->kind == DHCP4_ACK && is_acknowledging(client, message)) {
		note_server(client, message, from);
		bind_lease(client, message, now);
	}
	if (message->kind == DHCP4_NAK && is_asking) {
		client->tally.refused++;
		start_anew(client, now);
	}
}

static void take_arp(struct dhcp_client *client, const struct edge_frame *frame,
	struct dimp_time now)
{
	const struct dimp_view payload = edge_frame_payload(frame);
	struct arp_packet packet;

	if (client->state == DHCP_CLIENT_CHECKING && arp_read(payload, &packet) &&
		memcmp(&packet.sender_address, &client->address, sizeof client->address) == 0 &&
		!edge_mac_equals(&packet.sender, virtual_machine_mac(client->config.machine)))
		decline(client, now);
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct dhcp_client *const client = context;
	struct datagram_frame datagram;
	struct dhcp4_message message;

	if (!client->is_running)
		return;
	if (frame->ethertype == EDGE_ETHERTYPE_ARP)
		take_arp(client, frame, now);
	if (!datagram_frame_read(frame, &datagram) || datagram.to_port != DHCP4_CLIENT_PORT ||
		!ipv4_is_mapped(&datagram.to) || !dhcp4_read(datagram.payload, &message))
		return;
	if (message.operation == DHCP4_BOOT_REPLY && message.transaction == client->transaction &&
		edge_mac_equals(&message.client, virtual_machine_mac(client->config.machine)))
		take_answer(client, &message, &frame->source, now);
}

/* ---- What others make it do ---- */

struct dhcp_client *dhcp_client_create(const struct dhcp_client_config *config)
{
	struct dhcp_client *const client = calloc(1, sizeof *client);

	if (!client)
		return NULL;
	client->config = *config;
	client->state = DHCP_CLIENT_INIT;
	const struct virtual_machine_listener listener = {client, hear};
	if (virtual_machine_add_listener(config->machine, &listener))
		return client;
	free(client);
	return NULL;
}

void dhcp_client_destroy(struct dhcp_client *client)
{
	if (!client)
		return;
	engine_cancel(client->config.engine, client->timer);
	free(client);
}

void dhcp_client_resume(struct dhcp_client *client, struct dimp_time now)
{
	client->is_running = true;
	wait_until(client, client->due.us > now.us ? client->due : now);
}

void dhcp_client_pause(struct dhcp_client *client)
{
	client->is_running = false;
	engine_cancel(client->config.engine, client->timer);
	client->timer = 0;
}

void dhcp_client_reboot(struct dhcp_client *client, struct dimp_time now)
{
	if (!client->is_running)
		return;
	if (has_address(client))
		enter(client, DHCP_CLIENT_REBOOTING, now);
	else
		enter(client, DHCP_CLIENT_SELECTING, now);
}

void dhcp_client_release(struct dhcp_client *client, struct dimp_time now)
{
	if (!client->is_running)
		return;
	if (has_address(client)) {
		client->transaction = (uint32_t)draw(client);
		struct dhcp4_message message = message_of(client, DHCP4_RELEASE);
		message.client_address = client->address;
		message.has_server = true;
		message.server = client->server;
		send_message(client, &message, true, now);
	}
	start_anew(client, DIMP_NEVER);
	client->state = DHCP_CLIENT_RELEASED;
}

enum dhcp_client_state dhcp_client_state(const struct dhcp_client *client)
{
	return client->state;
}

struct dimp_ipv4 dhcp_client_address(const struct dhcp_client *client)
{
	const struct dimp_ipv4 none = {{0}};

	return has_address(client) ? client->address : none;
}

const struct dhcp_client_tally *dhcp_client_tally(const struct dhcp_client *client)
{
	return &client->tally;
}
