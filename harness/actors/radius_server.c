/* SPDX-License-Identifier: MIT */
/*
 * Stateless but for its accounts: what it asked a user stands in the State that comes back with his
 * answer, since the challenge is made of it.  A user is where the last packet about his station
 * came from.  One who may log in once only is known, when he is asked again, by the State of the
 * Access-Accept that let him in (RFC 2865 5.24).
 */
#include "actors/radius_server.h"

#include <stdlib.h>
#include <string.h>

#include "actors/datagram_frame.h"
#include "crypto/md5.h"
#include "crypto/same_secret.h"
#include "net/eapol.h"
#include "net/radius_seal.h"

enum { AUTHENTICATOR_AT = 4, ACCOUNT_STOP = 2, STATE_SIZE = 8, USERS_MAX = 4096, EAP_MAX = 300 };

struct user {
	struct dimp_mac station;
	struct dimp_text253 name, account;
	struct dimp_mac bridge; /* where he was last */
	struct dimp_ip bridge_address;
	bool is_in; /* has been accepted */
	uint64_t state; /* of that Access-Accept */
	uint8_t demanded; /* identifier and authenticator of what his bridge was asked last */
	uint8_t demand[RADIUS_AUTHENTICATOR_SIZE];
};

struct radius_server {
	struct radius_server_config config;
	struct user *users;
	size_t user_count;
	uint64_t drawn;
	uint8_t identifier; /* of its own requests */
};

/* A request being answered. */
struct asking {
	const struct datagram_frame *datagram;
	struct radius_packet packet;
};

static void reply(struct radius_server *server, const struct asking *asking,
	struct octet_writer *writer)
{
	uint8_t frame[DATAGRAM_FRAME_MAX];
	const size_t size = radius_finish(writer, asking->packet.authenticator);
	struct datagram_frame datagram = {.destination = asking->datagram->source,
		.source = *network_host_mac(server->config.host),
		.to = asking->datagram->from,
		.from = server->config.address,
		.to_port = asking->datagram->from_port,
		.from_port = asking->datagram->to_port,
		.payload = {writer->octets, size}};

	if (!radius_seal_response(writer->octets, size, asking->packet.authenticator,
		    server->config.secret))
		return;
	const size_t frame_size = datagram_frame_write(&datagram, frame);
	network_host_send(server->config.host, 0, (struct dimp_view){frame, frame_size});
}

/* ---- accounts ---- */

static void note_text(const struct radius_packet *packet, uint8_t type, struct dimp_text253 *text)
{
	struct dimp_view value;

	if (!radius_find(packet, type, &value))
		return;
	text->size = (uint16_t)value.size;
	memcpy(text->octets, value.octets, value.size);
}

static struct user *user_at(struct radius_server *server, const struct dimp_mac *station)
{
	for (size_t each = 0; each < server->user_count; each++)
		if (edge_mac_equals(&server->users[each].station, station))
			return &server->users[each];
	if (server->user_count == USERS_MAX)
		return NULL;
	struct user *const user = &server->users[server->user_count++];
	user->station = *station;
	return user;
}

/* NULL for who names no station, or is one too many. */
static struct user *user_of(struct radius_server *server, const struct asking *asking)
{
	struct dimp_view station;
	struct dimp_mac mac;

	if (!radius_find(&asking->packet, RADIUS_CALLING_STATION_ID, &station) ||
		!radius_read_station(station, &mac))
		return NULL;
	return user_at(server, &mac);
}

static void note_place(struct user *user, const struct asking *asking)
{
	if (user == NULL)
		return;
	note_text(&asking->packet, RADIUS_USER_NAME, &user->name);
	note_text(&asking->packet, RADIUS_ACCT_SESSION_ID, &user->account);
	user->bridge = asking->datagram->source;
	user->bridge_address = asking->datagram->from;
}

static void take_account(struct radius_server *server, const struct asking *asking)
{
	uint8_t octets[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	struct user *const user = user_of(server, asking);
	uint32_t status = 0;

	note_place(user, asking);
	if (user != NULL && radius_find_u32(&asking->packet, RADIUS_ACCT_STATUS_TYPE, &status) &&
		status == ACCOUNT_STOP)
		user->is_in = false;
	radius_begin(&writer, RADIUS_ACCOUNTING_RESPONSE, asking->packet.identifier);
	reply(server, asking, &writer);
}

/* ---- authentication ---- */

/* The challenge of a State: nobody without the secret could have made it. */
static void challenge_of(const struct radius_server *server, struct dimp_view state,
	uint8_t challenge[MD5_SIZE])
{
	const struct dimp_view parts[] = {state, server->config.secret};

	if (!md5(parts, 2, challenge))
		memset(challenge, 0, MD5_SIZE);
}

static void challenge(struct radius_server *server, const struct asking *asking, uint8_t identifier)
{
	uint8_t octets[RADIUS_SIZE_MAX], state[STATE_SIZE], eap[EAP_MAX], data[1 + MD5_SIZE];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	struct octet_writer state_writer = octet_writer_of(state, sizeof state);
	const struct eap_packet request = {.code = EAP_REQUEST,
		.identifier = (uint8_t)(identifier + 1),
		.method = EAP_MD5,
		.data = {data, sizeof data}};

	octet_write_u64(&state_writer, ++server->drawn);
	data[0] = MD5_SIZE;
	challenge_of(server, (struct dimp_view){state, sizeof state}, data + 1);
	radius_begin(&writer, RADIUS_ACCESS_CHALLENGE, asking->packet.identifier);
	radius_add_eap(&writer, (struct dimp_view){eap, eap_write(&request, eap, sizeof eap)});
	radius_add(&writer, RADIUS_STATE, (struct dimp_view){state, sizeof state});
	radius_add_message_authenticator(&writer);
	reply(server, asking, &writer);
}

/* Only who may log in once is given a State: nobody else needs it. */
static void let_in(struct radius_server *server, struct user *user, struct octet_writer *writer)
{
	uint8_t state[STATE_SIZE];
	struct octet_writer state_writer = octet_writer_of(state, sizeof state);

	user->is_in = true;
	user->state = ++server->drawn;
	octet_write_u64(&state_writer, user->state);
	radius_add(writer, RADIUS_STATE, (struct dimp_view){state, sizeof state});
}

/* Whether a login by that name is there, of which the request does not know the State. */
static bool is_another_login(const struct radius_server *server, const struct radius_packet *packet)
{
	struct dimp_view name, state = {NULL, 0};

	if (!radius_find(packet, RADIUS_USER_NAME, &name))
		return false;
	const bool has_state = radius_find(packet, RADIUS_STATE, &state);
	struct octet_reader reader = octet_reader_of(state);
	const uint64_t number = has_state ? octet_read_u64(&reader) : 0;
	for (size_t each = 0; each < server->user_count; each++) {
		const struct user *const user = &server->users[each];
		if (user->is_in && user->state != number && user->name.size == name.size &&
			memcmp(user->name.octets, name.octets, name.size) == 0)
			return true;
	}
	return false;
}

static const struct radius_account *account_of(const struct radius_server *server,
	const struct asking *asking)
{
	struct dimp_view name = {NULL, 0};

	(void)radius_find(&asking->packet, RADIUS_USER_NAME, &name);
	return radius_account_find(server->config.accounts, name);
}

static bool is_password(const struct radius_server *server, const struct asking *asking,
	const struct eap_packet *eap)
{
	uint8_t asked[MD5_SIZE], expected[MD5_SIZE];
	const struct dimp_view parts[] = {{&eap->identifier, 1},
		account_of(server, asking)->password, {asked, sizeof asked}};
	struct dimp_view state = {NULL, 0};

	if (!radius_find(&asking->packet, RADIUS_STATE, &state))
		return false;
	challenge_of(server, state, asked);
	return md5(parts, sizeof parts / sizeof parts[0], expected) && eap->data.size > MD5_SIZE &&
		eap->data.octets[0] == MD5_SIZE &&
		same_secret(eap->data.octets + 1, expected, MD5_SIZE);
}

/* The end of an exchange, with what is granted. */
static void conclude(struct radius_server *server, const struct asking *asking,
	const struct eap_packet *result)
{
	const bool is_accepted = result->code == EAP_SUCCESS;
	uint8_t octets[RADIUS_SIZE_MAX], eap[EAP_HEADER_SIZE];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	struct user *const user = is_accepted ? user_of(server, asking) : NULL;
	const struct radius_account *const account = account_of(server, asking);

	radius_begin(&writer, is_accepted ? RADIUS_ACCESS_ACCEPT : RADIUS_ACCESS_REJECT,
		asking->packet.identifier);
	radius_add_eap(&writer, (struct dimp_view){eap, eap_write(result, eap, sizeof eap)});
	if (is_accepted)
		radius_account_add_grant(&writer, &account->grant);
	if (user != NULL && account->is_single_login)
		let_in(server, user, &writer);
	radius_add_message_authenticator(&writer);
	reply(server, asking, &writer);
}

static void judge_password(struct radius_server *server, const struct asking *asking,
	const struct eap_packet *response)
{
	const bool is_known = is_password(server, asking, response);
	const struct eap_packet result = {.code = is_known ? EAP_SUCCESS : EAP_FAILURE,
		.identifier = response->identifier};

	conclude(server, asking, &result);
}

static void take_access(struct radius_server *server, const struct asking *asking)
{
	uint8_t octets[RADIUS_SIZE_MAX];
	struct eap_packet eap;
	const size_t size = radius_join(&asking->packet, RADIUS_EAP_MESSAGE, octets, sizeof octets);

	if (!eap_read((struct dimp_view){octets, size}, &eap) || eap.code != EAP_RESPONSE)
		return;
	note_place(user_of(server, asking), asking);
	if (eap.method != EAP_IDENTITY) {
		judge_password(server, asking, &eap);
	} else if (is_another_login(server, &asking->packet)) {
		const struct eap_packet refusal = {.code = EAP_FAILURE,
			.identifier = eap.identifier};
		conclude(server, asking, &refusal);
	} else {
		challenge(server, asking, eap.identifier);
	}
}

/* ---- packets ---- */

static bool is_ours(const struct radius_server *server, const struct edge_frame *frame,
	struct datagram_frame *datagram)
{
	return edge_mac_equals(&frame->destination, network_host_mac(server->config.host)) &&
		datagram_frame_read(frame, datagram) &&
		edge_ip_equals(&datagram->to, &server->config.address);
}

/* A bridge has disconnected its user: he may log in anew. */
static void take_acknowledgement(struct radius_server *server, const struct radius_packet *packet)
{
	for (size_t each = 0; each < server->user_count; each++) {
		struct user *const user = &server->users[each];
		if (user->demanded == packet->identifier &&
			radius_response_is_authentic(packet, user->demand, server->config.secret))
			user->is_in = false;
	}
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct radius_server *const server = context;
	struct datagram_frame datagram;
	struct asking asking = {.datagram = &datagram};

	(void)now;
	if (!is_ours(server, frame, &datagram) || !radius_read(datagram.payload, &asking.packet))
		return;
	if (datagram.to_port == RADIUS_DYNAMIC_PORT && asking.packet.code == RADIUS_DISCONNECT_ACK)
		take_acknowledgement(server, &asking.packet);
	if (datagram.to_port != RADIUS_PORT && datagram.to_port != RADIUS_ACCOUNTING_PORT)
		return;
	if (!radius_request_is_authentic(&asking.packet, server->config.secret))
		return;
	if (asking.packet.code == RADIUS_ACCESS_REQUEST)
		take_access(server, &asking);
	else if (asking.packet.code == RADIUS_ACCOUNTING_REQUEST)
		take_account(server, &asking);
}

struct radius_server *radius_server_create(const struct radius_server_config *config)
{
	struct radius_server *const server = calloc(1, sizeof *server);

	if (server == NULL)
		return NULL;
	server->config = *config;
	server->users = calloc(USERS_MAX, sizeof *server->users);
	const struct network_host_listener listener = {server, hear};
	if (server->users == NULL || !network_host_add_listener(config->host, &listener)) {
		radius_server_destroy(server);
		return NULL;
	}
	return server;
}

void radius_server_destroy(struct radius_server *server)
{
	if (server == NULL)
		return;
	free(server->users);
	free(server);
}

/* Cisco's pair for a CoA that wants the user asked again. */
static void add_reauthenticate(struct octet_writer *writer)
{
	static const char text[] = "subscriber:command=reauthenticate";
	uint8_t value[RADIUS_TEXT_MAX];
	struct octet_writer pair = octet_writer_of(value, sizeof value);

	octet_write_u32(&pair, RADIUS_VENDOR_CISCO);
	octet_write_u8(&pair, RADIUS_CISCO_AVPAIR);
	octet_write_u8(&pair, (uint8_t)(2 + sizeof text - 1));
	octet_write_copy(&pair, (const uint8_t *)text, sizeof text - 1);
	radius_add(writer, RADIUS_VENDOR_SPECIFIC, (struct dimp_view){value, pair.size});
}

/* A request of RFC 5176 to where the user is; the answer is known by it. */
static void demand(struct radius_server *server, struct user *user, enum radius_code code)
{
	static const uint8_t none[RADIUS_AUTHENTICATOR_SIZE];
	uint8_t octets[RADIUS_SIZE_MAX], frame[DATAGRAM_FRAME_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	const struct dimp_view name = {user->name.octets, user->name.size};
	const struct radius_account *const account =
		radius_account_find(server->config.accounts, name);

	radius_begin(&writer, code, ++server->identifier);
	radius_add(&writer, RADIUS_USER_NAME, name);
	radius_add(&writer, RADIUS_ACCT_SESSION_ID,
		(struct dimp_view){user->account.octets, user->account.size});
	if (code == RADIUS_COA_REQUEST)
		radius_account_add_grant(&writer, &account->change);
	if (code == RADIUS_COA_REQUEST && account->is_change_asking)
		add_reauthenticate(&writer);
	const size_t size = radius_finish(&writer, none);
	if (!radius_seal_request(octets, size, server->config.secret))
		return;
	user->demanded = server->identifier;
	memcpy(user->demand, octets + AUTHENTICATOR_AT, sizeof user->demand);
	const struct datagram_frame datagram = {.destination = user->bridge,
		.source = *network_host_mac(server->config.host),
		.to = user->bridge_address,
		.from = server->config.address,
		.to_port = RADIUS_DYNAMIC_PORT,
		.from_port = RADIUS_DYNAMIC_PORT,
		.payload = {octets, size}};
	const size_t frame_size = datagram_frame_write(&datagram, frame);
	network_host_send(server->config.host, 0, (struct dimp_view){frame, frame_size});
}

static void demand_of_all(struct radius_server *server, const struct radius_account *account,
	enum radius_code code)
{
	for (size_t each = 0; each < server->user_count; each++) {
		struct user *const user = &server->users[each];
		const struct dimp_view name = {user->name.octets, user->name.size};
		if (radius_account_find(server->config.accounts, name) == account)
			demand(server, user, code);
	}
}

void radius_server_disconnect(struct radius_server *server, const struct radius_account *account)
{
	demand_of_all(server, account, RADIUS_DISCONNECT_REQUEST);
}

void radius_server_change(struct radius_server *server, const struct radius_account *account)
{
	demand_of_all(server, account, RADIUS_COA_REQUEST);
}
