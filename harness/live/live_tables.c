/* SPDX-License-Identifier: MIT */
/* The rows of a bridge's file become VMs of its database and peers of its speaker. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/key_text.h"
#include "cli/octet_source.h"
#include "live/live_bridge_state.h"
#include "live/peer_address.h"
#include "scenario/mka_terms.h"

/* Of the bridge's requests to RADIUS: one for each VM, which tells them apart. */
enum { RADIUS_PORT_FIRST = 20000, SECRET_MAX = 128 };

static bool is_zero(const uint8_t *octets, size_t size)
{
	uint8_t any = 0;

	for (size_t each = 0; each < size; each++)
		any |= octets[each];
	return any == 0;
}

bool live_key_read(const char *path, uint8_t key[DIMP_KEY_SIZE])
{
	char text[SECRET_MAX] = "";
	FILE *file = fopen(path, "r");

	if (!file)
		return false;
	const size_t size = fread(text, 1, sizeof text - 1, file);

	(void)fclose(file);
	text[size] = '\0';
	const bool is_key = key_text_read(text, key);

	explicit_bzero(text, sizeof text);
	return is_key;
}

/* ---- VMs */

static bool give_kay(struct live_bridge *bridge, unsigned slot, char why[LIVE_WHY_SIZE])
{
	const struct scenario_mka *mka = &bridge->file->vms[slot].vm.mka;
	struct kay_config *kay = &bridge->kays[slot];

	if (!mka->is_run)
		return true;
	mka_terms_fill(mka, kay);
	if (mka->cak[0] != '\0' && !mka_keys_read(mka->cak, &kay->keys, why, LIVE_WHY_SIZE))
		return false;
	kay->sci = mka_terms_sci(edge_bridge_address(bridge->edge), slot + 1);
	kay->priority = (uint8_t)mka->bridge_priority;
	kay->crypto = openssl_crypto_table(bridge->crypto);
	di_learner_set_kay(bridge->learner, slot, kay);
	return true;
}

static bool read_secret(const char *path, struct radius_secret *secret)
{
	char text[SECRET_MAX] = "";
	FILE *file = fopen(path, "r");

	if (!file)
		return false;
	const bool is_read = fgets(text, sizeof text, file) != NULL;

	(void)fclose(file);
	const size_t size = strcspn(text, "\r\n");

	if (!is_read || size == 0 || size > sizeof secret->octets)
		return false;
	memcpy(secret->octets, text, size);
	secret->size = size;
	explicit_bzero(text, sizeof text);
	return true;
}

static bool give_authenticator(struct live_bridge *bridge, unsigned slot, char why[LIVE_WHY_SIZE])
{
	const struct bridge_file_radius *radius = &bridge->file->radius;
	struct authenticator_config *config = &bridge->authenticators[slot];

	if (!radius->is_on || (bridge->file->vms[slot].required & BRIDGE_REQUIRES_DOT1X) == 0)
		return true;
	*config = (struct authenticator_config){
		.bridge = *edge_bridge_address(bridge->edge),
		.server = radius->server,
		.bridge_address = radius->bridge_address,
		.server_address = radius->server_address,
		.port = (uint16_t)(RADIUS_PORT_FIRST + slot),
		.quiet_us = radius->quiet_us,
	};
	if (!read_secret(radius->secret_path, &config->secret)) {
		(void)snprintf(why, LIVE_WHY_SIZE,
			"radius: %.180s: no secret in it; expected one line", radius->secret_path);
		return false;
	}
	di_learner_set_authenticator(bridge->learner, slot, config);
	return true;
}

static bool know(struct live_bridge *bridge, const struct bridge_file_vm *vm)
{
	const struct attachment attachment = {
		.vsi = vm->vsi,
		.mac = vm->vm.mac,
		.vlan = vm->vm.vlan,
		.serial = vm->serial,
		.is_dot1x_required = (vm->required & BRIDGE_REQUIRES_DOT1X) != 0,
		.is_macsec_required = (vm->required & BRIDGE_REQUIRES_MACSEC) != 0,
		.is_dhcp_guarded = (vm->required & BRIDGE_REQUIRES_DHCP) != 0,
		.is_dhcp6_guarded = (vm->required & BRIDGE_REQUIRES_DHCP6) != 0,
		.is_portal_required = (vm->required & BRIDGE_REQUIRES_PORTAL) != 0,
		.is_discovery_bound = bridge->file->bridge.is_discovery_binding,
	};

	return edge_bridge_know(bridge->edge, &attachment);
}

bool live_bridge_add_vm(struct live_bridge *bridge, size_t each, char why[LIVE_WHY_SIZE])
{
	if (!know(bridge, &bridge->file->vms[each])) {
		(void)snprintf(why, LIVE_WHY_SIZE, "vms: no room for %s",
			bridge->file->vms[each].vm.name);
		return false;
	}
	if (!give_kay(bridge, (unsigned)each, why) ||
		!give_authenticator(bridge, (unsigned)each, why))
		return false;
	if (di_learner_bind(bridge->learner, bridge->edge))
		return true;
	(void)snprintf(why, LIVE_WHY_SIZE, "vms: no memory for what they teach");
	return false;
}

/* ---- DI from a file */

/* They are the bridge's own, VLANs too, as if it had learned them. */
static bool put(struct live_bridge *bridge, unsigned slot, struct dimp_view octets,
	struct dimp_record *record)
{
	return dimp_record_read(octets, record) == DIMP_ERROR_NONE &&
		di_store_put(edge_bridge_store(bridge->edge), slot, record,
			engine_now(bridge->engine));
}

/* How many of a file's records cannot be put. */
static unsigned put_all(struct live_bridge *bridge, unsigned slot,
	const struct octet_source *source)
{
	struct dimp_record record;
	unsigned refused = 0;

	for (size_t each = 0; each < source->stretch_count; each++) {
		struct dimp_view rest = {source->octets + source->stretches[each].begin,
			source->stretches[each].size};
		struct dimp_view octets;

		while (dimp_tlv_next(&rest, &octets))
			refused += put(bridge, slot, octets, &record) ? 0 : 1;
	}
	explicit_bzero(&record, sizeof record);
	return refused;
}

void live_bridge_fill(struct live_bridge *bridge, unsigned slot)
{
	struct bridge_file_vm *vm = &bridge->file->vms[slot];
	char *path = vm->filled;
	struct octet_source source;

	if (path[0] == '\0' || !octet_source_load(&source, &path, 1))
		return;
	const unsigned refused = put_all(bridge, slot, &source);

	octet_source_free(&source);
	edge_bridge_settle(bridge->edge, engine_now(bridge->engine));
	if (refused != 0)
		LIVE_LOG(bridge->log, "record_refused", {"vm", vm->vm.name}, {"file", path});
}

/* ---- peers */

bool live_bridge_find_mac(struct live_bridge *bridge, const struct bridge_file_peer *peer,
	struct dimp_mac *mac)
{
	struct peer_address address;

	*mac = peer->mac;
	if (!bridge->udp)
		return true;
	if (!peer_address_read_ip(peer->address, strlen(peer->address), &address) ||
		!udp_port_add_peer(bridge->udp, &address, mac))
		return false;
	edge_bridge_pin(bridge->edge, mac, (unsigned)bridge->file->port_count + 1);
	return true;
}

static bool add_peer(struct live_bridge *bridge, const struct bridge_file_peer *peer,
	dimp_peer *number, char why[LIVE_WHY_SIZE])
{
	struct dimp_peer_config config = {.is_bridge = peer->role == BRIDGE_PEER_BRIDGE,
		.static_public = peer->key};
	struct dimp_mac mac;

	if (peer->preshared_path[0] != '\0' &&
		!live_key_read(peer->preshared_path, config.preshared)) {
		(void)snprintf(why, LIVE_WHY_SIZE,
			"peers: %s: %.100s: no key in it; 64 hex digits are wanted", peer->name,
			peer->preshared_path);
		return false;
	}
	const bool is_added = live_bridge_find_mac(bridge, peer, &mac) &&
		speaker_binding_add_peer(edge_bridge_speaker(bridge->edge), &config, &mac,
			number) == DIMP_ERROR_NONE;

	explicit_bzero(&config, sizeof config);
	if (!is_added)
		(void)snprintf(why, LIVE_WHY_SIZE,
			"peers: %s: no such address as %s, or no room for it", peer->name,
			is_zero(peer->mac.octets, sizeof peer->mac.octets) ? peer->address
									   : "its mac");
	return is_added;
}

/* The ports behind which the peer is the station. */
static void place_station(struct live_bridge *bridge, const struct bridge_file_peer *peer,
	dimp_peer number)
{
	for (size_t each = 0; each < bridge->file->port_count; each++) {
		if (strcmp(bridge->file->ports[each].station, peer->name) == 0)
			edge_bridge_set_station(bridge->edge, (unsigned)each + 1, number);
	}
}

bool live_bridge_add_peer(struct live_bridge *bridge, size_t each, char why[LIVE_WHY_SIZE])
{
	dimp_peer number;

	if (!add_peer(bridge, &bridge->file->peers[each], &number, why))
		return false;
	place_station(bridge, &bridge->file->peers[each], number);
	return true;
}

void live_bridge_read_policy(const struct bridge_file *file, struct edge_policy *policy)
{
	_Static_assert(sizeof file->bridge.policy_vlans <= sizeof policy->vlans, "VLANs fit");
	*policy = (struct edge_policy){
		.vlan_count = file->bridge.policy_vlan_count,
		.refused_types = file->bridge.policy_refused_types,
	};
	memcpy(policy->vlans, file->bridge.policy_vlans,
		file->bridge.policy_vlan_count * sizeof policy->vlans[0]);
}
