/* SPDX-License-Identifier: MIT */
/* The answer is read to the end of its line, into memory that grows up to a bound. */
#include "live/control_call.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"

enum { PATIENCE_SECONDS = 10, ANSWER_FIRST = 65536, ANSWER_MAX = 256 * 1024 * 1024 };

static int connect_to(const char *path)
{
	const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, strlen(path));
	const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (descriptor >= 0 &&
		setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0 &&
		setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0 &&
		connect(descriptor, (const struct sockaddr *)&address, sizeof address) == 0)
		return descriptor;
	const int error = errno;

	if (descriptor >= 0)
		(void)close(descriptor);
	errno = error;
	return -1;
}

static bool send_request(int descriptor, const json_t *request)
{
	char *text = json_dumps(request, JSON_COMPACT);
	bool is_sent = false;

	if (text != NULL) {
		const size_t size = strlen(text);

		text[size] = '\n';
		is_sent = send(descriptor, text, size + 1, MSG_NOSIGNAL) == (ssize_t)(size + 1);
	}
	free(text);
	return is_sent;
}

/* The answer's line, terminated, the caller's to free; NULL when it does not come whole. */
static char *read_line(int descriptor)
{
	size_t capacity = ANSWER_FIRST, size = 0;
	char *text = malloc(capacity);

	while (text != NULL) {
		const ssize_t got = recv(descriptor, text + size, capacity - size - 1, 0);

		if (got <= 0)
			break;
		size += (size_t)got;
		text[size] = '\0';
		if (text[size - 1] == '\n')
			return text;
		if (capacity - size > 1)
			continue;
		capacity *= 2;
		char *grown = capacity <= ANSWER_MAX ? realloc(text, capacity) : NULL;

		if (grown == NULL)
			break;
		text = grown;
	}
	free(text);
	return NULL;
}

static json_t *converse(int descriptor, const json_t *request)
{
	char *text = send_request(descriptor, request) ? read_line(descriptor) : NULL;
	json_error_t error;
	json_t *answer = text != NULL ? json_loads(text, 0, &error) : NULL;

	free(text);
	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	return NULL;
}

json_t *control_call(const char *path, const json_t *request, int *code)
{
	const int descriptor = connect_to(path);

	*code = EXIT_CODE_MISSING;
	if (descriptor < 0) {
		complain("ctl: %s: %s; is the bridge running, with --control there, and are you "
			 "its user?",
			path, strerror(errno));
		return NULL;
	}
	json_t *answer = converse(descriptor, request);

	(void)close(descriptor);
	if (answer == NULL) {
		complain("ctl: %s: no answer; see the log of the bridge", path);
		return NULL;
	}
	if (json_is_true(json_object_get(answer, "ok"))) {
		*code = EXIT_CODE_WELL;
		return answer;
	}
	const char *why = json_string_value(json_object_get(answer, "error"));

	complain("ctl: %s: %s; see: man dimp-ctl", path, why != NULL ? why : "refused");
	*code = EXIT_CODE_USAGE;
	json_decref(answer);
	return NULL;
}
