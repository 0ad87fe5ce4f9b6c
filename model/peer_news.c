/* SPDX-License-Identifier: MIT */
/*
 * From an association's notice to the machines.  New keys while the old ones stood mean that the
 * peer may have lost its own association, and with it what it was about to say, without this end
 * noticing: what waits for it asks again.  A peer that tells another start than before has
 * forgotten all: what waits for a migration of its memory ends.
 */
#include "peer_news.h"

#include "ownership.h"

enum peer_news { PEER_NEWS_LOST, PEER_NEWS_BACK, PEER_NEWS_RENEWED, PEER_NEWS_RESTARTED };

static void tell_source(struct source *source, enum peer_news news,
	const struct machine_input *input)
{
	switch (news) {
	case PEER_NEWS_LOST: source_peer_lost(source, input); break;
	case PEER_NEWS_BACK: break;
	case PEER_NEWS_RENEWED: source_peer_renewed(source, input); break;
	case PEER_NEWS_RESTARTED: source_peer_restarted(source, input); break;
	}
}

static void tell_destination(struct destination *destination, enum peer_news news,
	const struct machine_input *input)
{
	switch (news) {
	case PEER_NEWS_LOST: destination_peer_lost(destination, input); break;
	case PEER_NEWS_BACK: destination_peer_back(destination, input); break;
	case PEER_NEWS_RENEWED: destination_peer_renewed(destination, input); break;
	case PEER_NEWS_RESTARTED: destination_peer_restarted(destination, input); break;
	}
}

static void tell_machines(struct dimp_speaker *speaker, dimp_peer peer, enum peer_news news,
	struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, peer, now);

	if (news == PEER_NEWS_RENEWED || news == PEER_NEWS_RESTARTED)
		announcements_renewed(&speaker->announcements, &input);
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		if (speaker->vsis[index].use == SOURCE_CONTEXT)
			tell_source(&speaker->vsis[index], news, &input);
	}
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];
		struct station *station = &speaker->stations[index];

		if (destination->is_used) {
			const dimp_vsi_index slot = destination->machine.vsi;

			tell_destination(destination, news, &input);
			speaker_settle_slot(speaker, destination, slot, now);
		}
		if (station->is_used && news != PEER_NEWS_BACK)
			station_peer_lost(station, &input);
	}
}

void peer_news_tell(struct dimp_speaker *speaker, dimp_peer peer,
	enum association_notice_kind notice, struct dimp_time now)
{
	struct speaker_peer *about = &speaker->peers[peer];

	switch (notice) {
	case ASSOCIATION_LOST: tell_machines(speaker, peer, PEER_NEWS_LOST, now); break;
	case ASSOCIATION_UP:
		ownership_announce_to(speaker, peer, now);
		tell_machines(speaker, peer, about->was_up ? PEER_NEWS_RENEWED : PEER_NEWS_BACK,
			now);
		break;
	case ASSOCIATION_UP_ANEW:
		ownership_announce_to(speaker, peer, now);
		tell_machines(speaker, peer, PEER_NEWS_RESTARTED, now);
		break;
	}
	about->was_up = notice != ASSOCIATION_LOST;
}
