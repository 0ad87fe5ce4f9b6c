/* SPDX-License-Identifier: MIT */
/*
 * The file of a live bridge: its ports, its VSI database, its peers, and the keys of a scenario's
 * bridge as scenarios name them.  Read by the scenario reader's tables, so that what is wrong is
 * told with its place and what was meant.
 */
#ifndef LIVE_BRIDGE_FILE_H
#define LIVE_BRIDGE_FILE_H

#include "scenario/key_rows.h"
#include "scenario/scenario.h"
#include "scenario/scenario_errors.h"

enum {
	BRIDGE_PORTS_MAX = 32,
	BRIDGE_VMS_MAX = 1024,
	BRIDGE_PEERS_MAX = 32,
	BRIDGE_INTERFACE_SIZE = 16,
	BRIDGE_KEY_TEXT_SIZE = 2 * DIMP_KEY_SIZE + 1,
	BRIDGE_VSI_TEXT_SIZE = 2 * sizeof(struct dimp_vsi) + 1
};

/* What a VM must have before its frames pass. */
enum bridge_requirement {
	BRIDGE_REQUIRES_DOT1X = 1,
	BRIDGE_REQUIRES_MACSEC = 2,
	BRIDGE_REQUIRES_DHCP = 4,
	BRIDGE_REQUIRES_DHCP6 = 8,
	BRIDGE_REQUIRES_PORTAL = 16
};

enum bridge_peer_role { BRIDGE_PEER_BRIDGE, BRIDGE_PEER_STATION };
enum bridge_log_form { BRIDGE_LOG_TEXT, BRIDGE_LOG_JSON };

struct bridge_file_port {
	char name[SCENARIO_NAME_MAX];
	char interface[BRIDGE_INTERFACE_SIZE];
	int32_t kind; /* enum edge_port_kind */
	bool is_untrusted;
	uint16_t vlan; /* untagged here; 0: every VLAN is tagged */
	bool is_fast_leave;
	char station[SCENARIO_NAME_MAX]; /* peer behind it; "" if any may be */
};

struct bridge_file_vm {
	struct scenario_vm vm; /* name, mac, vlan and mka of it are read */
	char vsi_text[BRIDGE_VSI_TEXT_SIZE];
	char port_name[SCENARIO_NAME_MAX];
	bool is_here; /* runs at the port when the bridge starts */
	uint64_t serial; /* moves up to this one are over */
	uint8_t required; /* bits of enum bridge_requirement */
	char filled[SCENARIO_PATH_MAX]; /* file of DI records it starts with; "" if none */
	struct dimp_vsi vsi;
	unsigned port; /* index of its port */
	bool is_removed; /* it was in force, and is not any more: a free row */
};

struct bridge_file_peer {
	char name[SCENARIO_NAME_MAX];
	char key_text[BRIDGE_KEY_TEXT_SIZE];
	int32_t role; /* enum bridge_peer_role */
	struct dimp_mac mac;
	bool has_mac;
	char address[SCENARIO_NAME_MAX]; /* of UDP: "192.0.2.1:34997" */
	char preshared_path[SCENARIO_PATH_MAX]; /* "" if none */
	struct dimp_public_key key;
	bool is_removed; /* as of a VM; its number stays its own */
};

struct bridge_file_radius {
	bool is_on;
	struct dimp_ip bridge_address, server_address;
	struct dimp_mac server;
	char secret_path[SCENARIO_PATH_MAX];
	uint64_t quiet_us;
};

struct bridge_file {
	char name[SCENARIO_NAME_MAX];
	char key_path[SCENARIO_PATH_MAX];
	struct dimp_mac address;
	bool has_address; /* else that of the first uplink's interface */
	int32_t carrier; /* enum pdu_carrier: Ethernet or UDP */
	char listen[SCENARIO_NAME_MAX]; /* of UDP */
	char user[SCENARIO_NAME_MAX]; /* who it is once all is open */
	int32_t log_form; /* enum bridge_log_form */
	bool is_locked; /* all of its memory is taken at the start, and none is swapped out */
	bool is_standing;
	uint64_t drain_us;
	char state[SCENARIO_PATH_MAX]; /* file of its starts; "" if none */
	char manager_text[BRIDGE_KEY_TEXT_SIZE]; /* Ed25519, of the VSI manager; "" if none */
	uint8_t manager[DIMP_KEY_SIZE];
	struct scenario_bridge bridge;
	struct dimp_settings settings;
	struct bridge_file_radius radius;
	struct bridge_file_port ports[BRIDGE_PORTS_MAX];
	size_t port_count;
	struct bridge_file_vm vms[BRIDGE_VMS_MAX];
	size_t vm_count;
	struct bridge_file_peer peers[BRIDGE_PEERS_MAX];
	size_t peer_count;
};

/* The rows of the whole file, and all its own blocks, that one first. */
extern const struct key_block bridge_file_block;
enum { BRIDGE_FILE_BLOCKS = 5 };
extern const struct key_block *const bridge_file_blocks[BRIDGE_FILE_BLOCKS];

/* Reads and checks the file at |path|, or |text| called |path| if that is not NULL.  NULL when
 * anything is wrong: all of it is then in |errors|, sorted. */
struct bridge_file *bridge_file_read(const char *path, const char *text,
	struct scenario_errors *errors);
void bridge_file_destroy(struct bridge_file *file); /* NULL is fine */

#endif
