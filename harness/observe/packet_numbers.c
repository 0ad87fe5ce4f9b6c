/* SPDX-License-Identifier: MIT */
/*
 * Which SAK protects a frame is found by opening it, whatever its sender believes.  Numbers are
 * kept as runs: a SecY counts, so there is one run for each key and channel as long as all is well.
 */
#include "observe/packet_numbers.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/same_secret.h"
#include "net/sectag.h"

/* Numbers first to last, both used. */
struct run {
	uint64_t first, last;
};

struct channel {
	struct dimp_octets32 sak;
	struct dimp_octets32 salt;
	struct dimp_sci sci;
	uint32_t ssci;
	uint8_t offset;
	bool is_extended;
	uint64_t highest;
	struct run *runs;
	size_t run_count, run_capacity;
};

struct packet_numbers {
	struct channel **channels;
	size_t count, capacity;
	size_t latest; /* the one found last */
};

struct packet_numbers *packet_numbers_create(void)
{
	return calloc(1, sizeof(struct packet_numbers));
}

void packet_numbers_destroy(struct packet_numbers *numbers)
{
	if (!numbers)
		return;
	for (size_t index = 0; index < numbers->count; index++) {
		struct channel *channel = numbers->channels[index];
		free(channel->runs);
		explicit_bzero(channel, sizeof *channel);
		free(channel);
	}
	free(numbers->channels);
	free(numbers);
}

static bool is_extended(const struct dimp_macsec_sa *association)
{
	return (association->attributes >> DIMP_ATTRIBUTE_macsec_sa_salt & 1) != 0;
}

static bool is_of(const struct channel *channel, const struct dimp_macsec_sa *association)
{
	return memcmp(&channel->sci, &association->sci, sizeof channel->sci) == 0 &&
		channel->sak.size == association->sak.size &&
		same_secret(channel->sak.octets, association->sak.octets, channel->sak.size);
}

bool packet_numbers_add_key(struct packet_numbers *numbers,
	const struct dimp_macsec_sa *association)
{
	for (size_t index = 0; index < numbers->count; index++) {
		if (is_of(numbers->channels[index], association))
			return true;
	}
	if (numbers->count == numbers->capacity) {
		const size_t capacity = numbers->capacity ? numbers->capacity * 2 : 16;
		struct channel **larger =
			realloc(numbers->channels, capacity * sizeof(struct channel *));
		if (!larger)
			return false;
		numbers->channels = larger;
		numbers->capacity = capacity;
	}
	struct channel *channel = calloc(1, sizeof *channel);
	if (!channel)
		return false;
	*channel = (struct channel){
		.sak = association->sak,
		.salt = association->salt,
		.sci = association->sci,
		.ssci = association->ssci,
		.offset = association->confidentiality_offset,
		.is_extended = is_extended(association),
	};
	numbers->channels[numbers->count++] = channel;
	return true;
}

/* A protected frame taken apart. */
struct secured {
	struct ethernet_frame ethernet;
	struct sectag tag;
	struct dimp_view data;
	uint8_t untagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
};

static bool take_apart(const struct edge_frame *frame, struct secured *secured)
{
	const size_t size = edge_frame_retag(frame, 0, secured->untagged);
	const struct dimp_view octets = {secured->untagged, size};

	return ethernet_read(octets, &secured->ethernet) &&
		secured->ethernet.type == ETHERTYPE_MACSEC &&
		sectag_read(&secured->ethernet, &secured->tag, &secured->data) &&
		secured->data.size > SECTAG_ICV_SIZE;
}

static bool opens(const struct channel *channel, const struct secured *secured, uint64_t *number)
{
	uint8_t plain[EDGE_FRAME_SIZE_MAX];
	struct sectag_key key = {
		.key = {channel->sak.octets, channel->sak.size},
		.offset = channel->offset,
		.is_extended = channel->is_extended,
		.ssci = channel->ssci,
		.packet_number = secured->tag.packet_number,
	};

	if (memcmp(&channel->sci, &secured->tag.sci, sizeof channel->sci) != 0)
		return false;
	if (channel->salt.size == sizeof key.salt)
		memcpy(key.salt, channel->salt.octets, sizeof key.salt);
	if (channel->is_extended)
		key.packet_number =
			sectag_extended_number(channel->highest, secured->tag.packet_number);
	*number = key.packet_number;
	return sectag_open(&secured->ethernet, &key, secured->data, plain);
}

static struct channel *find_channel(struct packet_numbers *numbers, const struct secured *secured,
	uint64_t *number)
{
	for (size_t step = 0; step < numbers->count; step++) {
		const size_t index = (numbers->latest + step) % numbers->count;
		if (!opens(numbers->channels[index], secured, number))
			continue;
		numbers->latest = index;
		return numbers->channels[index];
	}
	return NULL;
}

static bool is_used(const struct channel *channel, uint64_t number)
{
	for (size_t index = 0; index < channel->run_count; index++) {
		if (number >= channel->runs[index].first && number <= channel->runs[index].last)
			return true;
	}
	return false;
}

static bool note(struct channel *channel, uint64_t number)
{
	if (number > channel->highest)
		channel->highest = number;
	for (size_t index = channel->run_count; index-- > 0;) {
		if (channel->runs[index].last + 1 == number) {
			channel->runs[index].last = number;
			return true;
		}
	}
	if (channel->run_count == channel->run_capacity) {
		const size_t capacity = channel->run_capacity ? channel->run_capacity * 2 : 4;
		struct run *larger = realloc(channel->runs, capacity * sizeof *larger);
		if (!larger)
			return false;
		channel->runs = larger;
		channel->run_capacity = capacity;
	}
	channel->runs[channel->run_count++] = (struct run){number, number};
	return true;
}

enum packet_number_verdict packet_numbers_use(struct packet_numbers *numbers,
	const struct edge_frame *frame, uint64_t *number)
{
	struct secured secured;

	if (!take_apart(frame, &secured))
		return PACKET_NUMBER_NO_KEY;
	struct channel *channel = find_channel(numbers, &secured, number);
	if (!channel)
		return PACKET_NUMBER_NO_KEY;
	if (is_used(channel, *number))
		return PACKET_NUMBER_REPEATED;
	return note(channel, *number) ? PACKET_NUMBER_NEW : PACKET_NUMBER_NO_MEMORY;
}
