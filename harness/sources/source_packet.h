/* SPDX-License-Identifier: MIT */
/*
 * What every source works on: a frame that passed the VM's port, taken apart once, and the place
 * where the DI of that VM is kept.  A source turns frames into records; what has to survive a move
 * lives in the records, so that a source at another bridge goes on from them.
 */
#ifndef SOURCES_SOURCE_PACKET_H
#define SOURCES_SOURCE_PACKET_H

#include "bridge/di_store.h"
#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

enum source_direction { SOURCE_FROM_VM, SOURCE_TOWARDS_VM };

struct source_frame {
	struct dimp_view octets; /* from the destination address on, no FCS */
	enum source_direction direction;
	bool is_trusted; /* it came from a port where servers are */
};

struct source_counters {
#define SOURCE_COUNTER(name, text) uint64_t name;
#include "source_counters.def"
#undef SOURCE_COUNTER
};

/* The VM a source learns about, and where it puts what it learned. */
struct source_place {
	struct di_store *store;
	unsigned slot;
	struct dimp_mac vm;
	struct source_counters *counters;
};

/* A frame taken apart; everything in it is borrowed from the frame. */
struct source_packet {
	enum source_direction direction;
	bool is_trusted;
	bool has_ipv4; /* then ipv4 holds */
	bool has_ipv6; /* then ipv6 holds */
	uint16_t vlan;
	struct ethernet_frame ethernet;
	struct ipv4_packet ipv4;
	struct ipv6_packet ipv6;
};

/* Takes a frame apart; false, and counted, when nothing can be learned from it. */
bool source_packet_read(const struct source_frame *frame, struct source_counters *counters,
	struct source_packet *packet);

/*
 * Puts an entry that another bridge would take by the rules of its DI type; false, and counted,
 * when it would not (an address that is nobody's, say) or there is no memory.
 */
bool source_put(const struct source_place *place, const struct dimp_record *record,
	struct dimp_time now);

/* The entry with the keys of |record|, durations as at |now|, into |found|; false if there is none.
 */
bool source_find(const struct source_place *place, const struct dimp_record *record,
	struct dimp_time now, struct dimp_record *found);

#endif
