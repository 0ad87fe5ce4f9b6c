/* SPDX-License-Identifier: MIT */
/* A speaker of libdimp as iut.h has an implementation: how it is made, and what it lets see. */
#ifndef CONFORMANCE_LIBDIMP_SPEAKER_H
#define CONFORMANCE_LIBDIMP_SPEAKER_H

#include "libdimp_user.h"

enum { LIBDIMP_VLANS_MAX = 32 };

/* What a speaker is made of; |vlans| is what its map borrows. */
struct libdimp_terms {
	struct dimp_speaker_config speaker;
	struct dimp_vlan_pair vlans[LIBDIMP_VLANS_MAX];
};

/* All but cryptography and peers; false when it cannot be as |config| says. */
bool libdimp_configure(struct libdimp_terms *terms, const struct iut_config *config);
struct dimp_peer_config libdimp_peer(const struct iut_peer *peer);

/* Members of iut_operations. */
bool libdimp_supports(const char *capability);
bool libdimp_status(const struct libdimp_user *user, const uint8_t vsi[IUT_VSI_SIZE],
	struct iut_status *status);
bool libdimp_entry(const struct libdimp_user *user, const uint8_t vsi[IUT_VSI_SIZE],
	size_t *position, struct iut_octets *record);
bool libdimp_counter(const struct libdimp_user *user, const char *name, uint64_t *value);

#endif
