/* SPDX-License-Identifier: MIT */
/*
 * The example of docs/VENDOR.md: libdimp behind iut.h, as a vendor would put an implementation of
 * his own there.  Only what dimp.h offers is used.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "iut.h"
#include "libdimp_speaker.h"

struct iut {
	struct libdimp_user user;
	struct libdimp_terms terms;
	struct openssl_crypto *crypto;
	void *memory;
};

static void end(struct iut *iut)
{
	if (iut->user.speaker != NULL)
		dimp_speaker_wipe(iut->user.speaker);
	openssl_crypto_destroy(iut->crypto);
	free(iut->memory);
	free(iut);
}

static bool add_peers(struct iut *iut, const struct iut_config *config)
{
	for (size_t at = 0; at < config->peer_count; at++) {
		const struct dimp_peer_config peer = libdimp_peer(&config->peers[at]);
		dimp_peer number;

		if (dimp_speaker_add_peer(iut->user.speaker, &peer, &number) != DIMP_ERROR_NONE)
			return false;
	}
	return true;
}

static struct dimp_speaker *make_speaker(struct iut *iut)
{
	struct dimp_speaker_config *speaker = &iut->terms.speaker;

	iut->crypto = openssl_crypto_create();
	iut->memory = malloc(dimp_speaker_size(speaker));
	if (iut->crypto == NULL || iut->memory == NULL)
		return NULL;
	/* Whoever gives a speaker memory may have had anything in it. */
	memset(iut->memory, 0xa5, dimp_speaker_size(speaker));
	speaker->crypto = openssl_crypto_table(iut->crypto);
	return dimp_speaker_init(iut->memory, speaker, (struct dimp_time){0});
}

static struct iut *begin(const struct iut_config *config)
{
	struct iut *iut = calloc(1, sizeof(*iut));

	if (iut == NULL || !libdimp_configure(&iut->terms, config)) {
		free(iut);
		return NULL;
	}
	libdimp_user_init(&iut->user, make_speaker(iut));
	if (iut->user.speaker != NULL && add_peers(iut, config))
		return iut;
	end(iut);
	return NULL;
}

static void receive(struct iut *iut, const struct iut_octets *pdu, uint64_t now_us)
{
	iut->user.now_us = now_us;
	dimp_speaker_receive(iut->user.speaker, pdu->peer,
		(struct dimp_view){pdu->octets, pdu->size}, (struct dimp_time){now_us});
}

static bool transmit(struct iut *iut, struct iut_octets *pdu, uint64_t now_us)
{
	const struct dimp_buffer room = {pdu->octets, sizeof pdu->octets};

	pdu->size = dimp_speaker_transmit(iut->user.speaker, room, &pdu->peer,
		(struct dimp_time){now_us});
	return pdu->size > 0;
}

static bool tell(struct iut *iut, struct iut_event *event, uint64_t now_us)
{
	return libdimp_tell(&iut->user, event, now_us);
}

static uint64_t deadline(struct iut *iut)
{
	return dimp_speaker_deadline(iut->user.speaker).us;
}

static void expire(struct iut *iut, uint64_t now_us)
{
	iut->user.now_us = now_us;
	dimp_speaker_expire(iut->user.speaker, (struct dimp_time){now_us});
}

static const char *order(struct iut *iut, const struct iut_order *order, uint64_t now_us)
{
	return libdimp_order(&iut->user, order, now_us);
}

static bool status(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], struct iut_status *status)
{
	return libdimp_status(&iut->user, vsi, status);
}

static bool entry(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], size_t *position,
	struct iut_octets *record)
{
	return libdimp_entry(&iut->user, vsi, position, record);
}

static bool counter(struct iut *iut, const char *name, uint64_t *value)
{
	return libdimp_counter(&iut->user, name, value);
}

const struct iut_operations iut_operations = {
	.name = "libdimp",
	.supports = libdimp_supports,
	.begin = begin,
	.end = end,
	.receive = receive,
	.transmit = transmit,
	.tell = tell,
	.deadline = deadline,
	.expire = expire,
	.order = order,
	.status = status,
	.entry = entry,
	.counter = counter,
};
