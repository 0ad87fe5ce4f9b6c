/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the value strings, made from names.def, errors.def and the blocks' numbers.
 */
#include "fact_names.h"

struct name {
	enum dimp_type type;
	guint32 number;
	const char *name;
};

static const struct name names[] = {
#define NAMES(TYPE, lower)
#define NAME(TYPE, upper, value, ...) {.type = DIMP_TYPE_##TYPE, .number = (value), .name = #upper},
#define END_NAMES(TYPE)
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES
#define ERROR(error_name, value, ...) \
	{.type = DIMP_TYPE_ERROR, .number = (value), .name = #error_name},
#include "errors.def"
#undef ERROR
};

/* ERROR takes numbers that nobody has named yet; those from here on are never sent (DIMP 9.4-2). */
enum { ERRORS_SENT_MAX = 159 };

static value_string *of_type[DIMP_TYPES];
static value_string *of_family[FACT_FAMILIES];
static value_string *of_tlvs;

static void add_name(GArray *list, guint32 number, const char *name)
{
	const value_string row = {.value = number, .strptr = name};

	g_array_append_val(list, row);
}

/* A list of value strings that is closed by a row of zeros. */
static GArray *start_list(void)
{
	return g_array_new(TRUE, TRUE, sizeof(value_string));
}

static value_string *end_list(GArray *list)
{
	return (value_string *)(void *)g_array_free(list, FALSE);
}

static void add_family(GArray *list, enum fact_family family, guint base)
{
	guint count;
	const struct fact_block *blocks = fact_blocks(family, &count);

	for (guint index = 0; index < count; index++)
		add_name(list, base + blocks[index].number,
			family == FACT_MESSAGES ? blocks[index].label : blocks[index].name);
}

static value_string *list_of_type(enum dimp_type type)
{
	const enum fact_kind kind = fact_type_of(type)->kind;

	if (kind != FACT_KIND_NAMED && kind != FACT_KIND_SET)
		return NULL;

	GArray *list = start_list();

	if (type == DIMP_TYPE_DI_TYPE || type == DIMP_TYPE_DI_SET)
		add_family(list, FACT_DI_TYPES, 0);
	for (guint index = 0; index < G_N_ELEMENTS(names); index++)
		if (names[index].type == type)
			add_name(list, names[index].number, names[index].name);
	return end_list(list);
}

void fact_names_build(void)
{
	GArray *tlvs = start_list();

	for (guint type = 0; type < DIMP_TYPES; type++)
		of_type[type] = list_of_type((enum dimp_type)type);
	for (guint family = 0; family < FACT_FAMILIES; family++) {
		GArray *list = start_list();
		const guint base = family == FACT_DI_TYPES ? DIMP_RECORD_TLV_BASE : 0;

		add_family(list, (enum fact_family)family, 0);
		of_family[family] = end_list(list);
		add_family(tlvs, (enum fact_family)family, base);
	}
	of_tlvs = end_list(tlvs);
}

const value_string *fact_names_of(enum dimp_type type)
{
	return of_type[type];
}

const value_string *fact_names_of_family(enum fact_family family)
{
	return of_family[family];
}

const value_string *fact_names_of_tlvs(void)
{
	return of_tlvs;
}

static gboolean allow_set(enum dimp_type type, guint64 value)
{
	guint64 known = 0;

	if (type == DIMP_TYPE_DI_SET)
		return TRUE;
	for (const value_string *row = of_type[type]; row->strptr; row++)
		known |= row->value;
	return (value & ~known) == 0;
}

gboolean fact_names_allow(enum dimp_type type, guint64 value)
{
	if (fact_type_of(type)->kind == FACT_KIND_SET)
		return allow_set(type, value);
	if (type == DIMP_TYPE_ERROR)
		return value <= ERRORS_SENT_MAX;
	if (type == DIMP_TYPE_DI_TYPE)
		return value >= 1 && value < DIMP_DI_TYPES;
	return value <= G_MAXUINT32 && try_val_to_str((guint32)value, of_type[type]) != NULL;
}
