/*
 * Cursors over octets: the one place where octets become integers and integers become octets, all
 * of them big-endian (DIMP 6.1-2).
 *
 * A cursor that is asked for more than it has fails and stays failed: what it reads from then on is
 * zero, what it is given to write goes nowhere.  So a decoder reads a whole item in a straight line
 * and asks wire_reader_failed() once, at its end.
 */
#ifndef DIMP_WIRE_H
#define DIMP_WIRE_H

#include "dimp.h"

struct wire_reader {
	struct dimp_view rest; /* borrowed: what was not read */
	bool has_failed;
};

struct wire_writer {
	uint8_t *octets; /* borrowed */
	size_t capacity;
	size_t size; /* written so far */
	bool has_failed;
};

/* A view of |size| octets. */
struct dimp_view wire_view(const uint8_t *octets, size_t size);

/* A cursor over exactly |view|: nothing it does can reach what lies around it. */
struct wire_reader wire_reader_of(struct dimp_view view);

uint8_t wire_read_u8(struct wire_reader *reader);
uint16_t wire_read_u16(struct wire_reader *reader);
uint32_t wire_read_u32(struct wire_reader *reader);
uint64_t wire_read_u64(struct wire_reader *reader);

/* An unsigned integer of |size| octets, 1 to 8. */
uint64_t wire_read_integer(struct wire_reader *reader, size_t size);

/* The next |size| octets, borrowed; an empty view once failed. */
struct dimp_view wire_read_view(struct wire_reader *reader, size_t size);

/* Copies the next |size| octets; all zero once failed. */
void wire_read_octets(struct wire_reader *reader, uint8_t *octets, size_t size);

/* A cursor over |capacity| octets at |octets|. */
struct wire_writer wire_writer_of(uint8_t *octets, size_t capacity);

void wire_write_u8(struct wire_writer *writer, uint8_t value);
void wire_write_u16(struct wire_writer *writer, uint16_t value);
void wire_write_u32(struct wire_writer *writer, uint32_t value);
void wire_write_u64(struct wire_writer *writer, uint64_t value);
void wire_write_integer(struct wire_writer *writer, uint64_t value, size_t size);
void wire_write_octets(struct wire_writer *writer, const uint8_t *octets, size_t size);
void wire_write_zeros(struct wire_writer *writer, size_t size);

/* Puts |value| where |position| octets had been written: for lengths known only afterwards. */
void wire_patch_u16(struct wire_writer *writer, size_t position, uint16_t value);

#endif
