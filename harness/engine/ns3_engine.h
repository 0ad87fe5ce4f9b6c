/* SPDX-License-Identifier: MIT */
/*
 * The engine over ns-3: its scheduler has the timers, and each direction of a link is a pair of its
 * simple devices and a channel, which give a frame the time of its way and its place in the queue.
 * Loss, duplicates, corruption, jitter and reordering are drawn as by the native engine, from the
 * same streams.  ns-3 is a module that is loaded at run time.
 */
#ifndef ENGINE_NS3_ENGINE_H
#define ENGINE_NS3_ENGINE_H

#include "engine/engine.h"

/* Whether the module can be loaded; else why not, and what helps, as a sentence in |error|. */
bool engine_ns3_is_here(char *error, size_t error_size);

/* Whether ns-3 has this scheduler (ns3/ns3_schedulers.def). */
bool engine_ns3_has_scheduler(const char *name);

/* Virtual time from 0, one seed; |scheduler| is one of these.  ns-3 has one simulator a process:
 * the run of an engine that was made before ends here, and it can be asked and destroyed still.
 * NULL without the module or without memory. */
struct engine *engine_ns3_create(uint64_t seed, const char *scheduler);

#endif
