/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The registry's rows as tables to walk: messages, parameters and DI types are blocks of fields.
 * Whatever the .def files say is shown, with a filter name of its own; no other file of the
 * dissector lists them. A block or field lives as long as the program.
 */
#ifndef DISSECTOR_FACT_TABLE_H
#define DISSECTOR_FACT_TABLE_H

#include "registry.h"
#include "wireshark_api.h"

enum fact_family { FACT_MESSAGES, FACT_PARAMETERS, FACT_DI_TYPES, FACT_FAMILIES };

/* How a type's octets are laid out; the registry's kinds. */
enum fact_kind {
	FACT_KIND_INTEGER,
	FACT_KIND_NAMED,
	FACT_KIND_SET,
	FACT_KIND_OCTETS,
	FACT_KIND_VARIABLE,
	FACT_KIND_TEXT
};

struct fact_type {
	const char *name;
	guint size; /* exact, or the largest of a variable type */
	enum fact_kind kind;
};

struct fact_field {
	const char *name;
	const char *label;
	enum dimp_type type;
	enum dimp_role role;
	guint attribute; /* 0: of the fixed part */
	int hf;
	int ett;
	int *bits; /* of a SET: an hf for each of its 64 bits, then one for bits without a name */
};

struct fact_block {
	enum fact_family family;
	const char *name;
	const char *label;
	const char *sender; /* of a message */
	guint number;
	guint version;
	struct fact_field *fields; /* fixed part first, as the rows have them */
	guint field_count;
	guint fixed_size;
	guint first_row; /* the first field's place among the family's rows */
	guint parameter; /* TLV type of its parameters, 0 for none */
	guint fewest;
	guint most;
	int hf;
	int ett;
};

/* Builds the tables; called once, before anything else here. */
void fact_table_build(void);

/* All blocks of a family, |*count| of them, in the order of their rows. */
struct fact_block *fact_blocks(enum fact_family family, guint *count);

/* The block with this number (for a DI type: its number, not its TLV type), or NULL. */
const struct fact_block *fact_find(enum fact_family family, guint number);

const struct fact_type *fact_type_of(enum dimp_type type);

/* Whether the field's octets are its own length: not a VARIABLE or TEXT one. */
gboolean fact_is_fixed_size(const struct fact_field *field);

#endif
