/*
 * Reads conformance/vectors/<di type>.hex: records by hand, with the text form they must have or
 * the error they must end in.  The form is told at the top of dot1x_session.hex.
 */
#ifndef DIMP_UNIT_RECORD_VECTORS_H
#define DIMP_UNIT_RECORD_VECTORS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct record_vectors {
	FILE *file;
	unsigned int line;
};

struct record_vector {
	uint8_t octets[2048];
	size_t size;
	char verdict; /* '=' right, '~' right but not written back the same, '!' wrong */
	char words[2048]; /* text form, or name of the error */
};

/* False when there is no such file. */
bool record_vectors_open(struct record_vectors *vectors, const char *di_type);

/* The next vector; false at the end of the file or at a line that is not understood. */
bool record_vectors_next(struct record_vectors *vectors, struct record_vector *vector);

/* Returns whether the file was understood to its end. */
bool record_vectors_close(struct record_vectors *vectors);

#endif
