// SPDX-License-Identifier: MIT
//
// The table by which the engine finds the bindings.
#include "engine/ns3/ns3_table.h"

extern "C" {
extern const struct ns3_table dimp_ns3_table;
}

const struct ns3_table dimp_ns3_table = {
	sizeof(struct ns3_table),
	ns3_open,
	ns3_close,
	ns3_now,
	ns3_schedule,
	ns3_cancel,
	ns3_event_context,
	ns3_run,
	ns3_run_until,
	ns3_stop,
	ns3_node_add,
	ns3_simple_channel_add,
	ns3_simple_device_add,
	ns3_device_set_overhead,
	ns3_device_set_mtu,
	ns3_queue_add,
	ns3_device_set_queue,
	ns3_send_marked,
	ns3_received_mark,
	ns3_receive,
	ns3_set,
};
