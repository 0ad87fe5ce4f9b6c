/* SPDX-License-Identifier: MIT */
/*
 * A TLV's head is 7 bits of type and 9 of length.  The number of filter entries is 2 octets, as
 * lldpad writes it and wants it, and must agree with the length exactly.
 */
#include "net/vdp.h"

#include <string.h>

#include "net/octets.h"

enum {
	TYPE_END = 0,
	TYPE_MANAGER = 5,
	LENGTH_BITS = 9,
	VID_MASK = 0xfff,
	PRIORITY_SHIFT = 12,
	PRIORITY_MASK = 7,
	HAS_PRIORITY = 0x8000,
	FIXED_SIZE = 1 + sizeof(struct dimp_vsi) - VDP_MANAGER_SIZE + 1 + 2
};

struct raw_tlv {
	unsigned type;
	struct dimp_view value;
};

/* Octets of one filter entry; 0 for a format that is not known. */
static size_t entry_size(unsigned format)
{
	static const size_t sizes[] = {0, 2, 8, 6, 12};

	return format < sizeof sizes / sizeof sizes[0] ? sizes[format] : 0;
}

static bool has_mac(enum vdp_filter_format format)
{
	return format == VDP_FILTER_MAC_VID || format == VDP_FILTER_GROUP_MAC_VID;
}

static bool has_group(enum vdp_filter_format format)
{
	return format == VDP_FILTER_GROUP_VID || format == VDP_FILTER_GROUP_MAC_VID;
}

static struct raw_tlv read_raw(struct octet_reader *reader)
{
	const uint16_t head = octet_read_u16(reader);
	const size_t length = head & VDP_TLV_MAX;

	return (struct raw_tlv){head >> LENGTH_BITS, octet_read_view(reader, length)};
}

static bool is_vsi(unsigned type)
{
	return type >= VDP_PRE_ASSOCIATE && type <= VDP_DE_ASSOCIATE;
}

static void read_filter(struct octet_reader *reader, struct vdp_tlv *tlv, size_t index)
{
	struct vdp_filter *filter = &tlv->filters[index];

	*filter = (struct vdp_filter){.vlan = 0};
	if (has_group(tlv->format))
		filter->group = octet_read_u32(reader);
	if (has_mac(tlv->format))
		octet_read_copy(reader, filter->mac.octets, sizeof filter->mac.octets);
	const uint16_t vlan = octet_read_u16(reader);

	filter->has_priority = (vlan & HAS_PRIORITY) != 0;
	filter->priority = vlan >> PRIORITY_SHIFT & PRIORITY_MASK;
	filter->vlan = vlan & VID_MASK;
}

/* |tlv|'s VSI has its manager id already. */
static bool read_vsi(const struct raw_tlv *raw, struct vdp_tlv *tlv)
{
	enum { FORMAT_AT = VDP_MANAGER_SIZE + 4 };
	struct octet_reader reader = octet_reader_of(raw->value);

	tlv->kind = (enum vdp_kind)raw->type;
	tlv->status = octet_read_u8(&reader);
	octet_read_copy(&reader, tlv->vsi.octets + VDP_MANAGER_SIZE,
		sizeof tlv->vsi.octets - VDP_MANAGER_SIZE);
	const uint8_t format = octet_read_u8(&reader);
	const uint8_t id_format = tlv->vsi.octets[FORMAT_AT];

	tlv->filter_count = octet_read_u16(&reader);
	const size_t size = entry_size(format);

	if (reader.is_short || size == 0 || reader.rest.size != size * tlv->filter_count ||
		id_format < VDP_ID_IPV4 || id_format > VDP_ID_UUID)
		return false;
	tlv->format = (enum vdp_filter_format)format;
	for (size_t index = 0; index < tlv->filter_count; index++)
		read_filter(&reader, tlv, index);
	return true;
}

bool vdp_next(struct vdp_pdu *pdu, struct vdp_tlv *tlv)
{
	struct octet_reader reader = octet_reader_of(pdu->rest);

	while (reader.rest.size != 0) {
		const struct raw_tlv raw = read_raw(&reader);

		if (raw.type == TYPE_END)
			break;
		pdu->rest = reader.rest;
		if (!is_vsi(raw.type))
			continue;
		memcpy(tlv->vsi.octets, pdu->manager, VDP_MANAGER_SIZE);
		return read_vsi(&raw, tlv);
	}
	pdu->rest.size = 0;
	return false;
}

static bool check_tlvs(struct octet_reader reader, size_t *vsis)
{
	struct vdp_tlv tlv;

	*vsis = 0;
	while (reader.rest.size != 0) {
		const struct raw_tlv raw = read_raw(&reader);

		if (reader.is_short || raw.type == TYPE_MANAGER)
			return false;
		if (raw.type == TYPE_END)
			return raw.value.size == 0;
		if (!is_vsi(raw.type))
			continue;
		if (!read_vsi(&raw, &tlv))
			return false;
		++*vsis;
	}
	return true;
}

bool vdp_read(struct dimp_view octets, struct vdp_pdu *pdu)
{
	struct octet_reader reader = octet_reader_of(octets);
	const struct raw_tlv manager = read_raw(&reader);
	size_t vsis;

	if (reader.is_short || manager.type != TYPE_MANAGER ||
		manager.value.size != VDP_MANAGER_SIZE)
		return false;
	memcpy(pdu->manager, manager.value.octets, VDP_MANAGER_SIZE);
	pdu->rest = reader.rest;
	return check_tlvs(reader, &vsis) && vsis != 0;
}

bool vdp_is_taken(uint8_t status)
{
	return status == DIMP_VDP_ACK;
}

static void write_head(struct octet_writer *writer, unsigned type, size_t length)
{
	octet_write_u16(writer, (uint16_t)(type << LENGTH_BITS | length));
}

static void write_filter(struct octet_writer *writer, enum vdp_filter_format format,
	const struct vdp_filter *filter)
{
	const unsigned priority = (unsigned)filter->priority << PRIORITY_SHIFT;

	if (has_group(format))
		octet_write_u32(writer, filter->group);
	if (has_mac(format))
		octet_write_copy(writer, filter->mac.octets, sizeof filter->mac.octets);
	octet_write_u16(writer,
		(uint16_t)((filter->has_priority ? HAS_PRIORITY : 0u) | priority | filter->vlan));
}

size_t vdp_write(const struct vdp_tlv *tlv, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	const size_t length = FIXED_SIZE + tlv->filter_count * entry_size(tlv->format);

	if (length > VDP_TLV_MAX)
		return 0;
	write_head(&writer, TYPE_MANAGER, VDP_MANAGER_SIZE);
	octet_write_copy(&writer, tlv->vsi.octets, VDP_MANAGER_SIZE);
	write_head(&writer, tlv->kind, length);
	octet_write_u8(&writer, tlv->status);
	octet_write_copy(&writer, tlv->vsi.octets + VDP_MANAGER_SIZE,
		sizeof tlv->vsi.octets - VDP_MANAGER_SIZE);
	octet_write_u8(&writer, (uint8_t)tlv->format);
	octet_write_u16(&writer, tlv->filter_count);
	for (size_t index = 0; index < tlv->filter_count; index++)
		write_filter(&writer, tlv->format, &tlv->filters[index]);
	return octet_writer_size(&writer);
}
