/* SPDX-License-Identifier: MIT */
/*
 * A scenario: what one YAML file says, checked, names resolved to indexes, units to microseconds,
 * bits per second and octets.  scenario_read() makes it, world_create() builds a world from it.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "actors/announcer.h"
#include "actors/attacker.h"
#include "actors/memory_copy.h"
#include "bridge/pdu_carrier.h"
#include "engine/engine_choice.h"
#include "scenario/scenario_clients.h"
#include "scenario/scenario_servers.h"

enum { SCENARIO_NAME_MAX = 64, SCENARIO_LIST_MAX = 32, SCENARIO_PATH_MAX = 1024 };
#define SCENARIO_NONE UINT32_MAX
_Static_assert((int)SCENARIO_CLIENT_PATH_MAX == (int)SCENARIO_PATH_MAX, "one bound of paths");
_Static_assert((int)SCENARIO_SERVER_NAME_MAX == (int)SCENARIO_NAME_MAX, "one bound of names");

struct scenario_bridge {
	char name[SCENARIO_NAME_MAX];
	unsigned ports;
	char acl_template[SCENARIO_NAME_MAX]; /* "" or "permit-own-address" */
	uint32_t limits[DIMP_DI_TYPES]; /* per DI type; 0: none */
	uint32_t entries_max; /* over all; 0: default */
	uint32_t migrations_max; /* at a time; 0: as many as the scenario has */
	uint64_t supported_types; /* DI set */
	uint8_t lies; /* what it says wrongly: a bit for each rewriter_lie */
	uint32_t versions[DIMP_DI_TYPES]; /* of the DI records that it sends; 0: this library's */
	uint16_t policy_vlans[SCENARIO_LIST_MAX]; /* allowed VLANs; none listed: all */
	size_t policy_vlan_count;
	uint64_t policy_refused_types; /* DI set that policy forbids */
	struct dimp_vlan_pair remap_vlans[SCENARIO_LIST_MAX]; /* theirs, and ours */
	size_t remap_vlan_count;
	uint64_t hold_octets; /* of frames held for VMs that are on their way here; 0: none */
	uint32_t hold_frames; /* so many at most */
	bool is_querier;
	bool is_router_guarding; /* RFC 6105 */
	uint32_t arp_rate; /* ARP frames a second of an untrusted port; 0: no limit */
	bool is_relay_agent; /* of DHCPv4, with option 82 */
	bool is_discovery_binding; /* SAVI */
	uint64_t query_interval_us; /* of general queries; 0: none */
	struct dimp_ip query_address;
	bool is_snooping_ports, floods_unregistered;
	bool fails_activation; /* hardware that cannot put DI into force */
	enum dimp_authority authority; /* whom it hands DI to */
};

struct scenario_link {
	char name[SCENARIO_NAME_MAX * 2]; /* "edge-a/edge-b" */
	uint32_t bridges[2];
	struct engine_link_config config;
};

enum scenario_on_risk { SCENARIO_RISK_STOP, SCENARIO_RISK_CONTINUE };

/* What a server makes of a reason, whatever is advised. */
enum scenario_on_reason {
	SCENARIO_ON_REASON_AS_ADVISED,
	SCENARIO_ON_REASON_STOP, /* it neither tries again nor takes a risk */
	SCENARIO_ON_REASON_ELSEWHERE /* it moves the VM to another server */
};
enum { SCENARIO_REASONS = DIMP_REASON_POLICY_CONFLICT + 1 };

/* What a server does for a VM's clients that DIMP would spare them. */
enum scenario_workaround {
	SCENARIO_WORKAROUND_QUERY = 1, /* asks for memberships */
	SCENARIO_WORKAROUND_RENEW = 2, /* has the lease renewed */
	SCENARIO_WORKAROUND_REAUTHENTICATE = 4
};

struct scenario_station {
	char name[SCENARIO_NAME_MAX];
	uint32_t bridge;
	unsigned port;
	struct engine_link_config config;
	bool is_fast_leave; /* of groups, at its port */
	uint32_t retries; /* on_fail: {RETRY: n} */
	enum scenario_on_risk on_risk; /* on_fail: {CONTINUE_AT_RISK: stop|continue} */
	uint64_t retry_us; /* on_fail: {wait: ...} */
	enum scenario_on_reason on_reason[SCENARIO_REASONS];
	uint32_t elsewhere; /* station; SCENARIO_NONE: there is no other */
	bool reserves_by_vdp; /* its Pre-Associates do */
	uint32_t parallel; /* moves away from it at a time; 0: no bound */
	uint64_t traffic_bps; /* on its cable, that memories have to leave room for */
	struct announcer_plan announcing;
	uint8_t workarounds; /* bits of enum scenario_workaround */
};

struct scenario_vm {
	char name[SCENARIO_NAME_MAX];
	uint32_t station;
	uint16_t vlan;
	struct dimp_mac mac;
	struct dimp_ip address; /* for services, if no DHCP gives one */
	bool leaves_untold; /* its bridge does not hear that it leaves its port */
	struct memory_habits memory;
	uint64_t stop_us; /* the VM's own stop time; UINT64_MAX: computed */
	/* DI the server installs by itself at the destination before the move, by type */
	uint64_t installed_by_server;
	uint64_t policed_to_bps; /* both ways; 0: not policed */
	/* Entries made up at the start, by DI type, for sizes no recording has. */
	uint32_t synthetic[DIMP_DI_TYPES];
	/* What few VMs have stands last, so that what nobody writes costs no memory. */
	char capture[SCENARIO_PATH_MAX]; /* path, resolved; "" if none */
	char cak[SCENARIO_PATH_MAX]; /* path of CKN and CAK; "" if none */
	struct scenario_mka mka;
	struct scenario_dot1x_client dot1x;
	struct scenario_dhcp_client dhcp;
	struct scenario_dhcp6_client dhcp6;
	struct scenario_membership igmp, mld;
};

enum scenario_service_kind { SCENARIO_SERVICE_MULTICAST, SCENARIO_SERVICE_ECHO };

struct scenario_service {
	char name[SCENARIO_NAME_MAX];
	enum scenario_service_kind kind;
	uint32_t bridge; /* where the sender (or pinging host) is */
	unsigned port;
	uint32_t vm; /* the receiver; multicast: SCENARIO_NONE is all */
	struct dimp_ip group;
	struct dimp_ip source;
	bool is_over_ipv6; /* echo */
	uint32_t per_second;
};

/* What a REQUEST says of where the DI is. */
enum scenario_hint { SCENARIO_HINT_SOURCE, SCENARIO_HINT_NONE, SCENARIO_HINT_UNKNOWN };

/* What the server has of the VSI manager, where a bridge asks for a ticket. */
enum scenario_ticket {
	SCENARIO_TICKET_RIGHT,
	SCENARIO_TICKET_NONE,
	SCENARIO_TICKET_WRONG,
	SCENARIO_TICKET_NO_RISK,
	SCENARIO_TICKET_ELSEWHERE, /* to another bridge */
	SCENARIO_TICKET_OVER, /* its time */
	SCENARIO_TICKET_ENDING, /* later than the run */
	SCENARIO_TICKET_ONE_TYPE /* the lowest of those that are asked for */
};

enum scenario_trigger {
	SCENARIO_TRIGGER_REQUEST,
	SCENARIO_TRIGGER_NOTIFY, /* the old bridge says that the VM is coming; REQUEST follows */
	SCENARIO_TRIGGER_NOTIFY_ALONE, /* and no REQUEST does: the VM stays */
	SCENARIO_TRIGGER_OPERATOR, /* the new bridge is told by its own host */
	SCENARIO_TRIGGER_VDP, /* the server speaks VDP with the bridge */
	SCENARIO_TRIGGER_NONE
};

/* When a server sends the REQUEST of a staged move. */
enum scenario_ask { SCENARIO_ASK_AT_START, SCENARIO_ASK_WHEN_COPIED };

/* A machine of a node reaches a state. */
struct scenario_when {
	uint32_t node; /* bridges first, then stations; SCENARIO_NONE: at a time, not so */
	char machine[SCENARIO_NAME_MAX];
	char state[SCENARIO_NAME_MAX];
};

struct scenario_migration {
	char name[SCENARIO_NAME_MAX];
	uint32_t vm;
	uint32_t to; /* station */
	struct dimp_time at;
	struct scenario_when when; /* from |at| on it waits for this; no node: for nothing */
	enum dimp_mode mode;
	enum scenario_trigger trigger; /* none: the server knows no DIMP */
	enum scenario_ask ask;
	bool precopies; /* also where |at| is when the VM stops */
	uint64_t required, optional; /* DI sets */
	uint32_t deadline_ms;
	enum scenario_hint hint;
	enum scenario_ticket ticket;
	uint32_t announcer; /* station; SCENARIO_NONE: where the VM is */
};

enum scenario_fault_kind {
	SCENARIO_FAULT_LINK, /* a link or a station's cable is worse for a while */
	SCENARIO_FAULT_CRASH, /* a DIMP process loses all it knew */
	SCENARIO_FAULT_PAUSE, /* it stands still */
	SCENARIO_FAULT_DRIFT, /* its clock goes wrong */
	SCENARIO_FAULT_CHANGE, /* an operator changes what a bridge takes */
	SCENARIO_FAULT_CLOSE, /* a DIMP process closes its associations */
	SCENARIO_FAULT_CANCEL, /* a server thinks better of a migration */
	SCENARIO_FAULT_REVOKE, /* a VM's session is ended at the bridge where it runs */
	SCENARIO_FAULT_DIE, /* a VM ends for good */
	SCENARIO_FAULT_ATTACK, /* somebody is on a link */
	SCENARIO_FAULT_LIE /* a DIMP process says what is wrong */
};

/* Which members of a link's configuration a fault gives. */
struct scenario_link_given {
#define LINK_KEY(key, kind, member, value, text) bool member;
#include "scenario/link_keys.def"
#undef LINK_KEY
};

struct scenario_fault {
	enum scenario_fault_kind kind;
	bool has_at;
	struct dimp_time at; /* if it has; else |when| says */
	struct scenario_when when;
	uint64_t for_us; /* UINT64_MAX: to the end */
	/* of a link: one of the two, the other SCENARIO_NONE */
	uint32_t link, station;
	int direction; /* 0, 1, or -1 for both */
	uint32_t from, to; /* nodes that narrow the direction: bridges first, then stations */
	struct engine_link_config config; /* what the link is meanwhile, where |given| */
	struct scenario_link_given given;
	struct attacker_rates attack;
	uint32_t lie_ppm; /* of its messages */
	uint8_t lie_ways; /* a bit for each enum garbler_way; 0: all */
	/* of crash, pause, drift, close and lie: bridges first, then stations */
	uint32_t node;
	uint64_t restart_us; /* after the crash; UINT64_MAX: never */
	int32_t drift_ppm;
	/* of a change: the bridge and what it has from now on */
	uint32_t bridge;
	struct scenario_bridge change;
	bool has_limits, has_supported, has_vlans, has_refused, has_fails_activation;
	uint32_t migration; /* of a cancellation */
	uint32_t vm; /* of a revocation, or a death */
};

enum scenario_expect_kind {
	SCENARIO_EXPECT_MIGRATION,
	SCENARIO_EXPECT_SERVICE,
	SCENARIO_EXPECT_DI,
	SCENARIO_EXPECT_VM,
	SCENARIO_EXPECT_HOLDING
};

/* How VDP was answered: DIMP 9.4-3's octets, and those for what DIMP does not judge. */
enum scenario_vdp_status {
	SCENARIO_VDP_NONE = 0,
	SCENARIO_VDP_HARD_FORMAT = 0x11,
	SCENARIO_VDP_HARD_RESOURCES = 0x12,
	SCENARIO_VDP_HARD_MANAGER = 0x13,
	SCENARIO_VDP_HARD_OTHER = 0x14,
	SCENARIO_VDP_HARD_FILTER = 0x15,
	SCENARIO_VDP_KEEP_RESOURCES = 0x22,
	SCENARIO_VDP_KEEP_OTHER = 0x24,
	SCENARIO_VDP_ACK = 0x40
};

/* An expectation; what is not said is not checked (see has_...). */
struct scenario_expect {
	enum scenario_expect_kind kind;
	char file[SCENARIO_PATH_MAX]; /* where it stands */
	unsigned line;
	uint32_t subject; /* migration, service or bridge */
	uint32_t vm;
	bool has_result, has_reason, has_error, has_advice, has_within, has_round_trips;
	enum dimp_result result;
	enum dimp_reason reason;
	enum dimp_error error;
	uint8_t advice;
	bool has_vdp_status;
	enum scenario_vdp_status vdp_status;
	uint64_t within_us; /* from REQUEST to RESPONSE */
	uint32_t round_trips; /* SOLICIT to RELEASED, beyond serialisation */
	bool has_attempts, has_blackout;
	uint32_t attempts;
	uint64_t blackout_us; /* at most */
	bool has_lost, has_lost_beyond_stop, has_lost_at_least;
	uint64_t lost, lost_beyond_stop, lost_at_least;
	bool has_di[DIMP_DI_TYPES]; /* of a bridge: in force; of a migration: installed */
	uint32_t di[DIMP_DI_TYPES];
	bool has_counted_at_least;
	uint64_t counted_at_least; /* frames, of a bridge's DI */
	bool has_probes;
	uint64_t probes; /* for duplicates, of a bridge */
	bool has_arp_dropped;
	uint64_t arp_dropped; /* over a bridge's rate */
	bool has_held, has_delivered, has_dropped, has_dropped_at_least;
	uint64_t held, delivered, dropped, dropped_at_least; /* frames that a bridge held */
	bool has_runs_at;
	uint32_t runs_at; /* station */
	bool has_address;
	struct dimp_ip address; /* of a VM */
};

/* Bugs that can be planted in the harness, for the campaign's canary. */
enum scenario_plant {
	SCENARIO_PLANT_NONE,
	SCENARIO_PLANT_THAW_AFTER_RELEASE,
	SCENARIO_PLANT_NO_AUTHORITY /* speakers hand DI to anybody, whatever the scenario says */
};

enum { SCENARIO_VARIED_MAX = 16, SCENARIO_VALUES_MAX = 32, SCENARIO_VALUE_MAX = 32 };

/* A parameter of vary. */
struct scenario_varied {
	char name[SCENARIO_NAME_MAX];
	char values[SCENARIO_VALUES_MAX][SCENARIO_VALUE_MAX];
	size_t count;
	char chosen[SCENARIO_VALUE_MAX];
	bool is_used; /* some value is $name */
};

struct scenario {
	char path[SCENARIO_PATH_MAX];
	char title[256];
	char known[256]; /* why it fails, for the campaign; "" when it must not */
	enum scenario_plant plant; /* not in a file: a bug put in, to see that it is found */
	struct engine_choice engine; /* not in a file: what runs it */
	uint64_t seed;
	uint64_t duration_us;
	enum pdu_carrier carrier; /* of DIMP, everywhere */
	bool is_standing; /* associations are opened before the first event */
	/* Not in a file: bridges know of others and of VMs only what the migrations bring to them;
	 * no invariants, no faults, no VDP, nothing recorded or run by VMs. */
	bool is_sparse;
	struct scenario_bridge *bridges;
	size_t bridge_count;
	struct scenario_link *links;
	size_t link_count;
	struct scenario_station *stations;
	size_t station_count;
	struct scenario_vm *vms;
	size_t vm_count;
	struct scenario_server *servers;
	size_t server_count;
	struct scenario_service *services;
	size_t service_count;
	struct scenario_migration *migrations;
	size_t migration_count;
	struct scenario_fault *faults;
	size_t fault_count;
	struct scenario_expect *expects;
	size_t expect_count;
	struct scenario_varied varied[SCENARIO_VARIED_MAX];
	size_t varied_count;
	struct dimp_settings settings; /* of every speaker; scenario key "settings" */
};

#endif
