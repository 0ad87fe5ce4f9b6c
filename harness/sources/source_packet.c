/* SPDX-License-Identifier: MIT */
/* The work every source would do first, done once: headers, checksums, and the counting of both. */
#include "sources/source_packet.h"

#include <string.h>

static void count_verdict(enum packet_verdict verdict, struct source_counters *counters)
{
	switch (verdict) {
	case PACKET_WHOLE: break;
	case PACKET_FRAGMENT: counters->fragments++; break;
	case PACKET_MALFORMED: counters->malformed++; break;
	case PACKET_BAD_CHECKSUM: counters->bad_checksum++; break;
	}
}

static bool read_ip(struct source_packet *packet, struct source_counters *counters)
{
	const struct dimp_view payload = packet->ethernet.payload;
	const bool is_ipv4 = packet->ethernet.type == ETHERTYPE_IPV4;
	const enum packet_verdict verdict =
		is_ipv4 ? ipv4_read(payload, &packet->ipv4) : ipv6_read(payload, &packet->ipv6);

	count_verdict(verdict, counters);
	packet->has_ipv4 = is_ipv4 && verdict == PACKET_WHOLE;
	packet->has_ipv6 = !is_ipv4 && verdict == PACKET_WHOLE;
	return verdict == PACKET_WHOLE;
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
	if (packet->ethernet.type != ETHERTYPE_IPV4 && packet->ethernet.type != ETHERTYPE_IPV6)
		return true;
	return read_ip(packet, counters);
}

/* Whether another bridge would take the record: what it would refuse is not worth learning. */
static bool is_sendable(const struct dimp_record *record)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	struct dimp_record read_back;
	size_t size = 0;
	const bool is_written =
		dimp_record_write(record, octets, sizeof octets, &size) == DIMP_ERROR_NONE;
	const bool is_read = is_written &&
		dimp_record_read((struct dimp_view){octets, size}, &read_back) == DIMP_ERROR_NONE;

	explicit_bzero(octets, sizeof octets);
	explicit_bzero(&read_back, sizeof read_back);
	return is_read;
}

bool source_put(const struct source_place *place, const struct dimp_record *record,
	struct dimp_time now)
{
	if (!is_sendable(record)) {
		place->counters->malformed++;
		return false;
	}
	const bool is_put = di_store_put(place->store, place->slot, record, now);
	if (!is_put)
		place->counters->over_limit++;
	return is_put;
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
