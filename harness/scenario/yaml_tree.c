/* SPDX-License-Identifier: MIT */
/*
 * libyaml's document, checked once so that readers need not: every key is a text, no key stands
 * twice in a map, no text holds a NUL, no node contains itself.
 */
#include "scenario/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "observe/memory_refusals.h"

enum { NAME_SIZE = 1024, NESTING_MAX = 32 };

struct yaml_tree {
	char name[NAME_SIZE];
	yaml_document_t document;
};

static yaml_node_t *node_of(struct yaml_value value)
{
	/* libyaml's lookup takes no const document but changes none. */
	union {
		const struct yaml_tree *readable;
		struct yaml_tree *tree;
	} of = {.readable = value.tree};

	return yaml_document_get_node(&of.tree->document, value.node);
}

struct yaml_value yaml_tree_root(const struct yaml_tree *tree)
{
	return (struct yaml_value){.tree = tree, .node = 1};
}

int yaml_tree_nodes(const struct yaml_tree *tree)
{
	return (int)(tree->document.nodes.top - tree->document.nodes.start);
}

bool yaml_tree_set_text(struct yaml_tree *tree, int node, const char *text)
{
	yaml_node_t *of = yaml_document_get_node(&tree->document, node);
	char *copy = strdup(text);

	if (copy == NULL)
		return false;
	/* The document frees it as it frees its own, with free(). */
	free(of->data.scalar.value);
	of->data.scalar.value = (yaml_char_t *)copy;
	of->data.scalar.length = strlen(copy);
	return true;
}

enum yaml_kind yaml_value_kind(struct yaml_value value)
{
	switch (node_of(value)->type) {
	case YAML_SEQUENCE_NODE: return YAML_LIST;
	case YAML_MAPPING_NODE: return YAML_MAP;
	case YAML_NO_NODE:
	case YAML_SCALAR_NODE: break;
	}
	return YAML_TEXT;
}

struct yaml_place yaml_value_place(struct yaml_value value)
{
	const yaml_mark_t mark = node_of(value)->start_mark;

	return (struct yaml_place){
		.file = value.tree->name,
		.line = (unsigned)mark.line + 1,
		.column = (unsigned)mark.column + 1,
	};
}

const char *yaml_value_text(struct yaml_value value)
{
	const yaml_node_t *node = node_of(value);

	return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
}

size_t yaml_value_count(struct yaml_value value)
{
	const yaml_node_t *node = node_of(value);

	if (node->type == YAML_SEQUENCE_NODE)
		return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
	if (node->type == YAML_MAPPING_NODE)
		return (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
	return 0;
}

struct yaml_value yaml_list_at(struct yaml_value list, size_t index)
{
	return (struct yaml_value){list.tree, node_of(list)->data.sequence.items.start[index]};
}

struct yaml_value yaml_map_key(struct yaml_value map, size_t index)
{
	return (struct yaml_value){map.tree, node_of(map)->data.mapping.pairs.start[index].key};
}

struct yaml_value yaml_map_at(struct yaml_value map, size_t index)
{
	return (struct yaml_value){map.tree, node_of(map)->data.mapping.pairs.start[index].value};
}

struct yaml_value yaml_map_find(struct yaml_value map, const char *name)
{
	const bool is_map = yaml_value_kind(map) == YAML_MAP;

	for (size_t each = 0; is_map && each < yaml_value_count(map); each++) {
		if (strcmp(yaml_value_text(yaml_map_key(map, each)), name) == 0)
			return yaml_map_at(map, each);
	}
	return (struct yaml_value){map.tree, 0};
}

static void check_keys(struct yaml_value map, struct scenario_errors *errors)
{
	for (size_t each = 0; each < yaml_value_count(map); each++) {
		const struct yaml_value key = yaml_map_key(map, each);
		const struct yaml_place place = yaml_value_place(key);

		if (yaml_value_kind(key) != YAML_TEXT) {
			scenario_errors_add(errors, place,
				"a key that is no text; expected a name");
			continue;
		}
		const struct yaml_value first = yaml_map_find(map, yaml_value_text(key));

		if (first.node != yaml_map_at(map, each).node)
			scenario_errors_add(errors, place,
				"%.100s stands twice; the first is at line %u",
				yaml_value_text(key), yaml_value_place(first).line);
	}
}

/*
 * How deep the values below each node are nested, by going over all nodes as often as nesting is
 * allowed: a node that contains itself by an alias never settles.
 */
static bool settles(const struct yaml_tree *tree, int count, unsigned char *depths)
{
	bool has_changed = true;

	for (unsigned round = 0; has_changed && round <= NESTING_MAX; round++) {
		has_changed = false;
		for (int node = 1; node <= count; node++) {
			const struct yaml_value value = {tree, node};
			unsigned char depth = 0;

			for (size_t each = 0; each < yaml_value_count(value); each++) {
				const struct yaml_value below = yaml_value_kind(value) == YAML_LIST
					? yaml_list_at(value, each)
					: yaml_map_at(value, each);

				if (depths[below.node] + 1 > depth)
					depth = (unsigned char)(depths[below.node] + 1);
			}
			has_changed |= depth != depths[node];
			depths[node] = depth;
		}
	}
	return !has_changed;
}

static void check_nesting(const struct yaml_tree *tree, int count, struct scenario_errors *errors)
{
	unsigned char *depths = calloc((size_t)count + 1, 1);

	if (depths == NULL)
		scenario_errors_add(errors, yaml_value_place(yaml_tree_root(tree)), "no memory");
	else if (!settles(tree, count, depths))
		scenario_errors_add(errors, yaml_value_place(yaml_tree_root(tree)),
			"nested too deep, or in itself; expected at most %d levels", NESTING_MAX);
	free(depths);
}

static void check_nodes(const struct yaml_tree *tree, struct scenario_errors *errors)
{
	const yaml_document_t *document = &tree->document;
	const int count = (int)(document->nodes.top - document->nodes.start);

	for (int node = 1; node <= count; node++) {
		const struct yaml_value value = {tree, node};
		const yaml_node_t *of = node_of(value);

		if (yaml_value_kind(value) == YAML_MAP)
			check_keys(value, errors);
		if (of->type == YAML_SCALAR_NODE &&
			strlen(yaml_value_text(value)) != of->data.scalar.length)
			scenario_errors_add(errors, yaml_value_place(value), "a NUL in a text");
	}
	check_nesting(tree, count, errors);
}

static void add_syntax_error(const char *name, const yaml_parser_t *parser,
	struct scenario_errors *errors)
{
	const struct yaml_place place = {
		.file = name,
		.line = (unsigned)parser->problem_mark.line + 1,
		.column = (unsigned)parser->problem_mark.column + 1,
	};

	if (parser->error == YAML_MEMORY_ERROR)
		memory_note_refusal();
	scenario_errors_add(errors, place, "not YAML: %s%s%s",
		parser->problem != NULL ? parser->problem : "out of memory",
		parser->context != NULL ? " " : "", parser->context != NULL ? parser->context : "");
}

static void check_end(const char *name, yaml_parser_t *parser, struct scenario_errors *errors)
{
	yaml_document_t next;

	if (!yaml_parser_load(parser, &next)) {
		add_syntax_error(name, parser, errors);
		return;
	}
	const yaml_node_t *root = yaml_document_get_root_node(&next);

	if (root != NULL)
		scenario_errors_add(errors,
			(struct yaml_place){name, (unsigned)root->start_mark.line + 1, 1},
			"a second document; expected one a file");
	yaml_document_delete(&next);
}

static bool load(struct yaml_tree *tree, yaml_parser_t *parser, struct scenario_errors *errors)
{
	const size_t before = errors->count;

	if (!yaml_parser_load(parser, &tree->document)) {
		add_syntax_error(tree->name, parser, errors);
		return false;
	}
	if (yaml_document_get_root_node(&tree->document) == NULL) {
		scenario_errors_add(errors, (struct yaml_place){tree->name, 1, 1},
			"empty; expected a scenario");
	} else {
		check_nodes(tree, errors);
		check_end(tree->name, parser, errors);
	}
	if (errors->count == before)
		return true;
	yaml_document_delete(&tree->document);
	return false;
}

struct yaml_tree *yaml_tree_read(const char *name, const char *text, size_t size,
	struct scenario_errors *errors)
{
	struct yaml_tree *tree = calloc(1, sizeof *tree);
	yaml_parser_t parser;

	if (tree == NULL)
		return NULL;
	snprintf(tree->name, sizeof tree->name, "%s", name);
	if (!yaml_parser_initialize(&parser)) {
		scenario_errors_add(errors, (struct yaml_place){tree->name, 1, 1}, "no memory");
		memory_note_refusal();
		free(tree);
		return NULL;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	const bool is_loaded = load(tree, &parser, errors);

	yaml_parser_delete(&parser);
	if (is_loaded)
		return tree;
	free(tree);
	return NULL;
}

void yaml_tree_destroy(struct yaml_tree *tree)
{
	if (tree == NULL)
		return;
	yaml_document_delete(&tree->document);
	free(tree);
}
