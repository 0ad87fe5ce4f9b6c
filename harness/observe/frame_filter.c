/* SPDX-License-Identifier: MIT */
/*
 * Owns the choice of what a capture holds. The language is libpcap's, which whoever captures knows;
 * it is compiled once and run over the octets as they are, VLAN tags included.
 */
#include "observe/frame_filter.h"

#include <pcap/pcap.h>
#include <stdlib.h>

enum { SNAP_LENGTH = 65535, IS_OPTIMISED = 1 };

struct frame_filter {
	struct bpf_program program;
	bool has_program;
	uint64_t frames_max, passed;
};

static bool compile(struct frame_filter *filter, const char *expression, char *error,
	size_t error_size)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAP_LENGTH);

	if (!pcap) {
		(void)snprintf(error, error_size, "out of memory");
		return false;
	}
	filter->has_program = pcap_compile(pcap, &filter->program, expression, IS_OPTIMISED,
				      PCAP_NETMASK_UNKNOWN) == 0;
	if (!filter->has_program)
		(void)snprintf(error, error_size, "'%s' is no filter: %s", expression,
			pcap_geterr(pcap));
	pcap_close(pcap);
	return filter->has_program;
}

struct frame_filter *frame_filter_create(const struct frame_filter_rule *rule, char *error,
	size_t error_size)
{
	struct frame_filter *filter = calloc(1, sizeof *filter);

	if (!filter) {
		(void)snprintf(error, error_size, "out of memory");
		return NULL;
	}
	filter->frames_max = rule->frames_max;
	if (!rule->expression || compile(filter, rule->expression, error, error_size))
		return filter;
	free(filter);
	return NULL;
}

bool frame_filter_pass(struct frame_filter *filter, struct dimp_view frame)
{
	const struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)frame.size,
		.len = (bpf_u_int32)frame.size,
	};

	if (filter->frames_max != 0 && filter->passed == filter->frames_max)
		return false;
	if (filter->has_program &&
		pcap_offline_filter(&filter->program, &header, frame.octets) == 0)
		return false;
	filter->passed++;
	return true;
}

void frame_filter_destroy(struct frame_filter *filter)
{
	if (filter && filter->has_program)
		pcap_freecode(&filter->program);
	free(filter);
}
