/* SPDX-License-Identifier: MIT */
/* What the engine uses of the bindings, as a table: their module is loaded at run time. */
#ifndef ENGINE_NS3_NS3_TABLE_H
#define ENGINE_NS3_NS3_TABLE_H

#include "engine/ns3/ns3_bindings.h"

struct ns3_table {
	size_t size; /* of this struct: a module of another build has another */
	enum ns3_result (*open)(const struct ns3_options *options);
	enum ns3_result (*close)(void);
	uint64_t (*now)(void);
	enum ns3_result (
		*schedule)(uint64_t at_ns, ns3_action *action, void *context, ns3_event *event);
	enum ns3_result (*cancel)(ns3_event event);
	void *(*event_context)(ns3_event event);
	enum ns3_result (*run)(void);
	enum ns3_result (*run_until)(uint64_t until_ns);
	enum ns3_result (*stop)(void);
	enum ns3_result (*node_add)(ns3_node *node);
	enum ns3_result (*simple_channel_add)(uint64_t delay_ns, ns3_channel *channel);
	enum ns3_result (*simple_device_add)(ns3_node node, ns3_channel channel, uint64_t rate_bps,
		ns3_device *device);
	enum ns3_result (
		*device_set_overhead)(ns3_device device, unsigned frame_min, unsigned octets);
	enum ns3_result (*device_set_mtu)(ns3_device device, uint16_t mtu);
	enum ns3_result (*queue_add)(const char *size, ns3_queue *queue);
	enum ns3_result (*device_set_queue)(ns3_device device, ns3_queue queue);
	enum ns3_result (
		*send_marked)(ns3_device device, const void *frame, size_t size, uint64_t mark);
	uint64_t (*received_mark)(void);
	enum ns3_result (*receive)(ns3_device device, ns3_receiver *receiver, void *context);
	enum ns3_result (*set)(ns3_handle thing, const char *name, const char *value);
};

/* The name under which the module has its table. */
#define NS3_TABLE_SYMBOL "dimp_ns3_table"
#define NS3_MODULE "dimp-ns3.so"

#endif
