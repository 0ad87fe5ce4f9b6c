/* SPDX-License-Identifier: MIT */
/*
 * Runs the recorded MKA past sources of its own, in the order of the recording, and opens what
 * follows with the keys they learn.
 */
#include "actors/recording.h"

#include "sources/sources.h"

enum { SLOT = 0 };

static void open_frame(struct playback *playback, size_t index, struct sources *sources)
{
	const struct dimp_view octets = playback_frame(playback, index);
	const bool is_from_vm = playback_side(playback, index) == PLAYBACK_FROM_VM;
	const struct dimp_time start = {0};
	const struct source_frame heard = {
		.octets = octets,
		.direction = is_from_vm ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
		.is_trusted = !is_from_vm,
	};
	struct ethernet_frame frame;
	struct macsec_frame plain;

	if (!ethernet_read(octets, &frame))
		return;
	if (frame.type != ETHERTYPE_MACSEC) {
		sources_frame(sources, &heard, start);
		return;
	}
	struct macsec_data *macsec = sources_macsec(sources);
	const struct source_place *place = sources_place(sources);
	const enum macsec_verdict verdict = is_from_vm
		? macsec_data_validate(macsec, place, &frame, &plain)
		: macsec_data_follow(macsec, place, &frame, &plain);
	if (verdict == MACSEC_PASSED && plain.size <= octets.size)
		playback_replace(playback, index, (struct dimp_view){plain.octets, plain.size});
}

bool recording_open(struct playback *playback, const struct dimp_mac *vm,
	const struct mka_config *mka)
{
	struct di_store *store = di_store_create();
	const struct source_place place = {.store = store, .slot = SLOT, .vm = *vm};
	struct sources_config config;
	struct sources *sources = NULL;

	sources_config_default(&config);
	config.mka = mka;
	if (store)
		sources = sources_create(&place, &config, (struct dimp_time){0});
	for (size_t index = 0; sources && index < playback_count(playback); index++)
		open_frame(playback, index, sources);
	const bool is_opened = sources != NULL;
	sources_destroy(sources);
	if (store)
		di_store_destroy(store);
	return is_opened;
}
