/* SPDX-License-Identifier: MIT */
/* The work every source would do first, done once: headers, checksums, and the counting of both. */
#include "sources/source.h"

static void count_verdict(enum ipv4_verdict verdict, struct source_counters *counters)
{
	switch (verdict) {
	case IPV4_WHOLE: break;
	case IPV4_FRAGMENT: counters->fragments++; break;
	case IPV4_MALFORMED: counters->malformed++; break;
	case IPV4_BAD_CHECKSUM: counters->bad_checksum++; break;
	}
}

bool source_packet_read(const struct source_frame *frame, struct source_counters *counters,
	struct source_packet *packet)
{
	*packet = (struct source_packet){.direction = frame->direction,
		.is_trusted = frame->is_trusted};
	counters->frames++;
	if (!ethernet_read(frame->octets, &packet->ethernet)) {
		counters->malformed++;
		return false;
	}
	packet->vlan = ethernet_vlan(&packet->ethernet);
	if (packet->ethernet.type != ETHERTYPE_IPV4)
		return true;
	const enum ipv4_verdict verdict = ipv4_read(packet->ethernet.payload, &packet->ipv4);
	count_verdict(verdict, counters);
	packet->has_ipv4 = verdict == IPV4_WHOLE;
	return packet->has_ipv4;
}

void source_put(const struct source_place *place, const struct dimp_record *record,
	struct dimp_time now)
{
	if (!di_store_put(place->store, place->slot, record, now))
		place->counters->over_limit++;
}

bool source_find(const struct source_place *place, const struct dimp_record *record,
	struct dimp_time now, struct dimp_record *found)
{
	const struct di_entry *const entry = di_store_find(place->store, place->slot, record);

	if (entry == NULL)
		return false;
	di_entry_at(entry, now, found);
	return true;
}
