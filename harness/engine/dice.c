/* SPDX-License-Identifier: MIT */
/* The bias of a remainder is of no account here: bounds are small. */
#include "engine/dice.h"

unsigned dice_below(struct random_stream *random, unsigned bound)
{
	return (unsigned)(random_stream_next(random) % bound);
}

unsigned dice_between(struct random_stream *random, unsigned least, unsigned most)
{
	return least + dice_below(random, most - least + 1);
}

bool dice_one_in(struct random_stream *random, unsigned times)
{
	return dice_below(random, times) == 0;
}
