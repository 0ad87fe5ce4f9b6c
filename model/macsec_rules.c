/* SPDX-License-Identifier: MIT */
/*
 * Rules of MACsec secure associations and of the MKA participants and peers that keep them alive
 * (DIMP 8.3, 8.6, 8.7).
 */
#include "address_kind.h"
#include "field.h"
#include "rule_hooks.h"

/* IEEE 802.1AE cipher suites (DIMP 8.3-2). */
static const uint64_t gcm_aes_128 = 0x0080c20001000001;
static const uint64_t gcm_aes_256 = 0x0080c20001000002;
static const uint64_t gcm_aes_xpn_128 = 0x0080c20001000003;
static const uint64_t gcm_aes_xpn_256 = 0x0080c20001000004;

enum { ASSOCIATION_NUMBER_MAX = 3 };

enum { SAK_128_SIZE = 16, SAK_256_SIZE = 32, SALT_SIZE = 12 };

enum sectag_bit { SECTAG_ES = 0x40, SECTAG_SC = 0x20, SECTAG_SCB = 0x10 };

/* Packet numbers from here on leave too little for a move (DIMP 8.3-6). */
static const uint64_t pn_exhausted = 0xc0000000;
static const uint64_t xpn_exhausted = 0xc000000000000000;

static bool is_extended(const struct dimp_macsec_sa *sa)
{
	return sa->cipher_suite == gcm_aes_xpn_128 || sa->cipher_suite == gcm_aes_xpn_256;
}

/* Octets of the suite's SAK, 0 for a suite that is not supported. */
static size_t sak_size(uint64_t cipher_suite)
{
	if (cipher_suite == gcm_aes_128 || cipher_suite == gcm_aes_xpn_128)
		return SAK_128_SIZE;
	if (cipher_suite == gcm_aes_256 || cipher_suite == gcm_aes_xpn_256)
		return SAK_256_SIZE;
	return 0;
}

static enum dimp_error check_cipher(const struct dimp_macsec_sa *sa)
{
	const uint8_t offset = sa->confidentiality_offset;

	if (sak_size(sa->cipher_suite) == 0)
		return DIMP_ERROR_UNSUPPORTED_CIPHER;
	if (offset != 0 && offset != 30 && offset != 50)
		return DIMP_ERROR_UNSUPPORTED_CIPHER;
	if (is_extended(sa) && offset != 0)
		return DIMP_ERROR_UNSUPPORTED_CIPHER;
	return DIMP_ERROR_NONE;
}

static enum dimp_error check_key(const struct dimp_macsec_sa *sa)
{
	const bool has_ssci = rules_have(sa->attributes, DIMP_ATTRIBUTE_macsec_sa_ssci);
	const bool has_salt = rules_have(sa->attributes, DIMP_ATTRIBUTE_macsec_sa_salt);

	if (!rules_have(sa->attributes, DIMP_ATTRIBUTE_macsec_sa_sak))
		return DIMP_ERROR_MISSING_TLV;
	if (sa->sak.size != sak_size(sa->cipher_suite))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (!is_extended(sa))
		return rules_malformed_unless(!has_ssci && !has_salt);
	if (!has_ssci || !has_salt)
		return DIMP_ERROR_MISSING_TLV;
	return rules_malformed_unless(sa->salt.size == SALT_SIZE);
}

/* ES says that the SCI is the source address, SC that it is sent, SCB that it is the EPON
 * broadcast's. */
static enum dimp_error check_sectag(uint8_t sectag)
{
	if ((sectag & ~(SECTAG_ES | SECTAG_SC | SECTAG_SCB)) != 0)
		return DIMP_ERROR_RESERVED_SET;
	if ((sectag & SECTAG_SC) == 0)
		return DIMP_ERROR_NONE;
	return rules_malformed_unless((sectag & (SECTAG_ES | SECTAG_SCB)) == 0);
}

static enum dimp_error check_packet_numbers(const struct dimp_macsec_sa *sa)
{
	const uint64_t exhausted = is_extended(sa) ? xpn_exhausted : pn_exhausted;

	if (sa->next_pn == 0 || sa->lowest_pn == 0)
		return DIMP_ERROR_MALFORMED_RECORD;
	if (sa->next_pn >= exhausted || sa->lowest_pn >= exhausted)
		return DIMP_ERROR_PN_EXHAUSTED;
	return DIMP_ERROR_NONE;
}

enum dimp_error rules_macsec_sa(const struct dimp_macsec_sa *sa, enum dimp_operation operation)
{
	if (sa->association_number > ASSOCIATION_NUMBER_MAX)
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	enum dimp_error error = check_cipher(sa);
	if (error != DIMP_ERROR_NONE)
		return error;
	error = check_key(sa);
	if (error != DIMP_ERROR_NONE)
		return error;
	error = check_sectag(sa->sectag);
	return error != DIMP_ERROR_NONE ? error : check_packet_numbers(sa);
}

static bool is_member(const struct dimp_member *member)
{
	return !address_is_zero(member->octets, sizeof member->octets);
}

static bool is_derived_key(const struct dimp_octets32 *key)
{
	return key->size == SAK_128_SIZE || key->size == SAK_256_SIZE;
}

/* ICK and KEK, of 128 or 256 bits each (DIMP 8.6-4). */
static enum dimp_error check_derived_keys(const struct dimp_mka_participant *participant)
{
	const uint32_t attributes = participant->attributes;

	if (!rules_have(attributes, DIMP_ATTRIBUTE_mka_participant_icv_key) ||
		!rules_have(attributes, DIMP_ATTRIBUTE_mka_participant_wrapping_key))
		return DIMP_ERROR_MISSING_TLV;
	return rules_malformed_unless(is_derived_key(&participant->icv_key) &&
		is_derived_key(&participant->wrapping_key));
}

/* A SAK as an MKPDU tells of it. */
struct told_key {
	const struct dimp_id16 *key;
	uint8_t association_number, is_receiving, is_transmitting;
	uint64_t lowest_pn;
};

static bool is_key(const struct dimp_id16 *key)
{
	return !address_is_zero(key->octets, sizeof key->octets);
}

/* No key has no use (DIMP 8.6-6). */
static bool is_told_key(const struct told_key *told)
{
	if (told->association_number > ASSOCIATION_NUMBER_MAX)
		return false;
	if (is_key(told->key))
		return true;
	return told->association_number == 0 && told->is_receiving == 0 &&
		told->is_transmitting == 0 && told->lowest_pn == 0;
}

static enum dimp_error check_told_keys(const struct dimp_mka_participant *participant)
{
	const struct told_key latest = {&participant->latest_key,
		participant->latest_association_number, participant->latest_is_receiving,
		participant->latest_is_transmitting, participant->latest_lowest_pn};
	const struct told_key old = {&participant->old_key, participant->old_association_number,
		participant->old_is_receiving, participant->old_is_transmitting,
		participant->old_lowest_pn};

	if (!is_told_key(&latest) || !is_told_key(&old))
		return DIMP_ERROR_MALFORMED_RECORD;
	/* Two keys at a time are in two slots. */
	return rules_malformed_unless(!is_key(latest.key) || !is_key(old.key) ||
		latest.association_number != old.association_number);
}

enum dimp_error rules_mka_participant(const struct dimp_mka_participant *participant,
	enum dimp_operation operation)
{
	if (!field_is_ckn(participant->key_name.octets))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (!is_member(&participant->member) || participant->next_message == 0)
		return DIMP_ERROR_MALFORMED_RECORD;
	if (participant->mka_version == 0 || participant->next_key == 0 ||
		participant->next_association_number > ASSOCIATION_NUMBER_MAX)
		return DIMP_ERROR_MALFORMED_RECORD;
	const enum dimp_error error = check_derived_keys(participant);
	return error != DIMP_ERROR_NONE ? error : check_told_keys(participant);
}

enum dimp_error rules_mka_peer(const struct dimp_mka_peer *peer, enum dimp_operation operation)
{
	if (!field_is_ckn(peer->key_name.octets) || !is_member(&peer->member))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	/* Nobody lives for ever, and who was heard had a number. */
	return rules_malformed_unless(
		peer->last_message != 0 && peer->remaining != DIMP_DURATION_INFINITE);
}
