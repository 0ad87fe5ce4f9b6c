/* SPDX-License-Identifier: MIT */
/* codec: placeholder */
#include "bench/parts/measure.h"

int main(void)
{
	const struct measure_row row = {.what = "clock", .unit = "ns", .ours = measure_now_ns()};

	measure_print(&row);
	return 0;
}
