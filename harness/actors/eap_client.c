/* SPDX-License-Identifier: MIT */
/*
 * It starts, again every startPeriod while nobody answers, and is silent for heldPeriod after a
 * failure.
 */
#include "actors/eap_client.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/md5.h"
#include "net/eapol.h"
#include "net/ethernet.h"

enum state { STATE_NEW, STATE_CONNECTING, STATE_AUTHENTICATED, STATE_HELD, STATE_LOGGED_OFF };

enum { FRAME_MAX = 400, BODY_MAX = 380, EAPOL_VERSION = 2, STARTS_MAX = 3 };

static const uint64_t start_us = 30000000, held_us = 60000000;

struct eap_client {
	struct eap_client_config config;
	enum state state;
	bool is_running;
	unsigned starts; /* without an answer */
	struct dimp_time wake;
	engine_timer timer, logoff;
};

static void expire(void *context, struct dimp_time now);

static void wait(struct eap_client *client, struct dimp_time until)
{
	engine_cancel(client->config.engine, client->timer);
	client->timer = 0;
	client->wake = until;
	if (client->is_running && until.us != UINT64_MAX)
		client->timer = engine_schedule(client->config.engine, until, expire, client);
}

static void send(struct eap_client *client, enum eapol_type type, struct dimp_view body,
	struct dimp_time now)
{
	uint8_t octets[FRAME_MAX], packet[BODY_MAX];
	const struct eapol_packet eapol = {EAPOL_VERSION, (uint8_t)type, body};
	const struct ethernet_frame frame = {
		.destination = {{0x01, 0x80, 0xc2, 0, 0, 0x03}},
		.source = *virtual_machine_mac(client->config.machine),
		.type = ETHERTYPE_EAPOL,
		.payload = {packet, eapol_write(&eapol, packet, sizeof packet)},
	};
	const size_t size = ethernet_write(&frame, octets, sizeof octets);

	virtual_machine_send(client->config.machine, (struct dimp_view){octets, size}, now);
}

void eap_client_restart(struct eap_client *client, struct dimp_time now)
{
	client->state = STATE_CONNECTING;
	send(client, EAPOL_START, (struct dimp_view){NULL, 0}, now);
	wait(client, (struct dimp_time){now.us + start_us});
}

static void expire(void *context, struct dimp_time now)
{
	struct eap_client *const client = context;

	client->timer = 0;
	if (client->state == STATE_CONNECTING && ++client->starts >= STARTS_MAX)
		return;
	if (client->state == STATE_CONNECTING || client->state == STATE_HELD)
		eap_client_restart(client, now);
}

static void log_off(void *context, struct dimp_time now)
{
	struct eap_client *const client = context;
	const struct dimp_time never = DIMP_NEVER;

	client->logoff = 0;
	client->state = STATE_LOGGED_OFF;
	send(client, EAPOL_LOGOFF, (struct dimp_view){NULL, 0}, now);
	wait(client, never);
}

static void answer(struct eap_client *client, const struct eap_packet *request,
	struct dimp_view data, struct dimp_time now)
{
	uint8_t octets[BODY_MAX];
	const struct eap_packet response = {.code = EAP_RESPONSE,
		.identifier = request->identifier,
		.method = request->method,
		.data = data};
	const size_t size = eap_write(&response, octets, sizeof octets);

	client->starts = 0;
	send(client, EAPOL_EAP, (struct dimp_view){octets, size}, now);
	if (client->state != STATE_AUTHENTICATED)
		wait(client, (struct dimp_time){now.us + start_us});
}

/* MD5 over identifier, password and challenge (RFC 1994 4.1), behind its size. */
static void answer_challenge(struct eap_client *client, const struct eap_packet *request,
	struct dimp_time now)
{
	uint8_t data[1 + MD5_SIZE] = {MD5_SIZE};

	if (request->data.size == 0 || request->data.octets[0] > request->data.size - 1)
		return;
	const struct dimp_view parts[] = {{&request->identifier, 1}, client->config.password,
		{request->data.octets + 1, request->data.octets[0]}};
	if (md5(parts, sizeof parts / sizeof parts[0], data + 1))
		answer(client, request, (struct dimp_view){data, sizeof data}, now);
}

static void take_request(struct eap_client *client, const struct eap_packet *request,
	struct dimp_time now)
{
	static const uint8_t wanted[] = {EAP_MD5};
	struct eap_packet nak = *request;

	if (request->method == EAP_IDENTITY) {
		answer(client, request, client->config.identity, now);
	} else if (request->method == EAP_MD5) {
		answer_challenge(client, request, now);
	} else {
		nak.method = EAP_NAK;
		answer(client, &nak, (struct dimp_view){wanted, sizeof wanted}, now);
	}
}

static void take_eap(struct eap_client *client, struct dimp_view body, struct dimp_time now)
{
	const struct dimp_time never = DIMP_NEVER;
	struct eap_packet eap;

	if (!eap_read(body, &eap) || client->state == STATE_LOGGED_OFF)
		return;
	switch (eap.code) {
	case EAP_REQUEST: take_request(client, &eap, now); return;
	case EAP_SUCCESS:
		client->state = STATE_AUTHENTICATED;
		wait(client, never);
		return;
	case EAP_FAILURE:
		client->state = STATE_HELD;
		wait(client, (struct dimp_time){now.us + held_us});
		return;
	case EAP_RESPONSE: return;
	}
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct eap_client *const client = context;
	const struct dimp_view payload = edge_frame_payload(frame);
	struct eapol_packet eapol;

	if (client->is_running && frame->ethertype == ETHERTYPE_EAPOL &&
		!edge_mac_equals(&frame->source, virtual_machine_mac(client->config.machine)) &&
		eapol_read(payload, &eapol) && eapol.type == EAPOL_EAP)
		take_eap(client, eapol.body, now);
}

struct eap_client *eap_client_create(const struct eap_client_config *config)
{
	struct eap_client *const client = calloc(1, sizeof *client);
	const struct virtual_machine_listener listener = {client, hear};

	if (client == NULL)
		return NULL;
	client->config = *config;
	client->wake = DIMP_NEVER;
	if (!virtual_machine_add_listener(config->machine, &listener)) {
		eap_client_destroy(client);
		return NULL;
	}
	if (config->logoff_at_us != 0)
		client->logoff = engine_schedule(config->engine,
			(struct dimp_time){config->logoff_at_us}, log_off, client);
	return client;
}

void eap_client_destroy(struct eap_client *client)
{
	if (client == NULL)
		return;
	engine_cancel(client->config.engine, client->timer);
	engine_cancel(client->config.engine, client->logoff);
	free(client);
}

void eap_client_resume(struct eap_client *client, struct dimp_time now)
{
	client->is_running = true;
	if (client->state == STATE_NEW)
		eap_client_restart(client, now);
	else
		wait(client, client->wake.us > now.us ? client->wake : now);
}

void eap_client_pause(struct eap_client *client)
{
	client->is_running = false;
	engine_cancel(client->config.engine, client->timer);
	client->timer = 0;
}
