/* SPDX-License-Identifier: MIT */
/*
 * Every parameter set is four octets of header, of which the last twelve bits are the body's
 * length, and a body padded to four octets.  The basic set stands first; its first octet is a
 * version where others have their type.
 */
#include "net/mkpdu.h"

#include <string.h>

#include "net/eapol.h"
#include "net/octets.h"

enum set_type {
	SET_LIVE_PEERS = 1,
	SET_POTENTIAL_PEERS = 2,
	SET_SAK_USE = 3,
	SET_DISTRIBUTED_SAK = 4,
	SET_DISTRIBUTED_CAK = 5,
	SET_DOMAIN = 6,
	SET_ANNOUNCEMENT = 7,
	SET_EXTENDED = 8,
	SET_ICV_INDICATOR = 255
};

enum {
	LENGTH_MASK = 0x0fff,
	BASIC_SIZE = 28,
	PEER_SIZE = 16,
	USE_SIZE = 40,
	SAK_128_SIZE = 28,
	SAK_NAMED_SIZE = 36,
	EXTENDED_SIZE = 8,
	ORDERED_VERSION = 3,
	EAPOL_VERSION = 3
};

static const uint64_t extended_half = 0xffffffff00000000;

/* One set: header octets 2 and 3 hold bits beside the length. */
struct set {
	uint8_t first, second, third;
	struct dimp_view body;
};

static size_t padding_of(size_t size)
{
	return (4 - size % 4) % 4;
}

static bool read_set(struct octet_reader *reader, struct set *set)
{
	set->first = octet_read_u8(reader);
	set->second = octet_read_u8(reader);
	const uint16_t length = octet_read_u16(reader);
	set->third = (uint8_t)(length >> 8);
	set->body = octet_read_view(reader, length & LENGTH_MASK);
	(void)octet_read_view(reader, padding_of(set->body.size));
	return !reader->is_short;
}

static bool take_basic(struct mkpdu *mkpdu, const struct set *set)
{
	struct octet_reader reader = octet_reader_of(set->body);

	mkpdu->version = set->first;
	mkpdu->priority = set->second;
	mkpdu->is_key_server = (set->third & 0x80) != 0;
	mkpdu->is_macsec_desired = (set->third & 0x40) != 0;
	mkpdu->capability = set->third >> 4 & 3;
	octet_read_copy(&reader, mkpdu->sci.octets, sizeof mkpdu->sci.octets);
	octet_read_copy(&reader, mkpdu->member.octets, sizeof mkpdu->member.octets);
	mkpdu->message_number = octet_read_u32(&reader);
	mkpdu->algorithm = octet_read_u32(&reader);
	mkpdu->key_name = reader.rest;
	return !reader.is_short && reader.rest.size > 0 && reader.rest.size <= MKPDU_NAME_MAX;
}

static bool take_peers(const struct set *set, struct mkpdu_peer *peers, size_t *count)
{
	struct octet_reader reader = octet_reader_of(set->body);

	if (set->body.size % PEER_SIZE != 0)
		return false;
	while (reader.rest.size > 0 && *count < MKPDU_PEERS_MAX) {
		struct mkpdu_peer *const peer = &peers[(*count)++];
		octet_read_copy(&reader, peer->member.octets, sizeof peer->member.octets);
		peer->message_number = octet_read_u32(&reader);
	}
	return true;
}

static void read_use(struct octet_reader *reader, struct mkpdu_use *use)
{
	octet_read_copy(reader, use->key.server.octets, sizeof use->key.server.octets);
	use->key.number = octet_read_u32(reader);
	/* The XPN set may have stood before. */
	use->lowest_pn = (use->lowest_pn & extended_half) | octet_read_u32(reader);
}

static bool take_use(struct mkpdu *mkpdu, const struct set *set)
{
	struct octet_reader reader = octet_reader_of(set->body);

	/* An empty set says that no SAK is in use. */
	if (set->body.size == 0)
		return true;
	mkpdu->has_use = true;
	mkpdu->is_plain_transmitting = (set->third & 0x80) != 0;
	mkpdu->is_plain_receiving = (set->third & 0x40) != 0;
	mkpdu->is_delay_protecting = (set->third & 0x10) != 0;
	mkpdu->latest.association_number = set->second >> 6;
	mkpdu->latest.is_transmitting = (set->second & 0x20) != 0;
	mkpdu->latest.is_receiving = (set->second & 0x10) != 0;
	mkpdu->old.association_number = set->second >> 2 & 3;
	mkpdu->old.is_transmitting = (set->second & 2) != 0;
	mkpdu->old.is_receiving = (set->second & 1) != 0;
	read_use(&reader, &mkpdu->latest);
	read_use(&reader, &mkpdu->old);
	return set->body.size == USE_SIZE;
}

static bool take_distributed(struct mkpdu *mkpdu, const struct set *set)
{
	struct octet_reader reader = octet_reader_of(set->body);
	struct mkpdu_distributed_sak *const sak = &mkpdu->distributed;

	mkpdu->is_plain_ordered = set->body.size == 0;
	mkpdu->has_distributed = set->body.size != 0;
	*sak = (struct mkpdu_distributed_sak){.association_number = 0};
	if (mkpdu->is_plain_ordered)
		return true;
	sak->association_number = set->second >> 6;
	sak->confidentiality = set->second >> 4 & 3;
	sak->key_number = octet_read_u32(&reader);
	sak->cipher_suite = MKPDU_GCM_AES_128;
	if (set->body.size >= SAK_NAMED_SIZE)
		sak->cipher_suite = octet_read_u64(&reader);
	sak->wrapped = reader.rest;
	return set->body.size >= SAK_128_SIZE && sak->wrapped.size <= MKPDU_WRAPPED_MAX &&
		sak->wrapped.size % 8 == 0;
}

static bool take_distributed_cak(struct mkpdu *mkpdu, const struct set *set)
{
	struct octet_reader reader = octet_reader_of(set->body);

	mkpdu->has_distributed_cak = true;
	mkpdu->distributed_cak.wrapped = octet_read_view(&reader, MKPDU_WRAPPED_CAK_SIZE);
	mkpdu->distributed_cak.name = reader.rest;
	return !reader.is_short && reader.rest.size > 0 && reader.rest.size <= MKPDU_NAME_MAX;
}

static bool take_extended(struct mkpdu *mkpdu, const struct set *set)
{
	struct octet_reader reader = octet_reader_of(set->body);
	const uint64_t latest = octet_read_u32(&reader), old = octet_read_u32(&reader);

	mkpdu->has_extended = true;
	mkpdu->suspension_s = set->second;
	mkpdu->latest.lowest_pn = (mkpdu->latest.lowest_pn & ~extended_half) | latest << 32;
	mkpdu->old.lowest_pn = (mkpdu->old.lowest_pn & ~extended_half) | old << 32;
	return set->body.size == EXTENDED_SIZE;
}

static bool take_live_peers(struct mkpdu *mkpdu, const struct set *set)
{
	/* Before version 3 the octet means nothing. */
	mkpdu->server_ssci = mkpdu->version >= ORDERED_VERSION ? set->second : 0;
	return take_peers(set, mkpdu->live, &mkpdu->live_count);
}

static bool take_text(const struct set *set, size_t most, struct dimp_view *text)
{
	*text = set->body;
	return set->body.size <= most;
}

static bool take_set(struct mkpdu *mkpdu, const struct set *set)
{
	switch (set->first) {
	case SET_LIVE_PEERS: return take_live_peers(mkpdu, set);
	case SET_POTENTIAL_PEERS: return take_peers(set, mkpdu->potential, &mkpdu->potential_count);
	case SET_SAK_USE: return take_use(mkpdu, set);
	case SET_DISTRIBUTED_SAK: return take_distributed(mkpdu, set);
	case SET_DISTRIBUTED_CAK: return take_distributed_cak(mkpdu, set);
	case SET_DOMAIN: return take_text(set, MKPDU_DOMAIN_MAX, &mkpdu->domain);
	case SET_ANNOUNCEMENT: return take_text(set, LENGTH_MASK, &mkpdu->announcement);
	case SET_EXTENDED: return take_extended(mkpdu, set);
	default: return true;
	}
}

/* An ICV indicator stands last, and tells the size that every ICV here has. */
static bool is_indicator(struct dimp_view rest)
{
	struct octet_reader reader = octet_reader_of(rest);

	(void)octet_read_u16(&reader);
	const uint16_t size = octet_read_u16(&reader) & LENGTH_MASK;
	return !reader.is_short && reader.rest.size == 0 && size == MKPDU_ICV_SIZE;
}

bool mkpdu_read(struct dimp_view eapol, struct mkpdu *mkpdu)
{
	struct eapol_packet packet;
	struct set set;

	*mkpdu = (struct mkpdu){0};
	if (!eapol_read(eapol, &packet) || packet.type != EAPOL_MKA ||
		packet.body.size < BASIC_SIZE + MKPDU_ICV_SIZE)
		return false;
	const size_t size = packet.body.size - MKPDU_ICV_SIZE;
	mkpdu->covered = (struct dimp_view){eapol.octets, EAPOL_HEADER_SIZE + size};
	mkpdu->icv = (struct dimp_view){packet.body.octets + size, MKPDU_ICV_SIZE};
	struct octet_reader reader = octet_reader_of((struct dimp_view){packet.body.octets, size});
	if (!read_set(&reader, &set) || !take_basic(mkpdu, &set))
		return false;
	while (reader.rest.size > 0) {
		/* The indicator's body is the ICV, which is not among what is read here. */
		if (reader.rest.octets[0] == SET_ICV_INDICATOR)
			return is_indicator(reader.rest);
		if (!read_set(&reader, &set) || !take_set(mkpdu, &set))
			return false;
	}
	return true;
}

/* A set's header; |bits| are those beside the length. */
static void write_header(struct octet_writer *writer, struct set set, size_t size)
{
	octet_write_u8(writer, set.first);
	octet_write_u8(writer, set.second);
	octet_write_u16(writer, (uint16_t)((unsigned)set.third << 8 | size));
}

static void write_basic(struct octet_writer *writer, const struct mkpdu *mkpdu)
{
	const unsigned bits = (mkpdu->is_key_server ? 0x80U : 0U) |
		(mkpdu->is_macsec_desired ? 0x40U : 0U) | (mkpdu->capability & 3U) << 4;
	const struct set set = {mkpdu->version, mkpdu->priority, (uint8_t)bits, {NULL, 0}};

	write_header(writer, set, BASIC_SIZE + mkpdu->key_name.size);
	octet_write_copy(writer, mkpdu->sci.octets, sizeof mkpdu->sci.octets);
	octet_write_copy(writer, mkpdu->member.octets, sizeof mkpdu->member.octets);
	octet_write_u32(writer, mkpdu->message_number);
	octet_write_u32(writer, mkpdu->algorithm);
	octet_write_copy(writer, mkpdu->key_name.octets, mkpdu->key_name.size);
	octet_write_zeros(writer, padding_of(mkpdu->key_name.size));
}

static void write_peers(struct octet_writer *writer, struct set set, const struct mkpdu_peer *peers,
	size_t count)
{
	if (count == 0)
		return;
	write_header(writer, set, count * PEER_SIZE);
	for (size_t i = 0; i < count; i++) {
		octet_write_copy(writer, peers[i].member.octets, sizeof peers[i].member.octets);
		octet_write_u32(writer, peers[i].message_number);
	}
}

static void write_use_key(struct octet_writer *writer, const struct mkpdu_use *use)
{
	octet_write_copy(writer, use->key.server.octets, sizeof use->key.server.octets);
	octet_write_u32(writer, use->key.number);
	octet_write_u32(writer, (uint32_t)use->lowest_pn);
}

static void write_use(struct octet_writer *writer, const struct mkpdu *mkpdu)
{
	const struct mkpdu_use *const latest = &mkpdu->latest;
	const struct mkpdu_use *const old = &mkpdu->old;
	const unsigned bits = (latest->association_number & 3U) << 6 |
		(latest->is_transmitting ? 0x20U : 0U) | (latest->is_receiving ? 0x10U : 0U) |
		(old->association_number & 3U) << 2 | (old->is_transmitting ? 2U : 0U) |
		(old->is_receiving ? 1U : 0U);

	const unsigned more = (mkpdu->is_plain_transmitting ? 0x80U : 0U) |
		(mkpdu->is_plain_receiving ? 0x40U : 0U) |
		(mkpdu->is_delay_protecting ? 0x10U : 0U);

	if (!mkpdu->has_use)
		return;
	write_header(writer, (struct set){SET_SAK_USE, (uint8_t)bits, (uint8_t)more, {NULL, 0}},
		USE_SIZE);
	write_use_key(writer, latest);
	write_use_key(writer, old);
}

static void write_distributed(struct octet_writer *writer, const struct mkpdu *mkpdu)
{
	const struct mkpdu_distributed_sak *const sak = &mkpdu->distributed;
	const bool is_default = sak->cipher_suite == MKPDU_GCM_AES_128;
	const unsigned bits =
		(sak->association_number & 3U) << 6 | (sak->confidentiality & 3U) << 4;

	if (mkpdu->is_plain_ordered)
		write_header(writer, (struct set){.first = SET_DISTRIBUTED_SAK}, 0);
	if (!mkpdu->has_distributed)
		return;
	write_header(writer, (struct set){SET_DISTRIBUTED_SAK, (uint8_t)bits, 0, {NULL, 0}},
		4 + (is_default ? (size_t)0 : 8) + sak->wrapped.size);
	octet_write_u32(writer, sak->key_number);
	if (!is_default)
		octet_write_u64(writer, sak->cipher_suite);
	octet_write_copy(writer, sak->wrapped.octets, sak->wrapped.size);
}

static void write_distributed_cak(struct octet_writer *writer, const struct mkpdu *mkpdu)
{
	const struct mkpdu_distributed_cak *const cak = &mkpdu->distributed_cak;
	const size_t size = cak->wrapped.size + cak->name.size;

	if (!mkpdu->has_distributed_cak)
		return;
	write_header(writer, (struct set){.first = SET_DISTRIBUTED_CAK}, size);
	octet_write_copy(writer, cak->wrapped.octets, cak->wrapped.size);
	octet_write_copy(writer, cak->name.octets, cak->name.size);
	octet_write_zeros(writer, padding_of(size));
}

static void write_text(struct octet_writer *writer, enum set_type type, struct dimp_view text)
{
	if (text.size == 0)
		return;
	write_header(writer, (struct set){.first = (uint8_t)type}, text.size);
	octet_write_copy(writer, text.octets, text.size);
	octet_write_zeros(writer, padding_of(text.size));
}

static void write_extended(struct octet_writer *writer, const struct mkpdu *mkpdu)
{
	if (!mkpdu->has_extended)
		return;
	write_header(writer, (struct set){SET_EXTENDED, mkpdu->suspension_s, 0, {NULL, 0}},
		EXTENDED_SIZE);
	octet_write_u32(writer, (uint32_t)(mkpdu->latest.lowest_pn >> 32));
	octet_write_u32(writer, (uint32_t)(mkpdu->old.lowest_pn >> 32));
}

size_t mkpdu_write(const struct mkpdu *mkpdu, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u8(&writer, EAPOL_VERSION);
	octet_write_u8(&writer, EAPOL_MKA);
	octet_write_u16(&writer, 0);
	write_basic(&writer, mkpdu);
	write_peers(&writer, (struct set){SET_LIVE_PEERS, mkpdu->server_ssci, 0, {NULL, 0}},
		mkpdu->live, mkpdu->live_count);
	write_peers(&writer, (struct set){.first = SET_POTENTIAL_PEERS}, mkpdu->potential,
		mkpdu->potential_count);
	write_use(&writer, mkpdu);
	write_distributed(&writer, mkpdu);
	write_distributed_cak(&writer, mkpdu);
	write_text(&writer, SET_DOMAIN, mkpdu->domain);
	write_text(&writer, SET_ANNOUNCEMENT, mkpdu->announcement);
	write_extended(&writer, mkpdu);
	if (writer.is_full)
		return 0;
	struct octet_writer length = octet_writer_of(octets + 2, 2);
	octet_write_u16(&length, (uint16_t)(writer.size - EAPOL_HEADER_SIZE + MKPDU_ICV_SIZE));
	return writer.size;
}

bool mkpdu_has_live_peer(const struct mkpdu *mkpdu, const struct mkpdu_member *member)
{
	for (size_t i = 0; i < mkpdu->live_count; i++)
		if (memcmp(&mkpdu->live[i].member, member, sizeof *member) == 0)
			return true;
	return false;
}

bool mkpdu_is_same_key(const struct mkpdu_key *one, const struct mkpdu_key *other)
{
	return memcmp(&one->server, &other->server, sizeof one->server) == 0 &&
		one->number == other->number;
}
