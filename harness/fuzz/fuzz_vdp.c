/* SPDX-License-Identifier: MIT */
/* Any octets as ECP, and what is in it as VDP: what is read is written and read again as it was. */
#include <string.h>

#include "fuzz/require.h"
#include "net/ecp.h"
#include "net/vdp.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static void rewrite(const struct vdp_tlv *tlv)
{
	uint8_t written[VDP_PDU_MAX], again[VDP_PDU_MAX];
	struct vdp_pdu pdu;
	struct vdp_tlv back;
	const size_t size = vdp_write(tlv, written, sizeof written);

	require(size != 0);
	require(vdp_read((struct dimp_view){written, size}, &pdu));
	require(vdp_next(&pdu, &back));
	require(vdp_write(&back, again, sizeof again) == size);
	require(memcmp(written, again, size) == 0);
	require(!vdp_next(&pdu, &back));
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct ecp_pdu ecp;
	struct vdp_pdu pdu;
	struct vdp_tlv tlv;
	uint8_t written[ECP_HEADER_SIZE + ECP_PAYLOAD_MAX];

	if (!ecp_read((struct dimp_view){octets, size}, &ecp))
		return 0;
	const size_t written_size = ecp_write(&ecp, written, sizeof written);

	require(written_size == ECP_HEADER_SIZE + ecp.payload.size);
	require(memcmp(written, octets, written_size) == 0);
	if (!vdp_read(ecp.payload, &pdu))
		return 0;
	while (vdp_next(&pdu, &tlv))
		rewrite(&tlv);
	return 0;
}
