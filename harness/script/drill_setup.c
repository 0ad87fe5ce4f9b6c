/* SPDX-License-Identifier: MIT */
/* The head of a drill: what the speaker under test is and whom it knows. */
#include <string.h>

#include "script/config_row.h"
#include "script/drill_run.h"
#include "script/drill_ticket.h"

static struct span rest_of(const struct drill_run *run)
{
	return (struct span){run->words, strlen(run->words)};
}

static bool read_u32(struct drill_run *run, uint32_t *value)
{
	uint64_t number;

	if (!span_number(rest_of(run), &number) || number > UINT32_MAX)
		return drill_run_fail(run, "%s is no number here", run->words);
	*value = (uint32_t)number;
	return true;
}

static bool store_u32(struct drill_run *run, void *structure, size_t offset)
{
	uint32_t value = 0;

	if (!read_u32(run, &value))
		return false;
	memcpy((uint8_t *)structure + offset, &value, sizeof value);
	return true;
}

static bool set_setting(struct drill_run *run)
{
	struct dimp_settings *into = &run->world.setup.config.settings;
	const struct config_row *row;

	for (size_t index = 0; (row = config_setting(index)) != NULL; index++) {
		if (strcmp(row->name, run->line->names[0]) == 0)
			return store_u32(run, into, row->offset);
	}
	return drill_run_fail(run, "no setting %s", run->line->names[0]);
}

static bool set_limit(struct drill_run *run)
{
	struct dimp_speaker_config *config = &run->world.setup.config;
	const enum dimp_di_type type = dimp_di_type_from_name(run->line->names[0]);
	const struct config_row *row;

	if (type != 0)
		return read_u32(run, &config->type_entries_max[type]);
	for (size_t index = 0; (row = config_limit(index)) != NULL; index++) {
		if (strcmp(row->name, run->line->names[0]) == 0)
			return store_u32(run, config, row->offset);
	}
	return drill_run_fail(run, "no limit %s", run->line->names[0]);
}

static bool set_supported(struct drill_run *run)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_DI_SET};

	return field_value_read(&field, rest_of(run), &run->world.setup.config.supported_types) ||
		drill_run_fail(run, "no DI set: %s", run->words);
}

static bool set_authority(struct drill_run *run)
{
	static const char *const names[] = {
		[DIMP_AUTHORITY_ANY_PEER] = "any",
		[DIMP_AUTHORITY_CONSENT] = "consent",
		[DIMP_AUTHORITY_TICKET] = "ticket",
	};

	for (size_t index = 0; index < sizeof names / sizeof names[0]; index++) {
		if (strcmp(run->line->names[0], names[index]) != 0)
			continue;
		run->world.setup.config.authority = (enum dimp_authority)index;
		return true;
	}
	return drill_run_fail(run, "no authority %s", run->line->names[0]);
}

static bool set_manager(struct drill_run *run)
{
	struct vsi_manager manager;

	if (!drill_ticket_manager(run->line->names[0], &manager))
		return drill_run_fail(run, "no key could be made");
	memcpy(run->world.setup.config.manager_public, manager.public_octets, DIMP_KEY_SIZE);
	vsi_manager_wipe(&manager);
	return true;
}

static bool set_clock(struct drill_run *run)
{
	return span_number(rest_of(run), &run->world.setup.config.unix_seconds) ||
		drill_run_fail(run, "%s is no number here", run->words);
}

/* $name of a peer is its static public key in hex. */
static bool name_key(struct drill_run *run, const char *name, const struct dimp_public_key *key)
{
	static const char digits[] = "0123456789abcdef";
	char words[2 * DIMP_KEY_SIZE];

	for (size_t index = 0; index < DIMP_KEY_SIZE; index++) {
		words[2 * index] = digits[key->octets[index] >> 4];
		words[2 * index + 1] = digits[key->octets[index] & 0xf];
	}
	return drill_variables_set(&run->variables, (struct span){name, strlen(name)},
		       (struct span){words, sizeof words}) ||
		drill_run_fail(run, "no room for another name");
}

/* "down", "bridge" or "preshared HEX". */
static bool read_peer(struct drill_run *run, struct drill_wire *wire)
{
	struct span rest = {run->words, strlen(run->words)};
	struct dimp_buffer key = {wire->preshared, DIMP_KEY_SIZE};
	size_t size = 0;

	while (rest.size > 0) {
		const struct span word = span_take_word(&rest);

		if (span_is(word, "down"))
			wire->is_down = true;
		else if (span_is(word, "bridge"))
			wire->is_bridge = true;
		else if (!span_is(word, "preshared") ||
			!span_hex(span_take_word(&rest), key, &size) || size != DIMP_KEY_SIZE)
			return drill_run_fail(run,
				"a peer is \"bridge\", \"down\", \"preshared\" with a key or "
				"nothing, not %s",
				run->words);
	}
	return true;
}

static bool add_peer(struct drill_run *run)
{
	struct drill_setup *setup = &run->world.setup;
	struct drill_wire *wire = &setup->wires[setup->wire_count];
	uint8_t secret[DIMP_KEY_SIZE];

	if (setup->wire_count == DRILL_PEERS_MAX)
		return drill_run_fail(run, "more than %d peers", DRILL_PEERS_MAX);
	if (drill_world_peer(&run->world, run->line->names[0]) != DIMP_NO_PEER)
		return drill_run_fail(run, "peer %s stands there twice", run->line->names[0]);
	*wire = (struct drill_wire){.is_down = false};
	if (!read_peer(run, wire))
		return false;
	memcpy(wire->name, run->line->names[0], sizeof wire->name);
	setup->wire_count++;
	return (drill_peer_identity(wire->name, secret, &wire->key) ||
		       drill_run_fail(run, "no key could be made")) &&
		name_key(run, wire->name, &wire->key);
}

static bool add_rejection(struct drill_run *run)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_ERROR};
	const char *const *names = (const char *const[]){run->line->names[0], run->line->names[1]};
	const enum dimp_di_type type = dimp_di_type_from_name(names[0]);
	uint16_t error = 0;

	if (type == 0 ||
		!field_value_read(&field, (struct span){names[1], strlen(names[1])}, &error))
		return drill_run_fail(run, "no DI type %s, or no error %s", names[0], names[1]);
	run->world.setup.rejects[type] = (enum dimp_error)error;
	return true;
}

static bool add_vlan(struct drill_run *run)
{
	struct drill_setup *setup = &run->world.setup;
	uint64_t vlans[2] = {0};

	for (size_t each = 0; each < 2; each++) {
		const char *name = run->line->names[each];
		if (!span_number((struct span){name, strlen(name)}, &vlans[each]) ||
			vlans[each] == 0 || vlans[each] > 4094)
			return drill_run_fail(run, "no VLAN %s", name);
	}
	if (setup->config.vlan_map.count == DRILL_VLANS_MAX)
		return drill_run_fail(run, "more than %d VLANs", DRILL_VLANS_MAX);
	setup->config.vlan_map.pairs = setup->vlans;
	setup->vlans[setup->config.vlan_map.count++] =
		(struct dimp_vlan_pair){(uint16_t)vlans[0], (uint16_t)vlans[1]};
	return true;
}

static bool set_role(struct drill_run *run, enum dimp_speaker_role role)
{
	struct dimp_public_key key;
	uint8_t secret[DIMP_KEY_SIZE];

	run->world.setup.config.role = role;
	run->world.setup.has_role = true;
	return (drill_peer_identity("self", secret, &key) ||
		       drill_run_fail(run, "no key could be made")) &&
		name_key(run, "self", &key);
}

bool drill_setup_line(struct drill_run *run)
{
	const enum drill_kind kind = run->line->kind;

	if (run->has_begun)
		return drill_run_fail(run, "this belongs before the first event");
	if (kind == DRILL_BRIDGE)
		return set_role(run, DIMP_ROLE_BRIDGE_SPEAKER);
	if (kind == DRILL_STATION)
		return set_role(run, DIMP_ROLE_STATION_SPEAKER);
	if (kind == DRILL_SET)
		return set_setting(run);
	if (kind == DRILL_LIMIT)
		return set_limit(run);
	if (kind == DRILL_SUPPORTS)
		return set_supported(run);
	if (kind == DRILL_AUTHORITY)
		return set_authority(run);
	if (kind == DRILL_MANAGER)
		return set_manager(run);
	if (kind == DRILL_CLOCK)
		return set_clock(run);
	if (kind == DRILL_PEER)
		return add_peer(run);
	if (kind == DRILL_REMAP)
		return add_vlan(run);
	if (kind == DRILL_REJECTS)
		return add_rejection(run);
	return true;
}
