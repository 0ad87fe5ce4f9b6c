/* SPDX-License-Identifier: MIT */
/*
 * The example of docs/VENDOR.md: libdimp behind iut.h, as a vendor would put an implementation of
 * his own there.  Only what dimp.h offers is used.
 */
#include "libdimp_iut.h"

#include <stdlib.h>
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

static bool supports(const char *capability)
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

static bool set_u32(void *structure, const struct named *row, uint64_t value)
{
	const uint32_t number = (uint32_t)value;

	if (row != NULL)
		memcpy((uint8_t *)structure + row->offset, &number, sizeof number);
	return row != NULL;
}

static bool configure(struct dimp_speaker_config *speaker, const struct iut_config *config)
{
	bool is_set = true;

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

static void end(struct iut *iut)
{
	if (iut->speaker != NULL)
		dimp_speaker_wipe(iut->speaker);
	openssl_crypto_destroy(iut->crypto);
	free(iut->memory);
	free(iut);
}

static bool add_peers(struct iut *iut, const struct iut_config *config)
{
	for (size_t at = 0; at < config->peer_count; at++) {
		struct dimp_peer_config peer = {.is_bridge = config->peers[at].is_bridge};
		dimp_peer number;

		memcpy(peer.static_public.octets, config->peers[at].key, DIMP_KEY_SIZE);
		memcpy(peer.preshared, config->peers[at].preshared, DIMP_KEY_SIZE);
		if (dimp_speaker_add_peer(iut->speaker, &peer, &number) != DIMP_ERROR_NONE)
			return false;
	}
	return true;
}

static struct iut *begin(const struct iut_config *config)
{
	struct dimp_speaker_config speaker;
	struct iut *iut = calloc(1, sizeof(*iut));

	if (iut == NULL || !configure(&speaker, config)) {
		free(iut);
		return NULL;
	}
	for (size_t at = 0; at < config->vlan_count; at++)
		iut->vlans[at] =
			(struct dimp_vlan_pair){config->vlans[at].theirs, config->vlans[at].ours};
	speaker.vlan_map = (struct dimp_vlan_map){iut->vlans, config->vlan_count};
	iut->freeze_vsi = iut->activate_vsi = iut->record_vsi = DIMP_NO_VSI;
	iut->crypto = openssl_crypto_create();
	iut->memory = malloc(dimp_speaker_size(&speaker));
	if (iut->crypto != NULL && iut->memory != NULL) {
		/* Whoever gives a speaker memory may have had anything in it. */
		memset(iut->memory, 0xa5, dimp_speaker_size(&speaker));
		speaker.crypto = openssl_crypto_table(iut->crypto);
		iut->speaker = dimp_speaker_init(iut->memory, &speaker, (struct dimp_time){0});
	}
	if (iut->speaker != NULL && add_peers(iut, config))
		return iut;
	end(iut);
	return NULL;
}

static void receive(struct iut *iut, const struct iut_octets *pdu, uint64_t now_us)
{
	iut->now_us = now_us;
	dimp_speaker_receive(iut->speaker, pdu->peer, (struct dimp_view){pdu->octets, pdu->size},
		(struct dimp_time){now_us});
}

static bool transmit(struct iut *iut, struct iut_octets *pdu, uint64_t now_us)
{
	const struct dimp_buffer room = {pdu->octets, sizeof pdu->octets};

	pdu->size =
		dimp_speaker_transmit(iut->speaker, room, &pdu->peer, (struct dimp_time){now_us});
	return pdu->size > 0;
}

static uint64_t deadline(struct iut *iut)
{
	return dimp_speaker_deadline(iut->speaker).us;
}

static void expire(struct iut *iut, uint64_t now_us)
{
	iut->now_us = now_us;
	dimp_speaker_expire(iut->speaker, (struct dimp_time){now_us});
}

static dimp_vsi_index find_vsi(const struct iut *iut, const uint8_t octets[IUT_VSI_SIZE])
{
	struct dimp_vsi vsi;

	memcpy(vsi.octets, octets, sizeof vsi.octets);
	return dimp_speaker_vsi_find(iut->speaker, &vsi);
}

static bool status(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], struct iut_status *status)
{
	const dimp_vsi_index index = find_vsi(iut, vsi);
	struct dimp_vsi_status held;

	if (index == DIMP_NO_VSI || !dimp_speaker_vsi_status(iut->speaker, index, &held))
		return false;
	*status = (struct iut_status){held.is_owner, held.epoch, held.entries, held.serial};
	return true;
}

static bool entry(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], size_t *position,
	struct iut_octets *record)
{
	struct dimp_di_cursor cursor = {find_vsi(iut, vsi), *position};
	struct dimp_record held;

	if (cursor.vsi == DIMP_NO_VSI ||
		!dimp_speaker_di_next(iut->speaker, &cursor, &held,
			(struct dimp_time){iut->now_us}))
		return false;
	*position = cursor.position;
	return dimp_record_write(&held, record->octets, sizeof record->octets, &record->size) ==
		DIMP_ERROR_NONE;
}

static bool counter(struct iut *iut, const char *name, uint64_t *value)
{
	const struct named *row = find(counters, ROWS(counters), name);
	struct dimp_counters counted;

	dimp_speaker_counters(iut->speaker, &counted);
	if (row != NULL)
		memcpy(value, (const uint8_t *)&counted + row->offset, sizeof *value);
	return row != NULL;
}

const struct iut_operations iut_operations = {
	.name = "libdimp",
	.supports = supports,
	.begin = begin,
	.end = end,
	.receive = receive,
	.transmit = transmit,
	.tell = libdimp_tell,
	.deadline = deadline,
	.expire = expire,
	.order = libdimp_order,
	.status = status,
	.entry = entry,
	.counter = counter,
};
