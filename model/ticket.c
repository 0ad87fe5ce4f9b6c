/* SPDX-License-Identifier: MIT */
/*
 * The signed octets are composed from the message that carries the ticket, so that a ticket fits
 * exactly one move: this VSI with these filters and this serial, from this source to this
 * destination for this station.
 */
#include "ticket.h"

#include <string.h>

#include "wire.h"

static const uint8_t label[] = {'D', 'I', 'M', 'P', ' ', 't', 'i', 'c', 'k', 'e', 't', ' ', '1'};

size_t dimp_ticket_text(const struct dimp_ticket_terms *terms, uint8_t octets[DIMP_TICKET_TEXT_MAX])
{
	struct wire_writer writer = wire_writer_of(octets, DIMP_TICKET_TEXT_MAX);

	wire_write_octets(&writer, label, sizeof label);
	wire_write_octets(&writer, terms->vsi.octets, sizeof terms->vsi.octets);
	wire_write_u64(&writer, terms->serial);
	wire_write_octets(&writer, terms->source.octets, sizeof terms->source.octets);
	wire_write_octets(&writer, terms->destination.octets, sizeof terms->destination.octets);
	wire_write_octets(&writer, terms->station.octets, sizeof terms->station.octets);
	wire_write_u64(&writer, terms->types);
	wire_write_u8(&writer, terms->rights);
	wire_write_u64(&writer, terms->not_after);
	wire_write_u8(&writer, (uint8_t)terms->filter_count);
	for (size_t index = 0; index < terms->filter_count; index++) {
		wire_write_octets(&writer, terms->filters[index].mac.octets,
			sizeof terms->filters[index].mac.octets);
		wire_write_u16(&writer, terms->filters[index].vlan);
	}
	return writer.size;
}

void dimp_ticket_make(const struct dimp_ticket_terms *terms,
	const uint8_t signature[DIMP_SIGNATURE_SIZE], struct dimp_ticket *ticket)
{
	struct wire_writer writer = wire_writer_of(ticket->octets, sizeof ticket->octets);

	wire_write_u64(&writer, terms->types);
	wire_write_u8(&writer, terms->rights);
	wire_write_u64(&writer, terms->not_after);
	wire_write_octets(&writer, terms->station.octets, sizeof terms->station.octets);
	wire_write_octets(&writer, signature, DIMP_SIGNATURE_SIZE);
}

/* What the ticket carries of its terms, and the signature. */
static void read_ticket(const struct dimp_ticket *ticket, struct dimp_ticket_terms *terms,
	uint8_t signature[DIMP_SIGNATURE_SIZE])
{
	struct wire_reader reader =
		wire_reader_of(wire_view(ticket->octets, sizeof ticket->octets));

	terms->types = wire_read_u64(&reader);
	terms->rights = wire_read_u8(&reader);
	terms->not_after = wire_read_u64(&reader);
	wire_read_octets(&reader, terms->station.octets, sizeof terms->station.octets);
	wire_read_octets(&reader, signature, DIMP_SIGNATURE_SIZE);
}

/* The terms that the ticket in |the_case| was signed for, if it is right. */
static struct dimp_ticket_terms terms_of(const struct ticket_case *the_case,
	uint8_t signature[DIMP_SIGNATURE_SIZE])
{
	struct dimp_ticket_terms terms = {
		.vsi = *the_case->vsi,
		.filter_count = the_case->filter_count,
		.serial = the_case->serial,
		.source = the_case->source,
		.destination = the_case->destination,
	};

	memcpy(terms.filters, the_case->filters,
		the_case->filter_count * sizeof the_case->filters[0]);
	read_ticket(the_case->ticket, &terms, signature);
	return terms;
}

uint8_t ticket_rights(const struct dimp_ticket *ticket)
{
	uint8_t signature[DIMP_SIGNATURE_SIZE];
	struct dimp_ticket_terms terms;

	read_ticket(ticket, &terms, signature);
	return terms.rights;
}

bool ticket_names_station(const struct dimp_ticket *ticket, const struct dimp_public_key *station)
{
	uint8_t signature[DIMP_SIGNATURE_SIZE];
	struct dimp_ticket_terms terms;

	read_ticket(ticket, &terms, signature);
	return memcmp(&terms.station, station, sizeof *station) == 0;
}

static bool is_over(const struct dimp_speaker_config *config, uint64_t not_after,
	struct dimp_time now)
{
	if (not_after == 0)
		return false;
	return config->unix_seconds == 0 || config->unix_seconds + now.us / 1000000 > not_after;
}

enum dimp_error ticket_check(const struct dimp_speaker_config *config,
	const struct ticket_case *the_case, struct dimp_time now)
{
	const struct dimp_crypto *crypto = config->crypto;
	uint8_t octets[DIMP_TICKET_TEXT_MAX];
	uint8_t signature[DIMP_SIGNATURE_SIZE];

	if (the_case->ticket == NULL)
		return DIMP_ERROR_NOT_AUTHORISED;
	const struct dimp_ticket_terms terms = terms_of(the_case, signature);
	const size_t size = dimp_ticket_text(&terms, octets);

	if ((the_case->types & ~terms.types) != 0 || is_over(config, terms.not_after, now) ||
		!crypto->verify(crypto->user, config->manager_public, wire_view(octets, size),
			signature))
		return DIMP_ERROR_NOT_AUTHORISED;
	return DIMP_ERROR_NONE;
}
