/* SPDX-License-Identifier: MIT */
/*
 * What carries VMs' memories from server to server: the cables of the stations, shared by all
 * copies that are under way, whatever DIMP does.
 */
#ifndef ACTORS_MEMORY_ROAD_H
#define ACTORS_MEMORY_ROAD_H

#include "engine/engine.h"

struct memory_road;

/* Octets on their way from station to station; its owner's struct, the road's members. */
struct memory_flow {
	uint32_t from, to;
	void *context;
	void (*done)(void *context, struct dimp_time now); /* all have arrived */
	/* the road's */
	bool is_moving;
	uint64_t left; /* octets, at |since_us| */
	uint64_t since_us;
	uint64_t rate_bps; /* its share; UINT64_MAX: takes no time */
};

/* For stations numbered from 0; NULL without memory. */
struct memory_road *memory_road_create(struct engine *engine, uint32_t stations);
void memory_road_destroy(struct memory_road *road); /* NULL is fine */
/* What the station's cable has for memories, each way; 0: they take no time.  0 at the start. */
void memory_road_set_cable(struct memory_road *road, uint32_t station, uint64_t rate_bps);

/* |flow| has |octets| to move from now on; false without memory.  It has to live until it is done
 * or stopped. */
bool memory_road_start(struct memory_road *road, struct memory_flow *flow, uint64_t octets);
/* It moves no more. */
void memory_road_stop(struct memory_road *road, struct memory_flow *flow);

/* How long octets take at a rate, rounded up; 0 at UINT64_MAX. */
uint64_t memory_road_time_us(uint64_t octets, uint64_t rate_bps);

#endif
