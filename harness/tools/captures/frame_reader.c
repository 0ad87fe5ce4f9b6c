/* SPDX-License-Identifier: MIT */
/*
 * frame_reader CAPTURE...: what net/ reads in every frame of the captures.  For each capture a line
 * "capture PATH FRAMES SKIPPED CUT", or "refused PATH REASON", then the fields of its frames.
 */
#include <inttypes.h>
#include <stdio.h>

#include "frame_fields.h"
#include "observe/capture.h"

static void read_capture(const char *path)
{
	char error[512];
	struct capture_frame frame;
	struct capture *const capture = capture_open(path, error, sizeof error);

	if (capture == NULL) {
		printf("refused\t%s\t%s\n", path, error);
		return;
	}
	printf("capture\t%s\n", path);
	for (uint64_t number = 1; capture_next(capture, &frame); number++) {
		if (frame.wire_size == frame.octets.size)
			frame_fields_print(number, frame.octets);
		else
			printf("%" PRIu64 "\tcut\t!\tcaptured in part\n", number);
	}
	const struct capture_counters *const counters = capture_counters(capture);
	printf("end\t%" PRIu64 "\t%" PRIu64 "\t%s\n", counters->frames, counters->skipped,
		counters->is_cut_off ? "cut off" : "whole");
	capture_close(capture);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		read_capture(argv[i]);
	return argc > 1 && fflush(stdout) == 0 ? 0 : 2;
}
