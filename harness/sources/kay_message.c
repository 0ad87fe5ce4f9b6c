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
#include "sources/macsec_suite.h"

/* IEEE 802.1X-2020 table 11-1, 11.11.3: the PAE group address, CMAC and key wrap with AES. */
static const struct dimp_mac group_address = {{0x01, 0x80, 0xc2, 0x00, 0x00, 0x03}};
static const uint32_t algorithm = 0x0080c201;

enum { VERSION = 2, EXTENDED_VERSION = 3, HEADER_SIZE = ETHERNET_HEADER_SIZE };

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

/* The place of |member| in the roll, from 1; 0 when it is not there. */
static uint8_t place_in_roll(const struct kay *kay, const struct mkpdu_member *member)
{
	for (size_t index = 0; index < kay->roster_count; index++)
		if (memcmp(&kay->roster[index], member, sizeof *member) == 0)
			return (uint8_t)(index + 1);
	return 0;
}

/* With an extended SAK live peers are told in the order of their SSCIs, the server's own apart
 * (11.11.3). */
static void order_peers(const struct kay *kay, struct mkpdu *mkpdu)
{
	mkpdu->server_ssci = place_in_roll(kay, &kay->member);
	for (size_t done = 1; mkpdu->server_ssci != 0 && done < mkpdu->live_count; done++) {
		const struct mkpdu_peer moving = mkpdu->live[done];
		const uint8_t rank = place_in_roll(kay, &moving.member);
		size_t at = done;
		while (at > 0 && place_in_roll(kay, &mkpdu->live[at - 1].member) > rank) {
			mkpdu->live[at] = mkpdu->live[at - 1];
			at--;
		}
		mkpdu->live[at] = moving;
	}
}

static void tell_key(const struct kay_key *key, struct mkpdu_use *use)
{
	if (key->is_there)
		*use = key->use;
}

/* Until every live peer receives with it, the key server's latest SAK goes with each MKPDU; but not
 * while one is live who does not share it: he gets the next.  On a secure channel that somebody
 * else has used with it, his numbers would begin anew under the same key. */
static bool is_distributing(const struct kay *kay)
{
	bool is_missing = false;

	if (!kay->is_key_server || !kay->latest.is_there ||
		memcmp(&kay->latest.use.key.server, &kay->member, sizeof kay->member) != 0)
		return false;
	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		if (peer->is_live && place_in_roll(kay, &peer->member) == 0)
			return false;
		is_missing = is_missing || (peer->is_live && !peer->is_receiving);
	}
	return is_missing;
}

/* How MKPDUs say what the SA has. */
static uint8_t confidentiality_of(const struct dimp_macsec_sa *sa)
{
	if (sa->is_encrypting == 0)
		return 0;
	if (sa->confidentiality_offset == 0)
		return 1;
	return sa->confidentiality_offset == 30 ? 2 : 3;
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
		.confidentiality = confidentiality_of(sa),
		.key_number = kay->latest.use.key.number,
		.cipher_suite = sa->cipher_suite,
		.wrapped = {wrapped, sa->sak.size + AES_WRAP_OVERHEAD},
	};
	if (macsec_suite_is_extended(sa->cipher_suite))
		order_peers(kay, mkpdu);
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

static bool is_extended(const struct kay *kay)
{
	const struct dimp_macsec_sa *const sa = kay_associations_sending(kay, &kay->latest.use.key);

	return kay->latest.is_there && sa && macsec_suite_is_extended(sa->cipher_suite);
}

size_t kay_message_write(const struct kay *kay, uint8_t octets[KAY_FRAME_MAX], struct dimp_time now)
{
	const bool has_extended = is_extended(kay);
	uint8_t wrapped[MKPDU_WRAPPED_MAX];
	struct mkpdu mkpdu = {
		.version = has_extended ? EXTENDED_VERSION : VERSION,
		.priority = kay->priority,
		.is_key_server = kay->is_key_server,
		.is_macsec_desired = kay->is_macsec_desired,
		.capability = (uint8_t)kay->capability,
		.sci = kay->sci,
		.member = kay->member,
		.message_number = kay->next_message,
		.algorithm = algorithm,
		.key_name = {kay->keys.name.octets, kay->keys.name.size},
		.has_use = kay->latest.is_there,
		.is_delay_protecting = kay->is_delay_protecting,
		.has_extended = has_extended,
		.suspension_s = kay_suspension_told(kay, now),
	};

	list_peers(kay, &mkpdu);
	tell_key(&kay->latest, &mkpdu.latest);
	tell_key(&kay->old, &mkpdu.old);
	mkpdu.is_plain_ordered =
		kay->is_key_server && mkpdu.live_count != 0 && !kay_peers_may_protect(kay);
	if (is_distributing(kay))
		distribute(kay, &mkpdu, wrapped);
	const size_t size =
		mkpdu_write(&mkpdu, octets, KAY_FRAME_MAX - HEADER_SIZE - MKPDU_ICV_SIZE);
	return size == 0 ? 0 : seal(kay, octets, size);
}
