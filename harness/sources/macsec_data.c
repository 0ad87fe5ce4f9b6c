/* SPDX-License-Identifier: MIT */
/*
 * The numbers of an SA are taken from its record when it is first used, and again when its key is
 * another one; a record that says more (MKA raised the lowest number, or the SA moved here) is
 * believed, one that says less never is.  Receive checks are those of IEEE 802.1AE-2018 10.6: the
 * number before decryption, the check value, and only then the window moves on.
 */
#include "sources/macsec_data.h"

#include <string.h>

#include "sources/macsec_suite.h"

/* The last number of a SAK with 32 bits; 2^32 - 1 may still be used, 0 never. */
static const uint64_t number_end = 0x100000000;

void macsec_data_init(struct macsec_data *data)
{
	*data = (struct macsec_data){.sas = {{.is_used = false}}};
}

static bool is_extended(const struct dimp_macsec_sa *sa)
{
	return macsec_suite_is_extended(sa->cipher_suite);
}

static bool is_of(const struct macsec_numbers *numbers, const struct dimp_macsec_sa *sa)
{
	return numbers->is_used && memcmp(&numbers->sci, &sa->sci, sizeof sa->sci) == 0 &&
		numbers->association_number == sa->association_number &&
		numbers->direction == sa->direction;
}

/* The place of an SA: its own, a free one, or NULL when all are taken. */
static struct macsec_numbers *place_of(struct macsec_data *data, const struct dimp_macsec_sa *sa)
{
	struct macsec_numbers *free_place = NULL;

	for (size_t i = 0; i < MACSEC_DATA_SAS; i++) {
		if (is_of(&data->sas[i], sa))
			return &data->sas[i];
		if (!data->sas[i].is_used && free_place == NULL)
			free_place = &data->sas[i];
	}
	return free_place;
}

static uint64_t larger(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

/* The running numbers of |sa|; NULL when there are too many SAs. */
static struct macsec_numbers *numbers_of(struct macsec_data *data, const struct dimp_macsec_sa *sa)
{
	struct macsec_numbers *const numbers = place_of(data, sa);

	if (numbers == NULL)
		return NULL;
	const bool is_same_key = is_of(numbers, sa) &&
		memcmp(&numbers->key_identifier, &sa->key_identifier, sizeof sa->key_identifier) ==
			0;
	if (!is_same_key)
		*numbers = (struct macsec_numbers){.is_used = true,
			.sci = sa->sci,
			.association_number = sa->association_number,
			.direction = sa->direction,
			.key_identifier = sa->key_identifier};
	numbers->next_pn = larger(numbers->next_pn, sa->next_pn);
	numbers->lowest_pn = larger(numbers->lowest_pn, sa->lowest_pn);
	return numbers;
}

static const struct dimp_macsec_sa *find_sa(const struct source_place *place,
	const struct sectag *tag, enum dimp_direction direction)
{
	const struct dimp_record key = {.type = DIMP_DI_MACSEC_SA,
		.body.macsec_sa = {.sci = tag->sci,
			.association_number = tag->association_number,
			.direction = (uint8_t)direction}};
	const struct di_entry *const entry = di_store_find(place->store, place->slot, &key);

	return entry == NULL ? NULL : &entry->record.body.macsec_sa;
}

static struct sectag_key key_of(const struct dimp_macsec_sa *sa, uint64_t packet_number)
{
	struct sectag_key key = {.key = {sa->sak.octets, sa->sak.size},
		.offset = sa->confidentiality_offset,
		.is_extended = is_extended(sa),
		.ssci = sa->ssci,
		.packet_number = packet_number};

	memcpy(key.salt, sa->salt.octets, sizeof key.salt);
	return key;
}

/* A frame opened, with what it was opened by. */
struct opened {
	const struct dimp_macsec_sa *sa;
	struct macsec_numbers *numbers;
	uint64_t packet_number;
};

/* Rebuilds the frame around the data that stands behind room for a header in |plain|. */
static bool rebuild(const struct ethernet_frame *frame, const uint8_t *data, size_t size,
	struct macsec_frame *plain)
{
	struct ethernet_frame inner = *frame;

	if (size < 2)
		return false;
	inner.type = (uint16_t)(data[0] << 8 | data[1]);
	inner.payload = (struct dimp_view){data + 2, size - 2};
	plain->size = ethernet_write(&inner, plain->octets, sizeof plain->octets);
	return plain->size != 0;
}

/* Finds the SA and the frame's whole number. */
static enum macsec_verdict find_opening(struct macsec_data *data, const struct source_place *place,
	const struct sectag *tag, struct opened *opened)
{
	opened->numbers = opened->sa == NULL ? NULL : numbers_of(data, opened->sa);
	if (opened->numbers == NULL) {
		place->counters->without_key++;
		return MACSEC_NO_SA;
	}
	opened->packet_number = tag->packet_number;
	if (is_extended(opened->sa))
		opened->packet_number =
			sectag_extended_number(opened->numbers->lowest_pn, tag->packet_number);
	/* The last number has none above it that would refuse it when it comes again. */
	if (opened->packet_number >= opened->numbers->lowest_pn &&
		opened->packet_number != UINT64_MAX)
		return MACSEC_PASSED;
	place->counters->replayed++;
	return MACSEC_REPLAYED;
}

static enum macsec_verdict open_frame(const struct ethernet_frame *frame,
	const struct opened *opened, struct dimp_view secured, struct macsec_frame *plain)
{
	const struct sectag_key key = key_of(opened->sa, opened->packet_number);
	uint8_t data[ETHERNET_FRAME_MAX];

	if (secured.size > sizeof data || !sectag_open(frame, &key, secured, data) ||
		!rebuild(frame, data, secured.size - SECTAG_ICV_SIZE, plain))
		return MACSEC_BAD;
	return MACSEC_PASSED;
}

static void move_on(const struct opened *opened)
{
	struct macsec_numbers *const numbers = opened->numbers;
	const uint64_t next = opened->packet_number + 1;

	if (next <= numbers->next_pn)
		return;
	numbers->next_pn = next;
	numbers->is_ahead = true;
	if (opened->sa->direction == DIMP_DIRECTION_RECEIVE && next > opened->sa->replay_window)
		numbers->lowest_pn = larger(numbers->lowest_pn, next - opened->sa->replay_window);
}

/* What one direction's frames are opened with. */
struct opener {
	struct macsec_data *data;
	const struct source_place *place;
	enum dimp_direction direction;
};

static enum macsec_verdict open_by(const struct opener *opener, const struct ethernet_frame *frame,
	struct macsec_frame *plain)
{
	struct source_counters *const counters = opener->place->counters;
	struct sectag tag;
	struct dimp_view secured;

	plain->size = 0;
	if (frame->type != ETHERTYPE_MACSEC || !sectag_read(frame, &tag, &secured)) {
		counters->malformed++;
		return MACSEC_BAD;
	}
	struct opened opened = {.sa = find_sa(opener->place, &tag, opener->direction)};
	const enum macsec_verdict found = find_opening(opener->data, opener->place, &tag, &opened);
	if (found != MACSEC_PASSED)
		return found;
	if (open_frame(frame, &opened, secured, plain) != MACSEC_PASSED) {
		counters->bad_integrity++;
		return MACSEC_BAD;
	}
	move_on(&opened);
	counters->decrypted++;
	return MACSEC_PASSED;
}

enum macsec_verdict macsec_data_validate(struct macsec_data *data, const struct source_place *place,
	const struct ethernet_frame *frame, struct macsec_frame *plain)
{
	const struct opener opener = {data, place, DIMP_DIRECTION_RECEIVE};

	return open_by(&opener, frame, plain);
}

enum macsec_verdict macsec_data_follow(struct macsec_data *data, const struct source_place *place,
	const struct ethernet_frame *frame, struct macsec_frame *plain)
{
	const struct opener opener = {data, place, DIMP_DIRECTION_TRANSMIT};

	return open_by(&opener, frame, plain);
}

static const struct dimp_macsec_sa *find_transmit_sa(const struct source_place *place)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MACSEC_SA, &cursor)) !=
		NULL) {
		const struct dimp_macsec_sa *const sa = &entry->record.body.macsec_sa;
		if (sa->direction == DIMP_DIRECTION_TRANSMIT && sa->is_in_use != 0)
			return sa;
	}
	return NULL;
}

/* The frame with its type at the front of its payload, as it is protected. */
static bool split_frame(struct dimp_view octets, struct ethernet_frame *frame)
{
	if (!ethernet_read(octets, frame))
		return false;
	/* Tags are data to this SecY: it sits below the VLANs. */
	frame->payload =
		(struct dimp_view){octets.octets + sizeof frame->destination + sizeof frame->source,
			octets.size - sizeof frame->destination - sizeof frame->source};
	frame->tag_count = 0;
	frame->type = ETHERTYPE_MACSEC;
	return true;
}

static struct sectag tag_of(const struct dimp_macsec_sa *sa, uint64_t packet_number)
{
	const unsigned bits = sa->sectag |
		(sa->is_encrypting != 0 ? SECTAG_BIT_ENCRYPTED | SECTAG_BIT_CHANGED : 0);

	return (struct sectag){.bits = (uint8_t)bits,
		.association_number = sa->association_number,
		.packet_number = (uint32_t)packet_number,
		.sci = sa->sci};
}

enum macsec_verdict macsec_data_protect(struct macsec_data *data, const struct source_place *place,
	struct dimp_view octets, struct macsec_frame *secured)
{
	const struct dimp_macsec_sa *const sa = find_transmit_sa(place);
	struct macsec_numbers *const numbers = sa == NULL ? NULL : numbers_of(data, sa);
	struct ethernet_frame frame;
	uint8_t payload[ETHERNET_FRAME_MAX];

	secured->size = 0;
	if (numbers == NULL) {
		place->counters->without_key++;
		return MACSEC_NO_SA;
	}
	if (!split_frame(octets, &frame))
		return MACSEC_BAD;
	if (!is_extended(sa) && numbers->next_pn >= number_end)
		return MACSEC_EXHAUSTED;
	const struct sectag tag = tag_of(sa, numbers->next_pn);
	const struct sectag_key key = key_of(sa, numbers->next_pn);
	/* The number is spent before the frame exists: nothing can make it be given twice. */
	numbers->next_pn++;
	numbers->is_ahead = true;
	const size_t size = sectag_seal(&frame, &key, &tag, payload);
	frame.payload = (struct dimp_view){payload, size};
	if (size != 0)
		secured->size = ethernet_write(&frame, secured->octets, sizeof secured->octets);
	return secured->size != 0 ? MACSEC_PASSED : MACSEC_EXHAUSTED;
}

static void flush_numbers(struct macsec_numbers *numbers, const struct source_place *place,
	struct dimp_time now)
{
	const struct sectag tag = {.sci = numbers->sci,
		.association_number = numbers->association_number};
	const struct dimp_macsec_sa *const sa =
		find_sa(place, &tag, (enum dimp_direction)numbers->direction);

	if (sa == NULL ||
		memcmp(&sa->key_identifier, &numbers->key_identifier, sizeof sa->key_identifier) !=
			0) {
		*numbers = (struct macsec_numbers){.is_used = false};
		return;
	}
	if (!numbers->is_ahead)
		return;
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = *sa};
	record.body.macsec_sa.next_pn = larger(sa->next_pn, numbers->next_pn);
	record.body.macsec_sa.lowest_pn = larger(sa->lowest_pn, numbers->lowest_pn);
	if (di_store_put(place->store, place->slot, &record, now))
		numbers->is_ahead = false;
	explicit_bzero(&record, sizeof record);
}

void macsec_data_flush(struct macsec_data *data, const struct source_place *place,
	struct dimp_time now)
{
	for (size_t i = 0; i < MACSEC_DATA_SAS; i++)
		if (data->sas[i].is_used)
			flush_numbers(&data->sas[i], place, now);
}
