/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the tables built from the registry: the .def files are expanded to a flat list of rows here,
 * and the list is cut into blocks once, when the plugin is registered.
 */
#include "fact_table.h"

enum row_kind { ROW_BEGIN, ROW_ROUTE, ROW_FIELD, ROW_PARAM, ROW_END };

struct row {
	enum row_kind kind;
	const char *name;
	const char *label;
	guint number;
	guint version;
	enum dimp_type type;
	enum dimp_role role;
	guint fewest;
	guint most;
};

#define BEGIN(UPPER, lower, tlv, edition, text) \
	{.kind = ROW_BEGIN, .name = #lower, .label = (text), .number = (tlv), .version = (edition)},
#define ROUTE(lower, from, to) {.kind = ROW_ROUTE, .name = (from)},
#define FIELD(lower, member, type_name, role_name, text) \
	{.kind = ROW_FIELD, \
		.name = #member, \
		.label = (text), \
		.type = DIMP_TYPE_##type_name, \
		.role = DIMP_ROLE_##role_name},
#define ATTR(lower, member, attribute, type_name, role_name, text) \
	{.kind = ROW_FIELD, \
		.name = #member, \
		.label = (text), \
		.number = (attribute), \
		.type = DIMP_TYPE_##type_name, \
		.role = DIMP_ROLE_##role_name},
#define PARAM(lower, tlv, least, greatest) \
	{.kind = ROW_PARAM, .number = DIMP_TLV_##tlv, .fewest = (least), .most = (greatest)},
#define END(lower) {.kind = ROW_END},

static const struct row message_rows[] = {
#include "messages.def"
};

static const struct row parameter_rows[] = {
#include "tlvs.def"
};

static const struct row di_rows[] = {
#include "di.def"
};

#undef BEGIN
#undef ROUTE
#undef FIELD
#undef ATTR
#undef PARAM
#undef END

static const struct fact_type types[] = {
#define TYPE(type_name, c_type, octets, type_kind, ...) \
	{.name = #type_name, .size = (octets), .kind = FACT_KIND_##type_kind},
#include "types.def"
#undef TYPE
};

struct family {
	const struct row *rows;
	guint row_count;
	struct fact_block *blocks;
	guint block_count;
};

static struct family families[FACT_FAMILIES] = {
	[FACT_MESSAGES] = {.rows = message_rows, .row_count = G_N_ELEMENTS(message_rows)},
	[FACT_PARAMETERS] = {.rows = parameter_rows, .row_count = G_N_ELEMENTS(parameter_rows)},
	[FACT_DI_TYPES] = {.rows = di_rows, .row_count = G_N_ELEMENTS(di_rows)},
};

const struct fact_type *fact_type_of(enum dimp_type type)
{
	return &types[type];
}

gboolean fact_is_fixed_size(const struct fact_field *field)
{
	const enum fact_kind kind = types[field->type].kind;

	return kind != FACT_KIND_VARIABLE && kind != FACT_KIND_TEXT;
}

static guint count_rows(const struct family *family, enum row_kind kind)
{
	guint count = 0;

	for (guint index = 0; index < family->row_count; index++)
		if (family->rows[index].kind == kind)
			count++;
	return count;
}

static void add_field(struct fact_block *block, const struct row *row)
{
	block->fields[block->field_count++] = (struct fact_field){
		.name = row->name,
		.label = row->label,
		.type = row->type,
		.role = row->role,
		.attribute = row->number,
		.hf = NOT_REGISTERED,
		.ett = NOT_REGISTERED,
	};
	if (!row->number)
		block->fixed_size += types[row->type].size;
}

static void add_row(struct fact_block *block, const struct row *row)
{
	switch (row->kind) {
	case ROW_BEGIN:
		block->name = row->name;
		block->label = row->label;
		block->number = row->number;
		block->version = row->version;
		break;
	case ROW_ROUTE: block->sender = row->name; break;
	case ROW_FIELD: add_field(block, row); break;
	case ROW_PARAM:
		block->parameter = row->number;
		block->fewest = row->fewest;
		block->most = row->most;
		break;
	case ROW_END: break;
	}
}

static void build_family(enum fact_family which)
{
	struct family *family = &families[which];
	struct fact_field *fields = g_new0(struct fact_field, count_rows(family, ROW_FIELD) + 1);
	guint done = 0;

	family->blocks = g_new0(struct fact_block, count_rows(family, ROW_BEGIN) + 1);
	for (guint index = 0; index < family->row_count; index++) {
		struct fact_block *block = &family->blocks[family->block_count];

		if (family->rows[index].kind == ROW_BEGIN)
			*block = (struct fact_block){
				.family = which,
				.fields = fields + done,
				.first_row = done,
				.hf = NOT_REGISTERED,
				.ett = NOT_REGISTERED,
			};
		add_row(block, &family->rows[index]);
		if (family->rows[index].kind == ROW_END) {
			done += block->field_count;
			family->block_count++;
		}
	}
}

void fact_table_build(void)
{
	for (guint family = 0; family < FACT_FAMILIES; family++)
		build_family((enum fact_family)family);
}

struct fact_block *fact_blocks(enum fact_family family, guint *count)
{
	*count = families[family].block_count;
	return families[family].blocks;
}

const struct fact_block *fact_find(enum fact_family family, guint number)
{
	const struct family *in = &families[family];

	for (guint index = 0; index < in->block_count; index++)
		if (in->blocks[index].number == number)
			return &in->blocks[index];
	return NULL;
}
