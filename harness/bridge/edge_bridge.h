/* SPDX-License-Identifier: MIT */
/*
 * The emulated edge bridge: a VLAN bridge on an engine node whose station ports apply the DI in
 * force (802.1X, access lists, MACsec, DHCP bindings, multicast memberships) and whose DIMP speaker
 * moves it.
 */
#ifndef BRIDGE_EDGE_BRIDGE_H
#define BRIDGE_EDGE_BRIDGE_H

#include "bridge/attachment.h"
#include "bridge/authenticator.h"
#include "bridge/di_store.h"
#include "bridge/frame_hold.h"
#include "bridge/gate.h"
#include "bridge/speaker_binding.h"
#include "sources/kay.h"

struct edge_bridge;

enum edge_port_kind {
	EDGE_PORT_UNUSED,
	EDGE_PORT_STATION, /* VMs behind a server: gated, tagged or untagged */
	EDGE_PORT_UPLINK, /* another bridge: tagged, trusted */
	EDGE_PORT_HOST /* a host of the network: tagged, trusted when said so */
};

enum { EDGE_POLICY_VLANS_MAX = 32 };

/* Bugs to be found by those who look for them. */
enum edge_plant { EDGE_PLANT_NONE, EDGE_PLANT_THAW_AFTER_RELEASE };

/* What this bridge takes from others. */
struct edge_policy {
	uint16_t vlans[EDGE_POLICY_VLANS_MAX]; /* allowed ones; none: all */
	size_t vlan_count;
	uint64_t refused_types; /* DI set */
	bool is_activation_failing; /* hardware that cannot put DI into force */
};

/* Which way a frame went by that the bridge lets its sources hear. */
enum edge_side { EDGE_FROM_VM, EDGE_TO_VM };

/* A frame as the bridge lets its learner hear it. */
struct edge_heard {
	const struct attachment *attachment; /* of the VM */
	enum edge_side side;
	struct dimp_view frame; /* in the clear, tagged with the VM's VLAN (if it has one) */
};

/*
 * Who learns DI for the bridge.  hear() gets what a VM sends past the gate and what is delivered to
 * it, EAPOL of both sides included; the frame holds only during the call, and what is learned goes
 * to the bridge's store.  refused() gets what the source guard did not let pass, and says whether a
 * test of the address that it is from began, for which the bridge has to probe.  adopt() says that
 * the VM's records moved here.  expire() is called for VMs that are here before entries of the
 * store expire, at the latest at deadline().  kay() is the KaY that speaks to the VM for the
 * bridge, authenticator() its 802.1X authenticator, NULL if none does; hear_server() gets what that
 * one and its RADIUS server say.  Members may be NULL.
 */
struct edge_learner {
	void *context;
	void (*hear)(void *context, const struct edge_heard *heard, struct dimp_time now);
	bool (*refused)(void *context, const struct edge_heard *heard, struct dimp_time now);
	void (*adopt)(void *context, const struct attachment *attachment, struct dimp_time now);
	void (*expire)(void *context, const struct attachment *attachment, struct dimp_time now);
	struct dimp_time (*deadline)(void *context, const struct attachment *attachment);
	struct kay *(*kay)(void *context, const struct attachment *attachment);
	struct authenticator *(*authenticator)(void *context, const struct attachment *attachment);
	void (*hear_server)(void *context, const struct attachment *attachment,
		struct dimp_view frame, struct dimp_time now);
};

struct edge_querier_config {
	bool is_on; /* asks VMs that leave a group or source whether anybody is left */
	uint64_t interval_us; /* of general queries; 0: none are sent */
	struct dimp_ip address; /* of IPv4, in queries; 0.0.0.0 is never elected */
};

struct edge_bridge_config {
	struct engine *engine;
	const char *name; /* borrowed */
	unsigned ports;
	struct dimp_mac address;
	unsigned attachments_max;
	struct edge_policy policy;
	struct dimp_vlan_map cables; /* VLANs as tagged at its ports, and its own number of them */
	enum pdu_carrier carrier; /* of its DIMP */
	struct edge_querier_config querier;
	bool is_snooping_ports; /* group frames go to uplinks and hosts by membership, too */
	bool floods_unregistered; /* then: but those of groups that nobody has joined to all */
	bool is_router_guarding; /* routers advertise themselves from trusted ports only */
	uint32_t arp_rate; /* ARP frames a second that an untrusted port may send; 0: no limit */
	bool is_relay_agent; /* says to DHCP servers where a VM is that asks (option 82) */
	size_t hold_octets_max; /* of frames held for VMs on their way here; 0: none are */
	size_t hold_frames_max;
	const struct dimp_speaker_config *speaker; /* NULL: a bridge that knows no DIMP */
	const struct speaker_watch *watch;
	bool is_gathering; /* answers once for the PDUs that arrive in one go */
	struct edge_learner learner;
	enum edge_plant plant; /* tests only */
};

/* Adds the bridge's node to the engine; NULL without memory. */
struct edge_bridge *edge_bridge_create(const struct edge_bridge_config *config);
void edge_bridge_destroy(struct edge_bridge *bridge);

unsigned edge_bridge_node(const struct edge_bridge *bridge);
const struct dimp_mac *edge_bridge_address(const struct edge_bridge *bridge);
struct di_store *edge_bridge_store(const struct edge_bridge *bridge);
/* NULL for a bridge that knows no DIMP, and after a crash. */
struct speaker_binding *edge_bridge_speaker(const struct edge_bridge *bridge);

/* Hears what the bridge's host is told of its own migrations: NOTIFIED, ADOPTED, PROGRESS and
 * RESPONSE. */
struct edge_console {
	void *context;
	void (*hear)(void *context, const struct dimp_event *event, struct dimp_time now);
};
void edge_bridge_set_console(struct edge_bridge *bridge, const struct edge_console *console);

/* |observer| sees each change of the bridge's DI, before its speaker does; NULL: nobody. */
void edge_bridge_set_observer(struct edge_bridge *bridge, di_observer *observer, void *context);

/*
 * Whoever tests the bridge stands between it and its speaker: hear() gets each event in place of
 * the bridge, which does what it asks, and answers it, when edge_bridge_obey() is called, in hear()
 * or later.
 */
struct edge_interposer {
	void *context;
	void (*hear)(void *context, const struct dimp_event *event, struct dimp_time now);
};
void edge_bridge_interpose(struct edge_bridge *bridge, const struct edge_interposer *interposer);
void edge_bridge_obey(struct edge_bridge *bridge, const struct dimp_event *event,
	struct dimp_time now);
/* An entry of a VM that is here was learned (PUT) or lost (DELETE), as its sources would say it;
 * what the speaker answers, NONE where there was nothing to tell it. */
DIMP_MUST_USE enum dimp_error edge_bridge_learn(struct edge_bridge *bridge, unsigned slot,
	const struct dimp_record *record, struct dimp_time now);

/* Takes the ECP frames that arrive at station ports: the bridge's end of VDP. */
struct edge_control {
	void *context;
	void (*receive)(void *context, unsigned port, const struct edge_frame *frame,
		struct dimp_time now);
};
void edge_bridge_set_control(struct edge_bridge *bridge, const struct edge_control *control);
/* Sends |frame| as it is on |port|; not from a bridge that is down. */
void edge_bridge_send_control(struct edge_bridge *bridge, unsigned port, struct dimp_view frame);
/* The slot of the VSI in the database, and in |slot|; false when it is not there. */
bool edge_bridge_find(const struct edge_bridge *bridge, const struct dimp_vsi *vsi, unsigned *slot);
/* The same, for one that is there: |usual| is looked at first, and returned when it is not. */
unsigned edge_bridge_slot(const struct edge_bridge *bridge, const struct dimp_vsi *vsi,
	unsigned usual);

/* What is behind |port|. */
void edge_bridge_set_port(struct edge_bridge *bridge, unsigned port, enum edge_port_kind kind,
	bool is_trusted);

/* Whoever has |address|, untagged, is behind |port|: nobody else draws frames to him to himself. */
void edge_bridge_pin(struct edge_bridge *bridge, const struct dimp_mac *address, unsigned port);

/* Who leaves a group at |port| leaves it for all who are there, and nobody is asked. */
void edge_bridge_set_fast_leave(struct edge_bridge *bridge, unsigned port);

/* What the bridge calls the VLAN that its cables call |vlan|. */
uint16_t edge_bridge_own_vlan(const struct edge_bridge *bridge, uint16_t vlan);
/* The speaker behind |port| is |station|: it alone asks for VMs there, and announces their moves.
 */
void edge_bridge_set_station(struct edge_bridge *bridge, unsigned port, dimp_peer station);

/* ---- VMs ---- */

/* Enters a VM into the VSI database, ABSENT; the slot is the lowest number that is free, from 0 on.
 * False when full. */
bool edge_bridge_know(struct edge_bridge *bridge, const struct attachment *vm);
/* The VM is no longer in the database, its slot is free.  False, and nothing happens, while the
 * speaker has anything of it. */
bool edge_bridge_forget(struct edge_bridge *bridge, unsigned slot);
const struct attachment *edge_bridge_attachment(const struct edge_bridge *bridge, unsigned slot);

/* The VM will come to |port|: it stays blocked until its DI is in force. */
void edge_bridge_expect(struct edge_bridge *bridge, unsigned slot, unsigned port);
/* Moves of the VM up to |serial| are over, say those who order them: told with the next attach. */
void edge_bridge_tell_serial(struct edge_bridge *bridge, unsigned slot, uint64_t serial);
/* The VM is on |port| from now on and nothing has to come before it. */
void edge_bridge_attach(struct edge_bridge *bridge, unsigned slot, unsigned port,
	struct dimp_time now);
/* The same with what the speaker is to know of the VSI, as |config| says; what it answers. */
DIMP_MUST_USE enum dimp_error edge_bridge_attach_as(struct edge_bridge *bridge,
	const struct attachment *vm, const struct dimp_vsi_config *config, struct dimp_time now);
/* The VM left its port; its DI is held. */
void edge_bridge_leave(struct edge_bridge *bridge, unsigned slot, struct dimp_time now);
/* Enters DI, VLANs as its source has them, that the server installed by itself, before the VM
 * comes; told to the speaker when the slot is put into force. */
bool edge_bridge_install(struct edge_bridge *bridge, unsigned slot,
	const struct dimp_record *record, struct dimp_time now);

/* To be called after changes of the store: the speaker says what it has to, expiries are done in
 * time. */
void edge_bridge_settle(struct edge_bridge *bridge, struct dimp_time now);

/* Sends |frame| (in the clear, untagged) to the VM as the bridge's own: EAPOL, MKA, queries. */
void edge_bridge_send_to_vm(struct edge_bridge *bridge, unsigned slot, struct dimp_view frame,
	struct dimp_time now);

/*
 * The VM's session is over, as on a RADIUS Disconnect-Request.  First a migration of its DI that is
 * under way ends (DIMP 9.3-21); false when the DI is another bridge's by now.
 */
bool edge_bridge_revoke(struct edge_bridge *bridge, unsigned slot, struct dimp_time now);
/* Then 802.1X session and dynamic ACL go. */
void edge_bridge_end_session(struct edge_bridge *bridge, unsigned slot, struct dimp_time now);

/* ---- What goes wrong ---- */

/* The bridge stops: DI, forwarding table, associations and learner are lost; it forwards nothing.
 */
void edge_bridge_crash(struct edge_bridge *bridge);

/* What a bridge starts again with. */
struct edge_restart {
	const struct dimp_speaker_config *speaker;
	struct edge_learner learner;
};

/* It starts again, with what is configured and no peers; no VM is here until it is attached.
 * False without memory. */
bool edge_bridge_restart(struct edge_bridge *bridge, const struct edge_restart *restart);

/* Another policy from now on; what is in force stays. */
void edge_bridge_set_policy(struct edge_bridge *bridge, const struct edge_policy *policy);
const struct edge_policy *edge_bridge_policy(const struct edge_bridge *bridge);

/* ---- What came of it ---- */

/* Frames of VMs dropped here with |verdict|, in both directions. */
uint64_t edge_bridge_drops(const struct edge_bridge *bridge, enum gate_verdict verdict);

/* Probes for duplicates that the bridge sent of its own (RFC 6620 3.2.2). */
uint64_t edge_bridge_probes(const struct edge_bridge *bridge);

/* What became of frames held for VMs on their way here. */
void edge_bridge_hold_tally(const struct edge_bridge *bridge, struct frame_hold_tally *tally);

#endif
