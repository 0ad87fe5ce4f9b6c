/* SPDX-License-Identifier: MIT */
/* Frames are not padded here: the wire of the simulator has no shortest frame. */
#include "actors/ecp_frame.h"

#include "net/octets.h"

struct dimp_view ecp_frame_finish(uint8_t octets[ECP_FRAME_MAX], const struct dimp_mac *source,
	size_t size)
{
	struct octet_writer writer = octet_writer_of(octets, ECP_FRAME_HEADER);

	octet_write_copy(&writer, ecp_address.octets, sizeof ecp_address.octets);
	octet_write_copy(&writer, source->octets, sizeof source->octets);
	octet_write_u16(&writer, ECP_ETHERTYPE);
	return (struct dimp_view){octets, octet_writer_size(&writer) + size};
}
