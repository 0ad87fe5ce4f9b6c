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
static inline struct dimp_view wire_view(const uint8_t *octets, size_t size)
{
	return (struct dimp_view){.octets = octets, .size = size};
}

/*
 * Integers at |octets|, where the caller knows there are enough.  Each is two halves, because that
 * is what compilers see to be one load or store with its octets turned round.
 */
static inline uint64_t wire_load_u16(const uint8_t *octets)
{
	return (uint64_t)octets[0] << 8 | octets[1];
}

static inline uint64_t wire_load_u32(const uint8_t *octets)
{
	return wire_load_u16(octets) << 16 | wire_load_u16(octets + 2);
}

static inline uint64_t wire_load_u64(const uint8_t *octets)
{
	return wire_load_u32(octets) << 32 | wire_load_u32(octets + 4);
}

static inline void wire_store_u16(uint8_t *octets, uint64_t value)
{
	octets[0] = (uint8_t)(value >> 8);
	octets[1] = (uint8_t)value;
}

static inline void wire_store_u32(uint8_t *octets, uint64_t value)
{
	wire_store_u16(octets, value >> 16);
	wire_store_u16(octets + 2, value);
}

static inline void wire_store_u64(uint8_t *octets, uint64_t value)
{
	wire_store_u32(octets, value >> 32);
	wire_store_u32(octets + 4, value);
}

/* The same for any |size| from 1 to 8, which is as a rule a constant. */
static inline uint64_t wire_load(const uint8_t *octets, size_t size)
{
	uint64_t value = 0;

	if (size == sizeof(uint16_t))
		return wire_load_u16(octets);
	if (size == sizeof(uint32_t))
		return wire_load_u32(octets);
	if (size == sizeof(uint64_t))
		return wire_load_u64(octets);
	for (size_t index = 0; index < size; index++)
		value = value << 8 | octets[index];
	return value;
}

static inline void wire_store(uint8_t *octets, uint64_t value, size_t size)
{
	if (size == sizeof(uint16_t)) {
		wire_store_u16(octets, value);
	} else if (size == sizeof(uint32_t)) {
		wire_store_u32(octets, value);
	} else if (size == sizeof(uint64_t)) {
		wire_store_u64(octets, value);
	} else {
		for (size_t index = size; index-- > 0; value >>= 8)
			octets[index] = (uint8_t)value;
	}
}

/*
 * memcpy() and memset() that stay calls.  Where a compiler knows that a size is at most some
 * hundred octets it puts string instructions in their place, which take longer to start than all
 * the rest.
 */
void wire_copy(uint8_t *to, const uint8_t *from, size_t size);
void wire_clear(void *octets, size_t size);

/* A cursor over exactly |view|: nothing it does can reach what lies around it. */
static inline struct wire_reader wire_reader_of(struct dimp_view view)
{
	return (struct wire_reader){.rest = view};
}

/* The next |size| octets, borrowed; an empty view once failed. */
static inline struct dimp_view wire_read_view(struct wire_reader *reader, size_t size)
{
	if (reader->has_failed || size > reader->rest.size) {
		reader->has_failed = true;
		return (struct dimp_view){0};
	}
	const struct dimp_view view = wire_view(reader->rest.octets, size);
	if (size != 0)
		reader->rest = wire_view(reader->rest.octets + size, reader->rest.size - size);
	return view;
}

/* An unsigned integer of |size| octets, 1 to 8. */
static inline uint64_t wire_read_integer(struct wire_reader *reader, size_t size)
{
	const struct dimp_view view = wire_read_view(reader, size);

	return view.size != 0 ? wire_load(view.octets, size) : 0;
}

static inline uint8_t wire_read_u8(struct wire_reader *reader)
{
	return (uint8_t)wire_read_integer(reader, sizeof(uint8_t));
}

static inline uint16_t wire_read_u16(struct wire_reader *reader)
{
	return (uint16_t)wire_read_integer(reader, sizeof(uint16_t));
}

static inline uint32_t wire_read_u32(struct wire_reader *reader)
{
	return (uint32_t)wire_read_integer(reader, sizeof(uint32_t));
}

static inline uint64_t wire_read_u64(struct wire_reader *reader)
{
	return wire_read_integer(reader, sizeof(uint64_t));
}

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

/* Room for |size| more octets, which the caller fills; NULL when there is not: the writer has
 * failed. */
uint8_t *wire_write_room(struct wire_writer *writer, size_t size);

/* Puts |value| where |position| octets had been written: for lengths known only afterwards. */
void wire_patch_u16(struct wire_writer *writer, size_t position, uint16_t value);

#endif
