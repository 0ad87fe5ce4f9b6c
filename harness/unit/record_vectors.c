/* The reader of conformance/vectors/<di type>.hex. */
#include "record_vectors.h"

#include <ctype.h>
#include <string.h>

static int digit_of(char character)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = character != '\0' ? strchr(digits, character) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* Adds the hex octets of a line up to its remark; false if it has anything else. */
static bool add_octets(struct record_vector *vector, const char *line)
{
	while (*line != '\0' && *line != '#') {
		if (isspace((unsigned char)*line)) {
			line++;
			continue;
		}
		const int high = digit_of(line[0]);
		const int low = high < 0 ? -1 : digit_of(line[1]);
		if (low < 0 || vector->size == sizeof vector->octets)
			return false;
		vector->octets[vector->size++] = (uint8_t)(high << 4 | low);
		line += 2;
	}
	return true;
}

bool record_vectors_open(struct record_vectors *vectors, const char *di_type)
{
	char path[256];

	snprintf(path, sizeof path, "conformance/vectors/%s.hex", di_type);
	*vectors = (struct record_vectors){.file = fopen(path, "r")};
	return vectors->file != NULL;
}

bool record_vectors_next(struct record_vectors *vectors, struct record_vector *vector)
{
	char line[sizeof vector->words + 2];

	vector->size = 0;
	while (fgets(line, sizeof line, vectors->file) != NULL) {
		vectors->line++;
		if (strchr("=~!", line[0]) == NULL) {
			if (!add_octets(vector, line))
				return false;
			continue;
		}
		line[strcspn(line, "\n")] = '\0';
		vector->verdict = line[0];
		memcpy(vector->words, line + 2, sizeof vector->words);
		return true;
	}
	return false;
}

bool record_vectors_close(struct record_vectors *vectors)
{
	const bool is_whole = feof(vectors->file) != 0;

	fclose(vectors->file);
	return is_whole;
}
