/* SPDX-License-Identifier: MIT */
/*
 * What is authenticated is the two addresses, the SecTAG with its EtherType and the data before the
 * confidentiality offset; VLAN tags outside of the SecTAG are not.
 */
#include "net/sectag.h"

#include <string.h>

#include "crypto/aes_keys.h"
#include "net/octets.h"

enum { SHORT_MAX = 48, ADDRESSES_SIZE = 12, BASE_SIZE = 6, SCI_SIZE = 8, NONCE_SIZE = 12 };

static bool is_allowed(const struct sectag *tag)
{
	const bool has_sci = (tag->bits & SECTAG_BIT_SCI) != 0;
	const bool is_encrypted = (tag->bits & SECTAG_BIT_ENCRYPTED) != 0;
	const bool is_changed = (tag->bits & SECTAG_BIT_CHANGED) != 0;

	/* A number of 0 is for the SA to refuse: with 64 bits, their lower half comes to it. */
	if ((tag->bits & SECTAG_BIT_VERSION) != 0)
		return false;
	if (has_sci && (tag->bits & (SECTAG_BIT_END_STATION | SECTAG_BIT_BROADCAST)) != 0)
		return false;
	return is_encrypted == is_changed && tag->short_length < SHORT_MAX;
}

/* The SCI that is not sent: of the end station that is the source (9.9). */
static void infer_sci(const struct ethernet_frame *frame, struct sectag *tag)
{
	const uint8_t port[2] = {0, (tag->bits & SECTAG_BIT_BROADCAST) != 0 ? 0 : 1};

	memcpy(tag->sci.octets, frame->source.octets, sizeof frame->source.octets);
	memcpy(tag->sci.octets + sizeof frame->source.octets, port, sizeof port);
}

/* Finds the data's end: a short length tells it, and what follows is padding. */
static bool bound_secured(const struct sectag *tag, struct dimp_view rest,
	struct dimp_view *secured)
{
	const size_t short_size = tag->short_length + (size_t)SECTAG_ICV_SIZE;

	if (tag->short_length != 0 && rest.size < short_size)
		return false;
	if (tag->short_length == 0 && rest.size < SHORT_MAX + SECTAG_ICV_SIZE)
		return false;
	*secured = (struct dimp_view){rest.octets, tag->short_length != 0 ? short_size : rest.size};
	return true;
}

bool sectag_read(const struct ethernet_frame *frame, struct sectag *tag, struct dimp_view *secured)
{
	struct octet_reader reader = octet_reader_of(frame->payload);
	const uint8_t first = octet_read_u8(&reader);

	*tag = (struct sectag){.bits = first & 0xfc, .association_number = first & 3};
	tag->short_length = octet_read_u8(&reader);
	tag->packet_number = octet_read_u32(&reader);
	tag->size = BASE_SIZE;
	if ((tag->bits & SECTAG_BIT_SCI) != 0) {
		octet_read_copy(&reader, tag->sci.octets, SCI_SIZE);
		tag->size += SCI_SIZE;
	} else {
		infer_sci(frame, tag);
	}
	return !reader.is_short && is_allowed(tag) && bound_secured(tag, reader.rest, secured);
}

uint64_t sectag_extended_number(uint64_t lowest, uint32_t low)
{
	const uint64_t high = lowest >> 32;

	/* The low half has wrapped when the expected one is in its upper half and this one is not.
	 */
	if ((lowest & 0x80000000) != 0 && (low & 0x80000000) == 0)
		return (high + 1) << 32 | low;
	return high << 32 | low;
}

static void make_nonce(const struct sectag_key *key, const struct dimp_sci *sci,
	uint8_t nonce[NONCE_SIZE])
{
	struct octet_writer writer = octet_writer_of(nonce, NONCE_SIZE);

	if (!key->is_extended) {
		octet_write_copy(&writer, sci->octets, SCI_SIZE);
		octet_write_u32(&writer, (uint32_t)key->packet_number);
		return;
	}
	octet_write_u32(&writer, key->ssci);
	octet_write_u64(&writer, key->packet_number);
	for (size_t i = 0; i < NONCE_SIZE; i++)
		nonce[i] ^= key->salt[i];
}

/* The authenticated part: addresses, EtherType, tag, and |clear| octets of data. */
static size_t write_additional(const struct ethernet_frame *frame, struct dimp_view tag,
	struct dimp_view clear, uint8_t octets[ETHERNET_FRAME_MAX + ETHERNET_HEADER_SIZE])
{
	struct octet_writer writer =
		octet_writer_of(octets, ETHERNET_FRAME_MAX + ETHERNET_HEADER_SIZE);

	octet_write_copy(&writer, frame->destination.octets, sizeof frame->destination.octets);
	octet_write_copy(&writer, frame->source.octets, sizeof frame->source.octets);
	octet_write_u16(&writer, ETHERTYPE_MACSEC);
	octet_write_copy(&writer, tag.octets, tag.size);
	octet_write_copy(&writer, clear.octets, clear.size);
	return octet_writer_size(&writer);
}

/* How many octets of |size| stay in clear. */
static size_t clear_size(uint8_t bits, uint8_t offset, size_t size)
{
	if ((bits & SECTAG_BIT_ENCRYPTED) == 0)
		return size;
	return offset < size ? offset : size;
}

bool sectag_open(const struct ethernet_frame *frame, const struct sectag_key *key,
	struct dimp_view secured, uint8_t *plain)
{
	uint8_t additional[ETHERNET_FRAME_MAX + ETHERNET_HEADER_SIZE];
	uint8_t nonce[NONCE_SIZE];
	struct sectag tag;
	struct dimp_view again;

	if (!sectag_read(frame, &tag, &again) || again.size != secured.size)
		return false;
	make_nonce(key, &tag.sci, nonce);
	const size_t clear = clear_size(tag.bits, key->offset, secured.size - SECTAG_ICV_SIZE);
	const size_t additional_size =
		write_additional(frame, (struct dimp_view){frame->payload.octets, tag.size},
			(struct dimp_view){secured.octets, clear}, additional);
	const struct aes_gcm gcm = {key->key, {nonce, sizeof nonce}, {additional, additional_size}};
	if (additional_size == 0)
		return false;
	memmove(plain, secured.octets, clear);
	return aes_gcm_open(&gcm, (struct dimp_view){secured.octets + clear, secured.size - clear},
		plain + clear);
}

static size_t write_tag(const struct sectag *tag, size_t data_size, struct octet_writer *writer)
{
	octet_write_u8(writer, (uint8_t)(tag->bits | tag->association_number));
	octet_write_u8(writer, data_size < SHORT_MAX ? (uint8_t)data_size : 0);
	octet_write_u32(writer, tag->packet_number);
	if ((tag->bits & SECTAG_BIT_SCI) != 0)
		octet_write_copy(writer, tag->sci.octets, SCI_SIZE);
	return octet_writer_size(writer);
}

size_t sectag_seal(const struct ethernet_frame *frame, const struct sectag_key *key,
	const struct sectag *tag, uint8_t octets[ETHERNET_FRAME_MAX])
{
	uint8_t additional[ETHERNET_FRAME_MAX + ETHERNET_HEADER_SIZE];
	uint8_t nonce[NONCE_SIZE];
	const struct dimp_view data = frame->payload;
	struct octet_writer writer = octet_writer_of(octets, ETHERNET_FRAME_MAX);
	const size_t tag_size = write_tag(tag, data.size, &writer);
	const size_t clear = clear_size(tag->bits, key->offset, data.size);

	make_nonce(key, &tag->sci, nonce);
	const size_t additional_size = write_additional(frame, (struct dimp_view){octets, tag_size},
		(struct dimp_view){data.octets, clear}, additional);
	octet_write_copy(&writer, data.octets, clear);
	if (writer.is_full || additional_size == 0 ||
		writer.capacity - writer.size < data.size - clear + SECTAG_ICV_SIZE)
		return 0;
	const struct aes_gcm gcm = {key->key, {nonce, sizeof nonce}, {additional, additional_size}};
	const struct dimp_view secret = {data.octets + clear, data.size - clear};
	if (!aes_gcm_seal(&gcm, secret, octets + writer.size))
		return 0;
	return writer.size + secret.size + SECTAG_ICV_SIZE;
}
