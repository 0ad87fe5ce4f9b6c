/* SPDX-License-Identifier: MIT */
/* Lays out the frames of frame_maker.h. */
#include "frame_maker.h"

#include <string.h>

struct dimp_view made_view(const struct made_frame *frame)
{
	return (struct dimp_view){frame->octets, frame->size};
}

static void put_u16(struct made_frame *frame, unsigned value)
{
	frame->octets[frame->size++] = (uint8_t)(value >> 8);
	frame->octets[frame->size++] = (uint8_t)value;
}

static void put_octets(struct made_frame *frame, const uint8_t *octets, size_t size)
{
	memcpy(frame->octets + frame->size, octets, size);
	frame->size += size;
}

struct made_frame make_frame(const struct dimp_mac *destination, const struct dimp_mac *source,
	uint16_t ethertype, size_t size)
{
	struct made_frame frame = {.size = 0};

	put_octets(&frame, destination->octets, 6);
	put_octets(&frame, source->octets, 6);
	put_u16(&frame, ethertype);
	for (size_t index = 0; index < size; index++)
		frame.octets[frame.size++] = (uint8_t)index;
	return frame;
}

struct made_frame make_udp(const struct made_udp *udp)
{
	struct made_frame frame = {.size = 0};

	put_octets(&frame, udp->destination.octets, 6);
	put_octets(&frame, udp->source.octets, 6);
	if (udp->vlan != 0) {
		put_u16(&frame, 0x8100);
		put_u16(&frame, udp->vlan);
	}
	put_u16(&frame, 0x0800);
	put_u16(&frame, 0x4500);
	put_u16(&frame, 20 + 8 + 4); /* total length */
	put_u16(&frame, 0);
	put_u16(&frame, 0);
	put_u16(&frame, 0x4000u | (udp->protocol ? udp->protocol : 17u));
	put_u16(&frame, 0); /* checksum: bridges do not look */
	put_octets(&frame, udp->from, 4);
	put_octets(&frame, udp->to, 4);
	put_u16(&frame, udp->from_port);
	put_u16(&frame, udp->to_port);
	put_u16(&frame, 8 + 4);
	put_u16(&frame, 0);
	put_u16(&frame, 0xabcd);
	put_u16(&frame, 0xef01);
	return frame;
}
