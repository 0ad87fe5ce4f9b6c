/* SPDX-License-Identifier: MIT */
/*
 * One hook per DI type, rules_<lower>(): what its fields must be together (DIMP 8).  Each field is
 * in range for itself.  A hook first judges the KEY fields, which a DELETE has too, then the
 * others. A DI type without a hook does not link.
 */
#ifndef DIMP_RULE_HOOKS_H
#define DIMP_RULE_HOOKS_H

#include "dimp.h"

#define BEGIN(UPPER, lower, number, version, label) \
	DIMP_MUST_USE enum dimp_error rules_##lower(const struct dimp_##lower *body, \
		enum dimp_operation operation);
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

static inline bool rules_have(uint32_t attributes, enum dimp_attribute number)
{
	return (attributes >> number & 1) != 0;
}

static inline enum dimp_error rules_malformed_unless(bool holds)
{
	return holds ? DIMP_ERROR_NONE : DIMP_ERROR_MALFORMED_RECORD;
}

#endif
