/* SPDX-License-Identifier: MIT */
/*
 * Orders for a live program by a Unix socket, which its owner alone may use: one JSON object a
 * line, and one a line for the answer.  Who does not read his answers, or sends lines without an
 * end, is cut off; nobody holds the program up.
 */
#ifndef LIVE_CONTROL_SOCKET_H
#define LIVE_CONTROL_SOCKET_H

#include <jansson.h>

#include "engine/engine.h"

struct control_socket;

enum { CONTROL_CLIENTS_MAX = 8, CONTROL_REQUEST_MAX = 16384 };

struct control_handler {
	void *context;
	/* The answer to |request|, an object; the socket's from then on.  NULL without memory. */
	json_t *(*answer)(void *context, const json_t *request, struct dimp_time now);
};

/* Listens at |path| on a live engine, mode 0600; a socket there that nobody listens at is
 * replaced.  NULL with |why|, a static sentence, when it cannot. */
struct control_socket *control_socket_open(struct engine *engine, const char *path,
	const struct control_handler *handler, const char **why);
/* The socket is removed; NULL is fine. */
void control_socket_close(struct control_socket *control);

/* {"ok": false, "error": |why|} and {"ok": true}. */
json_t *control_refusal(const char *why);
json_t *control_consent(void);

#endif
