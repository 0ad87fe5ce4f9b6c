/* SPDX-License-Identifier: MIT */
/*
 * The bridge's own requests are remembered, a few, since its server answers one at a time; the
 * oldest goes.  Requests of the server (Disconnect, CoA) are remembered the same way, and done when
 * the bridge says that it has done them.
 *
 * Session-Timeout means two things (RFC 3580 3.17): with Termination-Action RADIUS-Request it is
 * the time until the VM has to authenticate again, and else what is left of the session.
 */
#include "sources/radius_source.h"

#include <stdlib.h>
#include <string.h>

#include "net/eapol.h"
#include "net/radius_seal.h"
#include "net/udp.h"
#include "net/utf8.h"
#include "sources/dot1x_session.h"

enum { ACCT_START = 1, ACCT_STOP = 2, EAP_SIZE_MAX = 4096 };

static const uint64_t us_per_s = 1000000;

/* A packet of either direction, with the ports that say which. */
struct passing {
	struct radius_packet packet;
	uint16_t source_port, destination_port;
};

/* Who learns, of which VM, when. */
struct learning {
	struct radius_source *source;
	const struct source_place *place;
	struct dimp_time now;
};

void radius_source_init(struct radius_source *source, const struct radius_secret *secret)
{
	*source = (struct radius_source){.secret = *secret};
	granted_list_init(&source->list);
}

static void close_asked(struct radius_asked *asked)
{
	free(asked->grant);
	*asked = (struct radius_asked){.is_open = false};
}

void radius_source_wipe(struct radius_source *source)
{
	for (size_t i = 0; i < RADIUS_ASKED_MAX; i++)
		close_asked(&source->asked[i]);
	granted_list_free(&source->list);
	explicit_bzero(&source->secret, sizeof source->secret);
}

bool radius_source_decides(const struct radius_source *source)
{
	return source->secret.size > 0;
}

static struct dimp_view secret_of(const struct radius_source *source)
{
	return (struct dimp_view){source->secret.octets, source->secret.size};
}

/* ---- the session's record ---- */

static void end_session(const struct learning *learning)
{
	dot1x_session_end(learning->place, learning->now);
	granted_list_withdraw(&learning->source->list, learning->place, learning->now);
}

static void set_text(struct dimp_dot1x_session *session, struct dimp_text253 *to,
	const struct dimp_text253 *from, unsigned attribute)
{
	if (from->size == 0)
		return;
	*to = *from;
	session->attributes |= 1U << attribute;
}

static void set_times(struct dimp_dot1x_session *session, const struct radius_grant *grant)
{
	const uint32_t duration = grant->has_session_timeout
		? dimp_duration_from_us(grant->session_timeout_s * us_per_s)
		: DIMP_DURATION_INFINITE;
	const bool is_asked_again = grant->termination == DIMP_TERMINATION_RADIUS_REQUEST;

	session->termination = (uint8_t)grant->termination;
	session->session_remaining = is_asked_again ? DIMP_DURATION_INFINITE : duration;
	session->reauthentication_remaining = is_asked_again ? duration : DIMP_DURATION_INFINITE;
}

static void set_octets(struct dimp_dot1x_session *session, struct dimp_octets253 *to,
	const struct dimp_octets253 *from, unsigned attribute)
{
	if (from->size == 0)
		return;
	*to = *from;
	session->attributes |= 1U << attribute;
}

static void set_grant(struct dimp_dot1x_session *session, const struct radius_grant *grant)
{
	set_text(session, &session->identity, &grant->identity,
		DIMP_ATTRIBUTE_dot1x_session_identity);
	set_text(session, &session->filter_id, &grant->filter_id,
		DIMP_ATTRIBUTE_dot1x_session_filter_id);
	if (grant->has_vlan)
		session->vlan = grant->vlan;
	set_octets(session, &session->class, &grant->class, DIMP_ATTRIBUTE_dot1x_session_class);
}

/* A new grant is all there is: nothing of the one before stays (RFC 3580 3.17). */
static void accept(const struct learning *learning, const struct radius_asked *asked,
	const struct radius_grant *grant)
{
	struct granted_list *const list = &learning->source->list;
	struct dimp_record record = dot1x_session_key(learning->place);
	struct dimp_dot1x_session *const session = &record.body.dot1x_session;

	session->method = asked->method;
	set_text(session, &session->identity, &asked->identity,
		DIMP_ATTRIBUTE_dot1x_session_identity);
	set_text(session, &session->accounting_session, &asked->accounting_session,
		DIMP_ATTRIBUTE_dot1x_session_accounting_session);
	set_grant(session, grant);
	/* Of an Access-Accept alone: a CoA-Request's State names a session (RFC 5176 3). */
	set_octets(session, &session->state, &grant->state, DIMP_ATTRIBUTE_dot1x_session_state);
	set_times(session, grant);
	if (!source_put(learning->place, &record, learning->now) ||
		!granted_list_take(list, grant)) {
		end_session(learning);
		return;
	}
	if (grant->list == RADIUS_GRANT_NO_LIST)
		granted_list_withdraw(list, learning->place, learning->now);
}

/* A change leaves what it does not name. */
static void change(const struct learning *learning, const struct radius_grant *grant)
{
	const struct dimp_record key = dot1x_session_key(learning->place);
	struct dimp_record found;

	if (!source_find(learning->place, &key, learning->now, &found))
		return;
	struct dimp_dot1x_session *const session = &found.body.dot1x_session;
	set_grant(session, grant);
	if (grant->has_session_timeout || grant->has_termination)
		set_times(session, grant);
	if (grant->is_asked_again)
		session->reauthentication_remaining = 0;
	(void)source_put(learning->place, &found, learning->now);
	if (grant->list != RADIUS_GRANT_NO_LIST &&
		!granted_list_take(&learning->source->list, grant))
		end_session(learning);
}

/* ---- requests ---- */

static bool is_of_vm(const struct radius_packet *packet, const struct source_place *place)
{
	struct dimp_view station;
	struct dimp_mac mac;

	return radius_find(packet, RADIUS_CALLING_STATION_ID, &station) &&
		radius_read_station(station, &mac) && ethernet_is_same(&mac, &place->vm);
}

static bool is_text(const struct radius_packet *packet, uint8_t type,
	const struct dimp_text253 *text)
{
	struct dimp_view value;

	return radius_find(packet, type, &value) && value.size == text->size &&
		memcmp(value.octets, text->octets, value.size) == 0;
}

/* The list is asked for by its name, as a user's (Cisco's aaa:event=acl-download). */
static bool is_for_list(const struct radius_source *source, const struct radius_packet *packet)
{
	return source->list.kind == RADIUS_GRANT_DOWNLOADABLE &&
		is_text(packet, RADIUS_USER_NAME, &source->list.name);
}

static struct radius_asked *open_asked(struct radius_source *source, const struct passing *passing)
{
	struct radius_asked *const asked = &source->asked[source->next_asked];

	source->next_asked = (source->next_asked + 1) % RADIUS_ASKED_MAX;
	close_asked(asked);
	asked->is_open = true;
	asked->code = passing->packet.code;
	asked->identifier = passing->packet.identifier;
	asked->client_port = passing->source_port;
	memcpy(asked->authenticator, passing->packet.authenticator, sizeof asked->authenticator);
	return asked;
}

static uint8_t method_of(const struct radius_packet *packet)
{
	uint8_t octets[EAP_SIZE_MAX];
	struct eap_packet eap;
	const size_t size = radius_join(packet, RADIUS_EAP_MESSAGE, octets, sizeof octets);

	if (size == 0 || !eap_read((struct dimp_view){octets, size}, &eap))
		return 0;
	return eap.code == EAP_RESPONSE && eap.method > EAP_NAK ? eap.method : 0;
}

static void note_text(const struct radius_packet *packet, uint8_t type, struct dimp_text253 *text)
{
	struct dimp_view value;

	if (radius_find(packet, type, &value))
		utf8_take(value, text);
}

static void take_access_request(const struct learning *learning, const struct passing *passing)
{
	const bool is_list = is_for_list(learning->source, &passing->packet);

	if (!is_list && !is_of_vm(&passing->packet, learning->place))
		return;
	struct radius_asked *const asked = open_asked(learning->source, passing);
	asked->is_for_list = is_list;
	asked->method = method_of(&passing->packet);
	note_text(&passing->packet, RADIUS_USER_NAME, &asked->identity);
	note_text(&passing->packet, RADIUS_ACCT_SESSION_ID, &asked->accounting_session);
}

/* The bridge's own account of the session: its name there, and its end. */
static void take_accounting(const struct learning *learning, const struct radius_packet *packet)
{
	const struct source_place *const place = learning->place;
	const struct dimp_record key = dot1x_session_key(place);
	struct dimp_record found;
	struct dimp_dot1x_session *const session = &found.body.dot1x_session;
	struct dimp_text253 name = {.size = 0};
	uint32_t status;

	if (!is_of_vm(packet, place) || !source_find(place, &key, learning->now, &found) ||
		!radius_find_u32(packet, RADIUS_ACCT_STATUS_TYPE, &status))
		return;
	note_text(packet, RADIUS_ACCT_SESSION_ID, &name);
	if (status == ACCT_START) {
		set_text(session, &session->accounting_session, &name,
			DIMP_ATTRIBUTE_dot1x_session_accounting_session);
		(void)source_put(place, &found, learning->now);
	} else if (status == ACCT_STOP &&
		is_text(packet, RADIUS_ACCT_SESSION_ID, &session->accounting_session)) {
		end_session(learning);
	}
}

bool radius_source_concerns(const struct radius_packet *packet, const struct source_place *place)
{
	const struct dimp_dot1x_session *const session = dot1x_session_of(place);
	struct dimp_view value;
	const bool has_user = radius_find(packet, RADIUS_USER_NAME, &value);
	const bool has_station = radius_find(packet, RADIUS_CALLING_STATION_ID, &value);
	const bool has_accounting = radius_find(packet, RADIUS_ACCT_SESSION_ID, &value);

	if (session == NULL || (!has_user && !has_station && !has_accounting))
		return false;
	return (!has_user || is_text(packet, RADIUS_USER_NAME, &session->identity)) &&
		(!has_station || is_of_vm(packet, place)) &&
		(!has_accounting ||
			is_text(packet, RADIUS_ACCT_SESSION_ID, &session->accounting_session));
}

static void take_dynamic_request(const struct learning *learning, const struct passing *passing)
{
	if (!radius_source_concerns(&passing->packet, learning->place))
		return;
	struct radius_asked *const asked = open_asked(learning->source, passing);
	if (passing->packet.code == RADIUS_DISCONNECT_REQUEST)
		return;
	asked->grant = calloc(1, sizeof *asked->grant);
	if (asked->grant == NULL || !radius_grant_read(&passing->packet, asked->grant))
		close_asked(asked);
}

/* ---- answers ---- */

static struct radius_asked *find_asked(struct radius_source *source, const struct passing *passing,
	uint8_t code)
{
	for (size_t i = 0; i < RADIUS_ASKED_MAX; i++) {
		struct radius_asked *const asked = &source->asked[i];
		if (asked->is_open && asked->code == code &&
			asked->identifier == passing->packet.identifier &&
			asked->client_port == passing->destination_port)
			return asked;
	}
	return NULL;
}

/* Entries of a list that was named by an earlier grant; a long one comes in several parts, all but
 * the last in Access-Challenges. */
static void take_list(const struct learning *learning, const struct radius_packet *packet)
{
	struct radius_grant grant;

	if (packet->code != RADIUS_ACCESS_ACCEPT && packet->code != RADIUS_ACCESS_CHALLENGE)
		return;
	if (!radius_grant_read(packet, &grant) || grant.list != RADIUS_GRANT_INACL) {
		learning->place->counters->inapplicable++;
		return;
	}
	if (!granted_list_append(&learning->source->list, &grant))
		end_session(learning);
}

static void take_access_answer(const struct learning *learning, const struct radius_asked *asked,
	const struct radius_packet *packet)
{
	struct radius_grant grant;

	if (asked->is_for_list) {
		take_list(learning, packet);
	} else if (packet->code == RADIUS_ACCESS_REJECT) {
		end_session(learning);
	} else if (packet->code == RADIUS_ACCESS_ACCEPT) {
		if (radius_grant_read(packet, &grant)) {
			accept(learning, asked, &grant);
		} else {
			learning->place->counters->inapplicable++;
			end_session(learning);
		}
	}
}

/* The code of the request that |code| answers. */
static uint8_t request_code(uint8_t code)
{
	switch (code) {
	case RADIUS_DISCONNECT_ACK:
	case RADIUS_DISCONNECT_NAK: return RADIUS_DISCONNECT_REQUEST;
	case RADIUS_COA_ACK:
	case RADIUS_COA_NAK: return RADIUS_COA_REQUEST;
	default: return RADIUS_ACCESS_REQUEST;
	}
}

static void follow_answer(const struct learning *learning, const struct radius_asked *asked,
	const struct radius_packet *packet)
{
	if (packet->code == RADIUS_DISCONNECT_ACK)
		end_session(learning);
	else if (packet->code == RADIUS_COA_ACK)
		change(learning, asked->grant);
	else if (asked->code == RADIUS_ACCESS_REQUEST)
		take_access_answer(learning, asked, packet);
}

static void take_answer(const struct learning *learning, const struct passing *passing)
{
	struct radius_source *const source = learning->source;
	const struct radius_packet *const packet = &passing->packet;
	struct radius_asked *const asked = find_asked(source, passing, request_code(packet->code));

	if (asked == NULL)
		return;
	if (!radius_response_is_authentic(packet, asked->authenticator, secret_of(source))) {
		learning->place->counters->bad_integrity++;
		return;
	}
	follow_answer(learning, asked, packet);
	close_asked(asked);
}

/* ---- packets ---- */

static bool is_request(uint8_t code)
{
	return code == RADIUS_ACCESS_REQUEST || code == RADIUS_ACCOUNTING_REQUEST ||
		code == RADIUS_DISCONNECT_REQUEST || code == RADIUS_COA_REQUEST;
}

static void take_request(const struct learning *learning, const struct passing *passing)
{
	if (!radius_request_is_authentic(&passing->packet, secret_of(learning->source))) {
		learning->place->counters->bad_integrity++;
		return;
	}
	if (passing->packet.code == RADIUS_ACCESS_REQUEST)
		take_access_request(learning, passing);
	else if (passing->packet.code == RADIUS_ACCOUNTING_REQUEST)
		take_accounting(learning, &passing->packet);
	else
		take_dynamic_request(learning, passing);
}

static bool is_radius_port(uint16_t port)
{
	return port == RADIUS_PORT || port == RADIUS_ACCOUNTING_PORT || port == RADIUS_DYNAMIC_PORT;
}

static bool read_datagram(const struct source_packet *packet, struct udp_datagram *datagram)
{
	if (packet->has_ipv4 && packet->ipv4.protocol == IPV4_UDP)
		return udp_read(&packet->ipv4, datagram) == PACKET_WHOLE;
	return packet->has_ipv6 && packet->ipv6.protocol == IPV6_UDP &&
		udp6_read(&packet->ipv6, datagram) == PACKET_WHOLE;
}

void radius_source_frame(struct radius_source *source, struct dimp_view frame,
	const struct source_place *place, struct dimp_time now)
{
	const struct learning learning = {source, place, now};
	const struct source_frame seen = {.octets = frame};
	/* Whatever else passes there is counted by whom it concerns. */
	struct source_counters others = {.frames = 0};
	struct source_packet packet;
	struct udp_datagram datagram;
	struct passing passing;

	if (!radius_source_decides(source) || !source_packet_read(&seen, &others, &packet) ||
		!read_datagram(&packet, &datagram) ||
		(!is_radius_port(datagram.source_port) &&
			!is_radius_port(datagram.destination_port)))
		return;
	if (!radius_read(datagram.payload, &passing.packet)) {
		place->counters->malformed++;
		return;
	}
	passing.source_port = datagram.source_port;
	passing.destination_port = datagram.destination_port;
	if (is_request(passing.packet.code))
		take_request(&learning, &passing);
	else
		take_answer(&learning, &passing);
}
