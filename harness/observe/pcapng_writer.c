/* SPDX-License-Identifier: MIT */
/*
 * Owns the blocks of pcapng (draft-ietf-opsawg-pcapng): section header, interface descriptions and
 * enhanced packets.  Little-endian on every machine, so that a run gives the same octets
 * everywhere. libpcap is not used for writing: it knows neither several interfaces nor comments.
 */
#include "observe/pcapng_writer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "observe/fresh_file.h"

enum block_type {
	BLOCK_SECTION_HEADER = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_ENHANCED_PACKET = 6
};

/* Option numbers count within their block, but for the end and the comment. */
enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_SECTION_APPLICATION = 4,
	OPTION_INTERFACE_NAME = 2,
	OPTION_INTERFACE_RESOLUTION = 9,
	OPTION_PACKET_FLAGS = 2
};

enum {
	BLOCK_FRAMING = 12, /* type, length, and the length again at the end */
	OPTION_HEADER = 4,
	OPTION_VALUE_MAX = 65535,
	LINK_TYPE_ETHERNET = 1,
	MICROSECONDS = 6, /* ten to the minus sixth */
	FLAG_INBOUND = 1,
	FLAG_OUTBOUND = 2
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define APPLICATION "dimp"

struct pcapng_writer {
	struct fresh_file file;
	unsigned interface_count;
};

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static size_t option_size(size_t value_size)
{
	return OPTION_HEADER + padded(value_size);
}

/* What could not be written shows in the stream, which fresh_file_commit() asks. */
static void put(struct pcapng_writer *writer, const void *octets, size_t size)
{
	(void)fwrite(octets, 1, size, writer->file.stream);
}

static void put_u16(struct pcapng_writer *writer, unsigned value)
{
	const uint8_t octets[2] = {(uint8_t)value, (uint8_t)(value >> 8)};

	put(writer, octets, sizeof octets);
}

static void put_u32(struct pcapng_writer *writer, uint32_t value)
{
	put_u16(writer, value & 0xffff);
	put_u16(writer, value >> 16);
}

static void put_padded(struct pcapng_writer *writer, const void *octets, size_t size)
{
	static const uint8_t zeros[3];

	if (size)
		put(writer, octets, size);
	put(writer, zeros, padded(size) - size);
}

static void put_option(struct pcapng_writer *writer, unsigned option, const void *value,
	size_t size)
{
	put_u16(writer, option);
	put_u16(writer, (unsigned)size);
	put_padded(writer, value, size);
}

static void begin_block(struct pcapng_writer *writer, enum block_type type, size_t size)
{
	put_u32(writer, (uint32_t)type);
	put_u32(writer, (uint32_t)size);
}

static void end_block(struct pcapng_writer *writer, size_t size)
{
	put_option(writer, OPTION_END, NULL, 0);
	put_u32(writer, (uint32_t)size);
}

static void put_section_header(struct pcapng_writer *writer)
{
	const size_t size = BLOCK_FRAMING + 16 + option_size(strlen(APPLICATION)) + OPTION_HEADER;

	begin_block(writer, BLOCK_SECTION_HEADER, size);
	put_u32(writer, BYTE_ORDER_MAGIC);
	put_u16(writer, 1); /* version 1.0 */
	put_u16(writer, 0);
	put_u32(writer, UINT32_MAX); /* the section's length: not told */
	put_u32(writer, UINT32_MAX);
	put_option(writer, OPTION_SECTION_APPLICATION, APPLICATION, strlen(APPLICATION));
	end_block(writer, size);
}

struct pcapng_writer *pcapng_writer_open(const char *path)
{
	struct pcapng_writer *writer = calloc(1, sizeof *writer);

	if (!writer)
		return NULL;
	if (!fresh_file_open(&writer->file, path, 0666)) {
		free(writer);
		return NULL;
	}
	put_section_header(writer);
	return writer;
}

unsigned pcapng_writer_add_interface(struct pcapng_writer *writer, const char *name)
{
	const size_t length = strnlen(name, OPTION_VALUE_MAX);
	const uint8_t resolution = MICROSECONDS;
	const size_t size = BLOCK_FRAMING + 8 + option_size(length) +
		option_size(sizeof resolution) + OPTION_HEADER;

	begin_block(writer, BLOCK_INTERFACE, size);
	put_u16(writer, LINK_TYPE_ETHERNET);
	put_u16(writer, 0);
	put_u32(writer, 0); /* no snap length */
	put_option(writer, OPTION_INTERFACE_NAME, name, length);
	put_option(writer, OPTION_INTERFACE_RESOLUTION, &resolution, sizeof resolution);
	end_block(writer, size);
	return writer->interface_count++;
}

void pcapng_writer_add(struct pcapng_writer *writer, const struct pcapng_frame *frame)
{
	const size_t frame_size = frame->octets.size;
	const size_t comment_size = frame->comment ? strnlen(frame->comment, OPTION_VALUE_MAX) : 0;
	const uint8_t flags[4] = {frame->direction == ENGINE_SENT ? FLAG_OUTBOUND : FLAG_INBOUND};
	size_t size =
		BLOCK_FRAMING + 20 + padded(frame_size) + option_size(sizeof flags) + OPTION_HEADER;

	assert(frame->interface < writer->interface_count);
	assert(frame_size < INT32_MAX);
	if (comment_size)
		size += option_size(comment_size);
	begin_block(writer, BLOCK_ENHANCED_PACKET, size);
	put_u32(writer, frame->interface);
	put_u32(writer, (uint32_t)(frame->time.us >> 32));
	put_u32(writer, (uint32_t)frame->time.us);
	put_u32(writer, (uint32_t)frame_size); /* captured */
	put_u32(writer, (uint32_t)frame_size); /* on the wire */
	put_padded(writer, frame->octets.octets, frame_size);
	put_option(writer, OPTION_PACKET_FLAGS, flags, sizeof flags);
	if (comment_size)
		put_option(writer, OPTION_COMMENT, frame->comment, comment_size);
	end_block(writer, size);
}

bool pcapng_writer_close(struct pcapng_writer *writer)
{
	const bool is_whole = fresh_file_commit(&writer->file);
	const int error = errno;

	free(writer);
	errno = error;
	return is_whole;
}

void pcapng_writer_discard(struct pcapng_writer *writer)
{
	if (!writer)
		return;
	fresh_file_discard(&writer->file);
	free(writer);
}
