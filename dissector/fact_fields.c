/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the filter names of what the registry lists. Wireshark keeps pointers to all that is
 * registered: it is allocated here, once, and lasts as long as the program.
 */
#include "fact_fields.h"

#include <epan/etypes.h>
#include <epan/ipproto.h>

#include "fact_names.h"

/* Numbers that mean more than a number. */
struct presentation {
	const char *block;
	const char *member;
	int display;
	const void *strings;
};

static const val64_string cipher_suites[] = {
	{G_GUINT64_CONSTANT(0x0080c20001000001), "GCM-AES-128"},
	{G_GUINT64_CONSTANT(0x0080c20001000002), "GCM-AES-256"},
	{G_GUINT64_CONSTANT(0x0080c20001000003), "GCM-AES-XPN-128"},
	{G_GUINT64_CONSTANT(0x0080c20001000004), "GCM-AES-XPN-256"},
	{0, NULL},
};

static const char *const prefixes[FACT_FAMILIES] = {
	[FACT_MESSAGES] = "dimp",
	[FACT_PARAMETERS] = "dimp.parameter",
	[FACT_DI_TYPES] = "dimp.di",
};

static void register_one(int protocol, int *hf, const header_field_info *info)
{
	hf_register_info *row = g_new0(hf_register_info, 1);

	*row = (hf_register_info){hf, *info};
	proto_register_field_array(protocol, row, 1);
}

static void register_subtree(int *ett)
{
	int **row = g_new0(int *, 1);

	*row = ett;
	proto_register_subtree_array(row, 1);
}

static enum ftenum integer_type(guint size)
{
	switch (size) {
	case 1: return FT_UINT8;
	case 2: return FT_UINT16;
	case 4: return FT_UINT32;
	default: return FT_UINT64;
	}
}

static void show_integer(enum dimp_type type, header_field_info *info)
{
	info->type = integer_type(fact_type_of(type)->size);
	info->display = BASE_DEC;
	if (type == DIMP_TYPE_FLAG) {
		info->type = FT_BOOLEAN;
		info->display = BASE_NONE;
	} else if (type == DIMP_TYPE_MS) {
		info->type = FT_RELATIVE_TIME;
		info->display = BASE_NONE;
	}
}

static void show_octets(enum dimp_type type, header_field_info *info)
{
	info->type = FT_BYTES;
	info->display = BASE_NONE;
	if (type == DIMP_TYPE_MAC) {
		info->type = FT_ETHER;
	} else if (type == DIMP_TYPE_IPV4) {
		info->type = FT_IPv4;
	} else if (type == DIMP_TYPE_IP) {
		info->type = FT_IPv6;
	} else if (type == DIMP_TYPE_OUI) {
		info->type = FT_UINT24;
		info->display = BASE_OUI;
	}
}

/* How Wireshark is to hold and show a field of this type. */
static void show_type(enum dimp_type type, header_field_info *info)
{
	switch (fact_type_of(type)->kind) {
	case FACT_KIND_INTEGER: show_integer(type, info); break;
	case FACT_KIND_NAMED:
		info->type = integer_type(fact_type_of(type)->size);
		info->display = BASE_DEC;
		info->strings = VALS(fact_names_of(type));
		break;
	case FACT_KIND_SET:
		info->type = integer_type(fact_type_of(type)->size);
		info->display = BASE_HEX;
		break;
	case FACT_KIND_OCTETS: show_octets(type, info); break;
	case FACT_KIND_VARIABLE:
		info->type = FT_BYTES;
		info->display = BASE_NONE;
		break;
	case FACT_KIND_TEXT:
		info->type = FT_STRING;
		info->display = BASE_NONE;
		break;
	}
}

static void show_specially(const char *block, const char *member, header_field_info *info)
{
	const struct presentation rows[] = {
		{"macsec_sa", "cipher_suite", BASE_HEX | BASE_VAL64_STRING, VALS64(cipher_suites)},
		{"macsec_sa", "sectag", BASE_HEX, NULL},
		{"dynamic_acl", "ethertype", BASE_HEX, VALS(etype_vals)},
		{"dynamic_acl", "ip_protocol", BASE_DEC | BASE_EXT_STRING, &ipproto_val_ext},
		{"dhcp_binding", "transaction", BASE_HEX, NULL},
		{"dhcpv6_binding", "transaction", BASE_HEX, NULL},
		{"mka_participant", "algorithm", BASE_HEX, NULL},
		{"digest_row", "sum", BASE_HEX, NULL},
		{"round_end", "freeze", BASE_HEX, NULL},
		{"commit", "freeze", BASE_HEX, NULL},
		{"released", "freeze", BASE_HEX, NULL},
		{"abort", "freeze", BASE_HEX, NULL},
		{"aborted", "freeze", BASE_HEX, NULL},
		{"done", "freeze", BASE_HEX, NULL},
	};

	for (guint index = 0; index < G_N_ELEMENTS(rows); index++) {
		if (strcmp(rows[index].block, block) || strcmp(rows[index].member, member))
			continue;
		info->display = rows[index].display;
		info->strings = rows[index].strings;
	}
}

static void register_bit(int protocol, const struct fact_field *field, const char *abbrev,
	const value_string *name)
{
	const guint bit = field->type == DIMP_TYPE_DI_SET ? name->value
							  : (guint)g_bit_nth_lsf(name->value, -1);
	char *lower = g_ascii_strdown(name->strptr, -1);
	const header_field_info info = {
		.name = name->strptr,
		.abbrev = g_strdup_printf("%s.%s", abbrev, lower),
		.type = FT_BOOLEAN,
		.display = (int)(8 * fact_type_of(field->type)->size),
		.bitmask = G_GUINT64_CONSTANT(1) << bit,
		.blurb = NULL,
		HFILL,
	};

	g_free(lower);
	register_one(protocol, &field->bits[bit], &info);
}

/* A name for each member of a set, and one for the bits that have none. */
static void register_set(int protocol, struct fact_field *field, const char *abbrev)
{
	const guint width = 8 * fact_type_of(field->type)->size;
	guint64 unknown = width == 64 ? G_MAXUINT64 : (G_GUINT64_CONSTANT(1) << width) - 1;
	header_field_info info = {
		.name = "Without a name",
		.abbrev = g_strdup_printf("%s.unnamed", abbrev),
		.type = integer_type(fact_type_of(field->type)->size),
		.display = BASE_HEX,
		.blurb = NULL,
		HFILL,
	};

	field->bits = g_new(int, FACT_SET_BITS + 1);
	for (guint bit = 0; bit <= FACT_SET_BITS; bit++)
		field->bits[bit] = NOT_REGISTERED;
	for (const value_string *name = fact_names_of(field->type); name->strptr; name++) {
		register_bit(protocol, field, abbrev, name);
		unknown &= ~(field->type == DIMP_TYPE_DI_SET ? G_GUINT64_CONSTANT(1) << name->value
							     : name->value);
	}
	info.bitmask = unknown;
	register_one(protocol, &field->bits[FACT_SET_UNKNOWN], &info);
}

static void register_field(int protocol, const struct fact_block *block, struct fact_field *field)
{
	char *abbrev =
		g_strdup_printf("%s.%s.%s", prefixes[block->family], block->name, field->name);
	header_field_info info = {.name = field->label, .abbrev = abbrev, .blurb = NULL, HFILL};

	show_type(field->type, &info);
	show_specially(block->name, field->name, &info);
	register_one(protocol, &field->hf, &info);
	register_subtree(&field->ett);
	if (fact_type_of(field->type)->kind == FACT_KIND_SET)
		register_set(protocol, field, abbrev);
}

static void register_block(int protocol, struct fact_block *block)
{
	const header_field_info info = {
		.name = block->label,
		.abbrev = g_strdup_printf("%s.%s", prefixes[block->family], block->name),
		.type = FT_NONE,
		.display = BASE_NONE,
		.blurb = NULL,
		HFILL,
	};

	register_one(protocol, &block->hf, &info);
	register_subtree(&block->ett);
	for (guint index = 0; index < block->field_count; index++)
		register_field(protocol, block, &block->fields[index]);
}

void fact_fields_register(int protocol)
{
	for (guint family = 0; family < FACT_FAMILIES; family++) {
		guint count;
		struct fact_block *blocks = fact_blocks((enum fact_family)family, &count);

		for (guint index = 0; index < count; index++)
			register_block(protocol, &blocks[index]);
	}
}
