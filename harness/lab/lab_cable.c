/* SPDX-License-Identifier: MIT */
/*
 * lab_cable CONTROL RIGHT [LEFT]: a cable of the lab between two ends, "if:NAME" for an interface
 * here or "tap:NETNS:NAME" for a TAP that is made in that network namespace, a VM's NIC.  It loses,
 * delays, doubles and cuts as it is told, and hands its left end, the open TAP, to another cable,
 * as a VM's NIC goes from server to server: no link goes down.  Datagrams to the Unix socket
 * CONTROL are its orders:
 *
 *     loss N | duplicate N       so many of 1,000 frames, either way
 *     delay US                   each frame, in order
 *     cut left|right|both|none   what comes from there is lost
 *     give PATH                  the left end to the cable with that socket, which hears "take"
 *     announce MAC               a RARP request of that address, to the right
 *     counts                     a line of JSON on standard output
 */
#define _GNU_SOURCE /* setns, ppoll */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LEFT, RIGHT, ENDS, FRAME_SIZE = 2048, WAITING_MAX = 4096, ORDER_SIZE = 256, BATCH = 64 };

struct frame {
	uint64_t due_us;
	size_t size;
	int to;
	uint8_t octets[FRAME_SIZE];
};

struct cable {
	int ends[ENDS]; /* descriptors; -1: not there */
	int control;
	uint64_t loss, duplicate; /* of 1,000 */
	uint64_t delay_us;
	bool is_cut[ENDS]; /* from there */
	uint64_t passed[ENDS], lost[ENDS], doubled[ENDS]; /* from there */
	uint64_t dice;
	size_t first, count; /* of waiting */
	struct frame waiting[WAITING_MAX];
};

static void fail(const char *what)
{
	fprintf(stderr, "lab_cable: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Marsaglia's xorshift64: the same faults for the same order of frames. */
static bool happens(struct cable *cable, uint64_t permille)
{
	cable->dice ^= cable->dice << 13;
	cable->dice ^= cable->dice >> 7;
	cable->dice ^= cable->dice << 17;
	return cable->dice % 1000 < permille;
}

static int open_interface(const char *name)
{
	const int interface = (int)if_nametoindex(name);
	const int ignore = 1;
	const struct packet_mreq all = {.mr_ifindex = interface, .mr_type = PACKET_MR_PROMISC};
	const struct sockaddr_ll own = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = interface,
	};
	const int end = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (end < 0 || interface == 0 ||
		setsockopt(end, SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignore, sizeof ignore) != 0 ||
		setsockopt(end, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) != 0 ||
		bind(end, (const struct sockaddr *)&own, sizeof own) != 0)
		fail(name);
	return end;
}

/* Of the namespace where the process is. */
static int make_tap(const char *name)
{
	struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	const int end = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (end < 0 || any < 0 || ioctl(end, TUNSETIFF, &request) != 0)
		fail(name);
	request.ifr_flags = IFF_UP;
	if (ioctl(any, SIOCSIFFLAGS, &request) != 0)
		fail(name);
	(void)close(any);
	return end;
}

static int open_tap(const char *where)
{
	char path[ORDER_SIZE];
	const char *colon = strchr(where, ':');
	const int size = colon != NULL ? (int)(colon - where) : 0;

	(void)snprintf(path, sizeof path, "/run/netns/%.*s", size, where);
	const int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	const int there = open(path, O_RDONLY | O_CLOEXEC);

	if (colon == NULL || here < 0 || there < 0 || setns(there, CLONE_NEWNET) != 0)
		fail(path);
	const int end = make_tap(colon + 1);

	if (setns(here, CLONE_NEWNET) != 0)
		fail("the way back");
	(void)close(here);
	(void)close(there);
	return end;
}

static int open_end(const char *text)
{
	if (strncmp(text, "if:", 3) == 0)
		return open_interface(text + 3);
	if (strncmp(text, "tap:", 4) == 0)
		return open_tap(text + 4);
	errno = EINVAL;
	fail(text);
	return -1;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	return address;
}

static int open_control(const char *path)
{
	const struct sockaddr_un own = address_of(path);
	const int control = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	(void)unlink(path);
	if (control < 0 || bind(control, (const struct sockaddr *)&own, sizeof own) != 0)
		fail(path);
	return control;
}

/* What an end does not take is lost, as by a full queue. */
static void put(struct cable *cable, const struct frame *frame)
{
	const int from = frame->to == LEFT ? RIGHT : LEFT;

	if (cable->ends[frame->to] >= 0 &&
		write(cable->ends[frame->to], frame->octets, frame->size) == (ssize_t)frame->size)
		cable->passed[from]++;
	else
		cable->lost[from]++;
}

static void let_wait(struct cable *cable, const struct frame *frame)
{
	if (cable->count == WAITING_MAX) {
		cable->lost[frame->to == LEFT ? RIGHT : LEFT]++;
		return;
	}
	cable->waiting[(cable->first + cable->count) % WAITING_MAX] = *frame;
	cable->count++;
}

static void carry(struct cable *cable, int from, struct frame *frame)
{
	const bool is_twice = happens(cable, cable->duplicate);

	if (cable->is_cut[from] || happens(cable, cable->loss)) {
		cable->lost[from]++;
		return;
	}
	frame->to = from == LEFT ? RIGHT : LEFT;
	frame->due_us = now_us() + cable->delay_us;
	cable->doubled[from] += is_twice;
	for (int copies = 0; copies <= is_twice; copies++) {
		if (cable->delay_us == 0 && cable->count == 0)
			put(cable, frame);
		else
			let_wait(cable, frame);
	}
}

static bool get(const struct cable *cable, int from, struct frame *frame)
{
	const ssize_t size = cable->ends[from] >= 0
		? read(cable->ends[from], frame->octets, sizeof frame->octets)
		: -1;

	frame->size = size > 0 ? (size_t)size : 0;
	return size > 0;
}

static void take_frames(struct cable *cable, int from)
{
	struct frame frame;

	for (int turn = 0; turn < BATCH && get(cable, from, &frame); turn++)
		carry(cable, from, &frame);
}

static void put_due(struct cable *cable)
{
	while (cable->count > 0 && cable->waiting[cable->first].due_us <= now_us()) {
		put(cable, &cable->waiting[cable->first]);
		cable->first = (cable->first + 1) % WAITING_MAX;
		cable->count--;
	}
}

/* Room for one descriptor beside a datagram. */
union descriptor_room {
	struct cmsghdr aligned;
	char octets[CMSG_SPACE(sizeof(int))];
};

static void give(struct cable *cable, const char *path)
{
	char text[] = "take";
	struct sockaddr_un to = address_of(path);
	union descriptor_room room = {.aligned = {.cmsg_level = SOL_SOCKET,
					      .cmsg_type = SCM_RIGHTS,
					      .cmsg_len = CMSG_LEN(sizeof(int))}};
	struct iovec part = {text, sizeof text - 1};
	const struct msghdr message = {
		.msg_name = &to,
		.msg_namelen = sizeof to,
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = room.octets,
		.msg_controllen = sizeof room.octets,
	};

	memcpy(CMSG_DATA(&room.aligned), &cable->ends[LEFT], sizeof(int));
	if (cable->ends[LEFT] < 0 || sendmsg(cable->control, &message, 0) < 0)
		fail(path);
	(void)close(cable->ends[LEFT]);
	cable->ends[LEFT] = -1;
}

/* The new server tells the network where the VM is now: a RARP request of itself, as QEMU does. */
static void announce(struct cable *cable, const char *mac)
{
	static const uint8_t rarp[] = {0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 3};
	struct frame frame = {.size = 60, .to = RIGHT};
	unsigned octets[ETH_ALEN];

	if (sscanf(mac, "%2x:%2x:%2x:%2x:%2x:%2x", &octets[0], &octets[1], &octets[2], &octets[3],
		    &octets[4], &octets[5]) != ETH_ALEN)
		return;
	memset(frame.octets, 0xff, ETH_ALEN);
	memcpy(frame.octets + 2 * ETH_ALEN, rarp, sizeof rarp);
	for (size_t each = 0; each < ETH_ALEN; each++) {
		frame.octets[ETH_ALEN + each] = (uint8_t)octets[each];
		frame.octets[22 + each] = (uint8_t)octets[each];
		frame.octets[32 + each] = (uint8_t)octets[each];
	}
	put(cable, &frame);
}

static void print_counts(const struct cable *cable)
{
	static const char *const names[] = {"from_left", "from_right"};

	for (int from = LEFT; from < ENDS; from++)
		printf("%s\"%s\": {\"passed\": %" PRIu64 ", \"lost\": %" PRIu64
		       ", \"doubled\": %" PRIu64 "}",
			from == LEFT ? "{" : ", ", names[from], cable->passed[from],
			cable->lost[from], cable->doubled[from]);
	puts("}");
	(void)fflush(stdout);
}

static void cut(struct cable *cable, const char *where)
{
	const bool is_both = strcmp(where, "both") == 0;

	cable->is_cut[LEFT] = is_both || strcmp(where, "left") == 0;
	cable->is_cut[RIGHT] = is_both || strcmp(where, "right") == 0;
}

static void obey(struct cable *cable, char *order, int descriptor)
{
	char verb[16] = "", first[ORDER_SIZE] = "";

	(void)sscanf(order, "%15s %255s", verb, first);
	if (strcmp(verb, "take") == 0 && descriptor >= 0) {
		cable->ends[LEFT] = descriptor;
	} else if (strcmp(verb, "give") == 0) {
		give(cable, first);
	} else if (strcmp(verb, "loss") == 0) {
		cable->loss = strtoull(first, NULL, 10);
	} else if (strcmp(verb, "duplicate") == 0) {
		cable->duplicate = strtoull(first, NULL, 10);
	} else if (strcmp(verb, "delay") == 0) {
		cable->delay_us = strtoull(first, NULL, 10);
	} else if (strcmp(verb, "cut") == 0) {
		cut(cable, first);
	} else if (strcmp(verb, "announce") == 0) {
		announce(cable, first);
	} else if (strcmp(verb, "counts") == 0) {
		print_counts(cable);
	} else {
		fprintf(stderr, "lab_cable: no such order: %s\n", order);
	}
}

static void hear(struct cable *cable)
{
	char order[ORDER_SIZE] = "";
	union descriptor_room room;
	struct iovec part = {order, sizeof order - 1};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = room.octets,
		.msg_controllen = sizeof room.octets,
	};
	int descriptor = -1;

	if (recvmsg(cable->control, &message, MSG_CMSG_CLOEXEC) < 0)
		return;
	const struct cmsghdr *beside = CMSG_FIRSTHDR(&message);

	if (beside != NULL && beside->cmsg_type == SCM_RIGHTS)
		memcpy(&descriptor, CMSG_DATA(&room.aligned), sizeof descriptor);
	obey(cable, order, descriptor);
}

static void run(struct cable *cable)
{
	for (;;) {
		struct pollfd waiting[] = {{.fd = cable->ends[LEFT], .events = POLLIN},
			{.fd = cable->ends[RIGHT], .events = POLLIN},
			{.fd = cable->control, .events = POLLIN}};
		const uint64_t now = now_us();
		const uint64_t due = cable->count > 0 ? cable->waiting[cable->first].due_us : now;
		const uint64_t us = cable->count == 0 ? 1000000 : due > now ? due - now : 0;
		const struct timespec left = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};

		if (ppoll(waiting, 3, &left, NULL) < 0 && errno != EINTR)
			fail("ppoll");
		if (waiting[2].revents != 0)
			hear(cable);
		for (int from = LEFT; from < ENDS; from++) {
			if (waiting[from].revents != 0)
				take_frames(cable, from);
		}
		put_due(cable);
	}
}

int main(int argc, char **argv)
{
	static struct cable cable = {.ends = {-1, -1}, .dice = 0x9e3779b97f4a7c15};

	if (argc != 3 && argc != 4) {
		fputs("usage: lab_cable CONTROL RIGHT [LEFT]\n", stderr);
		return 2;
	}
	cable.control = open_control(argv[1]);
	cable.ends[RIGHT] = open_end(argv[2]);
	if (argc == 4)
		cable.ends[LEFT] = open_end(argv[3]);
	run(&cable);
}
