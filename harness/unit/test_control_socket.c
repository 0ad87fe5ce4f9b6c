/*
 * Proves that a program is asked by lines of JSON and answers each, that only its owner may, and
 * that nobody who sends rubbish, or does not read, holds it up.
 */
#include "unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/live_engine.h"
#include "live/control_socket.h"
#include "unit/scratch.h"

enum { PADDING = 300000 };

static struct engine *engine;
static struct control_socket *control;
static unsigned asked;

/* Answers with what it was asked, and as much more as "padding" says. */
static json_t *answer(void *context, const json_t *request, struct dimp_time now)
{
	static char padding[PADDING + 1];
	json_t *reply = control_consent();

	(void)context;
	(void)now;
	asked++;
	memset(padding, 'x', PADDING);
	(void)json_object_set(reply, "asked", json_object_get(request, "show"));
	if (json_object_get(request, "padding") != NULL)
		(void)json_object_set_new(reply, "padding", json_string(padding));
	return reply;
}

static void begin(void)
{
	const struct control_handler handler = {NULL, answer};
	const char *why;

	asked = 0;
	engine = engine_live_create(1);
	control = control_socket_open(engine, scratch_path("control"), &handler, &why);
	REQUIRE(control != NULL);
}

static void end(void)
{
	control_socket_close(control);
	engine_destroy(engine);
	CHECK(access(scratch_path("control"), F_OK) != 0);
}

/* From now on, not from when the engine last looked at its clock. */
static void run_for(uint64_t us)
{
	engine_run(engine, engine_now(engine));
	engine_run(engine, (struct dimp_time){engine_now(engine).us + us});
}

static int connect_client(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const int client = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(address.sun_path, sizeof address.sun_path, "%s", scratch_path("control"));
	CHECK(connect(client, (const struct sockaddr *)&address, sizeof address) == 0);
	return client;
}

static void say(int client, const char *text)
{
	CHECK_EQ(send(client, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What the client has heard up to now, terminated; the size is what recv() said. */
static ssize_t hear(int client, char *text, size_t capacity)
{
	const ssize_t size = recv(client, text, capacity - 1, MSG_DONTWAIT);

	text[size > 0 ? size : 0] = '\0';
	return size;
}

static void test_control_socket_answers_line_by_line(void)
{
	char text[256];

	begin();
	const int client = connect_client();

	say(client, "{\"show\": \"di\"}\n{\"show\": ");
	run_for(20000);
	CHECK(hear(client, text, sizeof text) > 0);
	CHECK(strcmp(text, "{\"ok\":true,\"asked\":\"di\"}\n") == 0);
	say(client, "\"peers\"}\n");
	run_for(20000);
	CHECK(hear(client, text, sizeof text) > 0);
	CHECK(strcmp(text, "{\"ok\":true,\"asked\":\"peers\"}\n") == 0);
	(void)close(client);
	run_for(20000);
	end();
}

static void test_control_socket_refuses_what_is_no_object(void)
{
	static const char *const wrong[] = {"\n", "x\n", "[]\n", "{}{}\n", "{\"a\":1,\"a\":2}\n"};
	char text[256];

	begin();
	const int client = connect_client();

	for (size_t each = 0; each < sizeof wrong / sizeof wrong[0]; each++) {
		say(client, wrong[each]);
		run_for(5000);
		CHECK(hear(client, text, sizeof text) > 0);
		CHECK(strncmp(text, "{\"ok\":false,\"error\":", 20) == 0);
	}
	CHECK_EQ(asked, 0);
	(void)close(client);
	end();
}

static void test_control_socket_is_its_owner_s(void)
{
	struct stat status;

	begin();
	CHECK(stat(scratch_path("control"), &status) == 0);
	CHECK_EQ(status.st_mode & 0777, 0600);
	end();
}

static void test_control_socket_cuts_off_a_line_without_end(void)
{
	char text[CONTROL_REQUEST_MAX];

	begin();
	const int client = connect_client();

	memset(text, ' ', sizeof text);
	CHECK_EQ(send(client, text, sizeof text, MSG_NOSIGNAL), sizeof text);
	run_for(20000);
	CHECK_EQ(hear(client, text, sizeof text), 0);
	(void)close(client);
	end();
}

/* Its answers wait, its further requests too, and others are served meanwhile. */
static void test_control_socket_waits_for_who_does_not_read(void)
{
	static char text[PADDING + 256];
	size_t heard = 0;

	begin();
	const int slow = connect_client(), other = connect_client();

	for (int each = 0; each < 4; each++)
		say(slow, "{\"padding\": 1}\n");
	run_for(20000);
	CHECK_EQ(asked, 1);
	say(other, "{}\n");
	run_for(20000);
	CHECK(hear(other, text, sizeof text) > 0);
	for (int turn = 0; turn < 400 && heard < 4 * PADDING; turn++) {
		const ssize_t size = hear(slow, text, sizeof text);

		heard += size > 0 ? (size_t)size : 0;
		run_for(5000);
	}
	CHECK_EQ(asked, 5);
	CHECK(heard > 4 * PADDING);
	(void)close(slow);
	(void)close(other);
	run_for(20000);
	end();
}

static void test_control_socket_has_room_for_eight(void)
{
	int clients[CONTROL_CLIENTS_MAX + 1];
	char text[256];

	begin();
	for (size_t each = 0; each <= CONTROL_CLIENTS_MAX; each++) {
		clients[each] = connect_client();
		run_for(5000);
	}
	CHECK_EQ(hear(clients[CONTROL_CLIENTS_MAX], text, sizeof text), 0);
	(void)close(clients[0]);
	run_for(5000);
	clients[0] = connect_client();
	say(clients[0], "{}\n");
	run_for(5000);
	CHECK(hear(clients[0], text, sizeof text) > 0);
	for (size_t each = 0; each <= CONTROL_CLIENTS_MAX; each++)
		(void)close(clients[each]);
	end();
}

static void test_control_socket_takes_the_place_of_a_dead_one(void)
{
	const struct control_handler handler = {NULL, answer};
	const char *why;

	begin();
	CHECK(control_socket_open(engine, scratch_path("control"), &handler, &why) == NULL);
	CHECK(strcmp(why, "somebody listens there already") == 0);
	end();
	/* A file is nobody's socket. */
	CHECK(scratch_file("control", "x", 1) != NULL);
	engine = engine_live_create(1);
	CHECK(control_socket_open(engine, scratch_path("control"), &handler, &why) == NULL);
	CHECK(strcmp(why, "is there, and no socket") == 0);
	(void)unlink(scratch_path("control"));
	/* Bound, and never listened at: as a program that was killed leaves it. */
	struct sockaddr_un dead = {.sun_family = AF_UNIX};
	const int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)snprintf(dead.sun_path, sizeof dead.sun_path, "%s", scratch_path("control"));
	CHECK(bind(descriptor, (const struct sockaddr *)&dead, sizeof dead) == 0);
	(void)close(descriptor);
	control = control_socket_open(engine, scratch_path("control"), &handler, &why);
	CHECK(control != NULL);
	end();
}

static const struct test_case tests[] = {
	TEST(test_control_socket_answers_line_by_line),
	TEST(test_control_socket_refuses_what_is_no_object),
	TEST(test_control_socket_is_its_owner_s),
	TEST(test_control_socket_cuts_off_a_line_without_end),
	TEST(test_control_socket_waits_for_who_does_not_read),
	TEST(test_control_socket_has_room_for_eight),
	TEST(test_control_socket_takes_the_place_of_a_dead_one),
	TEST_END,
};

const struct test_suite suite_control_socket = {"control_socket", tests};
