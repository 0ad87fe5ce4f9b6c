/* SPDX-License-Identifier: MIT */
/* libdimp as an implementation under test: what its files share. */
#ifndef CONFORMANCE_LIBDIMP_IUT_H
#define CONFORMANCE_LIBDIMP_IUT_H

#include "crypto/openssl_crypto.h"
#include "iut.h"

enum { LIBDIMP_VLANS_MAX = 32 };

struct iut {
	struct openssl_crypto *crypto;
	void *memory;
	struct dimp_speaker *speaker;
	struct dimp_vlan_pair vlans[LIBDIMP_VLANS_MAX];
	struct dimp_event event; /* the last one told */
	/* What answers are about. */
	dimp_vsi_index freeze_vsi, activate_vsi, record_vsi;
	uint64_t token, token_before, request, now_us;
	struct dimp_record record;
};

/* Member |order| of iut_operations. */
const char *libdimp_order(struct iut *iut, const struct iut_order *order, uint64_t now_us);

/* Member |tell|. */
bool libdimp_tell(struct iut *iut, struct iut_event *event, uint64_t now_us);

#endif
