/* SPDX-License-Identifier: MIT */
/*
 * MKPDUs of a KaY.  The source address is that of the actor's SCI, so that a participant that moved
 * to another bridge looks to its peers as it did.  The SAK that is distributed is wrapped anew from
 * its SA for every MKPDU, so that it is kept at one place only.
 */
#include <string.h>

#include "crypto/aes_keys.h"
#include "net/eapol.h"
#include "sources/kay_state.h"

/* IEEE 802.1X-2020 table 11-1, 11.11.3: the PAE group address, CMAC and key wrap with AES. */
static const struct dimp_mac group_address = {{0x01, 0x80, 0xc2, 0x00, 0x00, 0x03}};
static const uint32_t algorithm = 0x0080c201;

enum { VERSION = 2, OFFSET_0 = 1, HEADER_SIZE = ETHERNET_HEADER_SIZE };

bool kay_message_read(const struct kay *kay, struct dimp_view octets, struct mkpdu *mkpdu)
{
	struct ethernet_frame frame;
	struct eapol_packet eapol;

	if (!ethernet_read(octets, &frame) || frame.type != ETHERTYPE_EAPOL)
		return false;
	if (!eapol_read(frame.payload, &eapol) || eapol.type != EAPOL_MKA)
		return false;
	if (!mkpdu_read(frame.payload, mkpdu) || !mka_keys_is_named(&kay->keys, mkpdu))
		return false;
	if (!mka_keys_is_authentic(&kay->keys, &frame, mkpdu) || mkpdu->message_number == 0)
		return false;
	return memcmp(&mkpdu->member, &kay->member, sizeof kay->member) != 0;
}

static void list_peers(const struct kay *kay, struct mkpdu *mkpdu)
{
	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		const struct mkpdu_peer listed = {peer->member, peer->last_message};
		if (peer->is_live)
			mkpdu->live[mkpdu->live_count++] = listed;
		else
			mkpdu->potential[mkpdu->potential_count++] = listed;
	}
}

static void tell_key(const struct kay *kay, const struct kay_key *key, struct mkpdu_use *use)
{
	if (!key->is_there)
		return;
	*use = key->use;
	use->lowest_pn = (uint32_t)kay_associations_lowest(kay, &key->use.key);
}

/* Until every live peer receives with it, the key server's latest SAK goes with each MKPDU. */
static bool is_distributing(const struct kay *kay)
{
	if (!kay->is_key_server || !kay->latest.is_there ||
		memcmp(&kay->latest.use.key.server, &kay->member, sizeof kay->member) != 0)
		return false;
	for (size_t index = 0; index < kay->peer_count; index++)
		if (kay->peers[index].is_live && !kay->peers[index].is_receiving)
			return true;
	return false;
}

static void distribute(const struct kay *kay, struct mkpdu *mkpdu,
	uint8_t wrapped[MKPDU_WRAPPED_MAX])
{
	const struct dimp_macsec_sa *const sa = kay_associations_sending(kay, &kay->latest.use.key);
	const struct dimp_view kek = {kay->keys.wrapping_key.octets, kay->keys.wrapping_key.size};

	if (!sa || sa->sak.size + AES_WRAP_OVERHEAD > MKPDU_WRAPPED_MAX)
		return;
	const struct dimp_view sak = {sa->sak.octets, sa->sak.size};
	if (!aes_key_wrap(kek, sak, wrapped))
		return;
	mkpdu->has_distributed = true;
	mkpdu->distributed = (struct mkpdu_distributed_sak){
		.association_number = sa->association_number,
		.confidentiality = OFFSET_0,
		.key_number = kay->latest.use.key.number,
		.cipher_suite = sa->cipher_suite,
		.wrapped = {wrapped, sa->sak.size + AES_WRAP_OVERHEAD},
	};
}

/* The EAPOL packet behind room for the header becomes a frame with its check value. */
static size_t seal(const struct kay *kay, uint8_t *octets, size_t size)
{
	uint8_t packet[KAY_FRAME_MAX];
	struct ethernet_frame frame = {
		.destination = group_address,
		.type = ETHERTYPE_EAPOL,
		.payload = {packet, size},
	};

	memcpy(frame.source.octets, kay->sci.octets, sizeof frame.source.octets);
	memcpy(packet, octets, size);
	if (!mka_keys_seal(&kay->keys, &frame, packet + size))
		return 0;
	frame.payload.size = size + MKPDU_ICV_SIZE;
	return ethernet_write(&frame, octets, KAY_FRAME_MAX);
}

size_t kay_message_write(const struct kay *kay, uint8_t octets[KAY_FRAME_MAX])
{
	uint8_t wrapped[MKPDU_WRAPPED_MAX];
	struct mkpdu mkpdu = {
		.version = VERSION,
		.priority = kay->priority,
		.is_key_server = kay->is_key_server,
		.is_macsec_desired = true,
		.capability = DIMP_MACSEC_CAPABILITY_CONFIDENTIALITY,
		.sci = kay->sci,
		.member = kay->member,
		.message_number = kay->next_message,
		.algorithm = algorithm,
		.key_name = {kay->keys.name.octets, kay->keys.name.size},
		.has_use = kay->latest.is_there,
	};

	list_peers(kay, &mkpdu);
	tell_key(kay, &kay->latest, &mkpdu.latest);
	tell_key(kay, &kay->old, &mkpdu.old);
	if (is_distributing(kay))
		distribute(kay, &mkpdu, wrapped);
	const size_t size =
		mkpdu_write(&mkpdu, octets, KAY_FRAME_MAX - HEADER_SIZE - MKPDU_ICV_SIZE);
	return size == 0 ? 0 : seal(kay, octets, size);
}
