/* SPDX-License-Identifier: MIT */
/*
 * Of settings and limits only what differs from the defaults is said, so that an implementation
 * that cannot change them need not know them.
 */
#include "upper_json.h"

#include <string.h>

#include "script/config_row.h"
#include "script/field_value.h"

enum { HEX_MAX = 9216 };

json_t *upper_json_hex(struct dimp_view octets)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * HEX_MAX];

	if (octets.size > HEX_MAX)
		return NULL;
	for (size_t index = 0; index < octets.size; index++) {
		text[2 * index] = digits[octets.octets[index] >> 4];
		text[2 * index + 1] = digits[octets.octets[index] & 0xf];
	}
	return json_stringn(text, 2 * octets.size);
}

bool upper_json_octets(const char *text, struct dimp_buffer room, size_t *size)
{
	return text != NULL && span_hex((struct span){text, strlen(text)}, room, size);
}

/* |value| and |usual| are structs with what |row| names. */
static void add_if_other(json_t *into, const struct config_row *row, const void *value,
	const void *usual)
{
	uint32_t one, other;

	memcpy(&one, (const uint8_t *)value + row->offset, sizeof one);
	memcpy(&other, (const uint8_t *)usual + row->offset, sizeof other);
	if (one != other)
		json_object_set_new(into, row->name, json_integer(one));
}

static json_t *describe_settings(const struct dimp_speaker_config *config)
{
	struct dimp_settings usual;
	const struct config_row *row;
	json_t *list = json_object();

	dimp_settings_default(&usual);
	for (size_t index = 0; (row = config_setting(index)) != NULL; index++)
		add_if_other(list, row, &config->settings, &usual);
	return list;
}

static json_t *describe_limits(const struct dimp_speaker_config *config)
{
	struct dimp_speaker_config usual;
	const struct config_row *row;
	json_t *list = json_object();

	dimp_speaker_config_default(&usual);
	for (size_t index = 0; (row = config_limit(index)) != NULL; index++)
		add_if_other(list, row, config, &usual);
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		if (config->type_entries_max[type] != 0)
			json_object_set_new(list, dimp_di_type_name((enum dimp_di_type)type),
				json_integer(config->type_entries_max[type]));
	}
	return list;
}

static json_t *describe_peer(const struct drill_acquaintance *peer)
{
	return json_pack("{s:o, s:b, s:o}", "key",
		upper_json_hex((struct dimp_view){peer->key.octets, DIMP_KEY_SIZE}), "bridge",
		peer->is_bridge, "preshared",
		upper_json_hex((struct dimp_view){peer->preshared, DIMP_KEY_SIZE}));
}

static json_t *describe_peers(const struct drill_terms *terms)
{
	json_t *list = json_array();

	for (size_t index = 0; index < terms->peer_count; index++)
		json_array_append_new(list, describe_peer(&terms->peers[index]));
	return list;
}

static json_t *describe_vlans(const struct dimp_vlan_map *map)
{
	json_t *list = json_array();

	for (size_t index = 0; index < map->count; index++)
		json_array_append_new(list,
			json_pack("[i, i]", map->pairs[index].theirs, map->pairs[index].ours));
	return list;
}

json_t *upper_json_begin(const struct drill_terms *terms)
{
	static const char *const authorities[] = {"any", "consent", "ticket"};
	const struct dimp_speaker_config *config = &terms->config;
	struct dimp_speaker_config usual;
	json_t *question = json_pack("{s:s, s:s, s:o, s:I, s:I, s:o, s:o, s:o, s:s, s:o, s:I, s:o}",
		"do", "begin", "role",
		config->role == DIMP_ROLE_STATION_SPEAKER ? "station" : "bridge", "secret",
		upper_json_hex((struct dimp_view){terms->secret, DIMP_KEY_SIZE}), "boot_count",
		(json_int_t)config->boot_count, "seed", (json_int_t)terms->seed, "peers",
		describe_peers(terms), "settings", describe_settings(config), "limits",
		describe_limits(config), "authority", authorities[config->authority], "manager",
		upper_json_hex((struct dimp_view){config->manager_public, DIMP_KEY_SIZE}),
		"clock_s", (json_int_t)config->unix_seconds, "vlans",
		describe_vlans(&config->vlan_map));

	dimp_speaker_config_default(&usual);
	if (config->supported_types != usual.supported_types)
		json_object_set_new(question, "types",
			json_integer((json_int_t)config->supported_types));
	return question;
}

static json_t *say_record(const struct dimp_record *record)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	return dimp_record_write(record, octets, sizeof octets, &size) == DIMP_ERROR_NONE
		? upper_json_hex((struct dimp_view){octets, size})
		: NULL;
}

static json_t *say_message(const struct dimp_message *message)
{
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	size_t size;

	return dimp_message_write(message, octets, sizeof octets, &size) == DIMP_ERROR_NONE
		? upper_json_hex((struct dimp_view){octets, size})
		: NULL;
}

/* What a letter of an order's arguments is called, and its value; NULL when it cannot be said. */
static json_t *say_argument(const struct drill_order *order, char letter, const char **name)
{
	*name = "vsi";
	if (letter == 'V')
		return upper_json_hex(
			(struct dimp_view){order->vsi.octets, sizeof order->vsi.octets});
	*name = "record";
	if (letter == 'R')
		return say_record(&order->record);
	*name = "error";
	if (letter == 'E')
		return json_string(dimp_error_name(order->error));
	*name = "serial";
	if (letter == 'S')
		return json_integer((json_int_t)order->serial);
	*name = "message";
	if (letter == 'M')
		return say_message(order->message);
	*name = "peer";
	return order->peer == DIMP_NO_PEER ? json_null() : json_integer(order->peer);
}

json_t *upper_json_order(const struct drill_order *order, struct dimp_time now)
{
	const struct drill_order_row *row = drill_order_row(order->kind);
	json_t *question = json_pack("{s:s, s:I}", "do",
		order->kind == DRILL_ORDER_ADD ? "add" : row->name, "now_us", (json_int_t)now.us);

	for (const char *letter = row->arguments; *letter != '\0'; letter++) {
		const char *name;
		json_t *value = say_argument(order, *letter, &name);

		if (value == NULL) {
			json_decref(question);
			return NULL;
		}
		json_object_set_new(question, name, value);
	}
	return question;
}
