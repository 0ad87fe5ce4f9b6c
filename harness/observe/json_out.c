/* SPDX-License-Identifier: MIT */
/*
 * Owns the JSON forms.  The only place in the harness where members of the registry's structs are
 * reached by offset: each is copied out with memcpy, as its row of types.def says how.  The text
 * forms are this file's own, not the model's: that both agree is a test.
 */
#include "observe/json_out.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum field_kind { KIND_INTEGER, KIND_NAMED, KIND_SET, KIND_OCTETS, KIND_VARIABLE, KIND_TEXT };

enum { OCTETS_MAX = 1024, NAME_TEXT_SIZE = 128 };

/* The largest integer that every reader of JSON keeps exactly (RFC 8259, section 6). */
#define INTEGER_MAX_EXACT ((UINT64_C(1) << 53) - 1)

static const struct {
	enum field_kind kind;
	size_t size; /* of a fixed type; the most of a variable one */
} types[] = {
#define TYPE(name, c_type, octets, kind, text) {KIND_##kind, octets},
#include "types.def"
#undef TYPE
};

/* The value of one member, copied out of its struct. */
struct field_octets {
	size_t size;
	uint8_t octets[OCTETS_MAX];
};

static uint64_t integer_of(const struct dimp_field_layout *field, const void *body)
{
	const uint8_t *at = (const uint8_t *)body + field->offset;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (types[field->type].size) {
	case 2: memcpy(&u16, at, sizeof u16); return u16;
	case 4: memcpy(&u32, at, sizeof u32); return u32;
	case 8: memcpy(&u64, at, sizeof u64); return u64;
	default: return *at;
	}
}

/* A variable type begins with its size in 16 bits. */
static void copy_octets(const struct dimp_field_layout *field, const void *body,
	struct field_octets *copy)
{
	const uint8_t *at = (const uint8_t *)body + field->offset;
	const size_t most = types[field->type].size;
	uint16_t size = (uint16_t)most;

	if (types[field->type].kind != KIND_OCTETS) {
		memcpy(&size, at, sizeof size);
		at += sizeof size;
	}
	copy->size = size < most ? size : most;
	memcpy(copy->octets, at, copy->size);
}

json_t *octets_json(const uint8_t *octets, size_t size)
{
	char *text = malloc(2 * size + 1);

	if (text == NULL)
		return NULL;
	text[0] = '\0';
	for (size_t index = 0; index < size; index++)
		(void)snprintf(text + 2 * index, 3, "%02x", octets[index]);
	json_t *json = json_string(text);

	free(text);
	return json;
}

json_t *number_json(uint64_t number)
{
	if (number > INTEGER_MAX_EXACT)
		return json_sprintf("%" PRIu64, number);
	return json_integer((json_int_t)number);
}

static json_t *name_json(enum dimp_type type, uint64_t value)
{
	const char *name = dimp_name(type, value);

	return strcmp(name, "?") == 0 ? number_json(value) : json_string(name);
}

/* In a DI set bit n stands for type n; in the others the names are of the bits' values. */
static json_t *set_json(enum dimp_type type, uint64_t set)
{
	json_t *names = json_array();

	for (unsigned bit = 0; bit < 64; bit++) {
		const uint64_t value = UINT64_C(1) << bit;

		if (set & value)
			(void)json_array_append_new(names,
				name_json(type, type == DIMP_TYPE_DI_SET ? bit : value));
	}
	return names;
}

static json_t *duration_json(uint64_t duration)
{
	const uint64_t us = dimp_duration_to_us((uint32_t)duration);

	return us == UINT64_MAX ? json_null() : number_json(us / 1000);
}

static json_t *mac_json(const uint8_t octets[6])
{
	return json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
		octets[3], octets[4], octets[5]);
}

static json_t *ip_json(const uint8_t octets[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const bool is_ipv4 = memcmp(octets, mapped, sizeof mapped) == 0;
	char text[INET6_ADDRSTRLEN];

	if (is_ipv4)
		(void)inet_ntop(AF_INET, octets + sizeof mapped, text, sizeof text);
	else
		(void)inet_ntop(AF_INET6, octets, text, sizeof text);
	return json_string(text);
}

static json_t *ipv4_json(const uint8_t octets[4])
{
	char text[INET_ADDRSTRLEN];

	return json_string(inet_ntop(AF_INET, octets, text, sizeof text));
}

static json_t *sci_json(const uint8_t octets[8])
{
	return json_sprintf("%02x:%02x:%02x:%02x:%02x:%02x/%u", octets[0], octets[1], octets[2],
		octets[3], octets[4], octets[5], (unsigned)octets[6] << 8 | octets[7]);
}

/* manager/type.version/format:id, the id as a UUID is written. */
static json_t *vsi_json(const uint8_t octets[37])
{
	char text[NAME_TEXT_SIZE];
	size_t at = 0;

	for (size_t index = 0; index < 16; index++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%02x", octets[index]);
	at += (size_t)snprintf(text + at, sizeof text - at,
		"/%u.%u/%u:", (unsigned)octets[16] << 16 | (unsigned)octets[17] << 8 | octets[18],
		octets[19], octets[20]);
	for (size_t index = 0; index < 16; index++) {
		const bool has_dash = index == 4 || index == 6 || index == 8 || index == 10;

		at += (size_t)snprintf(text + at, sizeof text - at, "%s%02x", has_dash ? "-" : "",
			octets[21 + index]);
	}
	return json_string(text);
}

/* What the codec lets pass is UTF-8; a struct filled in by a program may hold anything. */
static json_t *text_json(const struct field_octets *value)
{
	json_t *json = json_stringn((const char *)value->octets, value->size);

	return json != NULL ? json : octets_json(value->octets, value->size);
}

/* A CKN is its length, then its octets; a struct may say that there are more than it has. */
static json_t *key_name_json(const uint8_t *octets, size_t size)
{
	return octets_json(octets + 1, octets[0] < size ? octets[0] : size - 1);
}

static json_t *octet_field_json(const struct dimp_field_layout *field, const void *body)
{
	struct field_octets value;

	copy_octets(field, body, &value);
	if (types[field->type].kind == KIND_TEXT)
		return text_json(&value);
	if (field->type == DIMP_TYPE_MAC)
		return mac_json(value.octets);
	if (field->type == DIMP_TYPE_OUI)
		return json_sprintf("%02x:%02x:%02x", value.octets[0], value.octets[1],
			value.octets[2]);
	if (field->type == DIMP_TYPE_IPV4)
		return ipv4_json(value.octets);
	if (field->type == DIMP_TYPE_IP)
		return ip_json(value.octets);
	if (field->type == DIMP_TYPE_SCI)
		return sci_json(value.octets);
	if (field->type == DIMP_TYPE_CKN)
		return key_name_json(value.octets, value.size);
	if (field->type == DIMP_TYPE_VSI)
		return vsi_json(value.octets);
	return octets_json(value.octets, value.size);
}

static json_t *field_json(const struct dimp_field_layout *field, const void *body,
	enum json_secrets secrets)
{
	if (field->role == DIMP_ROLE_SECRET && secrets == JSON_SECRETS_HIDDEN)
		return json_string("<hidden>");
	if (field->type == DIMP_TYPE_MS)
		return duration_json(integer_of(field, body));
	switch (types[field->type].kind) {
	case KIND_INTEGER: return number_json(integer_of(field, body));
	case KIND_NAMED: return name_json(field->type, integer_of(field, body));
	case KIND_SET: return set_json(field->type, integer_of(field, body));
	case KIND_OCTETS:
	case KIND_VARIABLE:
	case KIND_TEXT: break;
	}
	return octet_field_json(field, body);
}

/* Every block's struct begins with the set of attributes that are there. */
static bool is_present(const struct dimp_field_layout *field, const void *body)
{
	uint32_t attributes;

	memcpy(&attributes, body, sizeof attributes);
	return field->attribute == 0 || (attributes >> field->attribute & 1) != 0;
}

static void add_members(json_t *object, const struct dimp_layout *layout, const void *body,
	enum json_secrets secrets)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];

		if (is_present(field, body))
			(void)json_object_set_new(object, field->name,
				field_json(field, body, secrets));
	}
}

static void add_keys(json_t *object, const struct dimp_layout *layout, const void *body)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];

		if (field->role == DIMP_ROLE_KEY)
			(void)json_object_set_new(object, field->name,
				field_json(field, body, JSON_SECRETS_HIDDEN));
	}
}

json_t *record_json(const struct dimp_record *record, enum json_secrets secrets)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);
	const bool is_delete = record->operation == DIMP_OPERATION_DELETE;

	if (layout == NULL)
		return NULL;
	json_t *object = json_object();

	(void)json_object_set_new(object, "type", json_string(layout->name));
	(void)json_object_set_new(object, "operation", json_string(is_delete ? "DELETE" : "PUT"));
	if (is_delete)
		add_keys(object, layout, &record->body);
	else
		add_members(object, layout, &record->body, secrets);
	return object;
}

static json_t *record_octets_json(struct dimp_view octets, enum json_secrets secrets)
{
	struct dimp_record record;
	const enum dimp_error error = dimp_record_read(octets, &record);

	if (error == DIMP_ERROR_NONE)
		return record_json(&record, secrets);
	json_t *object = json_object();

	(void)json_object_set_new(object, "error", json_string(dimp_error_name(error)));
	(void)json_object_set_new(object, "octets", octets_json(octets.octets, octets.size));
	return object;
}

static void add_records(json_t *object, struct dimp_view rest, enum json_secrets secrets)
{
	json_t *records = json_array();
	struct dimp_view octets;

	while (dimp_records_next(&rest, &octets))
		(void)json_array_append_new(records, record_octets_json(octets, secrets));
	(void)json_object_set_new(object, "records", records);
}

static const void *row_at(const struct dimp_message *message, enum dimp_tlv tlv, size_t index)
{
	switch (tlv) {
	case DIMP_TLV_FILTER: return &message->rows.filter[index];
	case DIMP_TLV_OFFER_ROW: return &message->rows.offer[index];
	case DIMP_TLV_RESULT_ROW: return &message->rows.result[index];
	case DIMP_TLV_DIGEST_ROW: return &message->rows.digest[index];
	case DIMP_TLV_ACK_RANGE: return &message->rows.range[index];
	}
	return NULL;
}

static void add_rows(json_t *object, const struct dimp_message *message, enum json_secrets secrets)
{
	const enum dimp_tlv tlv = dimp_message_layout(message->kind)->params[0].tlv;
	const struct dimp_layout *layout = dimp_param_tlv_layout(tlv);
	json_t *rows = json_array();

	for (size_t index = 0; index < message->row_count; index++) {
		json_t *row = json_object();

		add_members(row, layout, row_at(message, tlv, index), secrets);
		(void)json_array_append_new(rows, row);
	}
	(void)json_object_set_new(object, layout->name, rows);
}

json_t *message_json(const struct dimp_message *message, enum json_secrets secrets)
{
	const struct dimp_layout *layout = dimp_message_layout(message->kind);

	if (layout == NULL)
		return NULL;
	json_t *object = json_object();

	(void)json_object_set_new(object, "message", json_string(layout->label));
	add_members(object, layout, &message->body, secrets);
	if (message->kind == DIMP_MESSAGE_DATA)
		add_records(object, message->records, secrets);
	else if (layout->param_count > 0)
		add_rows(object, message, secrets);
	return object;
}
