/*
 * One hook per DI type, rules_<lower>(): what its fields must be together (DIMP 8).  A DI type
 * without a hook does not compile.  A hook first judges the KEY fields, which a DELETE has too,
 * then the others.
 */
#include "di_rules.h"

#include <string.h>

/* IEEE 802.1AE cipher suites (DIMP 8.3-2). */
static const uint64_t gcm_aes_128 = 0x0080c20001000001;
static const uint64_t gcm_aes_256 = 0x0080c20001000002;
static const uint64_t gcm_aes_xpn_128 = 0x0080c20001000003;
static const uint64_t gcm_aes_xpn_256 = 0x0080c20001000004;

enum { SAK_128_SIZE = 16, SAK_256_SIZE = 32, SALT_SIZE = 12 };

enum sectag_bit { SECTAG_ES = 0x40, SECTAG_SC = 0x20, SECTAG_SCB = 0x10 };

/* Packet numbers from here on leave too little for a move (DIMP 8.3-6). */
static const uint64_t pn_exhausted = 0xc0000000;
static const uint64_t xpn_exhausted = 0xc000000000000000;

static bool has_attribute(uint32_t attributes, enum dimp_attribute number)
{
	return (attributes >> number & 1) != 0;
}

static enum dimp_error malformed_unless(bool holds)
{
	return holds ? DIMP_ERROR_NONE : DIMP_ERROR_MALFORMED_RECORD;
}

static bool is_all_zero(const uint8_t *octets, size_t size)
{
	uint8_t bits = 0;

	for (size_t index = 0; index < size; index++)
		bits |= octets[index];
	return bits == 0;
}

/* The address of one station: not a group's and not zero. */
static bool is_station(const struct dimp_mac *mac)
{
	return (mac->octets[0] & 1) == 0 && !is_all_zero(mac->octets, sizeof mac->octets);
}

static bool is_ipv4_mapped(const struct dimp_ip *ip)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	return memcmp(ip->octets, prefix, sizeof prefix) == 0;
}

/* A host's IPv4 address: neither in 0.0.0.0/8 nor a group's, reserved or the broadcast address. */
static bool is_ipv4_host(const uint8_t octets[4])
{
	return octets[0] != 0 && octets[0] < 224;
}

static bool is_group(const struct dimp_ip *ip)
{
	if (is_ipv4_mapped(ip))
		return (ip->octets[12] & 0xf0) == 0xe0;
	return ip->octets[0] == 0xff;
}

static enum dimp_error rules_dot1x_session(const struct dimp_dot1x_session *session,
	enum dimp_operation operation)
{
	(void)operation;
	return malformed_unless(is_station(&session->client));
}

/* A prefix of an IPv4 address counts the 96 bits before it; 0 is "any" and has a zero address. */
static bool is_prefix(const struct dimp_ip *address, uint8_t prefix)
{
	enum { IPV4_PREFIX_MIN = 96, PREFIX_MAX = 128 };

	if (prefix == 0)
		return is_all_zero(address->octets, sizeof address->octets);
	if (is_ipv4_mapped(address) && prefix < IPV4_PREFIX_MIN)
		return false;
	return prefix <= PREFIX_MAX;
}

static enum dimp_error rules_dynamic_acl(const struct dimp_dynamic_acl *acl,
	enum dimp_operation operation)
{
	if (!is_station(&acl->client))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (!is_prefix(&acl->source, acl->source_prefix))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (!is_prefix(&acl->destination, acl->destination_prefix))
		return DIMP_ERROR_MALFORMED_RECORD;
	return malformed_unless(acl->port_first <= acl->port_last);
}

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
	const bool has_ssci = has_attribute(sa->attributes, DIMP_ATTRIBUTE_macsec_sa_ssci);
	const bool has_salt = has_attribute(sa->attributes, DIMP_ATTRIBUTE_macsec_sa_salt);

	if (!has_attribute(sa->attributes, DIMP_ATTRIBUTE_macsec_sa_sak))
		return DIMP_ERROR_MISSING_TLV;
	if (sa->sak.size != sak_size(sa->cipher_suite))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (!is_extended(sa))
		return malformed_unless(!has_ssci && !has_salt);
	if (!has_ssci || !has_salt)
		return DIMP_ERROR_MISSING_TLV;
	return malformed_unless(sa->salt.size == SALT_SIZE);
}

/* ES says that the SCI is the source address, SC that it is sent, SCB that it is the EPON
 * broadcast's. */
static enum dimp_error check_sectag(uint8_t sectag)
{
	if ((sectag & ~(SECTAG_ES | SECTAG_SC | SECTAG_SCB)) != 0)
		return DIMP_ERROR_RESERVED_SET;
	if ((sectag & SECTAG_SC) == 0)
		return DIMP_ERROR_NONE;
	return malformed_unless((sectag & (SECTAG_ES | SECTAG_SCB)) == 0);
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

static enum dimp_error rules_macsec_sa(const struct dimp_macsec_sa *sa,
	enum dimp_operation operation)
{
	enum { ASSOCIATION_NUMBER_MAX = 3 };

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

static enum dimp_error rules_dhcp_binding(const struct dimp_dhcp_binding *binding,
	enum dimp_operation operation)
{
	if (!is_station(&binding->client))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	return malformed_unless(is_ipv4_host(binding->address.octets));
}

/* A membership's source is zero or a host's address of the group's family. */
static bool is_source_of(const struct dimp_ip *source, const struct dimp_ip *group)
{
	if (is_all_zero(source->octets, sizeof source->octets))
		return true;
	if (is_ipv4_mapped(source) != is_ipv4_mapped(group))
		return false;
	if (is_ipv4_mapped(source))
		return is_ipv4_host(source->octets + 12);
	return !is_group(source);
}

static enum dimp_error rules_multicast_membership(
	const struct dimp_multicast_membership *membership, enum dimp_operation operation)
{
	/* IGMPv1 to v3, MLDv1 and v2. */
	const uint8_t version_max = is_ipv4_mapped(&membership->group) ? 3 : 2;
	const uint8_t version = membership->host_version;

	if (!is_group(&membership->group))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (!is_source_of(&membership->source, &membership->group))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	return malformed_unless(version >= 1 && version <= version_max);
}

static enum dimp_error rules_organisation_specific(
	const struct dimp_organisation_specific *specific, enum dimp_operation operation)
{
	(void)operation;
	return malformed_unless(!is_all_zero(specific->oui.octets, sizeof specific->oui.octets));
}

enum dimp_error di_rules_check(const struct dimp_record *record)
{
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: \
		return rules_##lower(&record->body.lower, record->operation);
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	}
	return DIMP_ERROR_UNSUPPORTED_TYPE;
}
