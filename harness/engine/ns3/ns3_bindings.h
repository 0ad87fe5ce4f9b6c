/* SPDX-License-Identifier: MIT */
/*
 * C bindings for the network simulator ns-3 (3.37): its simulator, nodes, channels, devices,
 * queues, error models, captures and attributes, for any program in C11 or C++17.
 *
 * Things are named by handles, numbers that are checked at each use; 0 is none.  A handle of
 * another kind, or of a simulator that was closed, is refused as NS3_HANDLE.  Everything belongs to
 * the simulator and lasts until ns3_close(); nothing is freed one by one.
 *
 * Nothing here aborts, prints or throws: what ns-3 would end the program for is found out before it
 * is asked.  ns-3 has one simulator a process, and so has this; all calls come from one thread.
 * Callbacks may call everything but ns3_run(), ns3_run_until() and ns3_close().
 */
#ifndef ENGINE_NS3_NS3_BINDINGS_H
#define ENGINE_NS3_NS3_BINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What calls come to. */
enum ns3_result {
	NS3_OK,
	NS3_CLOSED, /* no simulator is open */
	NS3_BUSY, /* one is open already, or is running */
	NS3_HANDLE, /* no such thing, or a thing of another kind */
	NS3_ARGUMENT, /* a pointer is NULL, a number out of its bounds */
	NS3_NAME, /* no type, attribute or scheduler of this name */
	NS3_VALUE, /* not a value of this attribute */
	NS3_STATE, /* not with this thing as it is now */
	NS3_DROPPED, /* the device did not take the frame: its queue is full, or it may not send */
	NS3_FILE, /* the file cannot be written */
	NS3_MEMORY, /* memory ran out */
	NS3_FAILED /* ns-3 refused without a reason */
};

/* The result in words: constant text. */
const char *ns3_result_text(enum ns3_result result);

/* What was wrong with the last call that did not come to NS3_OK, as a sentence; "" when none so
 * far. Borrowed until the next call that fails. */
const char *ns3_complaint(void);

/* The version of ns-3 that this was built for, as "3.37". */
const char *ns3_version(void);

/* Things by their kinds. */
typedef uint32_t ns3_handle; /* any of the following */
typedef uint32_t ns3_node;
typedef uint32_t ns3_channel;
typedef uint32_t ns3_device;
typedef uint32_t ns3_queue;
typedef uint32_t ns3_error_model;
typedef uint32_t ns3_random;
typedef uint32_t ns3_capture;

/*
 * The simulator.  Times are nanoseconds since its start, below NS3_TIME_MAX, which is 46 days;
 * events of one instant happen in the order in which they were scheduled.  ns-3 computes in
 * picoseconds here: a frame of 60 octets takes 67.2 ns at 10 Gb/s, not 67.
 */
#define NS3_TIME_MAX UINT64_C(4000000000000000)
/* Delays of channels, and all times that are set as attributes, are at most this: 10,000 seconds.
 */
#define NS3_DELAY_MAX UINT64_C(10000000000000)
/* Rates in bits a second are at most this. */
#define NS3_RATE_MAX UINT64_C(1000000000000000)

struct ns3_options {
	const char *scheduler; /* as for ns3_set_scheduler(); NULL: "map" */
	uint32_t seed; /* of all random streams, 1 to 4294944442; 0: 1 */
	uint64_t run; /* the run number: other numbers from the same seed */
};

/* Opens the simulator, at 0; all its defaults are ns-3's.  NULL: no options.  NS3_BUSY when one is
 * open. */
enum ns3_result ns3_open(const struct ns3_options *options);

/* Ends it and frees all that it has; NS3_BUSY while it runs. */
enum ns3_result ns3_close(void);

/* What keeps the events: "map", "heap", "list", "calendar" or "priority-queue".  Those that wait
 * are kept, so that it may be changed at any time. */
enum ns3_result ns3_set_scheduler(const char *name);

/* The present instant, or the first nanosecond after it; 0 when none is open. */
uint64_t ns3_now(void);

/* How many events have happened, ns-3's own among them; cancelled ones count when their time comes.
 */
uint64_t ns3_event_count(void);

typedef void ns3_action(void *context);

/* An event that waits; 0 is none. */
typedef uint64_t ns3_event;

/* |action| will be called with |context| at |at_ns|, which is now or later; |context| is the
 * caller's and must last.  |event| may be NULL. */
enum ns3_result ns3_schedule(uint64_t at_ns, ns3_action *action, void *context, ns3_event *event);

/* The event will not happen.  NS3_HANDLE when it has, or was cancelled. */
enum ns3_result ns3_cancel(ns3_event event);

/* Whether it has still to happen. */
bool ns3_is_pending(ns3_event event);

/* The context of an event that has still to happen, for whoever has to free it; NULL for others. */
void *ns3_event_context(ns3_event event);

/* Runs until no event is left or ns3_stop(). */
enum ns3_result ns3_run(void);

/* Runs all that happens up to |until_ns|, which is included; then it is |until_ns|, unless
 * ns3_stop() came before. */
enum ns3_result ns3_run_until(uint64_t until_ns);

/* The run ends after the present event; another may follow.  NS3_STATE when none is running. */
enum ns3_result ns3_stop(void);

/*
 * Nodes, channels and devices.
 */
enum ns3_result ns3_node_add(ns3_node *node);

/* A CSMA channel: half duplex, shared; |rate_bps| is at least 1. */
enum ns3_result ns3_csma_channel_add(uint64_t rate_bps, uint64_t delay_ns, ns3_channel *channel);

/* A channel for simple devices: what one sends all others get; no collisions. */
enum ns3_result ns3_simple_channel_add(uint64_t delay_ns, ns3_channel *channel);

/* A device at a channel of its kind, with an address of its own and a queue of 100 packets. */
enum ns3_result ns3_csma_device_add(ns3_node node, ns3_channel channel, ns3_device *device);

/* The same; what it sends takes the time that |rate_bps| says, 0: none.  Both ways at once. */
enum ns3_result ns3_simple_device_add(ns3_node node, ns3_channel channel, uint64_t rate_bps,
	ns3_device *device);

/* ns-3 counts the payload alone as what a simple device sends.  From now on a frame counts at least
 * |frame_min| octets, and |octets| more: 60 and 24 are Ethernet's padding, preamble, FCS and gap.
 * Receivers get the frame as it was sent.  Both are at most 1,000. */
enum ns3_result ns3_device_set_overhead(ns3_device device, unsigned frame_min, unsigned octets);

/* A point-to-point cable. */
struct ns3_cable {
	ns3_node nodes[2];
	uint64_t rate_bps; /* at least 1 */
	uint64_t delay_ns;
};

/* Two point-to-point devices and their channel.  ns-3's carry IP alone, so that a frame is, with
 * its Ethernet header, the payload of what they take for IPv4. */
enum ns3_result ns3_point_to_point_add(const struct ns3_cable *cable, ns3_device devices[2]);

/* A learning bridge without ports, and a port for it: a CSMA or simple device of the same node that
 * nobody receives from.  Point-to-point devices are refused as NS3_STATE, as are ports of a bridge.
 */
enum ns3_result ns3_bridge_add(ns3_node node, ns3_device *bridge);
enum ns3_result ns3_bridge_port_add(ns3_device bridge, ns3_device port);

/* Six octets; a group address is refused. */
enum ns3_result ns3_device_address(ns3_device device, uint8_t address[6]);
enum ns3_result ns3_device_set_address(ns3_device device, const uint8_t address[6]);

/* The longest frame without its Ethernet header and VLAN tags; CSMA and point-to-point have 1500.
 */
enum ns3_result ns3_device_mtu(ns3_device device, uint16_t *mtu);
enum ns3_result ns3_device_set_mtu(ns3_device device, uint16_t mtu);

/*
 * Frames: whole Ethernet frames from destination address to payload, without FCS.  A VLAN tag is
 * part of the frame; its EtherType is then the tag's.
 */
enum { NS3_HEADER_SIZE = 14, NS3_TAG_SIZE = 4 };

/* Sends a frame from any source address; copied.  CSMA pads short ones, as Ethernet does.  A length
 * in place of the EtherType is carried, too (under EtherType 0x8870 and two octets longer, which a
 * capture of a CSMA device shows).  NS3_ARGUMENT: too short, or longer than the MTU. */
enum ns3_result ns3_send(ns3_device device, const void *frame, size_t size);

/* The same; who receives it can ask for |mark|, which is not 0 and takes no room on the wire. */
enum ns3_result ns3_send_marked(ns3_device device, const void *frame, size_t size, uint64_t mark);

/* The mark of the frame that a receiver has been called with; 0: none. */
uint64_t ns3_received_mark(void);

typedef void ns3_receiver(void *context, ns3_device device, const uint8_t *frame, size_t size);

/* |receiver| gets every frame that reaches the device, whoever it is for; |frame| holds only during
 * the call.  NULL: nobody does.  NS3_STATE for a port of a bridge: the bridge has them. */
enum ns3_result ns3_receive(ns3_device device, ns3_receiver *receiver, void *context);

/* What a device has done with frames. */
struct ns3_counts {
	uint64_t sent; /* taken by it, from here; what a bridge sends counts at the bridge */
	uint64_t received; /* that reached it, where ns3_receive() was called */
	uint64_t dropped; /* not taken */
};

enum ns3_result ns3_device_counts(ns3_device device, struct ns3_counts *counts);

/* Writes a pcap file of Ethernet frames, times in nanoseconds: what the device is given here to
 * send, and what it receives; of a CSMA device all that it sends, as on the wire, FCS included.
 * Written as they come; whole after ns3_capture_end() or ns3_close().  One a device. */
enum ns3_result ns3_capture_add(ns3_device device, const char *path, ns3_capture *capture);

/* NS3_FILE when not all could be written. */
enum ns3_result ns3_capture_end(ns3_capture capture);

/*
 * Queues, error models, random numbers.
 */
/* A drop-tail queue; |size| as "100p" (packets) or "64KiB". */
enum ns3_result ns3_queue_add(const char *size, ns3_queue *queue);

/* The device sends from |queue| from now on; of one device only.  NS3_STATE when the one it had is
 * not empty. */
enum ns3_result ns3_device_set_queue(ns3_device device, ns3_queue queue);

struct ns3_queue_state {
	uint32_t packets, octets; /* waiting */
	uint64_t received_packets, dropped_packets; /* since its beginning */
};

enum ns3_result ns3_queue_fill(ns3_queue queue, struct ns3_queue_state *state);

/* "ns3::RateErrorModel", "ns3::BurstErrorModel", "ns3::BinaryErrorModel" or
 * "ns3::ReceiveListErrorModel"; their attributes say how much is lost. */
enum ns3_result ns3_error_model_add(const char *type, ns3_error_model *model);

/* Of a receive list: which packets are lost, counted from 0; copied. */
enum ns3_result ns3_error_model_set_list(ns3_error_model model, const uint32_t *numbers,
	size_t count);

/* What the device receives passes the model; 0: nothing is lost. */
enum ns3_result ns3_device_set_error_model(ns3_device device, ns3_error_model model);

/* "ns3::UniformRandomVariable" or "ns3::ConstantRandomVariable"; others are made of these. */
enum ns3_result ns3_random_add(const char *type, ns3_random *random);
enum ns3_result ns3_random_value(ns3_random random, double *value);

/* A random variable, error model or CSMA device draws from the stream of this number (below 2^62)
 * and those behind it, |used| of them; |used| may be NULL.  Without, each has a stream by the order
 * in which they were made. */
enum ns3_result ns3_set_stream(ns3_handle thing, uint64_t stream, uint32_t *used);

/*
 * Attributes by name, values in ns-3's text form: "10Gbps", "50us", "true", "100p".  Those that
 * point to other objects have calls of their own above.
 */
enum ns3_result ns3_set(ns3_handle thing, const char *name, const char *value);

/* Writes the value with its NUL; NS3_ARGUMENT when |size| octets do not hold it. */
enum ns3_result ns3_get(ns3_handle thing, const char *name, char *text, size_t size);

/* What things of a type made from now on have, until ns3_close():
 * ns3_set_default("ns3::CsmaNetDevice", "Mtu", "9000"). */
enum ns3_result ns3_set_default(const char *type, const char *name, const char *value);

#ifdef __cplusplus
}
#endif

#endif
