/* SPDX-License-Identifier: MIT */
/* An epoch only rises, and at its end stays where it is (DIMP 9.8-5). */
#ifndef DIMP_EPOCH_H
#define DIMP_EPOCH_H

#include <stdint.h>

static inline uint32_t epoch_after(uint32_t epoch, uint32_t steps)
{
	return epoch < UINT32_MAX - steps ? epoch + steps : UINT32_MAX;
}

#endif
