/* SPDX-License-Identifier: MIT */
/*
 * The worked blocks of DIMP 15 and 16: octets, and behind # what they are, a line a field.  Each
 * line is held to the registry's layout while it is read; the fields together become the text that
 * dimp_message_text() or dimp_record_text() would print, but with secrets.
 */
#ifndef UNIT_WORKED_BLOCK_H
#define UNIT_WORKED_BLOCK_H

#include <stdio.h>

#include "dimp.h"

enum { WORKED_TEXT_MAX = 4096 };

struct worked_block {
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	size_t size;
	char text[WORKED_TEXT_MAX];
	bool is_record; /* else a message */
	unsigned number; /* of the outermost layout: message kind or DI type */
	uint32_t attributes; /* bit n: attribute n of the outermost layout is worked out */
};

struct worked_blocks {
	FILE *file; /* NULL: there is none */
};

/* The blocks of docs/spec/|file|; a file that is not there has none. */
struct worked_blocks worked_blocks_open(const char *file);

/* Reads the next block; false when there is none.  What breaks DIMP 15-1 fails the running test. */
bool worked_blocks_next(struct worked_blocks *blocks, struct worked_block *block);

void worked_blocks_close(struct worked_blocks *blocks);

#endif
