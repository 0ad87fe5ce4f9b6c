/* SPDX-License-Identifier: MIT */
/* The numbers of suites are those of IEEE 802.1AE-2018, table 14-1. */
#include "scenario/mka_terms.h"

#include <string.h>

struct dimp_sci mka_terms_sci(const struct dimp_mac *mac, unsigned port)
{
	struct dimp_sci sci = {.octets = {[6] = (uint8_t)(port >> 8), [7] = (uint8_t)port}};

	memcpy(sci.octets, mac->octets, sizeof mac->octets);
	return sci;
}

static const uint64_t suites[] = {
	[SCENARIO_SUITE_128] = 0x0080c20001000001,
	[SCENARIO_SUITE_256] = 0x0080c20001000002,
	[SCENARIO_SUITE_EXTENDED_128] = 0x0080c20001000003,
	[SCENARIO_SUITE_EXTENDED_256] = 0x0080c20001000004,
};

void mka_terms_fill(const struct scenario_mka *mka, struct kay_config *config)
{
	kay_config_default(config);
	config->cipher_suite = suites[mka->suite];
	config->rekey_pn = mka->rekey_at;
	config->first_pn = mka->first_pn;
	config->replay_window = mka->replay_window;
	config->confidentiality = (uint8_t)mka->confidentiality;
	config->is_delay_protecting = mka->is_delay_protecting;
}
