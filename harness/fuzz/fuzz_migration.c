/* SPDX-License-Identifier: MIT */
/*
 * A program of octets for two bridges and a station with true associations: what users ask and
 * hosts answer, time, and a network that loses, doubles, reorders, damages, replays and forges
 * PDUs, and peers that lie under a true seal.  Whatever it is: never do two bridges own the VSI,
 * every request hears one outcome in time, and once the network is whole again all ends, with
 * nothing lost.
 */
#include "fuzz/migration_program.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	migration_program_run((struct dimp_view){octets, size});
	return 0;
}

STEP_FUZZER(migration_program_format);
