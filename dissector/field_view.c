/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns how a field looks in the tree and which rule of DIMP 6.1 its value may break. The registry's
 * type decides both.
 */
#include "field_view.h"

#include "breach.h"
#include "fact_fields.h"
#include "fact_names.h"
#include "parts_view.h"

enum { VLAN_MAX = 4094, CKN_SIZE = 33, CKN_NAME_MAX = 32 };

/* The top bit of a duration says seconds, all ones without end (DIMP 6.5-1). */
static const guint32 duration_seconds = 0x80000000;

/* A preference, and not about a packet. */
static gboolean are_secrets_shown;

void field_view_show_secrets(gboolean is_wanted)
{
	are_secrets_shown = is_wanted;
}

struct block_values block_values_make(const struct dissection *dissection,
	const struct fact_block *block)
{
	return (struct block_values){
		.block = block,
		.tvb = dissection->tvb,
		.values = wmem_alloc0_array(dissection->pinfo->pool, struct field_value,
			block->field_count + 1),
	};
}

const struct field_value *block_value(const struct block_values *values, const char *name)
{
	static const struct field_value none;

	for (guint index = 0; index < values->block->field_count; index++)
		if (strcmp(values->block->fields[index].name, name) == 0)
			return &values->values[index];
	return &none;
}

gboolean block_value_is_zero(const struct block_values *values, const char *name)
{
	const struct field_value *value = block_value(values, name);

	for (guint index = 0; index < value->length; index++)
		if (octet_at(values->tvb, value->offset + (int)index))
			return FALSE;
	return TRUE;
}

static guint64 read_integer(tvbuff_t *tvb, int offset, guint size)
{
	guint64 value = 0;

	for (guint index = 0; index < size; index++)
		value = value << 8 | octet_at(tvb, offset + (int)index);
	return value;
}

static proto_item *add_duration(struct dissection *dissection, const struct fact_field *field,
	struct field_value place)
{
	const guint32 wire = (guint32)place.number;
	nstime_t time = {0, 0};

	if (wire & duration_seconds) {
		time.secs = (time_t)(wire & ~duration_seconds);
	} else {
		time.secs = (time_t)(wire / 1000);
		time.nsecs = (int)(wire % 1000) * 1000000;
	}
	if (wire == DIMP_DURATION_INFINITE)
		return proto_tree_add_time_format_value(dissection->tree, field->hf,
			dissection->tvb, place.offset, (int)place.length, &time, "infinite");
	return proto_tree_add_time(dissection->tree, field->hf, dissection->tvb, place.offset,
		(int)place.length, &time);
}

/* Members of the set that are there, one below the other. */
static proto_item *add_set(struct dissection *dissection, const struct fact_field *field,
	struct field_value place)
{
	proto_item *item = proto_tree_add_item(dissection->tree, field->hf, dissection->tvb,
		place.offset, (int)place.length, ENC_BIG_ENDIAN);
	proto_tree *tree = proto_item_add_subtree(item, field->ett);
	const gboolean is_di = field->type == DIMP_TYPE_DI_SET;
	guint64 unnamed = place.number;

	for (const value_string *name = fact_names_of(field->type); name->strptr; name++) {
		const guint bit = is_di ? name->value : (guint)g_bit_nth_lsf(name->value, -1);

		if (!(place.number >> bit & 1))
			continue;
		proto_tree_add_item(tree, field->bits[bit], dissection->tvb, place.offset,
			(int)place.length, ENC_BIG_ENDIAN);
		proto_item_append_text(item, " %s", name->strptr);
		unnamed &= ~(G_GUINT64_CONSTANT(1) << bit);
	}
	if (unnamed)
		proto_tree_add_item(tree, field->bits[FACT_SET_UNKNOWN], dissection->tvb,
			place.offset, (int)place.length, ENC_BIG_ENDIAN);
	return item;
}

static proto_item *add_secret(struct dissection *dissection, const struct fact_field *field,
	struct field_value place)
{
	return proto_tree_add_bytes_format_value(dissection->tree, field->hf, dissection->tvb,
		place.offset, 0, (const guint8 *)"", "<hidden>, %u octets; a preference shows it",
		place.length);
}

static proto_item *add_item(struct dissection *dissection, const struct fact_field *field,
	struct field_value place)
{
	if (field->role == DIMP_ROLE_SECRET && !are_secrets_shown)
		return add_secret(dissection, field, place);
	if (field->type == DIMP_TYPE_MS)
		return add_duration(dissection, field, place);
	if (fact_type_of(field->type)->kind == FACT_KIND_SET)
		return add_set(dissection, field, place);
	return proto_tree_add_item(dissection->tree, field->hf, dissection->tvb, place.offset,
		(int)place.length,
		fact_type_of(field->type)->kind == FACT_KIND_TEXT ? ENC_UTF_8 : ENC_BIG_ENDIAN);
}

static void judge_ckn(struct dissection *dissection, struct field_value place)
{
	const guint size = octet_at(dissection->tvb, place.offset);
	gboolean is_padded = TRUE;

	for (guint index = 1 + size; index < CKN_SIZE; index++)
		is_padded = is_padded && !octet_at(dissection->tvb, place.offset + (int)index);
	if (size < 1 || size > CKN_NAME_MAX || !is_padded)
		breach_judge(dissection, place.item, BREACH_6_1_11, DIMP_ERROR_MALFORMED_RECORD);
}

static void judge_text(struct dissection *dissection, struct field_value place)
{
	const char *text =
		(const char *)tvb_get_ptr(dissection->tvb, place.offset, (int)place.length);

	if (!g_utf8_validate(text, (gssize)place.length, NULL))
		breach_add(dissection, place.item, BREACH_6_1_8);
}

/* The rules of DIMP 6.1-4 to 6.1-11 about one value. */
static void judge(struct dissection *dissection, const struct fact_field *field,
	struct field_value place)
{
	const enum fact_kind kind = fact_type_of(field->type)->kind;

	if (field->type == DIMP_TYPE_FLAG && place.number > 1)
		breach_judge(dissection, place.item, BREACH_6_1_4, DIMP_ERROR_BAD_VALUE);
	if (field->type == DIMP_TYPE_VLAN && place.number > VLAN_MAX)
		breach_judge(dissection, place.item, BREACH_6_1_5, DIMP_ERROR_BAD_VALUE);
	if (kind == FACT_KIND_NAMED && !fact_names_allow(field->type, place.number))
		breach_judge(dissection, place.item, BREACH_6_1_6, DIMP_ERROR_BAD_VALUE);
	if (kind == FACT_KIND_SET && !fact_names_allow(field->type, place.number))
		breach_judge(dissection, place.item, BREACH_6_1_7, DIMP_ERROR_BAD_VALUE);
	if (kind == FACT_KIND_TEXT && place.length)
		judge_text(dissection, place);
	if (field->type == DIMP_TYPE_CKN)
		judge_ckn(dissection, place);
}

void field_view_add(struct dissection *dissection, struct block_values *values,
	const struct fact_field *field, struct field_value place)
{
	const enum fact_kind kind = fact_type_of(field->type)->kind;
	const gboolean is_number =
		kind == FACT_KIND_INTEGER || kind == FACT_KIND_NAMED || kind == FACT_KIND_SET;

	place.is_present = TRUE;
	if (is_number)
		place.number = read_integer(dissection->tvb, place.offset, place.length);
	place.item = add_item(dissection, field, place);
	if (dissection->tree)
		parts_view_add(dissection, field, place);
	if (!dissection->is_deleting || field->role == DIMP_ROLE_KEY)
		judge(dissection, field, place);
	values->values[field - values->block->fields] = place;
}
