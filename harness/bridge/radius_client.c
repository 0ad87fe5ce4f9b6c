/* SPDX-License-Identifier: MIT */
/* The packets differ in what comes first; the names of bridge, user and session are in all. */
#include "bridge/radius_client.h"

#include <string.h>

#include "crypto/md5.h"
#include "net/radius_seal.h"

enum { SERVICE_FRAMED = 2, NAS_PORT_ETHERNET = 15, NAME_OCTETS = 8 };

struct dimp_view radius_client_secret(const struct radius_client *client)
{
	return (struct dimp_view){client->secret.octets, client->secret.size};
}

/* Unlike any before: in the simulator nobody guesses, and a run must come out the same again. */
static void draw(struct radius_client *client, uint8_t octets[RADIUS_AUTHENTICATOR_SIZE])
{
	uint8_t seed[16];
	struct octet_writer writer = octet_writer_of(seed, sizeof seed);
	const struct dimp_view parts[] = {{seed, sizeof seed}, radius_client_secret(client)};

	octet_write_copy(&writer, client->bridge.octets, sizeof client->bridge.octets);
	octet_write_u16(&writer, client->port);
	octet_write_u64(&writer, ++client->drawn);
	if (!md5(parts, 2, octets))
		memset(octets, 0, RADIUS_AUTHENTICATOR_SIZE);
}

static void add_hex(struct octet_writer *writer, const uint8_t *octets, size_t count, char between)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < count; i++) {
		if (i != 0 && between != '\0')
			octet_write_u8(writer, (uint8_t)between);
		octet_write_u8(writer, (uint8_t)digits[octets[i] >> 4]);
		octet_write_u8(writer, (uint8_t)digits[octets[i] & 15]);
	}
}

/* Who asks, and about whom. */
static void add_names(const struct radius_client *client, struct octet_writer *writer)
{
	uint8_t station[17];
	struct octet_writer text = octet_writer_of(station, sizeof station);

	add_hex(&text, client->station.octets, sizeof client->station.octets, '-');
	radius_add(writer, RADIUS_USER_NAME,
		(struct dimp_view){client->identity.octets, client->identity.size});
	radius_add(writer, RADIUS_NAS_IP_ADDRESS,
		(struct dimp_view){client->address.octets + 12, 4});
	radius_add_u32(writer, RADIUS_NAS_PORT_TYPE, NAS_PORT_ETHERNET);
	radius_add_u32(writer, RADIUS_SERVICE_TYPE, SERVICE_FRAMED);
	radius_add(writer, RADIUS_CALLING_STATION_ID, (struct dimp_view){station, text.size});
	radius_add(writer, RADIUS_ACCT_SESSION_ID,
		(struct dimp_view){(const uint8_t *)client->account, strlen(client->account)});
}

void radius_client_name_account(struct radius_client *client,
	const struct dimp_dot1x_session *session)
{
	struct octet_writer writer =
		octet_writer_of((uint8_t *)client->account, sizeof client->account - 1);
	uint8_t drawn[RADIUS_AUTHENTICATOR_SIZE];

	memset(client->account, 0, sizeof client->account);
	if (session != NULL && session->accounting_session.size > 0 &&
		session->accounting_session.size < sizeof client->account) {
		octet_write_copy(&writer, session->accounting_session.octets,
			session->accounting_session.size);
		return;
	}
	draw(client, drawn);
	add_hex(&writer, drawn, NAME_OCTETS, '\0');
}

size_t radius_client_access(struct radius_client *client, struct dimp_view eap,
	uint8_t octets[RADIUS_SIZE_MAX])
{
	struct octet_writer writer = octet_writer_of(octets, RADIUS_SIZE_MAX);

	radius_begin(&writer, RADIUS_ACCESS_REQUEST, ++client->identifier);
	add_names(client, &writer);
	radius_add_eap(&writer, eap);
	if (client->state.size > 0)
		radius_add(&writer, RADIUS_STATE,
			(struct dimp_view){client->state.octets, client->state.size});
	radius_add_message_authenticator(&writer);
	draw(client, client->authenticator);
	const size_t size = radius_finish(&writer, client->authenticator);
	return radius_seal_request(octets, size, radius_client_secret(client)) ? size : 0;
}

size_t radius_client_account(struct radius_client *client, const struct dimp_dot1x_session *session,
	enum radius_client_account status, uint8_t octets[RADIUS_SIZE_MAX])
{
	static const uint8_t none[RADIUS_AUTHENTICATOR_SIZE];
	struct octet_writer writer = octet_writer_of(octets, RADIUS_SIZE_MAX);

	client->identity = session->identity;
	radius_client_name_account(client, session);
	radius_begin(&writer, RADIUS_ACCOUNTING_REQUEST, ++client->identifier);
	radius_add_u32(&writer, RADIUS_ACCT_STATUS_TYPE, (uint32_t)status);
	add_names(client, &writer);
	if (session->class.size > 0)
		radius_add(&writer, RADIUS_CLASS,
			(struct dimp_view){session->class.octets, session->class.size});
	const size_t size = radius_finish(&writer, none);
	return radius_seal_request(octets, size, radius_client_secret(client)) ? size : 0;
}

static enum radius_code answer_code(uint8_t request, bool is_refusal)
{
	if (request == RADIUS_COA_REQUEST)
		return is_refusal ? RADIUS_COA_NAK : RADIUS_COA_ACK;
	return is_refusal ? RADIUS_DISCONNECT_NAK : RADIUS_DISCONNECT_ACK;
}

size_t radius_client_answer(const struct radius_client *client, const struct radius_packet *request,
	uint32_t cause, uint8_t octets[RADIUS_SIZE_MAX])
{
	struct octet_writer writer = octet_writer_of(octets, RADIUS_SIZE_MAX);

	radius_begin(&writer, answer_code(request->code, cause != 0), request->identifier);
	if (cause != 0)
		radius_add_u32(&writer, RADIUS_ERROR_CAUSE, cause);
	radius_add_message_authenticator(&writer);
	const size_t size = radius_finish(&writer, request->authenticator);
	return radius_seal_response(octets, size, request->authenticator,
		       radius_client_secret(client))
		? size
		: 0;
}
