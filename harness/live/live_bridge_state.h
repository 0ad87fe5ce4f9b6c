/* SPDX-License-Identifier: MIT */
/* The inside of a live bridge, for the files that make it up.  Nobody else includes it. */
#ifndef LIVE_LIVE_BRIDGE_STATE_H
#define LIVE_LIVE_BRIDGE_STATE_H

#include "bridge/di_learner.h"
#include "crypto/openssl_crypto.h"
#include "engine/live_engine.h"
#include "live/arp_host.h"
#include "live/live_bridge.h"
#include "observe/keylog.h"

struct live_bridge {
	struct bridge_file *file;
	const struct live_log *log;
	struct engine *engine;
	struct openssl_crypto *crypto;
	struct dimp_public_key key;
	struct di_learner *learner;
	struct speaker_watch watch;
	struct keylog_writer *keylog; /* borrowed; NULL: none */
	struct edge_bridge *edge;
	uint32_t vsis_max;
	struct interface_port *ports[BRIDGE_PORTS_MAX];
	struct udp_port *udp;
	struct arp_host *arp;
	int monitor; /* -1: none */
	engine_timer expecting; /* what is absent; 0: nothing to do */
	engine_timer draining;
	struct dimp_time drain_by;
	bool is_draining;
	/* What the learner borrows, a row for each VM. */
	struct kay_config kays[BRIDGE_VMS_MAX];
	struct authenticator_config authenticators[BRIDGE_VMS_MAX];
};

/* live_bridge.c: its speaker's events are heard. */
void live_bridge_watch(struct live_bridge *bridge);
/* The VM of the file's row |slot| is attached or expected. */
void live_bridge_start_vm(struct live_bridge *bridge, unsigned slot);
bool live_bridge_open_ports(struct live_bridge *bridge, char why[LIVE_WHY_SIZE]);

/* live_build.c: what learns for the VMs of |file|; NULL without memory. */
struct di_learner *live_bridge_make_learner(const struct bridge_file *file);

/* The largest PDU that passes every uplink now, but not less than every way has to carry (DIMP
 * 3-5). */
uint16_t live_bridge_largest_pdu(const struct bridge_file *file);

/* live_tables.c: the VM of the file's row |each| enters the VSI database, the peer of one becomes
 * the speaker's; false with |why|. */
bool live_bridge_add_vm(struct live_bridge *bridge, size_t each, char why[LIVE_WHY_SIZE]);
bool live_bridge_add_peer(struct live_bridge *bridge, size_t each, char why[LIVE_WHY_SIZE]);
/* Where PDUs of the peer of a row come from, as frames of the bridge's node; false when that is no
 * address, or there is no room for it. */
bool live_bridge_find_mac(struct live_bridge *bridge, const struct bridge_file_peer *peer,
	struct dimp_mac *mac);
/* The policy of |file|, as a bridge has it. */
void live_bridge_read_policy(const struct bridge_file *file, struct edge_policy *policy);
/* Reads a key of 64 hex digits; false when there is none in the file at |path|. */
bool live_key_read(const char *path, uint8_t key[DIMP_KEY_SIZE]);
/* Records that a VM has from the start are entered. */
void live_bridge_fill(struct live_bridge *bridge, unsigned slot);

#endif
