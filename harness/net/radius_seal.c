/* SPDX-License-Identifier: MIT */
/*
 * Both hashes are over the packet with something else in the authenticator's place (zeros, or the
 * request's), and HMAC with zeros in the Message-Authenticator's: the parts are hashed one after
 * the other instead of being copied.  A response is sealed from the inside out, the
 * Message-Authenticator first.
 */
#include "net/radius_seal.h"

#include <string.h>

#include "crypto/md5.h"
#include "crypto/same_secret.h"

enum { AUTHENTICATOR_AT = 4 };

static const uint8_t zeros[RADIUS_AUTHENTICATOR_SIZE];

/* A packet to be hashed: with what in the authenticator's place, and under which secret. */
struct sealing {
	const struct radius_packet *packet;
	const uint8_t *authenticator;
	struct dimp_view secret;
};

/* MD5 over the packet, then the secret. */
static bool hash(const struct sealing *sealing, uint8_t digest[MD5_SIZE])
{
	const struct dimp_view parts[] = {
		{sealing->packet->octets.octets, AUTHENTICATOR_AT},
		{sealing->authenticator, RADIUS_AUTHENTICATOR_SIZE},
		sealing->packet->attributes,
		sealing->secret,
	};

	return md5(parts, sizeof parts / sizeof parts[0], digest);
}

/* HMAC-MD5 over the packet with zeros where |found| is. */
static bool hash_message(const struct sealing *sealing, struct dimp_view found,
	uint8_t digest[MD5_SIZE])
{
	const struct dimp_view attributes = sealing->packet->attributes;
	const size_t before = (size_t)(found.octets - attributes.octets);
	const size_t behind = before + found.size;
	const struct dimp_view parts[] = {
		{sealing->packet->octets.octets, AUTHENTICATOR_AT},
		{sealing->authenticator, RADIUS_AUTHENTICATOR_SIZE},
		{attributes.octets, before},
		{zeros, MD5_SIZE},
		{attributes.octets + behind, attributes.size - behind},
	};

	return md5_hmac(sealing->secret, parts, sizeof parts / sizeof parts[0], digest);
}

enum message_verdict { MESSAGE_ABSENT, MESSAGE_RIGHT, MESSAGE_WRONG };

static enum message_verdict judge_message(const struct sealing *sealing)
{
	uint8_t digest[MD5_SIZE];
	struct dimp_view found;

	if (!radius_find(sealing->packet, RADIUS_MESSAGE_AUTHENTICATOR, &found))
		return MESSAGE_ABSENT;
	if (found.size != MD5_SIZE || !hash_message(sealing, found, digest))
		return MESSAGE_WRONG;
	return same_secret(found.octets, digest, MD5_SIZE) ? MESSAGE_RIGHT : MESSAGE_WRONG;
}

/* Whether the packet's own authenticator is the hash. */
static bool is_hashed(const struct sealing *sealing)
{
	uint8_t digest[MD5_SIZE];

	return hash(sealing, digest) &&
		same_secret(sealing->packet->authenticator, digest, MD5_SIZE);
}

static bool has_eap(const struct radius_packet *packet)
{
	struct dimp_view eap;

	return radius_find(packet, RADIUS_EAP_MESSAGE, &eap);
}

bool radius_request_is_authentic(const struct radius_packet *packet, struct dimp_view secret)
{
	const struct sealing message = {packet, packet->authenticator, secret};
	const struct sealing whole = {packet, zeros, secret};

	if (packet->code == RADIUS_ACCESS_REQUEST)
		return judge_message(&message) == MESSAGE_RIGHT;
	return judge_message(&whole) != MESSAGE_WRONG && is_hashed(&whole);
}

bool radius_response_is_authentic(const struct radius_packet *packet,
	const uint8_t request[RADIUS_AUTHENTICATOR_SIZE], struct dimp_view secret)
{
	const struct sealing sealing = {packet, request, secret};
	const enum message_verdict verdict = judge_message(&sealing);

	if (verdict == MESSAGE_WRONG || (verdict == MESSAGE_ABSENT && has_eap(packet)))
		return false;
	return is_hashed(&sealing);
}

void radius_add_message_authenticator(struct octet_writer *writer)
{
	radius_add(writer, RADIUS_MESSAGE_AUTHENTICATOR, (struct dimp_view){zeros, sizeof zeros});
}

/* Fills the Message-Authenticator in, if there is one. */
static bool seal_message(uint8_t *octets, const struct sealing *sealing)
{
	uint8_t digest[MD5_SIZE];
	struct dimp_view found;

	if (!radius_find(sealing->packet, RADIUS_MESSAGE_AUTHENTICATOR, &found))
		return true;
	if (found.size != MD5_SIZE || !hash_message(sealing, found, digest))
		return false;
	memcpy(octets + (found.octets - sealing->packet->octets.octets), digest, sizeof digest);
	return true;
}

static bool seal(uint8_t *octets, const struct sealing *sealing)
{
	uint8_t digest[MD5_SIZE];

	if (!seal_message(octets, sealing) || !hash(sealing, digest))
		return false;
	memcpy(octets + AUTHENTICATOR_AT, digest, sizeof digest);
	return true;
}

bool radius_seal_request(uint8_t *octets, size_t size, struct dimp_view secret)
{
	struct radius_packet packet;

	if (!radius_read((struct dimp_view){octets, size}, &packet))
		return false;
	if (packet.code == RADIUS_ACCESS_REQUEST)
		return seal_message(octets,
			&(struct sealing){&packet, packet.authenticator, secret});
	return seal(octets, &(struct sealing){&packet, zeros, secret});
}

bool radius_seal_response(uint8_t *octets, size_t size,
	const uint8_t request[RADIUS_AUTHENTICATOR_SIZE], struct dimp_view secret)
{
	struct radius_packet packet;

	return radius_read((struct dimp_view){octets, size}, &packet) &&
		seal(octets, &(struct sealing){&packet, request, secret});
}
