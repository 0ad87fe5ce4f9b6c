/* SPDX-License-Identifier: MIT */
/*
 * The program is this process's child.  An end of its output is its death, told by how it ended; no
 * answer within the time is a hang, and what hangs is killed with its whole group.
 */
#include "json_channel.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "iut.h"

enum { LINE_MAX_SIZE = 4 << 20, READ_SIZE = 65536 };

static void run_child(const char *command, const int in[2], const int out[2])
{
	(void)setpgid(0, 0);
	/* One that hangs would outlive a killed parent for good. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)dup2(in[0], STDIN_FILENO);
	(void)dup2(out[1], STDOUT_FILENO);
	(void)close(in[0]);
	(void)close(in[1]);
	(void)close(out[0]);
	(void)close(out[1]);
	(void)signal(SIGPIPE, SIG_DFL);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void close_both(const int ends[2])
{
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static bool start_child(struct json_channel *channel, const char *command, const int in[2],
	const int out[2])
{
	channel->child = fork();
	if (channel->child == 0)
		run_child(command, in, out);
	if (channel->child < 0) {
		channel->child = 0;
		return false;
	}
	(void)close(in[0]);
	(void)close(out[1]);
	channel->to = in[1];
	channel->from = out[0];
	(void)fcntl(channel->to, F_SETFD, FD_CLOEXEC);
	(void)fcntl(channel->from, F_SETFD, FD_CLOEXEC);
	return true;
}

bool json_channel_start(struct json_channel *channel, const char *command)
{
	int in[2], out[2];

	channel->health = DRILL_WELL;
	channel->size = 0;
	(void)signal(SIGPIPE, SIG_IGN);
	if (pipe(in) != 0)
		return false;
	if (pipe(out) != 0) {
		close_both(in);
		return false;
	}
	channel->is_open = start_child(channel, command, in, out);
	if (channel->is_open)
		return true;
	close_both(in);
	close_both(out);
	return false;
}

static bool connect_tcp(struct json_channel *channel, const char *address)
{
	const char *colon = strrchr(address, ':');
	const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	char host[256];

	(void)snprintf(host, sizeof host, "%.*s", colon == NULL ? 0 : (int)(colon - address),
		address);
	if (colon == NULL || getaddrinfo(host, colon + 1, &wanted, &found) != 0)
		return false;
	channel->to = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const bool is_open =
		channel->to >= 0 && connect(channel->to, found->ai_addr, found->ai_addrlen) == 0;

	(void)setsockopt(channel->to, IPPROTO_TCP, TCP_NODELAY, &(const int){1}, sizeof(int));
	freeaddrinfo(found);
	return is_open;
}

static bool connect_path(struct json_channel *channel, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof address.sun_path)
		return false;
	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	channel->to = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return channel->to >= 0 &&
		connect(channel->to, (const struct sockaddr *)&address, sizeof address) == 0;
}

bool json_channel_connect(struct json_channel *channel, const char *address)
{
	channel->health = DRILL_WELL;
	channel->size = 0;
	channel->to = -1;
	(void)signal(SIGPIPE, SIG_IGN);
	channel->is_open = strchr(address, '/') != NULL ? connect_path(channel, address)
							: connect_tcp(channel, address);
	channel->from = channel->is_open ? dup(channel->to) : -1;
	if (!channel->is_open && channel->to >= 0)
		(void)close(channel->to);
	return channel->is_open;
}

void json_channel_stop(struct json_channel *channel)
{
	if (channel->is_open) {
		(void)close(channel->to);
		(void)close(channel->from);
	}
	if (channel->child > 0) {
		(void)kill(-channel->child, SIGKILL);
		(void)waitpid(channel->child, NULL, 0);
	}
	channel->is_open = false;
	channel->child = 0;
	free(channel->line);
	channel->line = NULL;
	channel->size = channel->capacity = 0;
}

void json_channel_give_up(struct json_channel *channel, enum drill_health health, const char *why)
{
	channel->health = health;
	(void)snprintf(channel->why.text, sizeof channel->why.text, "%s", why);
	json_channel_stop(channel);
}

/* It has closed its output: how did it end? */
static void note_end(struct json_channel *channel)
{
	int status = 0;
	char why[96] = "the implementation has closed its output";
	enum drill_health health = DRILL_CRASHED;

	for (unsigned tries = 0; tries < 100 && channel->child > 0; tries++) {
		const pid_t ended = waitpid(channel->child, &status, WNOHANG);

		if (ended == 0) {
			(void)poll(NULL, 0, 10);
			continue;
		}
		/* What it started may still run. */
		(void)kill(-channel->child, SIGKILL);
		channel->child = 0;
		if (WIFSIGNALED(status))
			(void)snprintf(why, sizeof why, "the implementation died of signal %d (%s)",
				WTERMSIG(status), strsignal(WTERMSIG(status)));
		else
			(void)snprintf(why, sizeof why, "the implementation ended with code %d",
				WEXITSTATUS(status));
		if (WIFEXITED(status) && WEXITSTATUS(status) == IUT_EXIT_UNIMPLEMENTED)
			health = DRILL_UNIMPLEMENTED;
	}
	json_channel_give_up(channel, health, why);
}

static bool write_line(struct json_channel *channel, const json_t *question)
{
	char *text = json_dumps(question, JSON_COMPACT);
	const size_t size = text == NULL ? 0 : strlen(text);
	size_t done = 0;

	if (size > 0)
		text[size] = '\n';
	while (size > 0 && done <= size) {
		const ssize_t written = write(channel->to, text + done, size + 1 - done);

		if (written <= 0)
			break;
		done += (size_t)written;
	}
	free(text);
	return size > 0 && done == size + 1;
}

static bool make_room(struct json_channel *channel)
{
	if (channel->capacity - channel->size > READ_SIZE)
		return true;
	if (channel->capacity > LINE_MAX_SIZE)
		return false;
	const size_t wanted = channel->capacity * 2 + 2 * READ_SIZE;
	char *grown = realloc(channel->line, wanted);

	if (grown == NULL)
		return false;
	channel->line = grown;
	channel->capacity = wanted;
	return true;
}

/* Reads what is there; false when the line ends here or nothing more will come. */
static bool read_some(struct json_channel *channel)
{
	struct pollfd wanted = {.fd = channel->from, .events = POLLIN};
	const int ready = poll(&wanted, 1, (int)channel->timeout_ms);

	if (ready == 0) {
		json_channel_give_up(channel, DRILL_HUNG,
			"the implementation does not answer: it hangs");
		return false;
	}
	if (!make_room(channel)) {
		json_channel_give_up(channel, DRILL_CRASHED,
			"the implementation answers without end");
		return false;
	}
	const ssize_t got =
		ready < 0 ? -1 : read(channel->from, channel->line + channel->size, READ_SIZE);

	if (got <= 0) {
		note_end(channel);
		return false;
	}
	channel->size += (size_t)got;
	return memchr(channel->line, '\n', channel->size) == NULL;
}

static json_t *take_answer(struct json_channel *channel)
{
	const char *end = memchr(channel->line, '\n', channel->size);
	const size_t size = (size_t)(end - channel->line);
	json_t *answer = json_loadb(channel->line, size, 0, NULL);

	channel->size -= size + 1;
	memmove(channel->line, end + 1, channel->size);
	if (json_is_object(answer))
		return answer;
	json_decref(answer);
	json_channel_give_up(channel, DRILL_CRASHED,
		"the implementation answers what is no JSON object");
	return NULL;
}

json_t *json_channel_ask(struct json_channel *channel, json_t *question)
{
	const bool is_said = channel->is_open && question != NULL && write_line(channel, question);

	json_decref(question);
	if (!channel->is_open)
		return NULL;
	if (!is_said) {
		note_end(channel);
		return NULL;
	}
	if (channel->line == NULL || memchr(channel->line, '\n', channel->size) == NULL) {
		while (read_some(channel))
			continue;
	}
	return !channel->is_open || channel->line == NULL ? NULL : take_answer(channel);
}
