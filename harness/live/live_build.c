/* SPDX-License-Identifier: MIT */
/*
 * Makes a live bridge of its file and takes it apart.  Its edge bridge has port 0 unused, the
 * file's ports from 1 on, then one for UDP and one for the node that answers ARP.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "live/live_bridge_state.h"
#include "live/peer_address.h"
#include "live/serial_book.h"
#include "net/ipv4.h"

/* The protocol's own limits, to leave room for. */
enum {
#define LIMIT(name, value, clause, text) LIVE_LIMIT_##name = (value),
#include "limits.def"
#undef LIMIT
};

enum {
	MIGRATIONS_DEFAULT = 64,
	GRANTS = 16, /* whole ones that there is room for at once */
	ENTRIES_DEFAULT = 16384,
	MESSAGES_QUEUED = 4096, /* as many as are under way in the largest PDUs, and as many more */
	UDP_HEADERS = 28,
	DEFAULT_MTU = 1500
};

/* Asks the kernel of an interface through any socket. */
static bool ask(const char *interface, unsigned long what, struct ifreq *answer)
{
	const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*answer = (struct ifreq){.ifr_name = ""};
	(void)snprintf(answer->ifr_name, sizeof answer->ifr_name, "%s", interface);
	const bool is_told = control >= 0 && ioctl(control, what, answer) == 0;

	if (control >= 0)
		(void)close(control);
	return is_told;
}

static const struct bridge_file_port *first_uplink(const struct bridge_file *file)
{
	for (size_t each = 0; each < file->port_count; each++) {
		if (file->ports[each].kind == EDGE_PORT_UPLINK)
			return &file->ports[each];
	}
	return NULL;
}

static bool find_address(const struct bridge_file *file, struct dimp_mac *address, char *why)
{
	const struct bridge_file_port *uplink = first_uplink(file);
	struct ifreq answer;

	*address = file->address;
	if (file->has_address)
		return true;
	if (uplink && ask(uplink->interface, SIOCGIFHWADDR, &answer)) {
		memcpy(address->octets, answer.ifr_hwaddr.sa_data, sizeof address->octets);
		return true;
	}
	(void)snprintf(why, LIVE_WHY_SIZE,
		uplink ? "interface %s is not there, whose address would be the bridge's; make "
			 "it, or give address: MAC"
		       : "no port is an uplink (%s), whose address would be the bridge's; give "
			 "address: MAC",
		uplink ? uplink->interface : "kind: uplink");
	return false;
}

uint16_t live_bridge_largest_pdu(const struct bridge_file *file)
{
	unsigned mtu = 0;
	struct ifreq answer;

	for (size_t each = 0; each < file->port_count; each++) {
		const struct bridge_file_port *port = &file->ports[each];
		if (port->kind == EDGE_PORT_UPLINK && ask(port->interface, SIOCGIFMTU, &answer) &&
			(mtu == 0 || (unsigned)answer.ifr_mtu < mtu))
			mtu = (unsigned)answer.ifr_mtu;
	}
	if (mtu == 0 || file->carrier == PDU_CARRIED_BY_UDP)
		mtu = DEFAULT_MTU;
	if (file->carrier == PDU_CARRIED_BY_UDP)
		mtu -= UDP_HEADERS;
	if (mtu < DIMP_PDU_SIZE_DEFAULT)
		mtu = DIMP_PDU_SIZE_DEFAULT;
	return (uint16_t)(mtu < DIMP_PDU_SIZE_MAX ? mtu : DIMP_PDU_SIZE_MAX);
}

/* Room for so many entries of any size, as far as the table goes; what is never used takes no
 * memory. */
static uint32_t octets_of(uint32_t entries)
{
	static const uint64_t most = UINT32_MAX / 2;
	const uint64_t octets = (uint64_t)entries * DIMP_RECORD_SIZE_MAX;

	return (uint32_t)(octets < most ? octets : most);
}

static void size_speaker(const struct bridge_file *file, struct dimp_speaker_config *speaker)
{
	const uint32_t own =
		file->bridge.entries_max != 0 ? file->bridge.entries_max : ENTRIES_DEFAULT;

	speaker->peers_max = BRIDGE_PEERS_MAX;
	speaker->vsis_max = BRIDGE_VMS_MAX * 2;
	speaker->migrations_max =
		file->bridge.migrations_max != 0 ? file->bridge.migrations_max : MIGRATIONS_DEFAULT;
	speaker->entries_max = own + GRANTS * LIVE_LIMIT_GRANT_ENTRIES;
	speaker->send_queue_max = MESSAGES_QUEUED;
	speaker->arena_octets = octets_of(speaker->entries_max);
	memcpy(speaker->type_entries_max, file->bridge.limits, sizeof speaker->type_entries_max);
	if (file->bridge.supported_types != 0)
		speaker->supported_types = file->bridge.supported_types;
}

/* It has to rise at every start. */
static bool count_start(const struct bridge_file *file, uint32_t *starts, char why[LIVE_WHY_SIZE])
{
	static const struct dimp_vsi none;
	struct serial_numbers numbers = {.serial = 0};

	(void)snprintf(why, LIVE_WHY_SIZE, "state: %.200s: cannot be kept", file->state);
	if (!serial_book_take(file->state[0] != '\0' ? file->state : NULL, &none, &numbers))
		return false;
	*starts = numbers.boot_count;
	return true;
}

static void fill_speaker(const struct live_bridge *bridge, struct dimp_speaker_config *speaker)
{
	const struct bridge_file *file = bridge->file;

	dimp_speaker_config_default(speaker);
	size_speaker(file, speaker);
	speaker->role = DIMP_ROLE_BRIDGE_SPEAKER;
	speaker->crypto = openssl_crypto_table(bridge->crypto);
	speaker->unix_seconds = (uint64_t)time(NULL);
	speaker->settings = file->settings;
	speaker->pdu_size_max = live_bridge_largest_pdu(file);
	speaker->authority = file->bridge.authority;
	memcpy(speaker->manager_public, file->manager, sizeof speaker->manager_public);
	speaker->vlan_map =
		(struct dimp_vlan_map){file->bridge.remap_vlans, file->bridge.remap_vlan_count};
}

static bool read_own_key(struct live_bridge *bridge, struct dimp_speaker_config *speaker,
	char why[LIVE_WHY_SIZE])
{
	const struct dimp_crypto *table = openssl_crypto_table(bridge->crypto);

	if (live_key_read(bridge->file->key_path, speaker->static_secret))
		return table->x25519_public(table->user, bridge->key.octets,
			speaker->static_secret);
	(void)snprintf(why, LIVE_WHY_SIZE, "key: %.150s: no key in it; make one with dimp genkey",
		bridge->file->key_path);
	return false;
}

/* VMs and cables call VLANs the same here; what other bridges call otherwise is in DI alone. */
static struct edge_bridge_config edge_config(struct live_bridge *bridge,
	const struct dimp_speaker_config *speaker)
{
	const struct scenario_bridge *wanted = &bridge->file->bridge;
	struct edge_bridge_config config = {
		.engine = bridge->engine,
		.name = bridge->file->name,
		.ports = (unsigned)bridge->file->port_count + 3,
		.attachments_max = BRIDGE_VMS_MAX,
		.carrier = PDU_CARRIED_BY_ETHERNET,
		.is_router_guarding = wanted->is_router_guarding,
		.arp_rate = wanted->arp_rate,
		.is_relay_agent = wanted->is_relay_agent,
		.hold_octets_max = (size_t)wanted->hold_octets,
		.hold_frames_max = wanted->hold_frames,
		.querier = {wanted->is_querier, wanted->query_interval_us, wanted->query_address},
		.is_snooping_ports = wanted->is_snooping_ports,
		.floods_unregistered = wanted->floods_unregistered,
		.speaker = speaker,
		.watch = &bridge->watch,
		.is_gathering = true,
		.learner = di_learner_hooks(bridge->learner),
	};

	live_bridge_read_policy(bridge->file, &config.policy);
	return config;
}

static bool build_edge(struct live_bridge *bridge, char why[LIVE_WHY_SIZE])
{
	struct dimp_speaker_config speaker;

	fill_speaker(bridge, &speaker);
	bridge->vsis_max = speaker.vsis_max;
	struct edge_bridge_config config = edge_config(bridge, &speaker);

	if (!find_address(bridge->file, &config.address, why) ||
		!count_start(bridge->file, &speaker.boot_count, why) ||
		!read_own_key(bridge, &speaker, why))
		return false;
	live_bridge_watch(bridge);
	bridge->edge = edge_bridge_create(&config);
	explicit_bzero(speaker.static_secret, sizeof speaker.static_secret);
	for (size_t each = 0; bridge->edge && each < bridge->file->port_count; each++) {
		const struct bridge_file_port *port = &bridge->file->ports[each];

		edge_bridge_set_port(bridge->edge, (unsigned)each + 1,
			(enum edge_port_kind)port->kind,
			port->kind != EDGE_PORT_STATION && !port->is_untrusted);
		if (port->is_fast_leave)
			edge_bridge_set_fast_leave(bridge->edge, (unsigned)each + 1);
	}
	return bridge->edge != NULL;
}

static bool open_udp(struct live_bridge *bridge, char why[LIVE_WHY_SIZE])
{
	const unsigned port = (unsigned)bridge->file->port_count + 1;
	struct udp_port_config config = {
		.engine = bridge->engine,
		.at = {edge_bridge_node(bridge->edge), port},
		.bridge = *edge_bridge_address(bridge->edge),
	};

	if (bridge->file->carrier != PDU_CARRIED_BY_UDP)
		return true;
	if (!peer_address_read_ip(bridge->file->listen, strlen(bridge->file->listen),
		    &config.listen)) {
		(void)snprintf(why, LIVE_WHY_SIZE,
			"listen: \"%s\" is no address; expected one as 192.0.2.1:34997",
			bridge->file->listen);
		return false;
	}
	bridge->udp = udp_port_create(&config);
	if (!bridge->udp) {
		(void)snprintf(why, LIVE_WHY_SIZE, "listen: %s: %s", bridge->file->listen,
			strerror(errno));
		return false;
	}
	edge_bridge_set_port(bridge->edge, port, EDGE_PORT_UPLINK, true);
	return true;
}

static bool open_arp(struct live_bridge *bridge, char why[LIVE_WHY_SIZE])
{
	static const struct engine_link_config at_once = {.rate_bps = 0};
	const unsigned port = (unsigned)bridge->file->port_count + 2;
	const struct engine_endpoint at_bridge = {edge_bridge_node(bridge->edge), port};
	struct dimp_ipv4 address;

	if (!bridge->file->radius.is_on)
		return true;
	if (!ipv4_from_mapped(&bridge->file->radius.bridge_address, &address)) {
		(void)snprintf(why, LIVE_WHY_SIZE, "radius: address: expected one of IPv4");
		return false;
	}
	bridge->arp = arp_host_create(bridge->engine, &address, edge_bridge_address(bridge->edge));
	if (!bridge->arp)
		return false;
	edge_bridge_set_port(bridge->edge, port, EDGE_PORT_HOST, true);
	const struct engine_endpoint at_host = {arp_host_node(bridge->arp), 0};

	return engine_link_add(bridge->engine, at_bridge, at_host, &at_once) != ENGINE_NONE;
}

static bool add_vms(struct live_bridge *bridge, char why[LIVE_WHY_SIZE])
{
	size_t each = 0;

	while (each < bridge->file->vm_count && live_bridge_add_vm(bridge, each, why))
		each++;
	return each == bridge->file->vm_count;
}

static bool add_peers(struct live_bridge *bridge, char why[LIVE_WHY_SIZE])
{
	size_t each = 0;

	while (each < bridge->file->peer_count && live_bridge_add_peer(bridge, each, why))
		each++;
	return each == bridge->file->peer_count;
}

struct di_learner *live_bridge_make_learner(const struct bridge_file *file)
{
	const struct di_learner_config learner = {
		.slots = BRIDGE_VMS_MAX,
		.acl_template = file->bridge.acl_template,
		.has_savi = file->bridge.is_discovery_binding,
	};

	return di_learner_create(&learner);
}

/* What is wrong where nobody says otherwise is that there is no memory. */
struct live_bridge *live_bridge_create(struct bridge_file *file, const struct live_log *log,
	char why[LIVE_WHY_SIZE], bool *is_missing)
{
	struct live_bridge *bridge = calloc(1, sizeof *bridge);

	(void)snprintf(why, LIVE_WHY_SIZE, "no memory; free some");
	*is_missing = false;
	if (!bridge)
		return NULL;
	*bridge = (struct live_bridge){.file = file, .log = log, .monitor = -1};
	bridge->engine = engine_live_create((uint64_t)time(NULL));
	bridge->crypto = openssl_crypto_create();
	bridge->learner = live_bridge_make_learner(file);
	if (bridge->engine && bridge->crypto && bridge->learner && build_edge(bridge, why) &&
		add_vms(bridge, why) && open_arp(bridge, why)) {
		*is_missing = true;
		if (open_udp(bridge, why) && live_bridge_open_ports(bridge, why)) {
			*is_missing = false;
			if (add_peers(bridge, why))
				return bridge;
		}
	}
	bridge->file = NULL;
	live_bridge_destroy(bridge);
	return NULL;
}

void live_bridge_destroy(struct live_bridge *bridge)
{
	if (!bridge)
		return;
	if (bridge->monitor >= 0) {
		engine_live_unwatch(bridge->engine, bridge->monitor);
		(void)close(bridge->monitor);
	}
	edge_bridge_destroy(bridge->edge);
	for (size_t each = 0; each < BRIDGE_PORTS_MAX; each++)
		interface_port_destroy(bridge->ports[each]);
	udp_port_destroy(bridge->udp);
	arp_host_destroy(bridge->arp);
	di_learner_destroy(bridge->learner);
	engine_destroy(bridge->engine);
	openssl_crypto_destroy(bridge->crypto);
	bridge_file_destroy(bridge->file);
	explicit_bzero(bridge->kays, sizeof bridge->kays);
	explicit_bzero(bridge->authenticators, sizeof bridge->authenticators);
	free(bridge);
}
