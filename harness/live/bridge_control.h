/* SPDX-License-Identifier: MIT */
/* What a live bridge answers at its control socket: show di, migrations, peers, counters; reload;
 * drain. */
#ifndef LIVE_BRIDGE_CONTROL_H
#define LIVE_BRIDGE_CONTROL_H

#include "live/live_bridge.h"

struct bridge_control;

struct bridge_control_config {
	struct live_bridge *bridge; /* borrowed */
	const char *path; /* of the socket */
	/* Orders: the file is read again, false when it is not taken; the bridge ends. */
	void *context;
	bool (*reload)(void *context);
	void (*drain)(void *context);
};

/* NULL after a complaint. */
struct bridge_control *bridge_control_open(const struct bridge_control_config *config);
void bridge_control_close(struct bridge_control *control); /* NULL is fine */

#endif
