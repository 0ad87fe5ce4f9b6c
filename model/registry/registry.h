/* SPDX-License-Identifier: MIT */
/*
 * The registry as C: every type, name, error, DI type, message and parameter TLV of DIMP, expanded
 * from the .def files beside this header.  Facts only: no function is declared here, so that the
 * dissector and tools may use it without the codec.
 */
#ifndef DIMP_REGISTRY_H
#define DIMP_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

/* Addresses and identifiers: octets in wire order, compared with memcmp. */
struct dimp_mac {
	uint8_t octets[6];
};

struct dimp_ipv4 {
	uint8_t octets[4];
};

struct dimp_ip {
	uint8_t octets[16];
};

struct dimp_oui {
	uint8_t octets[3];
};

struct dimp_sci {
	uint8_t octets[8];
};

struct dimp_id16 {
	uint8_t octets[16];
};

/* MKA's member identifier (MI). */
struct dimp_member {
	uint8_t octets[12];
};

/* A connectivity association key's name: one octet that says how long, then 32, zeros at the end.
 */
struct dimp_ckn {
	uint8_t octets[33];
};

struct dimp_public_key {
	uint8_t octets[32];
};

/*
 * A VSI as VDP names it (DIMP 6.4): manager id (16), type id (3), type version (1), VSI id format
 * (1), VSI id (16).
 */
struct dimp_vsi {
	uint8_t octets[37];
};

/*
 * A ticket (DIMP 9.7): DI types (8), rights (1), not after (8), station's static key (32), Ed25519
 * signature (64).
 */
struct dimp_ticket {
	uint8_t octets[113];
};

/* Octet strings of bounded size; octets beyond size are zero. */
struct dimp_octets32 {
	uint16_t size;
	uint8_t octets[32];
};

struct dimp_octets253 {
	uint16_t size;
	uint8_t octets[253];
};

struct dimp_octets1024 {
	uint16_t size;
	uint8_t octets[1024];
};

struct dimp_text253 {
	uint16_t size;
	uint8_t octets[253];
};

enum dimp_type {
#define TYPE(name, c_type, octets, kind, text) DIMP_TYPE_##name,
#include "types.def"
#undef TYPE
	DIMP_TYPES
};

enum dimp_role {
#define ROLE(name, text) DIMP_ROLE_##name,
#include "roles.def"
#undef ROLE
	DIMP_ROLES
};

#define NAMES(TYPE, type) \
	enum dimp_##type \
	{
#define NAME(TYPE, UPPER, number, text) DIMP_##TYPE##_##UPPER = (number),
#define END_NAMES(TYPE) \
	} \
	;
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES

enum dimp_error {
#define ERROR(name, number, reason, vdp, radius, text) DIMP_ERROR_##name = (number),
#include "errors.def"
#undef ERROR
};

/* The status of a VDP response (DIMP 9.4-3): one of these, and an error in the low four bits. */
enum dimp_vdp_status {
	DIMP_VDP_HARD = 0x10,
	DIMP_VDP_KEEP = 0x20,
	DIMP_VDP_ACK = 0x40,
	DIMP_VDP_ERRORS = 0x0f
};

/* Every block becomes one struct; bit n of attributes says that attribute number n is present. */
#define DIMP_CTYPE_DECLARE(name, c_type) typedef c_type dimp_field_##name;
#define TYPE(name, c_type, octets, kind, text) DIMP_CTYPE_DECLARE(name, c_type)
#include "types.def"
#undef TYPE
#undef DIMP_CTYPE_DECLARE

#define BEGIN(UPPER, lower, number, version, label) \
	struct dimp_##lower { \
		uint32_t attributes;
#define ROUTE(lower, from, to)
#define FIELD(lower, member, type, role, label) dimp_field_##type member;
#define ATTR(lower, member, number, type, role, label) dimp_field_##type member;
#define PARAM(lower, tlv, fewest, most)
#define END(lower) \
	} \
	;
#include "di.def"
#include "tlvs.def"
#include "messages.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
#undef PARAM
#undef ROUTE

/* DI type numbers, parameter TLV types and message TLV types. */
#define ROUTE(lower, from, to)
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define PARAM(lower, tlv, fewest, most)
#define END(lower)
enum dimp_di_type {
#define BEGIN(UPPER, lower, number, version, label) DIMP_DI_##UPPER = (number),
#include "di.def"
#undef BEGIN
};

enum dimp_tlv {
#define BEGIN(UPPER, lower, number, version, label) DIMP_TLV_##UPPER = (number),
#include "tlvs.def"
#undef BEGIN
};

enum dimp_message_kind {
#define BEGIN(UPPER, lower, number, version, label) DIMP_MESSAGE_##UPPER = (number),
#include "messages.def"
#undef BEGIN
};

/* Attribute numbers: DIMP_ATTRIBUTE_<lower>_<member>. */
#undef ATTR
#define BEGIN(UPPER, lower, number, version, label)
#define ATTR(lower, member, number, type, role, label) DIMP_ATTRIBUTE_##lower##_##member = (number),
enum dimp_attribute {
#include "di.def"
#include "messages.def"
};
#undef BEGIN
#undef ROUTE
#undef FIELD
#undef ATTR
#undef PARAM
#undef END

/* Numbers below this are DI types; their record's TLV type is DIMP_RECORD_TLV_BASE + number. */
#define DIMP_DI_TYPES 64
#define DIMP_RECORD_TLV_BASE 0x0200
/* Top bit of a TLV or attribute type: a receiver that does not know it may skip it. */
#define DIMP_TLV_SKIPPABLE 0x8000
/* A duration without end (DIMP 6.5). */
#define DIMP_DURATION_INFINITE 0xffffffffu

#endif
