/* SPDX-License-Identifier: MIT */
/*
 * Captures of runs: pcapng with one interface a port, microseconds, the direction of every frame
 * and comments on those that mean something.
 */
#ifndef OBSERVE_PCAPNG_WRITER_H
#define OBSERVE_PCAPNG_WRITER_H

#include "engine/engine.h"

struct pcapng_writer;

/* One frame as a port saw it. */
struct pcapng_frame {
	unsigned interface; /* as pcapng_writer_add_interface() numbered it */
	enum engine_direction direction;
	struct dimp_time time;
	struct dimp_view octets;
	const char *comment; /* NULL: none; UTF-8, cut after 65,535 octets */
};

/* A writer for |path|, which keeps what it holds until pcapng_writer_close().  NULL with errno. */
struct pcapng_writer *pcapng_writer_open(const char *path);

/* An Ethernet interface called |name| ("edge-a/1").  Returns its number, from 0. */
unsigned pcapng_writer_add_interface(struct pcapng_writer *writer, const char *name);

/* Adds a frame.  A failure is kept and told by pcapng_writer_close(). */
void pcapng_writer_add(struct pcapng_writer *writer, const struct pcapng_frame *frame);

/* Puts the capture in its place and frees |writer|; false with errno when not all was written: then
 * what stood there is as it was. */
bool pcapng_writer_close(struct pcapng_writer *writer);

/* Frees |writer| and forgets the capture; NULL is fine. */
void pcapng_writer_discard(struct pcapng_writer *writer);

#endif
