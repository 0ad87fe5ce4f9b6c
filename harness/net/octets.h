/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing octets of frames, big-endian.  Both sides fail once and stay failed: read or
 * write a whole header, then ask once whether it fitted.
 */
#ifndef NET_OCTETS_H
#define NET_OCTETS_H

#include "dimp.h"

struct octet_reader {
	struct dimp_view rest;
	bool is_short; /* something was wanted that was not there; what it gave is zero */
};

struct octet_writer {
	uint8_t *octets;
	size_t capacity;
	size_t size;
	bool is_full; /* something did not fit; size stands where it would have begun */
};

struct octet_reader octet_reader_of(struct dimp_view octets);
uint8_t octet_read_u8(struct octet_reader *reader);
uint16_t octet_read_u16(struct octet_reader *reader);
uint32_t octet_read_u32(struct octet_reader *reader);
uint64_t octet_read_u64(struct octet_reader *reader);
/* The next |size| octets, borrowed; an empty view when there are fewer. */
struct dimp_view octet_read_view(struct octet_reader *reader, size_t size);
/* Copies |size| octets to |to|; zeroes when there are fewer. */
void octet_read_copy(struct octet_reader *reader, void *to, size_t size);

struct octet_writer octet_writer_of(uint8_t *octets, size_t capacity);
void octet_write_u8(struct octet_writer *writer, uint8_t value);
void octet_write_u16(struct octet_writer *writer, uint16_t value);
void octet_write_u32(struct octet_writer *writer, uint32_t value);
void octet_write_u64(struct octet_writer *writer, uint64_t value);
void octet_write_copy(struct octet_writer *writer, const void *from, size_t size);
void octet_write_zeros(struct octet_writer *writer, size_t size);
/* What was written, 0 if not all of it fitted. */
size_t octet_writer_size(const struct octet_writer *writer);

#endif
