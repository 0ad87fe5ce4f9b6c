/* SPDX-License-Identifier: MIT */
/*
 * The inside of an edge bridge, for the files that make it up: edge_bridge (what there is),
 * edge_reception (what is taken), edge_forwarding (where frames go), edge_ownership (what DIMP
 * events do).  Nobody else includes it.
 */
#ifndef BRIDGE_EDGE_BRIDGE_STATE_H
#define BRIDGE_EDGE_BRIDGE_STATE_H

#include "bridge/arp_limit.h"
#include "bridge/edge_bridge.h"
#include "bridge/forwarding_table.h"
#include "bridge/frame_hold.h"
#include "bridge/port_snooping.h"
#include "bridge/secure_port.h"
#include "bridge/vm_finder.h"
#include "sources/group_asking.h"
#include "sources/querier_clock.h"

struct edge_port {
	enum edge_port_kind kind;
	bool is_trusted; /* DHCP servers may be behind it */
	bool is_fast_leave; /* who leaves a group there leaves it for all */
	struct arp_tally arp;
	bool has_station;
	dimp_peer station; /* the speaker behind it */
};

enum { EDGE_QUERY_CLOCKS_MAX = 64 };

/* When a VLAN is asked in general, in one of the two protocols. */
struct edge_query_clock {
	uint16_t vlan;
	struct querier_clock clock;
};

struct edge_querier {
	struct edge_querier_config config;
	struct edge_query_clock clocks[EDGE_QUERY_CLOCKS_MAX];
	size_t clock_count;
	struct group_asking asking;
	engine_timer timer;
};

enum { EDGE_PROBES_MAX = 64 };

/* An address that is being tested by probes of the bridge's own. */
struct edge_probe {
	unsigned slot; /* of the VM that sent from it, or is to show that it is there */
	struct dimp_ip address;
	bool is_for_vm; /* the VM itself is asked, else everybody but it */
	unsigned sent;
	struct dimp_time at; /* the next probe, or the end */
};

struct edge_probing {
	struct edge_probe probes[EDGE_PROBES_MAX];
	size_t count;
	uint64_t sent; /* probes, in all */
	engine_timer timer;
};

struct edge_bridge {
	struct engine *engine;
	const char *name;
	unsigned node;
	struct dimp_mac address;
	struct edge_port *ports;
	unsigned port_count;
	struct attachment *attachments;
	unsigned attachment_count, attachments_max;
	struct vm_finder *finder; /* of attachments by their addresses */
	struct edge_policy policy;
	struct dimp_vlan_map cables; /* ports translate: theirs is what frames are tagged with */
	struct dimp_vlan_map sources; /* what other bridges call a VLAN in DI */
	struct di_store *store;
	struct secure_port *secure;
	struct forwarding_table *forwarding;
	struct frame_hold *hold;
	engine_timer release; /* of what was held for VMs that are here now */
	struct speaker_binding *binding;
	enum pdu_carrier carrier;
	const struct speaker_watch *watch;
	bool is_gathering; /* its speaker answers once for what arrives in one go */
	uint32_t rekey_wait_us; /* the longest that a SAK under way puts a freeze off */
	enum edge_plant plant;
	struct edge_querier querier;
	struct edge_probing probing;
	bool is_snooping_ports;
	struct port_snooping *snooping; /* of ports without VMs; NULL: those get all groups */
	bool floods_unregistered; /* also groups that nobody is known to have joined */
	bool is_router_guarding; /* RFC 6105 */
	uint32_t arp_rate; /* of untrusted ports, frames a second; 0: no limit */
	bool is_relay_agent; /* of DHCPv4, layer 2 */
	bool is_down; /* crashed and not restarted */
	struct edge_learner learner;
	struct edge_console console; /* hear NULL: nobody */
	struct edge_control control; /* receive NULL: nobody */
	struct edge_interposer interposer; /* hear NULL: nobody */
	di_observer *observer; /* of its DI; NULL: nobody */
	void *observer_context;
	enum dimp_error answered; /* by the speaker, to the last change of the store */
	engine_timer reporting; /* of the next report that is repeated; 0: none is */
	engine_timer ageing; /* of the store's next expiry */
	struct dimp_time ageing_at;
	bool is_changed; /* the store, since ageing was scheduled */
	bool is_mirroring; /* changes of the store are told to the speaker */
	uint64_t drops[GATE_VERDICTS];
};

/* A frame arrived at |port| of the bridge's node. */
engine_receive edge_reception_receive;

/* A frame on its way through the bridge. */
struct edge_passage {
	const struct edge_frame *frame;
	unsigned port; /* where it came from; port_count: from the bridge itself */
	uint16_t vlan;
	struct dimp_time now;
};

/* Sends a frame that was taken to whom it is for. */
void edge_forwarding_send(struct edge_bridge *bridge, const struct edge_passage *passage);
/* Counts a frame that is dropped. */
void edge_forwarding_drop(struct edge_bridge *bridge, enum gate_verdict verdict);
/* Whether the VM's port takes and sends |frame| only protected. */
bool edge_forwarding_must_protect(const struct edge_bridge *bridge, unsigned slot,
	const struct edge_frame *frame);
/* Whether the VM is on its port in that VLAN.  One that is expected is elsewhere so far: its frames
 * go where it was heard. */
bool edge_forwarding_is_here(const struct attachment *attachment, uint16_t vlan);
/* Whether it is DIMP between bridges and stations. */
bool edge_forwarding_is_management(const struct edge_passage *passage);
/* Sends a frame of the bridge itself, VLAN 0, where its destination is. */
void edge_forwarding_originate(void *context, struct dimp_view frame, struct dimp_time now);
/* Delivers a frame in the clear to the VM, through its gate. */
void edge_forwarding_deliver(struct edge_bridge *bridge, struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now);
/* What |vlan| is tagged with at the bridge's ports. */
uint16_t edge_forwarding_tag(const struct edge_bridge *bridge, uint16_t vlan);
/* Whether a group frame in the VM's VLAN is for the VM. */
bool edge_forwarding_wants(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, uint16_t vlan);

/* Sends a frame of the bridge itself in a VLAN to uplinks and hosts, and to no VM. */
void edge_forwarding_flood_in(struct edge_bridge *bridge, uint16_t vlan, struct dimp_view frame,
	struct dimp_time now);
/* Sends a frame of the bridge itself in a VLAN, to whom it is for. */
void edge_forwarding_originate_in(struct edge_bridge *bridge, uint16_t vlan, struct dimp_view frame,
	struct dimp_time now);

void edge_querier_init(struct edge_bridge *bridge, const struct edge_querier_config *config);
/* There are VMs in this VLAN: it is asked in general, if that is configured. */
void edge_querier_know(struct edge_bridge *bridge, uint16_t vlan);
/* A frame of a host of the network, which may be another querier's. */
void edge_querier_overhear(struct edge_bridge *bridge, uint16_t vlan,
	const struct edge_frame *frame, struct dimp_time now);
/* A VM that says it leaves a group or a source is asked, if the bridge is a querier, or ends it at
 * once, if its port has fast leave. */
void edge_querier_hear(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame, struct dimp_time now);

/* A frame of the VM that its source guard dropped: perhaps everybody is asked whether he has the
 * address that it is from. */
void edge_probing_refused(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame, struct dimp_time now);
/* A frame of the VM that passes: it shows whose the address is, if another VM's is tested here. */
void edge_probing_hear(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame, struct dimp_time now);
/* VMs whose bindings came to the end of their life just now are asked whether they are there. */
void edge_probing_expire(struct edge_bridge *bridge, struct dimp_time now);
/* Nothing more is asked for anybody. */
void edge_probing_stop(struct edge_bridge *bridge);

/* Tells bridges and routers further up what the VM, whose DI is in force here now, listens to, and
 * again as often as the robustness variable says, while it is here. */
void edge_reporter_report(struct edge_bridge *bridge, struct attachment *vm, struct dimp_time now);
/* Nothing more is told for anybody. */
void edge_reporter_stop(struct edge_bridge *bridge);

/* A frame of a VM that the gate has judged. */
struct judged_frame {
	const struct edge_frame *frame; /* in the clear */
	enum dimp_direction direction; /* as the bridge sees it */
	enum gate_verdict verdict;
	struct dimp_time now;
};

/* What policers make of what the gate let through; the frame is counted as what it became. */
enum gate_verdict edge_metering_judge(struct edge_bridge *bridge,
	const struct attachment *attachment, const struct judged_frame *judged);
/* Tells the speaker what the VM's meters say: before its DI is frozen. */
void edge_metering_flush(const struct edge_bridge *bridge, unsigned slot, struct dimp_time now);

/* Where a frame that the relay agent rewrites is put. */
struct relayed_frame {
	struct edge_frame frame;
	uint8_t octets[EDGE_FRAME_SIZE_MAX];
};

/* |frame| of the VM as it goes on, and |frame| as a VM gets it: with and without option 82 where
 * the bridge is a relay agent, else as they are. */
const struct edge_frame *edge_relaying_mark(const struct edge_bridge *bridge,
	const struct attachment *vm, const struct edge_frame *frame, struct relayed_frame *space);
const struct edge_frame *edge_relaying_unmark(const struct edge_bridge *bridge,
	const struct edge_frame *frame, struct relayed_frame *space);

/* Keeps a copy of what arrives for VMs that are on their way here. */
void edge_holding_keep(struct edge_bridge *bridge, const struct edge_frame *frame, uint16_t vlan);
/* Has what was held for VMs that are ACTIVE delivered, after what the speaker has to say. */
void edge_holding_release(struct edge_bridge *bridge, struct dimp_time now);
/* Whether a frame to the VM has to wait behind others: then it was put there. */
bool edge_holding_queue(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame);

/* Forgets that the VM's addresses were heard on its port. */
void edge_forwarding_forget(struct edge_bridge *bridge, const struct attachment *attachment);

/* What a staged entry contradicts that another VM has in force here; NONE if nothing. */
enum dimp_error edge_conflict(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct dimp_record *record);

/* Does what a DIMP event asks, and answers it. */
void edge_ownership_event(void *context, const struct dimp_event *event, struct dimp_time now);
/* Mirrors a change of the store into the speaker (a di_observer). */
di_observer edge_ownership_mirror;

/* Freezes a VSI that was asked to, once no SAK is on its way into use or the wait is over. */
void edge_ownership_freeze_when_due(struct edge_bridge *bridge, unsigned slot,
	struct dimp_time now);

/* The VM's DI is in force: its KaY, if there is one, speaks. */
void edge_key_agreement_start(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now);
/* It falls silent; before a freeze, with one more MKPDU. */
void edge_key_agreement_stop(const struct edge_bridge *bridge, const struct attachment *attachment);
void edge_key_agreement_conclude(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now);
/* EAPOL from the VM. */
void edge_key_agreement_hear(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now);
void edge_key_agreement_expire(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now);
struct dimp_time edge_key_agreement_deadline(const struct edge_bridge *bridge,
	const struct attachment *attachment);
bool edge_key_agreement_is_rekeying(const struct edge_bridge *bridge,
	const struct attachment *attachment);

/* edge_authentication.c */
void edge_authentication_start(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now);
void edge_authentication_stop(const struct edge_bridge *bridge,
	const struct attachment *attachment);
/* EAPOL of the VM. */
void edge_authentication_hear(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now);
/* A datagram for the bridge itself. */
void edge_authentication_hear_server(struct edge_bridge *bridge, const struct edge_frame *frame,
	struct dimp_time now);
void edge_authentication_expire(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now);
struct dimp_time edge_authentication_deadline(const struct edge_bridge *bridge,
	const struct attachment *attachment);

/* Makes the bridge's speaker; false without memory. */
bool edge_bridge_create_speaker(struct edge_bridge *bridge,
	const struct dimp_speaker_config *speaker);
/* Frames reach an address again only after it was heard. */
bool edge_bridge_create_forwarding(struct edge_bridge *bridge);
/* What is behind ports without VMs is learned anew. */
bool edge_bridge_create_snooping(struct edge_bridge *bridge);
/* Has expiries done in time; to be called after what may have changed the store. */
void edge_bridge_schedule_ageing(struct edge_bridge *bridge);
/* Lets the learner hear. */
void edge_bridge_hear(struct edge_bridge *bridge, const struct attachment *attachment,
	enum edge_side side, const struct edge_frame *frame);
/* Lets it hear what the source guard refused; whether a test of the address began. */
bool edge_bridge_hear_refused(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame);

#endif
