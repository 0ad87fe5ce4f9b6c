/* SPDX-License-Identifier: MIT */
/*
 * ALLOWED_TYPE(value): whether a field of that type may have this value (DIMP 6.1), as a program
 * that uses another codec would write it by hand.
 */
#ifndef DIMP_PEER_CHECK_H
#define DIMP_PEER_CHECK_H

#include <string.h>

#include "dimp.h"
#include "field.h"
#include "rule_hooks.h"

#define NAMES(TYPE, type) \
	static inline bool is_named_##TYPE(uint64_t value) \
	{ \
		switch (value) {
#define NAME(TYPE, UPPER, number, text) case (number):
#define END_NAMES(TYPE) \
	return true; \
	} \
	return false; \
	}
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES

#define ALLOWED_U8(value) ((value) <= UINT8_MAX)
#define ALLOWED_U16(value) ((value) <= UINT16_MAX)
#define ALLOWED_U32(value) ((value) <= UINT32_MAX)
#define ALLOWED_U64(value) true
#define ALLOWED_FLAG(value) ((value) <= 1)
#define ALLOWED_VLAN(value) ((value) <= 4094)
#define ALLOWED_MS(value) ((value) <= UINT32_MAX)
#define ALLOWED_ACL_ACTION(value) is_named_ACL_ACTION(value)
#define ALLOWED_DIRECTION(value) is_named_DIRECTION(value)
#define ALLOWED_VALIDATE(value) is_named_VALIDATE(value)
#define ALLOWED_FILTER_MODE(value) is_named_FILTER_MODE(value)
#define ALLOWED_TERMINATION(value) is_named_TERMINATION(value)
#define ALLOWED_MACSEC_CAPABILITY(value) is_named_MACSEC_CAPABILITY(value)
#define ALLOWED_SAVI_ORIGIN(value) is_named_SAVI_ORIGIN(value)
#define ALLOWED_SAVI_STATE(value) is_named_SAVI_STATE(value)
#define ALLOWED_REGISTRAR(value) is_named_REGISTRAR(value)
#define ALLOWED_MMRP_ATTRIBUTE(value) is_named_MMRP_ATTRIBUTE(value)
#define ALLOWED_METER(value) is_named_METER(value)

/* How a field of each type travels where the schema knows integers and octet strings. */
#define WAY_U8 INTEGER
#define WAY_U16 INTEGER
#define WAY_U32 INTEGER
#define WAY_U64 INTEGER
#define WAY_FLAG INTEGER
#define WAY_VLAN INTEGER
#define WAY_MS INTEGER
#define WAY_ACL_ACTION INTEGER
#define WAY_DIRECTION INTEGER
#define WAY_VALIDATE INTEGER
#define WAY_FILTER_MODE INTEGER
#define WAY_TERMINATION INTEGER
#define WAY_MACSEC_CAPABILITY INTEGER
#define WAY_SAVI_ORIGIN INTEGER
#define WAY_SAVI_STATE INTEGER
#define WAY_REGISTRAR INTEGER
#define WAY_MMRP_ATTRIBUTE INTEGER
#define WAY_METER INTEGER
#define WAY_MAC STATION
#define WAY_IPV4 WORD
#define WAY_IP OCTETS
#define WAY_OUI OCTETS
#define WAY_SCI LONG_WORD
#define WAY_ID16 OCTETS
#define WAY_MEMBER OCTETS
#define WAY_CKN NAME
#define WAY_OCTETS32 VARIABLE
#define WAY_OCTETS253 VARIABLE
#define WAY_OCTETS1024 VARIABLE
#define WAY_TEXT253 VARIABLE

/* WAY(TAKE_, VLAN) is TAKE_INTEGER. */
#define JOIN_AGAIN(one, other) one##other
#define JOIN(one, other) JOIN_AGAIN(one, other)
#define WAY(prefix, type) JOIN(prefix, WAY_##type)

#endif
