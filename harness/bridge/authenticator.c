/* SPDX-License-Identifier: MIT */
/*
 * One exchange at a time: the VM is asked, its answer goes to the server, the server's question to
 * the VM, until the server accepts or rejects.  Whoever is asked and silent is asked again; a
 * session ends when its VM, or the server, does not answer a re-authentication.
 *
 * Re-authentication falls due by the session's record, so that one that moved here goes on with
 * what remained.
 */
#include "bridge/authenticator.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/account_keeper.h"
#include "bridge/radius_client.h"
#include "net/eapol.h"
#include "net/radius_retry.h"
#include "net/radius_seal.h"
#include "sources/dot1x_session.h"

enum state {
	STATE_STOPPED,
	STATE_IDLE, /* nobody is asked; with a session: authenticated */
	STATE_ASKING_VM,
	STATE_ASKING_SERVER,
	STATE_HELD
};

enum {
	QUEUE_MAX = 6,
	TRIES_MAX = 3,
	EAPOL_VERSION = 2,
	CAUSE_UNSUPPORTED = 401,
	CAUSE_NO_SESSION = 503
};

static const uint64_t vm_wait_us = 30000000; /* txPeriod and suppTimeout */

struct waiting_frame {
	enum authenticator_way way;
	size_t size;
	uint8_t octets[DATAGRAM_FRAME_MAX];
};

struct authenticator {
	struct authenticator_config config;
	struct source_place place;
	enum state state;
	struct dimp_time wake; /* when the one asked has been silent for too long, or HELD ends */
	unsigned tries; /* of the VM */
	struct radius_retry retry; /* of the server */
	struct account_keeper account;
	uint8_t eap_identifier; /* of what the VM was asked last */
	struct radius_client client;
	struct waiting_frame asked; /* what is sent again */
	struct waiting_frame queue[QUEUE_MAX];
	size_t queued;
};

struct authenticator *authenticator_create(const struct authenticator_config *config,
	const struct source_place *place)
{
	struct authenticator *const authenticator = calloc(1, sizeof *authenticator);

	if (authenticator == NULL)
		return NULL;
	authenticator->config = *config;
	authenticator->place = *place;
	account_keeper_close(&authenticator->account);
	authenticator->client = (struct radius_client){.secret = config->secret,
		.address = config->bridge_address,
		.bridge = config->bridge,
		.station = place->vm,
		.port = config->port};
	return authenticator;
}

void authenticator_destroy(struct authenticator *authenticator)
{
	free(authenticator);
}

/* ---- the session ---- */

static struct dimp_time reauthentication_at(const struct authenticator *authenticator)
{
	const struct di_entry *const entry = dot1x_session_find(&authenticator->place);
	const struct dimp_time never = DIMP_NEVER;

	if (entry == NULL)
		return never;
	const uint32_t remaining = entry->record.body.dot1x_session.reauthentication_remaining;
	if (remaining == DIMP_DURATION_INFINITE)
		return never;
	return (struct dimp_time){entry->since.us + dimp_duration_to_us(remaining)};
}

/* ---- frames ---- */

static void enqueue(struct authenticator *authenticator, const struct waiting_frame *frame)
{
	if (frame->size != 0 && authenticator->queued < QUEUE_MAX)
		authenticator->queue[authenticator->queued++] = *frame;
}

size_t authenticator_transmit(struct authenticator *authenticator,
	uint8_t octets[DATAGRAM_FRAME_MAX], enum authenticator_way *way)
{
	if (authenticator->queued == 0)
		return 0;
	const struct waiting_frame *const first = &authenticator->queue[0];
	const size_t size = first->size;
	memcpy(octets, first->octets, size);
	*way = first->way;
	authenticator->queued--;
	memmove(&authenticator->queue[0], &authenticator->queue[1],
		authenticator->queued * sizeof authenticator->queue[0]);
	return size;
}

/* An EAP packet to the VM, at its own address: another behind the port has its own exchange. */
static struct waiting_frame eap_frame(const struct authenticator *authenticator,
	struct dimp_view eap)
{
	uint8_t body[DATAGRAM_FRAME_MAX];
	const struct eapol_packet eapol = {EAPOL_VERSION, EAPOL_EAP, eap};
	const struct ethernet_frame frame = {.destination = authenticator->place.vm,
		.source = authenticator->config.bridge,
		.type = ETHERTYPE_EAPOL,
		.payload = {body, eapol_write(&eapol, body, sizeof body)}};
	struct waiting_frame waiting = {.way = AUTHENTICATOR_TO_VM};

	if (frame.payload.size != 0)
		waiting.size = ethernet_write(&frame, waiting.octets, sizeof waiting.octets);
	return waiting;
}

static struct waiting_frame radius_frame(const struct authenticator *authenticator,
	struct dimp_view packet, uint16_t from, uint16_t to)
{
	const struct authenticator_config *const config = &authenticator->config;
	const struct datagram_frame datagram = {.destination = config->server,
		.source = config->bridge,
		.to = config->server_address,
		.from = config->bridge_address,
		.to_port = to,
		.from_port = from,
		.payload = packet};
	struct waiting_frame waiting = {.way = AUTHENTICATOR_TO_SERVER};

	waiting.size = datagram_frame_write(&datagram, waiting.octets);
	return waiting;
}

static void ask(struct authenticator *authenticator, const struct waiting_frame *frame,
	enum state state, struct dimp_time now)
{
	authenticator->state = state;
	authenticator->tries = 1;
	radius_retry_begin(&authenticator->retry, authenticator->client.authenticator[0], now);
	authenticator->wake = state == STATE_ASKING_VM ? (struct dimp_time){now.us + vm_wait_us}
						       : authenticator->retry.wake;
	authenticator->asked = *frame;
	enqueue(authenticator, frame);
}

static void rest(struct authenticator *authenticator)
{
	const struct dimp_time never = DIMP_NEVER;

	authenticator->state = STATE_IDLE;
	authenticator->wake = never;
}

static void tell_vm(struct authenticator *authenticator, enum eap_code code)
{
	const struct eap_packet result = {.code = code,
		.identifier = authenticator->eap_identifier};
	uint8_t octets[EAP_HEADER_SIZE];
	const size_t size = eap_write(&result, octets, sizeof octets);
	const struct waiting_frame frame =
		eap_frame(authenticator, (struct dimp_view){octets, size});

	enqueue(authenticator, &frame);
}

static void fail(struct authenticator *authenticator, struct dimp_time now)
{
	tell_vm(authenticator, EAP_FAILURE);
	authenticator->state = STATE_HELD;
	authenticator->wake = (struct dimp_time){now.us + authenticator->config.quiet_us};
}

static void ask_identity(struct authenticator *authenticator, struct dimp_time now)
{
	const struct eap_packet request = {.code = EAP_REQUEST,
		.identifier = ++authenticator->eap_identifier,
		.method = EAP_IDENTITY};
	uint8_t octets[EAP_HEADER_SIZE + 1];
	const size_t size = eap_write(&request, octets, sizeof octets);
	const struct waiting_frame frame =
		eap_frame(authenticator, (struct dimp_view){octets, size});

	authenticator->client.state.size = 0;
	ask(authenticator, &frame, STATE_ASKING_VM, now);
}

/* The time of the session is over: its State goes with the first request (RFC 2865 5.24). */
static void ask_anew(struct authenticator *authenticator, struct dimp_time now)
{
	const struct dimp_dot1x_session *const session = dot1x_session_of(&authenticator->place);

	ask_identity(authenticator, now);
	if (session != NULL && session->termination == DIMP_TERMINATION_RADIUS_REQUEST)
		authenticator->client.state = session->state;
}

/* ---- requests to the server ---- */

static void request_access(struct authenticator *authenticator, struct dimp_view eap,
	struct dimp_time now)
{
	uint8_t octets[RADIUS_SIZE_MAX];
	const size_t size = radius_client_access(&authenticator->client, eap, octets);

	if (size == 0)
		return;
	const struct waiting_frame frame = radius_frame(authenticator,
		(struct dimp_view){octets, size}, authenticator->config.port, RADIUS_PORT);
	ask(authenticator, &frame, STATE_ASKING_SERVER, now);
}

static void account(struct authenticator *authenticator, enum radius_client_account status,
	struct dimp_time now)
{
	const struct dimp_dot1x_session *const session = dot1x_session_of(&authenticator->place);
	uint8_t octets[RADIUS_SIZE_MAX];

	if (session == NULL)
		return;
	const size_t size = radius_client_account(&authenticator->client, session, status, octets);
	const struct waiting_frame frame =
		radius_frame(authenticator, (struct dimp_view){octets, size},
			authenticator->config.port, RADIUS_ACCOUNTING_PORT);
	if (size == 0)
		return;
	account_keeper_open(&authenticator->account, (struct dimp_view){octets, size},
		(struct dimp_view){frame.octets, frame.size}, now);
	enqueue(authenticator, &frame);
}

/* ---- what is heard ---- */

void authenticator_start(struct authenticator *authenticator, struct dimp_time now)
{
	rest(authenticator);
	if (dot1x_session_find(&authenticator->place) != NULL)
		account(authenticator, RADIUS_ACCOUNT_INTERIM, now);
}

void authenticator_stop(struct authenticator *authenticator)
{
	const struct dimp_time never = DIMP_NEVER;

	authenticator->state = STATE_STOPPED;
	authenticator->wake = never;
	authenticator->queued = 0;
	account_keeper_close(&authenticator->account);
}

static void take_response(struct authenticator *authenticator, struct dimp_view body,
	struct dimp_time now)
{
	struct eap_packet eap;

	if (authenticator->state != STATE_ASKING_VM || !eap_read(body, &eap) ||
		eap.code != EAP_RESPONSE || eap.identifier != authenticator->eap_identifier)
		return;
	if (eap.method == EAP_IDENTITY) {
		if (eap.data.size == 0 || eap.data.size > RADIUS_VALUE_MAX)
			return;
		authenticator->client.identity.size = (uint16_t)eap.data.size;
		memcpy(authenticator->client.identity.octets, eap.data.octets, eap.data.size);
		radius_client_name_account(&authenticator->client,
			dot1x_session_of(&authenticator->place));
	}
	request_access(authenticator, body, now);
}

void authenticator_hear_vm(struct authenticator *authenticator, struct dimp_view octets,
	struct dimp_time now)
{
	struct ethernet_frame frame;
	struct eapol_packet eapol;

	if (authenticator->state == STATE_STOPPED || authenticator->state == STATE_HELD ||
		!ethernet_read(octets, &frame) || frame.type != ETHERTYPE_EAPOL ||
		!eapol_read(frame.payload, &eapol))
		return;
	if (eapol.type == EAPOL_START)
		ask_identity(authenticator, now);
	else if (eapol.type == EAPOL_LOGOFF)
		rest(authenticator);
	else if (eapol.type == EAPOL_EAP)
		take_response(authenticator, eapol.body, now);
}

static void take_challenge(struct authenticator *authenticator, const struct radius_packet *packet,
	struct dimp_time now)
{
	uint8_t octets[RADIUS_SIZE_MAX];
	const size_t size = radius_join(packet, RADIUS_EAP_MESSAGE, octets, sizeof octets);
	struct eap_packet eap;
	struct dimp_view state;

	if (!eap_read((struct dimp_view){octets, size}, &eap) || eap.code != EAP_REQUEST)
		return;
	const struct waiting_frame frame =
		eap_frame(authenticator, (struct dimp_view){octets, size});
	/* One that no frame holds is not relayed: to the VM it was never said. */
	if (frame.size == 0)
		return;
	authenticator->client.state.size = 0;
	if (radius_find(packet, RADIUS_STATE, &state)) {
		authenticator->client.state.size = (uint16_t)state.size;
		memcpy(authenticator->client.state.octets, state.octets, state.size);
	}
	authenticator->eap_identifier = eap.identifier;
	ask(authenticator, &frame, STATE_ASKING_VM, now);
}

/* The sources have made the session already, unless the grant was one that cannot be given. */
static void take_accept(struct authenticator *authenticator, struct dimp_time now)
{
	if (dot1x_session_find(&authenticator->place) == NULL) {
		fail(authenticator, now);
		return;
	}
	tell_vm(authenticator, EAP_SUCCESS);
	rest(authenticator);
	account(authenticator, RADIUS_ACCOUNT_START, now);
}

static void take_answer(struct authenticator *authenticator, const struct radius_packet *packet,
	struct dimp_time now)
{
	if (packet->code == RADIUS_ACCOUNTING_RESPONSE)
		account_keeper_take(&authenticator->account, packet,
			radius_client_secret(&authenticator->client));
	if (authenticator->state != STATE_ASKING_SERVER ||
		packet->identifier != authenticator->client.identifier ||
		!radius_response_is_authentic(packet, authenticator->client.authenticator,
			radius_client_secret(&authenticator->client)))
		return;
	if (packet->code == RADIUS_ACCESS_CHALLENGE)
		take_challenge(authenticator, packet, now);
	else if (packet->code == RADIUS_ACCESS_ACCEPT)
		take_accept(authenticator, now);
	else if (packet->code == RADIUS_ACCESS_REJECT)
		fail(authenticator, now);
}

/* ---- what the server asks for ---- */

static void answer(struct authenticator *authenticator, const struct radius_packet *request,
	uint16_t port, uint32_t cause)
{
	uint8_t octets[RADIUS_SIZE_MAX];
	const size_t size = radius_client_answer(&authenticator->client, request, cause, octets);
	const struct waiting_frame frame = radius_frame(authenticator,
		(struct dimp_view){octets, size}, RADIUS_DYNAMIC_PORT, port);

	if (size != 0)
		enqueue(authenticator, &frame);
}

static bool is_dynamic(const struct radius_packet *packet)
{
	return packet->code == RADIUS_DISCONNECT_REQUEST || packet->code == RADIUS_COA_REQUEST;
}

void authenticator_refuse(struct authenticator *authenticator,
	const struct datagram_frame *datagram)
{
	struct radius_packet packet;

	if (!radius_read(datagram->payload, &packet) || !is_dynamic(&packet) ||
		!radius_request_is_authentic(&packet, radius_client_secret(&authenticator->client)))
		return;
	answer(authenticator, &packet, datagram->from_port, CAUSE_NO_SESSION);
}

static bool take_dynamic(struct authenticator *authenticator, const struct radius_packet *packet,
	const struct datagram_frame *datagram)
{
	struct radius_grant grant;

	if (!radius_request_is_authentic(packet, radius_client_secret(&authenticator->client)) ||
		!radius_source_concerns(packet, &authenticator->place))
		return false;
	const bool is_possible =
		packet->code == RADIUS_DISCONNECT_REQUEST || radius_grant_read(packet, &grant);
	answer(authenticator, packet, datagram->from_port, is_possible ? 0 : CAUSE_UNSUPPORTED);
	return true;
}

bool authenticator_hear_server(struct authenticator *authenticator,
	const struct datagram_frame *datagram, struct dimp_time now)
{
	struct radius_packet packet;

	if (authenticator->state == STATE_STOPPED || !radius_read(datagram->payload, &packet))
		return false;
	if (datagram->to_port == RADIUS_DYNAMIC_PORT && is_dynamic(&packet))
		return take_dynamic(authenticator, &packet, datagram);
	if (datagram->to_port != authenticator->config.port)
		return false;
	take_answer(authenticator, &packet, now);
	return true;
}

/* ---- time ---- */

/* Whether who was asked is asked once more, and when he has been silent for too long again. */
static bool is_worth_another(struct authenticator *authenticator, struct dimp_time now)
{
	if (authenticator->state == STATE_ASKING_SERVER) {
		const bool is_repeated = radius_retry_repeat(&authenticator->retry,
			authenticator->client.authenticator[1], now);
		authenticator->wake = authenticator->retry.wake;
		return is_repeated;
	}
	authenticator->wake = (struct dimp_time){now.us + vm_wait_us};
	return authenticator->tries++ < TRIES_MAX;
}

static void ask_again(struct authenticator *authenticator, struct dimp_time now)
{
	if (is_worth_another(authenticator, now)) {
		enqueue(authenticator, &authenticator->asked);
		return;
	}
	dot1x_session_end(&authenticator->place, now);
	rest(authenticator);
}

static void account_again(struct authenticator *authenticator, struct dimp_time now)
{
	struct waiting_frame frame = {.way = AUTHENTICATOR_TO_SERVER};

	frame.size = account_keeper_expire(&authenticator->account, now, frame.octets);
	enqueue(authenticator, &frame);
}

void authenticator_expire(struct authenticator *authenticator, struct dimp_time now)
{
	account_again(authenticator, now);
	switch (authenticator->state) {
	case STATE_STOPPED: return;
	case STATE_IDLE:
		if (reauthentication_at(authenticator).us <= now.us)
			ask_anew(authenticator, now);
		return;
	case STATE_ASKING_VM:
	case STATE_ASKING_SERVER:
		if (authenticator->wake.us <= now.us)
			ask_again(authenticator, now);
		return;
	case STATE_HELD:
		if (authenticator->wake.us <= now.us)
			ask_identity(authenticator, now);
		return;
	}
}

struct dimp_time authenticator_deadline(const struct authenticator *authenticator)
{
	/* What waits to be sent waits for nothing. */
	if (authenticator->queued > 0)
		return (struct dimp_time){0};
	const struct dimp_time asking = authenticator->state == STATE_IDLE
		? reauthentication_at(authenticator)
		: authenticator->wake;
	const struct dimp_time accounting = account_keeper_deadline(&authenticator->account);
	return accounting.us < asking.us ? accounting : asking;
}
