/* SPDX-License-Identifier: MIT */
/*
 * Success and Failure carry nothing but an identifier, so that what they end has to be known: an
 * exchange is a request of the authenticator and the VM's response to it, and the result carries
 * the identifier of the last response (RFC 3748 4.2) from the same authenticator.  A Failure
 * outside an exchange counts only when it is addressed to the VM alone; the group address reaches
 * everybody on the port.
 */
#include "sources/dot1x_source.h"

#include <string.h>

#include "net/eapol.h"
#include "net/utf8.h"
#include "sources/dot1x_session.h"

static const uint64_t us_per_ms = 1000;

void dot1x_config_default(struct dot1x_config *config)
{
	*config =
		(struct dot1x_config){.session_us = UINT64_MAX, .reauthentication_us = UINT64_MAX};
}

void dot1x_source_init(struct dot1x_source *source, const struct dot1x_config *config)
{
	*source = (struct dot1x_source){.config = *config};
	radius_source_init(&source->radius, &config->radius);
}

void dot1x_source_wipe(struct dot1x_source *source)
{
	radius_source_wipe(&source->radius);
	explicit_bzero(&source->config.radius, sizeof source->config.radius);
}

static void forget_exchange(struct dot1x_source *source)
{
	source->has_request = false;
	source->is_answered = false;
	source->method = 0;
}

static void end_session(struct dot1x_source *source, const struct source_place *place,
	struct dimp_time now)
{
	dot1x_session_end(place, now);
	forget_exchange(source);
}

static void fill_session(const struct dot1x_source *source, struct dimp_dot1x_session *session)
{
	const struct dot1x_config *const config = &source->config;

	session->vlan = config->vlan;
	session->method = source->method;
	session->termination = config->reauthentication_us == UINT64_MAX
		? DIMP_TERMINATION_DEFAULT
		: DIMP_TERMINATION_RADIUS_REQUEST;
	session->session_remaining = dimp_duration_from_us(config->session_us);
	session->reauthentication_remaining = dimp_duration_from_us(config->reauthentication_us);
	session->identity = source->identity;
	if (source->identity.size > 0)
		session->attributes |= 1U << DIMP_ATTRIBUTE_dot1x_session_identity;
	else
		session->attributes &= ~(1U << DIMP_ATTRIBUTE_dot1x_session_identity);
}

/* A session, or the session again: what a RADIUS server once said of it stays. */
static void start_session(struct dot1x_source *source, const struct source_place *place,
	struct dimp_time now)
{
	struct dimp_record record = dot1x_session_key(place);
	struct dimp_record found;

	if (radius_source_decides(&source->radius)) {
		forget_exchange(source);
		return;
	}
	if (source_find(place, &record, now, &found))
		record = found;
	fill_session(source, &record.body.dot1x_session);
	(void)source_put(place, &record, now);
	forget_exchange(source);
}

static void take_response(struct dot1x_source *source, const struct eap_packet *eap,
	struct source_counters *counters)
{
	if (!source->has_request || eap->identifier != source->request_identifier) {
		counters->unsolicited++;
		return;
	}
	/* Who declines a method is not authenticated by it: where results go to the group, such a
	 * Success is another's whose exchange crossed. */
	source->is_answered = eap->method != EAP_NAK;
	source->identifier = eap->identifier;
	if (eap->method == EAP_IDENTITY)
		/* An identity is text (RFC 3748 5.1); one that is not is left out, the session
		 * counts all the same. */
		utf8_take(eap->data, &source->identity);
	else if (eap->method > EAP_NAK)
		source->method = eap->method;
}

static void take_from_vm(struct dot1x_source *source, const struct eapol_packet *eapol,
	const struct source_place *place, struct dimp_time now)
{
	struct eap_packet eap;

	switch (eapol->type) {
	case EAPOL_START: forget_exchange(source); return;
	case EAPOL_LOGOFF: end_session(source, place, now); return;
	case EAPOL_EAP: break;
	default: return;
	}
	if (!eap_read(eapol->body, &eap))
		place->counters->malformed++;
	else if (eap.code == EAP_RESPONSE)
		take_response(source, &eap, place->counters);
	else
		place->counters->spoofed++;
}

static void take_request(struct dot1x_source *source, const struct eap_packet *eap,
	const struct dimp_mac *authenticator)
{
	const bool is_other =
		source->has_request && !ethernet_is_same(&source->authenticator, authenticator);

	if (is_other || eap->method == EAP_IDENTITY)
		forget_exchange(source);
	source->authenticator = *authenticator;
	source->has_request = true;
	source->request_identifier = eap->identifier;
}

/* Whether a result answers the exchange this VM took part in. */
static bool is_of_exchange(const struct dot1x_source *source, const struct eap_packet *eap,
	const struct dimp_mac *authenticator)
{
	return source->is_answered && source->identifier == eap->identifier &&
		ethernet_is_same(&source->authenticator, authenticator);
}

enum meaning { MEANS_NOTHING, MEANS_SUCCESS, MEANS_FAILURE };

static enum meaning meaning_of(const struct dot1x_source *source, const struct eap_packet *eap,
	const struct source_packet *packet, const struct source_place *place)
{
	const bool is_ours = is_of_exchange(source, eap, &packet->ethernet.source);

	if (eap->code == EAP_SUCCESS && is_ours)
		return MEANS_SUCCESS;
	if (eap->code == EAP_FAILURE &&
		(is_ours || ethernet_is_same(&packet->ethernet.destination, &place->vm)))
		return MEANS_FAILURE;
	return MEANS_NOTHING;
}

/* Reads the EAP packet of the authenticator's side; false, and counted, when it is not one. */
static bool read_from_authenticator(const struct source_packet *packet,
	const struct eapol_packet *eapol, struct source_counters *counters, struct eap_packet *eap)
{
	if (eapol->type != EAPOL_EAP)
		return false;
	if (!packet->is_trusted) {
		counters->untrusted++;
		return false;
	}
	if (!eap_read(eapol->body, eap)) {
		counters->malformed++;
		return false;
	}
	return true;
}

static enum meaning take_towards_vm(struct dot1x_source *source, const struct source_packet *packet,
	const struct eapol_packet *eapol, const struct source_place *place)
{
	struct eap_packet eap;

	if (!read_from_authenticator(packet, eapol, place->counters, &eap))
		return MEANS_NOTHING;
	if (eap.code == EAP_REQUEST) {
		take_request(source, &eap, &packet->ethernet.source);
		return MEANS_NOTHING;
	}
	const enum meaning meaning = meaning_of(source, &eap, packet, place);
	if (meaning == MEANS_NOTHING)
		place->counters->unsolicited++;
	return meaning;
}

void dot1x_source_packet(struct dot1x_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now)
{
	struct eapol_packet eapol;

	if (packet->ethernet.type != ETHERTYPE_EAPOL)
		return;
	if (!eapol_read(packet->ethernet.payload, &eapol)) {
		place->counters->malformed++;
		return;
	}
	if (packet->direction == SOURCE_FROM_VM) {
		take_from_vm(source, &eapol, place, now);
		return;
	}
	switch (take_towards_vm(source, packet, &eapol, place)) {
	case MEANS_SUCCESS: start_session(source, place, now); return;
	case MEANS_FAILURE: end_session(source, place, now); return;
	case MEANS_NOTHING: return;
	}
}

struct dimp_time dot1x_source_deadline(const struct source_place *place)
{
	const struct dimp_time never = DIMP_NEVER;
	const struct di_entry *const entry = dot1x_session_find(place);

	if (entry == NULL ||
		entry->record.body.dot1x_session.session_remaining == DIMP_DURATION_INFINITE)
		return never;
	return (struct dimp_time){
		entry->since.us + entry->record.body.dot1x_session.session_remaining * us_per_ms};
}

void dot1x_source_expire(struct dot1x_source *source, const struct source_place *place,
	struct dimp_time now)
{
	if (dot1x_source_deadline(place).us <= now.us)
		end_session(source, place, now);
}
