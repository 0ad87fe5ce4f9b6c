/* SPDX-License-Identifier: MIT */
/* Reads published vectors for the tests; nothing here belongs to the code under test. */
#include "vector_file.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

struct vector_octets vector_from_hex(const char *hex)
{
	struct vector_octets vector = {.size = strlen(hex) / 2};

	CHECK(strlen(hex) % 2 == 0);
	CHECK(vector.size <= VECTOR_OCTETS_MAX);
	for (size_t each = 0; each < vector.size && each < VECTOR_OCTETS_MAX; each++) {
		const char digits[] = {hex[2 * each], hex[2 * each + 1], 0};
		char *end;

		vector.octets[each] = (uint8_t)strtoul(digits, &end, 16);
		CHECK(*end == 0);
	}
	return vector;
}

struct vector_octets vector_member(const json_t *object, const char *name)
{
	const char *hex = json_string_value(json_object_get(object, name));

	return vector_from_hex(hex ? hex : "");
}

struct dimp_view vector_view(const struct vector_octets *vector)
{
	return (struct dimp_view){vector->octets, vector->size};
}

bool vector_is_valid(const json_t *test)
{
	const char *result = json_string_value(json_object_get(test, "result"));

	return result && strcmp(result, "valid") == 0;
}

size_t vector_for_each(const char *relative, void (*judge)(const json_t *group, const json_t *test))
{
	const char *path = shared_path(relative);
	json_t *root = path ? json_load_file(path, 0, NULL) : NULL;
	size_t count = 0, group_index, test_index;
	json_t *group, *test;

	json_array_foreach(json_object_get(root, "testGroups"), group_index, group)
	{
		json_array_foreach(json_object_get(group, "tests"), test_index, test)
		{
			judge(group, test);
			count++;
		}
	}
	json_decref(root);
	return count;
}
