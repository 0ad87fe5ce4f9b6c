/* SPDX-License-Identifier: MIT */
/* One YAML file as a tree of values that know their line and column. */
#ifndef SCENARIO_YAML_TREE_H
#define SCENARIO_YAML_TREE_H

#include "scenario/scenario_errors.h"

struct yaml_tree;

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

/* A value in a tree; holds as long as the tree. */
struct yaml_value {
	const struct yaml_tree *tree;
	int node; /* 1 and up; 0: there is none */
};

/*
 * Reads |size| octets of YAML, called |name| in errors.  NULL when it is not one YAML document: why
 * is in |errors|.  The caller destroys the tree.
 */
struct yaml_tree *yaml_tree_read(const char *name, const char *text, size_t size,
	struct scenario_errors *errors);
void yaml_tree_destroy(struct yaml_tree *tree);

struct yaml_value yaml_tree_root(const struct yaml_tree *tree);

/* How many nodes it has; they are numbered from 1. */
int yaml_tree_nodes(const struct yaml_tree *tree);
/* Gives the node, which is a text, another text; its place stays.  False without memory. */
bool yaml_tree_set_text(struct yaml_tree *tree, int node, const char *text);

enum yaml_kind yaml_value_kind(struct yaml_value value);
struct yaml_place yaml_value_place(struct yaml_value value);

/* Of a text: its octets, terminated, none of them NUL.  "" of others. */
const char *yaml_value_text(struct yaml_value value);

/* Of a list or a map: how many.  0 of a text. */
size_t yaml_value_count(struct yaml_value value);
/* Of a list: the item, counted from 0; index < count. */
struct yaml_value yaml_list_at(struct yaml_value list, size_t index);
/* Of a map: the key (always a text) and the value, in the file's order; index < count. */
struct yaml_value yaml_map_key(struct yaml_value map, size_t index);
struct yaml_value yaml_map_at(struct yaml_value map, size_t index);
/* Of a map: the value of the first key called |name|; node 0 if there is none or it is no map. */
struct yaml_value yaml_map_find(struct yaml_value map, const char *name);

#endif
