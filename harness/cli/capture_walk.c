/* SPDX-License-Identifier: MIT */
/* Frames are numbered as Wireshark does it: those that cannot be read have a number, too. */
#include "cli/capture_walk.h"

#include <inttypes.h>

#include "cli/complain.h"

bool capture_walk_pdus(struct capture *capture, const char *why, const struct capture_walk *walk)
{
	struct capture_frame frame;
	struct capture_pdu pdu;
	bool has_any = false;

	if (capture == NULL) {
		complain("%s: no capture: %s; give pcap or pcapng", walk->name, why);
		return false;
	}
	const struct capture_counters *counters = capture_counters(capture);

	while (capture_next(capture, &frame)) {
		if (!pdu_find(frame.octets, &pdu.found))
			continue;
		pdu.frame = counters->frames + counters->skipped;
		pdu.time = frame.time;
		walk->take(walk->user, &pdu);
		has_any = true;
	}
	if (!has_any)
		complain("%s: no DIMP in its %" PRIu64 " frames; EtherType 0x%04x or UDP port %d "
			 "is looked for",
			walk->name, counters->frames, DIMP_ETHERTYPE, DIMP_UDP_PORT);
	if (counters->is_cut_off && !walk->is_quiet)
		complain("%s: breaks off after %" PRIu64 " frames; those are %s", walk->name,
			counters->frames, walk->done);
	capture_close(capture);
	return has_any;
}
