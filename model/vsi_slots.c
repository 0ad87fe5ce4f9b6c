/* SPDX-License-Identifier: MIT */
/*
 * The places of VSIs at a speaker, by number: which one is free, and which one is whose.  A VSI may
 * have several for a while: what it left, what it is coming to.
 */
#include <string.h>

#include "speaker.h"

dimp_vsi_index speaker_free_vsi(const struct dimp_speaker *speaker)
{
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		if (speaker->vsis[index].use == SOURCE_UNUSED)
			return index;
	}
	return DIMP_NO_VSI;
}

dimp_vsi_index speaker_unnamed_vsi(const struct dimp_speaker *speaker)
{
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		if (speaker->vsis[index].use == SOURCE_UNUSED &&
			!event_queue_names(&speaker->events, index))
			return index;
	}
	return DIMP_NO_VSI;
}

void speaker_use_vsi(struct dimp_speaker *speaker, dimp_vsi_index index)
{
	if (index >= speaker->vsis_end)
		speaker->vsis_end = index + 1;
}

void speaker_use_migration(struct dimp_speaker *speaker, uint32_t index)
{
	if (index >= speaker->migrations_end)
		speaker->migrations_end = index + 1;
}

dimp_vsi_index speaker_find_vsi(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi)
{
	dimp_vsi_index found = DIMP_NO_VSI;

	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		const struct source *source = &speaker->vsis[index];

		if (source->use != SOURCE_CONTEXT ||
			memcmp(source->vsi.octets, vsi->octets, sizeof(vsi->octets)) != 0)
			continue;
		if (source_is_owner(source))
			return index;
		found = index;
	}
	return found;
}

bool speaker_knows_later_move(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi,
	uint64_t serial)
{
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		const struct source *source = &speaker->vsis[index];

		if (source->use == SOURCE_CONTEXT && source->serial_top >= serial &&
			memcmp(source->vsi.octets, vsi->octets, sizeof(vsi->octets)) == 0)
			return true;
	}
	return false;
}

dimp_vsi_index dimp_speaker_vsi_find(const struct dimp_speaker *speaker, const struct dimp_vsi *vsi)
{
	return speaker_find_vsi(speaker, vsi);
}
