/*
 * The registry's blocks as tables, inside the model: what dimp.h shows of them plus what the codec
 * needs of types and keys.
 */
#ifndef DIMP_LAYOUT_H
#define DIMP_LAYOUT_H

#include "dimp.h"

enum type_kind {
	TYPE_KIND_INTEGER,
	TYPE_KIND_NAMED, /* an integer of which some values have names, the others being wrong */
	TYPE_KIND_SET, /* an integer of bits */
	TYPE_KIND_OCTETS,
	TYPE_KIND_VARIABLE, /* octets of a size told by the attribute's TLV */
	TYPE_KIND_TEXT /* the same, UTF-8 */
};

struct type_facts {
	enum type_kind kind;
	uint16_t octets; /* on the wire; the most for VARIABLE and TEXT */
};

/* The layouts of DI types by their numbers, NULL where there is none. */
extern const struct dimp_layout *const layout_of_di[DIMP_DI_TYPES];

struct type_facts layout_type(enum dimp_type type);

/* Octets of the KEY fields of a DI type: they are the first of its fixed part. */
size_t layout_key_size(const struct dimp_layout *layout);

/* The field that is attribute |number| of |layout|, NULL when it has none. */
const struct dimp_field_layout *layout_attribute(const struct dimp_layout *layout, unsigned number);

#endif
