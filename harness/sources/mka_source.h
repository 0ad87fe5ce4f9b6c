/* SPDX-License-Identifier: MIT */
/*
 * MKA snooping with the CAK: the SAKs that are distributed between the VM and the bridge's own
 * participant become MACSEC_SA records, one to receive (the VM's SCI) and one to transmit (the
 * bridge's).  A new SAK takes a new AN; the old one goes when both use the new.  Everything goes
 * when the VM falls silent.
 */
#ifndef SOURCES_MKA_SOURCE_H
#define SOURCES_MKA_SOURCE_H

#include "sources/mka_keys.h"
#include "sources/source_packet.h"

struct mka_config {
	struct mka_keys keys; /* secret; copied into the source, which wipes its own */
	uint32_t replay_window;
	enum dimp_validate validate;
};

/* One end of the association, as its latest MKPDU has it. */
struct mka_participant {
	bool is_known;
	struct dimp_sci sci;
	struct mkpdu_member member;
	uint32_t message_number;
	struct dimp_time heard;
	bool has_use;
	struct mkpdu_use use; /* of the latest key */
};

struct mka_source {
	struct mka_config config;
	struct mka_participant vm, bridge;
	bool is_timed; /* the VM was heard, or SAs moved here with it */
	struct dimp_time heard;
};

/* Strict validation, no replay window; the keys are the caller's to fill in. */
void mka_config_default(struct mka_config *config);

/* SAs that moved here have the peer's life time to be heard again. */
void mka_source_init(struct mka_source *source, const struct mka_config *config,
	const struct source_place *place, struct dimp_time now);
void mka_source_wipe(struct mka_source *source);

/* Learns from |packet| if it is an MKPDU. */
void mka_source_packet(struct mka_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now);

/* The VM has been silent for MKA's life time: its SAs go. */
void mka_source_expire(struct mka_source *source, const struct source_place *place,
	struct dimp_time now);
struct dimp_time mka_source_deadline(const struct mka_source *source,
	const struct source_place *place);

#endif
