/* SPDX-License-Identifier: MIT */
/* Names of settings, limits and counters are those of the registry's rows. */
#include "libdimp_speaker.h"

#include <string.h>

#define NAMED(structure, member) {#member, offsetof(struct structure, member)},
static const struct named {
	const char *name;
	size_t offset;
} settings[] =
	{
#define SETTING(name, value, least, most, unit, clause, text) NAMED(dimp_settings, name)
#include "settings.def"
#undef SETTING
},
  limits[] =
	  {
#define CAPACITY(name, value, refusal, text) NAMED(dimp_speaker_config, name)
#include "capacities.def"
#undef CAPACITY
},
  counters[] = {
#define COUNTER(name, text) NAMED(dimp_counters, name)
#include "counters.def"
#undef COUNTER
};

#define ROWS(table) (sizeof table / sizeof table[0])

static const struct named *find(const struct named *rows, size_t count, const char *name)
{
	for (size_t index = 0; index < count; index++) {
		if (strcmp(rows[index].name, name) == 0)
			return &rows[index];
	}
	return NULL;
}

bool libdimp_supports(const char *capability)
{
	static const char *const names[] = {
#define CAPABILITY(NAME, text) #NAME,
#include "capabilities.def"
#undef CAPABILITY
	};

	for (size_t index = 0; index < ROWS(names); index++) {
		if (strcmp(names[index], capability) == 0)
			return true;
	}
	return false;
}

/* False when there is no such number. */
static bool set_u32(void *structure, const struct named *row, uint64_t value)
{
	const uint32_t number = (uint32_t)value;

	if (row != NULL)
		memcpy((uint8_t *)structure + row->offset, &number, sizeof number);
	return row != NULL;
}

static bool set_numbers(struct dimp_speaker_config *speaker, const struct iut_config *config)
{
	bool is_set = true;

	for (size_t at = 0; at < config->setting_count; at++)
		is_set = set_u32(&speaker->settings,
				 find(settings, ROWS(settings), config->settings[at].name),
				 config->settings[at].value) &&
			is_set;
	for (size_t at = 0; at < config->limit_count; at++) {
		const struct iut_number *limit = &config->limits[at];
		const enum dimp_di_type type = dimp_di_type_from_name(limit->name);

		if (type != 0)
			speaker->type_entries_max[type] = (uint32_t)limit->value;
		else
			is_set = set_u32(speaker, find(limits, ROWS(limits), limit->name),
					 limit->value) &&
				is_set;
	}
	return is_set;
}

bool libdimp_configure(struct libdimp_terms *terms, const struct iut_config *config)
{
	struct dimp_speaker_config *speaker = &terms->speaker;

	dimp_speaker_config_default(speaker);
	speaker->role = config->is_bridge ? DIMP_ROLE_BRIDGE_SPEAKER : DIMP_ROLE_STATION_SPEAKER;
	speaker->boot_count = config->boot_count;
	if (config->pdu_size_max >= DIMP_PDU_SIZE_DEFAULT)
		speaker->pdu_size_max = (uint16_t)config->pdu_size_max;
	speaker->unix_seconds = config->clock_s;
	speaker->authority = strcmp(config->authority, "ticket") == 0 ? DIMP_AUTHORITY_TICKET
		: strcmp(config->authority, "consent") == 0           ? DIMP_AUTHORITY_CONSENT
								      : DIMP_AUTHORITY_ANY_PEER;
	memcpy(speaker->static_secret, config->secret, DIMP_KEY_SIZE);
	memcpy(speaker->manager_public, config->manager, DIMP_KEY_SIZE);
	if (config->has_types)
		speaker->supported_types = config->types;
	const bool is_set = set_numbers(speaker, config);

	for (size_t at = 0; at < config->vlan_count && at < LIBDIMP_VLANS_MAX; at++)
		terms->vlans[at] =
			(struct dimp_vlan_pair){config->vlans[at].theirs, config->vlans[at].ours};
	speaker->vlan_map = (struct dimp_vlan_map){terms->vlans, config->vlan_count};
	return is_set && config->vlan_count <= LIBDIMP_VLANS_MAX;
}

struct dimp_peer_config libdimp_peer(const struct iut_peer *peer)
{
	struct dimp_peer_config config = {.is_bridge = peer->is_bridge};

	memcpy(config.static_public.octets, peer->key, DIMP_KEY_SIZE);
	memcpy(config.preshared, peer->preshared, DIMP_KEY_SIZE);
	return config;
}

static dimp_vsi_index find_vsi(const struct libdimp_user *user, const uint8_t octets[IUT_VSI_SIZE])
{
	struct dimp_vsi vsi;

	memcpy(vsi.octets, octets, sizeof vsi.octets);
	return dimp_speaker_vsi_find(user->speaker, &vsi);
}

bool libdimp_status(const struct libdimp_user *user, const uint8_t vsi[IUT_VSI_SIZE],
	struct iut_status *status)
{
	const dimp_vsi_index index = find_vsi(user, vsi);
	struct dimp_vsi_status held;

	if (index == DIMP_NO_VSI || !dimp_speaker_vsi_status(user->speaker, index, &held))
		return false;
	*status = (struct iut_status){held.is_owner, held.epoch, held.entries, held.serial};
	return true;
}

bool libdimp_entry(const struct libdimp_user *user, const uint8_t vsi[IUT_VSI_SIZE],
	size_t *position, struct iut_octets *record)
{
	struct dimp_di_cursor cursor = {find_vsi(user, vsi), *position};
	struct dimp_record held;

	if (cursor.vsi == DIMP_NO_VSI ||
		!dimp_speaker_di_next(user->speaker, &cursor, &held,
			(struct dimp_time){user->now_us}))
		return false;
	*position = cursor.position;
	return dimp_record_write(&held, record->octets, sizeof record->octets, &record->size) ==
		DIMP_ERROR_NONE;
}

bool libdimp_counter(const struct libdimp_user *user, const char *name, uint64_t *value)
{
	const struct named *row = find(counters, ROWS(counters), name);
	struct dimp_counters counted;

	dimp_speaker_counters(user->speaker, &counted);
	if (row != NULL)
		memcpy(value, (const uint8_t *)&counted + row->offset, sizeof *value);
	return row != NULL;
}
