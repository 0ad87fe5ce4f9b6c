/* SPDX-License-Identifier: MIT */
/*
 * A client has a line that is coming in and an answer that is going out, and is not listened to
 * until the answer is gone.  What the socket does not take at once is tried again by a timer: the
 * engine waits for descriptors that can be read only.
 */
#include "live/control_socket.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/live_engine.h"

enum { RETRY_US = 2000, PATIENCE_US = 10000000, BACKLOG = 8 };

struct control_client {
	struct control_socket *control;
	int descriptor; /* -1: free */
	char line[CONTROL_REQUEST_MAX];
	size_t line_size;
	char *answer; /* NULL: none is going out */
	size_t answer_size, answer_sent;
	engine_timer retry;
	struct dimp_time give_up;
};

struct control_socket {
	struct engine *engine;
	struct control_handler handler;
	int listener;
	struct sockaddr_un address;
	struct control_client clients[CONTROL_CLIENTS_MAX];
};

json_t *control_refusal(const char *why)
{
	return json_pack("{s:b, s:s}", "ok", 0, "error", why);
}

json_t *control_consent(void)
{
	return json_pack("{s:b}", "ok", 1);
}

static void cut_off(struct control_client *client)
{
	engine_live_unwatch(client->control->engine, client->descriptor);
	engine_cancel(client->control->engine, client->retry);
	(void)close(client->descriptor);
	free(client->answer);
	client->descriptor = -1;
	client->answer = NULL;
	client->retry = 0;
}

enum sending { SENDING_DONE, SENDING_WAITS, SENDING_FAILED };

static enum sending send_more(struct control_client *client, struct dimp_time now)
{
	const ssize_t sent = send(client->descriptor, client->answer + client->answer_sent,
		client->answer_size - client->answer_sent, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (sent < 0 && errno != EAGAIN && errno != EINTR)
		return SENDING_FAILED;
	if (sent > 0) {
		client->answer_sent += (size_t)sent;
		client->give_up.us = now.us + PATIENCE_US;
	}
	if (client->answer_sent < client->answer_size)
		return now.us < client->give_up.us ? SENDING_WAITS : SENDING_FAILED;
	free(client->answer);
	client->answer = NULL;
	return SENDING_DONE;
}

/* The answer's text with the end of its line; NULL without memory. */
static char *text_of(json_t *answer, size_t *size)
{
	char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;

	json_decref(answer);
	if (text == NULL)
		return NULL;
	*size = strlen(text);
	text[*size] = '\n';
	*size += 1;
	return text;
}

static json_t *judge(struct control_client *client, size_t size, struct dimp_time now)
{
	const struct control_handler *handler = &client->control->handler;
	json_error_t error;
	json_t *request = json_loadb(client->line, size, JSON_REJECT_DUPLICATES, &error);

	if (!json_is_object(request)) {
		json_decref(request);
		return control_refusal("a request is a JSON object");
	}
	json_t *answer = handler->answer(handler->context, request, now);

	json_decref(request);
	return answer;
}

/* The line of |size| characters at the front becomes an answer; false without memory for one. */
static bool take_line(struct control_client *client, size_t size, struct dimp_time now)
{
	client->answer = text_of(judge(client, size, now), &client->answer_size);
	client->answer_sent = 0;
	client->give_up.us = now.us + PATIENCE_US;
	memmove(client->line, client->line + size + 1, client->line_size - size - 1);
	client->line_size -= size + 1;
	return client->answer != NULL;
}

static void go_on(void *context, struct dimp_time now);

/* Answers what has come in whole; the client is cut off, or waits for more, when this ends. */
static void serve(struct control_client *client, struct dimp_time now)
{
	enum sending sending = SENDING_DONE;
	const char *end;

	while (sending == SENDING_DONE &&
		(end = memchr(client->line, '\n', client->line_size)) != NULL)
		sending = take_line(client, (size_t)(end - client->line), now)
			? send_more(client, now)
			: SENDING_FAILED;
	if (sending == SENDING_FAILED || client->line_size == sizeof client->line) {
		cut_off(client);
	} else if (sending == SENDING_WAITS) {
		engine_live_unwatch(client->control->engine, client->descriptor);
		client->retry = engine_schedule(client->control->engine,
			(struct dimp_time){now.us + RETRY_US}, go_on, client);
	}
}

static void hear_client(void *context, struct dimp_time now)
{
	struct control_client *client = context;
	const ssize_t size = recv(client->descriptor, client->line + client->line_size,
		sizeof client->line - client->line_size, MSG_DONTWAIT);

	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (size <= 0) {
		cut_off(client);
		return;
	}
	client->line_size += (size_t)size;
	serve(client, now);
}

static void go_on(void *context, struct dimp_time now)
{
	struct control_client *client = context;
	const enum sending sending = send_more(client, now);

	client->retry = 0;
	if (sending == SENDING_WAITS)
		client->retry = engine_schedule(client->control->engine,
			(struct dimp_time){now.us + RETRY_US}, go_on, client);
	else if (sending == SENDING_DONE &&
		engine_live_watch(client->control->engine, client->descriptor, hear_client, client))
		serve(client, now);
	else
		cut_off(client);
}

static struct control_client *free_client(struct control_socket *control)
{
	for (size_t each = 0; each < CONTROL_CLIENTS_MAX; each++) {
		if (control->clients[each].descriptor < 0)
			return &control->clients[each];
	}
	return NULL;
}

static void hear_listener(void *context, struct dimp_time now)
{
	struct control_socket *control = context;
	const int descriptor = accept(control->listener, NULL, NULL);
	struct control_client *client = free_client(control);

	(void)now;
	if (descriptor < 0)
		return;
	if (client != NULL) {
		*client = (struct control_client){.control = control, .descriptor = descriptor};
		if (engine_live_watch(control->engine, descriptor, hear_client, client))
			return;
		client->descriptor = -1;
	}
	(void)close(descriptor);
}

/* A socket that a dead program has left; one at which somebody listens stays. */
static bool make_way(const struct sockaddr_un *address, const char **why)
{
	struct stat status;
	const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const bool is_used = descriptor >= 0 &&
		connect(descriptor, (const struct sockaddr *)address, sizeof *address) == 0;

	if (descriptor >= 0)
		(void)close(descriptor);
	*why = "somebody listens there already";
	if (is_used)
		return false;
	*why = "is there, and no socket";
	if (lstat(address->sun_path, &status) != 0)
		return true;
	return S_ISSOCK(status.st_mode) && unlink(address->sun_path) == 0;
}

/* Between bind() and listen() nobody can connect: the mode is right before anybody may. */
static bool listen_at(struct control_socket *control, const char **why)
{
	if (!make_way(&control->address, why))
		return false;
	control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const bool is_listening = control->listener >= 0 &&
		bind(control->listener, (const struct sockaddr *)&control->address,
			sizeof control->address) == 0 &&
		chmod(control->address.sun_path, S_IRUSR | S_IWUSR) == 0 &&
		listen(control->listener, BACKLOG) == 0 &&
		engine_live_watch(control->engine, control->listener, hear_listener, control);

	*why = strerror(errno);
	return is_listening;
}

struct control_socket *control_socket_open(struct engine *engine, const char *path,
	const struct control_handler *handler, const char **why)
{
	struct control_socket *control = calloc(1, sizeof *control);

	*why = "no memory";
	if (control == NULL)
		return NULL;
	*control = (struct control_socket){
		.engine = engine,
		.handler = *handler,
		.listener = -1,
		.address = {.sun_family = AF_UNIX},
	};
	for (size_t each = 0; each < CONTROL_CLIENTS_MAX; each++)
		control->clients[each].descriptor = -1;
	*why = "is too long for the name of a socket";
	if (strlen(path) < sizeof control->address.sun_path) {
		(void)snprintf(control->address.sun_path, sizeof control->address.sun_path, "%s",
			path);
		if (listen_at(control, why))
			return control;
	}
	if (control->listener >= 0)
		(void)close(control->listener);
	free(control);
	return NULL;
}

void control_socket_close(struct control_socket *control)
{
	if (control == NULL)
		return;
	for (size_t each = 0; each < CONTROL_CLIENTS_MAX; each++) {
		if (control->clients[each].descriptor >= 0)
			cut_off(&control->clients[each]);
	}
	engine_live_unwatch(control->engine, control->listener);
	(void)close(control->listener);
	(void)unlink(control->address.sun_path);
	free(control);
}
