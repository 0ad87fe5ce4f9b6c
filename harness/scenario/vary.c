/* SPDX-License-Identifier: MIT */
/*
 * A parameter is put in place in the tree, before anything else reads it: all that can be written
 * can be varied, and an unfit value is told at the place where it does not fit.
 */
#include "scenario/vary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenario/nearest_name.h"

/* ---- the key */

static void read_values(const struct scenario_draft *draft, struct scenario_varied *varied,
	struct yaml_value list)
{
	const size_t count = yaml_value_kind(list) == YAML_LIST ? yaml_value_count(list) : 0;

	if (count == 0 || count > SCENARIO_VALUES_MAX) {
		scenario_errors_add(draft->errors, yaml_value_place(list),
			"vary: %s: expected a list of 1 to %d values, as in [0%%, 1%%]",
			varied->name, SCENARIO_VALUES_MAX);
		return;
	}
	for (size_t each = 0; each < count; each++) {
		const struct yaml_value item = yaml_list_at(list, each);
		const char *text = yaml_value_text(item);

		if (*text == '\0' || strlen(text) >= SCENARIO_VALUE_MAX || strpbrk(text, "$,"))
			scenario_errors_add(draft->errors, yaml_value_place(item),
				"vary: %s: expected a text of at most %d letters without $ or ,",
				varied->name, SCENARIO_VALUE_MAX - 1);
		snprintf(varied->values[each], SCENARIO_VALUE_MAX, "%.*s", SCENARIO_VALUE_MAX - 1,
			text);
	}
	varied->count = count;
}

static struct scenario_varied *find_varied(struct scenario *scenario, const char *name, size_t size)
{
	for (size_t each = 0; each < scenario->varied_count; each++) {
		struct scenario_varied *varied = &scenario->varied[each];

		if (strlen(varied->name) == size && memcmp(varied->name, name, size) == 0)
			return varied;
	}
	return NULL;
}

static bool is_parameter_name(const char *name)
{
	return *name >= 'a' && *name <= 'z' && strlen(name) < SCENARIO_NAME_MAX &&
		strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static void read_parameter(struct scenario_draft *draft, struct yaml_value key,
	struct yaml_value list)
{
	struct scenario *scenario = draft->scenario;
	const char *name = yaml_value_text(key);

	if (!is_parameter_name(name))
		scenario_errors_add(draft->errors, yaml_value_place(key),
			"vary: \"%.64s\" is no name; expected small letters, digits and _", name);
	else if (find_varied(scenario, name, strlen(name)))
		scenario_errors_add(draft->errors, yaml_value_place(key),
			"vary: %s is there already; once is enough", name);
	else if (scenario->varied_count == SCENARIO_VARIED_MAX)
		scenario_errors_add(draft->errors, yaml_value_place(key),
			"vary: expected at most %d parameters", SCENARIO_VARIED_MAX);
	else {
		struct scenario_varied *varied = &scenario->varied[scenario->varied_count++];

		snprintf(varied->name, sizeof varied->name, "%s", name);
		read_values(draft, varied, list);
	}
}

static void read_vary(struct scenario_draft *draft)
{
	for (size_t each = 0; each < draft->tree_count; each++) {
		const struct yaml_value vary =
			yaml_map_find(yaml_tree_root(draft->trees[each]), "vary");

		if (vary.node == 0)
			continue;
		if (yaml_value_kind(vary) != YAML_MAP)
			scenario_errors_add(draft->errors, yaml_value_place(vary),
				"vary: expected a map, as in {loss: [0%%, 1%%]}");
		for (size_t item = 0;
			yaml_value_kind(vary) == YAML_MAP && item < yaml_value_count(vary); item++)
			read_parameter(draft, yaml_map_key(vary, item), yaml_map_at(vary, item));
	}
}

/* ---- what is chosen */

uint64_t vary_count(const struct scenario *scenario)
{
	uint64_t count = 1;

	for (size_t each = 0; each < scenario->varied_count; each++)
		count *= scenario->varied[each].count;
	return count;
}

void vary_choose(struct scenario *scenario, uint64_t variation)
{
	for (size_t each = scenario->varied_count; each-- > 0;) {
		struct scenario_varied *varied = &scenario->varied[each];

		memcpy(varied->chosen, varied->values[variation % varied->count],
			sizeof varied->chosen);
		variation /= varied->count;
	}
}

/* One "name=value" of --set; any value may be given, not those of the list alone. */
static void choose_given(struct scenario_draft *draft, const char *given, size_t size)
{
	const char *equals = memchr(given, '=', size);
	const size_t name_size = equals ? (size_t)(equals - given) : size;
	struct scenario_varied *varied = find_varied(draft->scenario, given, name_size);
	const size_t value_size = equals ? size - name_size - 1 : 0;

	if (varied && value_size > 0 && value_size < SCENARIO_VALUE_MAX) {
		memcpy(varied->chosen, equals + 1, value_size);
		varied->chosen[value_size] = '\0';
		return;
	}
	scenario_errors_add(draft->errors, (struct yaml_place){draft->paths[0], 1, 1},
		"--set %.*s: %s; expected NAME=VALUE[,NAME=VALUE...] of vary's names",
		(int)(size < 100 ? size : 100), given, varied ? "no such value" : "no such name");
}

static void choose(struct scenario_draft *draft, const struct scenario_source *source)
{
	const char *given = source->set ? source->set : "";

	vary_choose(draft->scenario, source->variation);
	while (*given != '\0') {
		const size_t size = strcspn(given, ",");

		choose_given(draft, given, size);
		given += size + (given[size] == ',');
	}
}

/* ---- into place */

static void complain_unknown(struct scenario_draft *draft, struct yaml_value value)
{
	struct nearest_name nearest = nearest_name_begin(yaml_value_text(value) + 1);

	for (size_t each = 0; each < draft->scenario->varied_count; each++)
		nearest_name_offer(&nearest, draft->scenario->varied[each].name);
	scenario_errors_add(draft->errors, yaml_value_place(value),
		"%.64s: vary has no such parameter; %s%s%s", yaml_value_text(value),
		nearest.best ? "did you mean $" : "expected one that it names",
		nearest.best ? nearest.best : "", nearest.best ? "?" : "");
}

static void put_in_place(struct scenario_draft *draft, struct yaml_tree *tree)
{
	const int count = yaml_tree_nodes(tree);

	for (int node = 1; node <= count; node++) {
		const struct yaml_value value = {tree, node};
		const char *text = yaml_value_text(value);

		if (*text != '$')
			continue;
		struct scenario_varied *varied =
			find_varied(draft->scenario, text + 1, strlen(text + 1));

		if (varied == NULL) {
			complain_unknown(draft, value);
		} else {
			varied->is_used = true;
			if (!yaml_tree_set_text(tree, node, varied->chosen))
				scenario_errors_add(draft->errors, yaml_value_place(value),
					"no memory");
		}
	}
}

static void check_used(struct scenario_draft *draft)
{
	for (size_t each = 0; each < draft->scenario->varied_count; each++) {
		const struct scenario_varied *varied = &draft->scenario->varied[each];

		if (!varied->is_used)
			scenario_errors_add(draft->errors,
				(struct yaml_place){draft->paths[0], 1, 1},
				"vary: nothing says $%s; put it where its values are to stand",
				varied->name);
	}
}

void vary_apply(struct scenario_draft *draft, const struct scenario_source *source)
{
	const size_t before = draft->errors->count;

	read_vary(draft);
	if (draft->errors->count != before)
		return;
	choose(draft, source);
	for (size_t each = 0; each < draft->tree_count; each++)
		put_in_place(draft, draft->trees[each]);
	check_used(draft);
}

const char *vary_text(const struct scenario *scenario, char text[VARY_TEXT_SIZE])
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t each = 0; each < scenario->varied_count; each++)
		used += (size_t)snprintf(text + used, VARY_TEXT_SIZE - used, "%s%s=%s",
			used == 0 ? "" : ",", scenario->varied[each].name,
			scenario->varied[each].chosen);
	return text;
}
