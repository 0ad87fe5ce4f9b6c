/* SPDX-License-Identifier: MIT */
/* Small numbers from a random stream. */
#ifndef ENGINE_DICE_H
#define ENGINE_DICE_H

#include <stdbool.h>

#include "engine/random_stream.h"

/* 0 to |bound| - 1. */
unsigned dice_below(struct random_stream *random, unsigned bound);

/* |least| to |most|. */
unsigned dice_between(struct random_stream *random, unsigned least, unsigned most);

/* True once in |times|. */
bool dice_one_in(struct random_stream *random, unsigned times);

#endif
