/* SPDX-License-Identifier: MIT */
/*
 * TPACKET_V3: the kernel fills a block with frames and hands it over when it is full or a
 * millisecond old; a frame is read where it lies, unless a tag has to go into it.  What belongs to
 * whom is the block's status, read with acquire and given back with release.
 *
 * A batch is frames one behind the other in one buffer, sent by one call.
 */
#define _GNU_SOURCE /* sendmmsg */
#include "live/packet_ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/wire_frame.h"

enum {
	BLOCK_SIZE = 1 << 16,
	BLOCK_COUNT = 64,
	BLOCK_AGE_MS = 1,
	FRAME_ROOM = 2048, /* what the kernel wants to hear; blocks hold longer ones */
	FRAME_MAX = 9216 + 18,
	BATCH_MAX = 64,
	BATCH_OCTETS = 1 << 17,
	SEND_BUFFER = 1 << 22,
	ADDRESS_AT = (sizeof(struct tpacket3_hdr) + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT *
		TPACKET_ALIGNMENT
};

struct packet_ring {
	int descriptor;
	bool sees_own; /* the kernel does not leave out what this host sends */
	uint8_t *blocks; /* BLOCK_COUNT of BLOCK_SIZE, shared with the kernel */
	unsigned next; /* block */
	struct packet_tally tally;
	size_t batch_count, batch_size;
	struct mmsghdr messages[BATCH_MAX];
	struct iovec pieces[BATCH_MAX];
	uint8_t batch[BATCH_OCTETS];
	uint8_t whole[FRAME_MAX + WIRE_TAG_SIZE];
};

static bool set_option(const struct packet_ring *ring, int option, int value)
{
	return setsockopt(ring->descriptor, SOL_PACKET, option, &value, sizeof value) == 0;
}

static bool map_blocks(struct packet_ring *ring)
{
	const struct tpacket_req3 wanted = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = BLOCK_COUNT,
		.tp_frame_size = FRAME_ROOM,
		.tp_frame_nr = BLOCK_SIZE / FRAME_ROOM * BLOCK_COUNT,
		.tp_retire_blk_tov = BLOCK_AGE_MS,
	};

	if (!set_option(ring, PACKET_VERSION, TPACKET_V3) ||
		setsockopt(ring->descriptor, SOL_PACKET, PACKET_RX_RING, &wanted, sizeof wanted) !=
			0)
		return false;
	void *blocks = mmap(NULL, (size_t)BLOCK_SIZE * BLOCK_COUNT, PROT_READ | PROT_WRITE,
		MAP_SHARED, ring->descriptor, 0);

	if (blocks == MAP_FAILED)
		return false;
	ring->blocks = blocks;
	return true;
}

struct packet_ring *packet_ring_create(void)
{
	static const int room = SEND_BUFFER;
	struct packet_ring *ring = calloc(1, sizeof *ring);

	if (!ring)
		return NULL;
	/* No protocol: it hears nothing before it is bound. */
	ring->descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ring->descriptor < 0 || !map_blocks(ring)) {
		const int error = errno;

		packet_ring_destroy(ring);
		errno = error;
		return NULL;
	}
	ring->sees_own = !set_option(ring, PACKET_IGNORE_OUTGOING, 1);
	/* Less room only means that a batch goes out in parts. */
	if (setsockopt(ring->descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) != 0)
		(void)setsockopt(ring->descriptor, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	return ring;
}

void packet_ring_destroy(struct packet_ring *ring)
{
	if (!ring)
		return;
	if (ring->blocks)
		(void)munmap(ring->blocks, (size_t)BLOCK_SIZE * BLOCK_COUNT);
	if (ring->descriptor >= 0)
		(void)close(ring->descriptor);
	free(ring);
}

bool packet_ring_bind(struct packet_ring *ring, unsigned interface)
{
	const struct sockaddr_ll own = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)interface,
	};
	const struct packet_mreq all = {.mr_ifindex = (int)interface, .mr_type = PACKET_MR_PROMISC};
	const struct packet_mreq groups = {.mr_ifindex = (int)interface,
		.mr_type = PACKET_MR_ALLMULTI};

	return bind(ring->descriptor, (const struct sockaddr *)&own, sizeof own) == 0 &&
		setsockopt(ring->descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) ==
		0 &&
		setsockopt(ring->descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &groups,
			sizeof groups) == 0;
}

int packet_ring_descriptor(const struct packet_ring *ring)
{
	return ring->descriptor;
}

int packet_ring_error(struct packet_ring *ring)
{
	int error = 0;
	socklen_t size = sizeof error;

	(void)getsockopt(ring->descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
	return error;
}

static bool is_own(const struct packet_ring *ring, const struct tpacket3_hdr *packet)
{
	struct sockaddr_ll from;

	if (!ring->sees_own)
		return false;
	memcpy(&from, (const uint8_t *)packet + ADDRESS_AT, sizeof from);
	return from.sll_pkttype == PACKET_OUTGOING;
}

/* The frame as it was on the wire; of no octets when it cannot be told. */
static struct dimp_view read_packet(struct packet_ring *ring, const struct tpacket3_hdr *packet)
{
	uint8_t *const octets = (uint8_t *)(uintptr_t)packet + packet->tp_mac;
	const struct dimp_view frame = {octets, packet->tp_snaplen};

	if (packet->tp_snaplen < packet->tp_len || packet->tp_snaplen > FRAME_MAX) {
		ring->tally.too_long++;
		return (struct dimp_view){NULL, 0};
	}
	if ((packet->tp_status & TP_STATUS_CSUMNOTREADY) != 0 &&
		wire_frame_complete(octets, frame.size))
		ring->tally.completed++;
	if ((packet->tp_status & TP_STATUS_VLAN_VALID) == 0)
		return frame;
	const bool has_protocol = (packet->tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
	const struct wire_tag tag = {
		.protocol = has_protocol ? packet->hv1.tp_vlan_tpid : 0,
		.control = (uint16_t)packet->hv1.tp_vlan_tci,
	};

	return (struct dimp_view){ring->whole, wire_frame_tag(frame, &tag, ring->whole)};
}

static void take_packet(struct packet_ring *ring, const struct tpacket3_hdr *packet,
	packet_ring_take *take, void *context)
{
	if (is_own(ring, packet))
		return;
	const struct dimp_view frame = read_packet(ring, packet);

	if (frame.size == 0)
		return;
	ring->tally.received++;
	ring->tally.received_octets += frame.size;
	take(context, frame);
}

static void take_block(struct packet_ring *ring, const struct tpacket_block_desc *block,
	packet_ring_take *take, void *context)
{
	const uint8_t *at = (const uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;

	for (uint32_t left = block->hdr.bh1.num_pkts; left > 0; left--) {
		const struct tpacket3_hdr *packet = (const void *)at;

		take_packet(ring, packet, take, context);
		at += packet->tp_next_offset;
	}
}

void packet_ring_receive(struct packet_ring *ring, unsigned blocks_max, packet_ring_take *take,
	void *context)
{
	for (unsigned each = 0; each < blocks_max; each++) {
		struct tpacket_block_desc *block =
			(void *)(ring->blocks + (size_t)ring->next * BLOCK_SIZE);

		if ((__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
			    TP_STATUS_USER) == 0)
			return;
		take_block(ring, block, take, context);
		__atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		ring->next = (ring->next + 1) % BLOCK_COUNT;
	}
}

void packet_ring_flush(struct packet_ring *ring)
{
	size_t done = 0;

	while (done < ring->batch_count) {
		const int sent = sendmmsg(ring->descriptor, ring->messages + done,
			(unsigned)(ring->batch_count - done), MSG_DONTWAIT);

		/* The first of those left is what it could not take. */
		if (sent <= 0) {
			if (sent < 0 && errno == EINTR)
				continue;
			ring->tally.unsent++;
			done++;
			continue;
		}
		for (int each = 0; each < sent; each++)
			ring->tally.sent_octets += ring->messages[done + (size_t)each].msg_len;
		ring->tally.sent += (uint64_t)sent;
		done += (size_t)sent;
	}
	ring->batch_count = 0;
	ring->batch_size = 0;
}

void packet_ring_send(struct packet_ring *ring, struct dimp_view frame)
{
	if (frame.size > FRAME_MAX) {
		ring->tally.unsent++;
		return;
	}
	const size_t size = frame.size < WIRE_FRAME_MIN ? WIRE_FRAME_MIN : frame.size;

	if (ring->batch_count == BATCH_MAX || ring->batch_size + size > sizeof ring->batch)
		packet_ring_flush(ring);
	uint8_t *const place = ring->batch + ring->batch_size;
	const size_t index = ring->batch_count++;

	memcpy(place, frame.octets, frame.size);
	memset(place + frame.size, 0, size - frame.size);
	ring->batch_size += size;
	ring->pieces[index] = (struct iovec){place, size};
	ring->messages[index] = (struct mmsghdr){
		.msg_hdr = {.msg_iov = &ring->pieces[index], .msg_iovlen = 1},
	};
}

const struct packet_tally *packet_ring_tally(struct packet_ring *ring)
{
	struct tpacket_stats_v3 since;
	socklen_t size = sizeof since;

	/* Reading sets the kernel's counts to 0. */
	if (getsockopt(ring->descriptor, SOL_PACKET, PACKET_STATISTICS, &since, &size) == 0)
		ring->tally.overrun += since.tp_drops;
	return &ring->tally;
}
