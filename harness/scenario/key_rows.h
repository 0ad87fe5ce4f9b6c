/* SPDX-License-Identifier: MIT */
/*
 * What a scenario may say, as rows: one for each key, grouped in blocks.  The reader, the JSON
 * schema, the tables of docs/SCENARIOS.md and the hints in errors are all made from them.
 */
#ifndef SCENARIO_KEY_ROWS_H
#define SCENARIO_KEY_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/name_rows.h"
#include "scenario/scenario_servers.h"

/* How a value is written, and what it becomes. */
enum value_kind {
	/* texts */
	VALUE_TEXT, /* char[most] */
	VALUE_TEMPLATE, /* char[most]: a name of |names|; number 0 becomes "" */
	VALUE_PATH, /* char[most]: of a file, relative to the scenario's */
	VALUE_FLAG, /* bool */
	VALUE_COUNT, /* uint32_t, at least |least|, at most |most| */
	VALUE_NUMBER, /* uint64_t */
	VALUE_VLAN, /* uint16_t */
	VALUE_DURATION, /* uint64_t, us */
	VALUE_DURATION_US, /* uint32_t, us: a setting */
	VALUE_DURATION_MS, /* uint32_t, ms */
	VALUE_RATE, /* uint64_t, bits a second */
	VALUE_SIZE, /* uint64_t or size_t, octets */
	VALUE_SIZE_PER_SECOND, /* uint64_t */
	VALUE_SHARE, /* uint32_t, parts in a million */
	VALUE_PER_SECOND, /* uint32_t */
	VALUE_MAC, /* struct dimp_mac */
	VALUE_IP, /* struct dimp_ip */
	VALUE_PREFIX, /* struct scenario_prefix of IPv4: its length from |least| to |most| */
	VALUE_CHOICE, /* an enum or int: a name of |names| */
	VALUE_REFERENCE, /* uint32_t: index of the |thing| with this name */
	VALUE_LINK, /* uint32_t: index of the link between two bridges, either first; or, at
		       |second|, uint32_t: index of the station whose cable it is */
	VALUE_NODE, /* uint32_t: index of a bridge, or of a station after all bridges */
	VALUE_AFTER, /* uint64_t, us: "after 2s", "2s", or never */
	VALUE_PPM, /* int32_t: parts in a million, either sign */
	VALUE_PLACE, /* uint32_t bridge and, at |second|, unsigned port: "edge-a/4" */
	/* lists and maps */
	VALUE_ENDS, /* uint32_t[2]: two bridges */
	VALUE_SET, /* uint8_t or, of DI types, uint64_t: names, or one name */
	VALUE_DI_SET,
	VALUE_DI_COUNTS, /* uint32_t[DIMP_DI_TYPES]: {type: number}; |second|: bool[], given */
	VALUE_VLAN_MAP, /* struct dimp_vlan_pair[]: {theirs: ours}; |second|: size_t, how many */
	VALUE_VLANS, /* uint16_t[]; |second|: size_t, how many */
	VALUE_GROUPS, /* struct scenario_group[], |most| of them; |second|: size_t, how many */
	VALUE_BLOCK, /* the rows of |block| on the same struct */
	VALUE_PARTS, /* a list of names or {name: {...}}: rows of |block|, each a VALUE_BLOCK */
	VALUE_ENTRIES, /* {name: {...}}: array of |most| structs of |size| that begin with their
			  name, by |block|; |second|: size_t, how many */
	VALUE_INCLUDE, /* paths of parts */
	VALUE_VARIED, /* {name: [values]}: vary.c reads it before all else */
	VALUE_THINGS, /* all of |thing|: a map by name or a list */
	VALUE_COPIES, /* how many alike; read with the names of things, checked with the rest */
	VALUE_LATER /* a key of the design that this release does not read */
};

/* What a scenario has several of, in the order in which they are read. */
enum thing {
	THING_BRIDGE,
	THING_LINK,
	THING_STATION,
	THING_VM,
	THING_SERVER,
	THING_SERVICE,
	THING_MIGRATION,
	THING_FAULT,
	THING_EXPECT,
	THINGS
};

struct key_block;

struct key_row {
	const char *name;
	enum value_kind kind;
	size_t offset; /* of what it becomes, in the struct of its block */
	size_t second; /* of its second half; see the kind */
	size_t has; /* of a bool that says it was given; 0: none */
	uint64_t least, most; /* most 0: as the kind bounds it */
	size_t size; /* of an entry */
	const struct name_row *names;
	const struct key_block *block;
	enum thing thing;
	bool is_required;
	const char *fallback; /* value if it is not given; "(...)" tells, and is not read */
	const char *text; /* what it is, for people */
};

struct key_block {
	const char *name; /* as docs call it */
	const char *text;
	const struct key_row *rows;
	size_t row_count;
};

/* One thing: where it stands in a file and in struct scenario. */
struct thing_row {
	const char *noun; /* "bridge" */
	const char *section; /* "bridges" */
	bool is_map; /* of names; else a list */
	size_t size; /* of its struct, which begins with its name if it has one */
	size_t items, count; /* offsets of the array and its size_t in struct scenario */
	const struct key_block *block; /* NULL when there are kinds of it */
	/* An item of several kinds is of the block whose first key it has; or, with |kind_key|, of
	 * the one that this key names, or its own name does: "servers: dhcp". */
	const struct key_block *const *kinds;
	size_t kind_count;
	const char *kind_key;
};

extern const struct key_block key_block_top;
extern const struct thing_row thing_rows[THINGS];

/* What may stand in a list of expectations (enum scenario_expect_kind) and of faults (enum
 * scenario_fault_kind), and the kinds of servers (enum scenario_server_kind). */
enum { EXPECT_BLOCKS = 5, FAULT_BLOCKS = 11 };
extern const struct key_block *const expect_blocks[EXPECT_BLOCKS];
extern const struct key_block *const fault_blocks[FAULT_BLOCKS];
extern const struct key_block *const server_blocks[SCENARIO_SERVER_KINDS];

enum { KEY_NAME_SIZE = 40 };

/*
 * The key as it is written, into |name|, returned.  A setting's duration carries its unit in the
 * value, not in the key: thaw_us is written "thaw".
 */
const char *key_row_name(const struct key_row *row, char name[KEY_NAME_SIZE]);

/* The row with this name; NULL if the block has none. */
const struct key_row *key_block_find(const struct key_block *block, const char *name);

#endif
