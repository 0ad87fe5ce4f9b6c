/* SPDX-License-Identifier: MIT */
/*
 * The SecY.  The store says which SAs there are and with which keys; here is, for each that was
 * used, how far its packet numbers have come.  A number is never used twice: it only rises, and
 * what is here is dropped only when the store's record says as much or the key is another.
 */
#include "bridge/secure_port.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/same_secret.h"
#include "net/sectag.h"
#include "sources/macsec_suite.h"

/* How far the numbers of one SA have come. */
struct progress {
	unsigned slot;
	struct dimp_sci sci;
	uint8_t association_number;
	uint8_t direction;
	struct dimp_octets32 sak;
	uint64_t number; /* next to send, or lowest to accept */
};

struct secure_port {
	struct di_store *store;
	enum secure_port_end end;
	struct progress *progress;
	size_t count, capacity;
	struct secure_port_counters counters;
};

/* A protected frame from the other end. */
struct arrival {
	struct ethernet_frame ethernet;
	struct sectag tag;
	struct dimp_view secured; /* data and ICV */
	enum dimp_validate validate;
	const struct dimp_macsec_sa *association; /* that is for it; NULL: none */
};

struct secure_port *secure_port_create(struct di_store *store, enum secure_port_end end)
{
	struct secure_port *port = calloc(1, sizeof *port);

	if (!port)
		return NULL;
	port->store = store;
	port->end = end;
	return port;
}

static void wipe(void *octets, size_t size)
{
	volatile uint8_t *at = octets;

	while (size-- != 0)
		*at++ = 0;
}

void secure_port_destroy(struct secure_port *port)
{
	if (!port)
		return;
	if (port->progress)
		wipe(port->progress, port->capacity * sizeof *port->progress);
	free(port->progress);
	free(port);
}

bool secure_port_is_in_use(const struct secure_port *port, unsigned slot)
{
	return di_store_count(port->store, slot, DIMP_DI_MACSEC_SA) != 0;
}

static bool is_of(const struct progress *progress, unsigned slot,
	const struct dimp_macsec_sa *association)
{
	return progress->slot == slot &&
		progress->association_number == association->association_number &&
		progress->direction == association->direction &&
		memcmp(&progress->sci, &association->sci, sizeof progress->sci) == 0;
}

static bool is_same_key(const struct progress *progress, const struct dimp_macsec_sa *association)
{
	return progress->sak.size == association->sak.size &&
		same_secret(progress->sak.octets, association->sak.octets, progress->sak.size);
}

static bool is_sending(const struct secure_port *port, const struct dimp_macsec_sa *association)
{
	return (association->direction == DIMP_DIRECTION_TRANSMIT) ==
		(port->end == SECURE_PORT_OF_BRIDGE);
}

static uint64_t number_of_record(const struct secure_port *port,
	const struct dimp_macsec_sa *association)
{
	if (port->end == SECURE_PORT_OF_VM)
		return 1;
	return is_sending(port, association) ? association->next_pn : association->lowest_pn;
}

static struct progress *find_progress(const struct secure_port *port, unsigned slot,
	const struct dimp_macsec_sa *association)
{
	for (size_t index = 0; index < port->count; index++) {
		if (is_of(&port->progress[index], slot, association))
			return &port->progress[index];
	}
	return NULL;
}

/* realloc() would leave keys behind where the table was. */
static struct progress *add_progress(struct secure_port *port)
{
	if (port->count == port->capacity) {
		const size_t capacity = port->capacity ? port->capacity * 2 : 8;
		struct progress *larger = calloc(capacity, sizeof *larger);
		if (!larger)
			return NULL;
		if (port->progress) {
			memcpy(larger, port->progress, port->count * sizeof *larger);
			wipe(port->progress, port->count * sizeof *larger);
		}
		free(port->progress);
		port->progress = larger;
		port->capacity = capacity;
	}
	return &port->progress[port->count++];
}

/* The progress of |association|, begun where the record says when there is none or its key is
 * another. */
static struct progress *progress_of(struct secure_port *port, unsigned slot,
	const struct dimp_macsec_sa *association)
{
	const uint64_t recorded = number_of_record(port, association);
	struct progress *progress = find_progress(port, slot, association);
	const bool is_same = progress && is_same_key(progress, association);

	if (!progress)
		progress = add_progress(port);
	if (!progress)
		return NULL;
	if (is_same && progress->number >= recorded)
		return progress;
	*progress = (struct progress){
		.slot = slot,
		.sci = association->sci,
		.association_number = association->association_number,
		.direction = association->direction,
		.sak = association->sak,
		.number = recorded,
	};
	return progress;
}

static struct sectag_key key_of(const struct dimp_macsec_sa *association)
{
	struct sectag_key key = {
		.key = {association->sak.octets, association->sak.size},
		.offset = association->confidentiality_offset,
		.is_extended = macsec_suite_is_extended(association->cipher_suite),
		.ssci = association->ssci,
	};

	if (association->salt.size == sizeof key.salt)
		memcpy(key.salt, association->salt.octets, sizeof key.salt);
	return key;
}

/* The SA to send with: the one in use that was put last. */
static const struct dimp_macsec_sa *sending_association(const struct secure_port *port,
	unsigned slot)
{
	const struct dimp_macsec_sa *latest = NULL;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(port->store, slot, DIMP_DI_MACSEC_SA, &cursor)) != NULL) {
		const struct dimp_macsec_sa *association = &entry->record.body.macsec_sa;
		if (is_sending(port, association) && association->is_in_use)
			latest = association;
	}
	return latest;
}

static const struct dimp_macsec_sa *receiving_association(const struct secure_port *port,
	unsigned slot, const struct sectag *tag)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(port->store, slot, DIMP_DI_MACSEC_SA, &cursor)) != NULL) {
		const struct dimp_macsec_sa *association = &entry->record.body.macsec_sa;
		if (!is_sending(port, association) && association->is_in_use &&
			association->association_number == tag->association_number &&
			memcmp(&association->sci, &tag->sci, sizeof tag->sci) == 0)
			return association;
	}
	return NULL;
}

/* 10.6.5: what is accepted moves the lower edge of the replay window up, never down. */
static void accept(struct progress *progress, uint64_t number, uint32_t window)
{
	const uint64_t above = number + 1;
	const uint64_t lowest = above > window ? above - window : 1;

	if (lowest > progress->number)
		progress->number = lowest;
}

/* Of a SecY there is one; its SAs say it each, and if they differ, one that moved and one agreed on
 * here, the strictest holds.  Without any there is nothing to be lenient about. */
static enum dimp_validate validate_of(const struct secure_port *port, unsigned slot)
{
	const struct di_entry *entry;
	size_t cursor = 0;
	bool is_said = false;
	uint8_t strictest = DIMP_VALIDATE_DISABLED;

	while ((entry = di_store_next(port->store, slot, DIMP_DI_MACSEC_SA, &cursor)) != NULL) {
		const struct dimp_macsec_sa *const association = &entry->record.body.macsec_sa;
		if (is_sending(port, association))
			continue;
		is_said = true;
		if (association->validate > strictest)
			strictest = association->validate;
	}
	return is_said ? (enum dimp_validate)strictest : DIMP_VALIDATE_STRICT;
}

bool secure_port_takes_untagged(struct secure_port *port, unsigned slot)
{
	const bool is_taken = validate_of(port, slot) != DIMP_VALIDATE_STRICT;

	port->counters.untagged += is_taken ? 1 : 0;
	port->counters.no_tag += is_taken ? 0 : 1;
	return is_taken;
}

const struct secure_port_counters *secure_port_counters(const struct secure_port *port)
{
	return &port->counters;
}

/* The frame without tag and check value, where it may be delivered so: what is encrypted never. */
static size_t strip(const struct arrival *arrival, uint64_t *delivered, uint64_t *discarded,
	uint8_t *plain)
{
	const size_t size = arrival->secured.size - SECTAG_ICV_SIZE;

	if (arrival->validate == DIMP_VALIDATE_STRICT ||
		(arrival->tag.bits & (SECTAG_BIT_ENCRYPTED | SECTAG_BIT_CHANGED)) != 0) {
		++*discarded;
		return 0;
	}
	++*delivered;
	memcpy(plain, arrival->secured.octets, size);
	return size;
}

/* 10.6.3: what is not encrypted is not looked at where validation is disabled. */
static bool is_checked(const struct arrival *arrival)
{
	return arrival->validate != DIMP_VALIDATE_DISABLED ||
		(arrival->tag.bits & SECTAG_BIT_CHANGED) != 0;
}

/* By the SA that is for it; the data's size. */
static size_t open_with(struct secure_port *port, struct progress *progress,
	const struct arrival *arrival, uint8_t *plain)
{
	const struct dimp_macsec_sa *const association = arrival->association;
	struct secure_port_counters *const counters = &port->counters;
	const bool is_seen = is_checked(arrival);
	struct sectag_key key = key_of(association);

	key.packet_number = key.is_extended
		? sectag_extended_number(progress->number, arrival->tag.packet_number)
		: arrival->tag.packet_number;
	/* After the last number there is no lowest one that would refuse it when it comes again. */
	if (key.packet_number < progress->number || key.packet_number == UINT64_MAX) {
		counters->late++;
		return 0;
	}
	if (!is_seen || !sectag_open(&arrival->ethernet, &key, arrival->secured, plain))
		return strip(arrival, is_seen ? &counters->invalid : &counters->unchecked,
			&counters->not_valid, plain);
	counters->ok++;
	accept(progress, key.packet_number, association->replay_window);
	return arrival->secured.size - SECTAG_ICV_SIZE;
}

size_t secure_port_open(struct secure_port *port, unsigned slot, const struct edge_frame *frame,
	uint8_t *plain)
{
	enum { ADDRESSES_SIZE = 12 };
	struct secure_port_counters *const counters = &port->counters;
	struct arrival arrival = {.validate = validate_of(port, slot)};

	if (!ethernet_read(frame->octets, &arrival.ethernet) ||
		arrival.ethernet.type != ETHERTYPE_MACSEC)
		return 0;
	if (!sectag_read(&arrival.ethernet, &arrival.tag, &arrival.secured) ||
		arrival.secured.size <= SECTAG_ICV_SIZE) {
		counters->bad_tag++;
		return 0;
	}
	arrival.association = receiving_association(port, slot, &arrival.tag);
	struct progress *const progress =
		arrival.association ? progress_of(port, slot, arrival.association) : NULL;
	/* Without memory for its numbers nobody knows whether it is a repeat. */
	if (arrival.association && !progress)
		return 0;
	uint8_t *const data = plain + ADDRESSES_SIZE;
	const size_t size = progress
		? open_with(port, progress, &arrival, data)
		: strip(&arrival, &counters->no_sa, &counters->no_sa_error, data);
	if (size == 0)
		return 0;
	memcpy(plain, frame->octets.octets, ADDRESSES_SIZE);
	return ADDRESSES_SIZE + size;
}

static uint8_t bits_of(const struct dimp_macsec_sa *association)
{
	const unsigned confidential = SECTAG_BIT_ENCRYPTED | SECTAG_BIT_CHANGED;

	return (uint8_t)(association->sectag | (association->is_encrypting ? confidential : 0));
}

size_t secure_port_protect(struct secure_port *port, unsigned slot, const struct edge_frame *frame,
	uint8_t *octets)
{
	enum { ADDRESSES_SIZE = 12, HEADER_SIZE = 14 };
	const struct dimp_macsec_sa *association = sending_association(port, slot);
	struct progress *progress = association ? progress_of(port, slot, association) : NULL;
	uint8_t secured[ETHERNET_FRAME_MAX];

	if (!progress || progress->number == UINT64_MAX ||
		frame->octets.size > EDGE_FRAME_SIZE_MAX - SECURE_PORT_OVERHEAD)
		return 0;
	struct sectag_key key = key_of(association);
	key.packet_number = progress->number;
	if (!key.is_extended && key.packet_number > UINT32_MAX)
		return 0;
	const struct sectag tag = {
		.bits = bits_of(association),
		.association_number = association->association_number,
		.packet_number = (uint32_t)key.packet_number,
		.sci = association->sci,
	};
	const struct ethernet_frame ethernet = {
		.destination = frame->destination,
		.source = frame->source,
		.type = ETHERTYPE_MACSEC,
		.payload = {frame->octets.octets + ADDRESSES_SIZE,
			frame->octets.size - ADDRESSES_SIZE},
	};
	const size_t size = sectag_seal(&ethernet, &key, &tag, secured);
	if (size == 0)
		return 0;
	progress->number++;
	memcpy(octets, frame->octets.octets, ADDRESSES_SIZE);
	octets[12] = ETHERTYPE_MACSEC >> 8;
	octets[13] = ETHERTYPE_MACSEC & 0xff;
	memcpy(octets + HEADER_SIZE, secured, size);
	return HEADER_SIZE + size;
}

/* The record with the number as far as it has come; false when it stands so already. */
static bool bring_up_to_date(const struct secure_port *port, const struct progress *progress,
	struct dimp_macsec_sa *association)
{
	uint64_t *number =
		is_sending(port, association) ? &association->next_pn : &association->lowest_pn;

	if (*number >= progress->number)
		return false;
	*number = progress->number;
	return true;
}

void secure_port_flush(struct secure_port *port, unsigned slot, struct dimp_time now)
{
	for (size_t index = 0; index < port->count; index++) {
		const struct progress *progress = &port->progress[index];
		struct dimp_record record = {
			.type = DIMP_DI_MACSEC_SA,
			.operation = DIMP_OPERATION_PUT,
			.body.macsec_sa =
				{
					.sci = progress->sci,
					.association_number = progress->association_number,
					.direction = progress->direction,
				},
		};
		const struct di_entry *entry =
			progress->slot == slot ? di_store_find(port->store, slot, &record) : NULL;
		/* The number of another key in this place says nothing of this one. */
		if (!entry || !is_same_key(progress, &entry->record.body.macsec_sa))
			continue;
		record = entry->record;
		if (bring_up_to_date(port, progress, &record.body.macsec_sa) &&
			!di_store_put(port->store, slot, &record, now))
			/* An SA whose number cannot be written down must not move with a lower one.
			 */
			di_store_delete(port->store, slot, &record, now);
		wipe(&record, sizeof record);
	}
}

void secure_port_forget(struct secure_port *port, unsigned slot)
{
	size_t kept = 0;

	for (size_t index = 0; index < port->count; index++) {
		if (port->progress[index].slot != slot)
			port->progress[kept++] = port->progress[index];
	}
	if (kept < port->count)
		wipe(port->progress + kept, (port->count - kept) * sizeof *port->progress);
	port->count = kept;
}
