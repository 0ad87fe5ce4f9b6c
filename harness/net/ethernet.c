/* SPDX-License-Identifier: MIT */
/*
 * Tags are kept in order, so that a frame written again is the frame that was read.  A frame whose
 * third word is a length carries LLC; no DI is learned from those, and they are refused here.
 */
#include "net/ethernet.h"

#include <string.h>

#include "net/octets.h"

enum { TYPE_FIRST = 0x0600, VID_MASK = 0x0fff, VID_RESERVED = 0x0fff };

static bool is_tag(uint16_t type)
{
	return type == ETHERTYPE_CUSTOMER_TAG || type == ETHERTYPE_SERVICE_TAG;
}

bool ethernet_read(struct dimp_view octets, struct ethernet_frame *frame)
{
	struct octet_reader reader = octet_reader_of(octets);

	*frame = (struct ethernet_frame){0};
	octet_read_copy(&reader, frame->destination.octets, sizeof frame->destination.octets);
	octet_read_copy(&reader, frame->source.octets, sizeof frame->source.octets);
	frame->type = octet_read_u16(&reader);
	while (is_tag(frame->type)) {
		if (frame->tag_count == ETHERNET_TAGS_MAX)
			return false;
		struct ethernet_tag *const tag = &frame->tags[frame->tag_count++];
		*tag = (struct ethernet_tag){frame->type, octet_read_u16(&reader)};
		if ((tag->control & VID_MASK) == VID_RESERVED)
			return false;
		frame->type = octet_read_u16(&reader);
	}
	frame->payload = reader.rest;
	return !reader.is_short && frame->type >= TYPE_FIRST;
}

size_t ethernet_write(const struct ethernet_frame *frame, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_copy(&writer, frame->destination.octets, sizeof frame->destination.octets);
	octet_write_copy(&writer, frame->source.octets, sizeof frame->source.octets);
	for (size_t i = 0; i < frame->tag_count; i++) {
		octet_write_u16(&writer, frame->tags[i].type);
		octet_write_u16(&writer, frame->tags[i].control);
	}
	octet_write_u16(&writer, frame->type);
	octet_write_copy(&writer, frame->payload.octets, frame->payload.size);
	return octet_writer_size(&writer);
}

uint16_t ethernet_vlan(const struct ethernet_frame *frame)
{
	return frame->tag_count == 0 ? 0 : frame->tags[0].control & VID_MASK;
}

bool ethernet_is_group(const struct dimp_mac *address)
{
	return (address->octets[0] & 1) != 0;
}

bool ethernet_is_same(const struct dimp_mac *one, const struct dimp_mac *other)
{
	return memcmp(one->octets, other->octets, sizeof one->octets) == 0;
}
