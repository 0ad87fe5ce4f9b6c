/* SPDX-License-Identifier: MIT */
/* Any octets as a capture file: each frame can be read to its last octet, and reading ends. */
#include <stdio.h>

#include "fuzz/octet_file.h"
#include "fuzz/require.h"
#include "observe/capture.h"
#include "observe/pdu_finder.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

/* The sum of the octets: each is read, which the sanitizers watch. */
static size_t read_all(struct dimp_view view)
{
	size_t sum = 0;

	for (size_t at = 0; at < view.size; at++)
		sum += view.octets[at];
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct capture_frame frame;
	struct pdu_found found;
	char error[256] = "";
	uint64_t frames = 0;
	struct capture *const capture = capture_open(octet_file(octets, size), error, sizeof error);

	if (capture == NULL) {
		require(error[0] != '\0');
		return 0;
	}
	while (capture_next(capture, &frame)) {
		frames++;
		require(frame.octets.size <= frame.wire_size);
		require(read_all(frame.octets) <= 255 * frame.octets.size);
		if (pdu_find(frame.octets, &found))
			require(found.octets.size <= frame.octets.size);
	}
	require(capture_counters(capture)->frames == frames);
	require(capture_counters(capture)->cut_frames <= frames);
	capture_close(capture);
	return 0;
}
