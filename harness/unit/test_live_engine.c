/*
 * Proves the live engine's turn: timers in order and not early, descriptors handed over, frames to
 * outlets and from outside, links as in virtual time, and that everybody may stop while it runs.
 */
#include "check.h"

#include <string.h>
#include <unistd.h>

#include "engine/live_engine.h"

struct log {
	struct engine *engine;
	char text[64];
	size_t size;
	int pipe[2];
	uint64_t at_us;
};

static void note(struct log *log, char what)
{
	if (log->size + 1 < sizeof log->text)
		log->text[log->size++] = what;
}

static void start(struct log *log)
{
	*log = (struct log){.engine = engine_live_create(1)};
	REQUIRE(log->engine != NULL);
	REQUIRE(pipe(log->pipe) == 0);
}

static void end(struct log *log)
{
	engine_destroy(log->engine);
	(void)close(log->pipe[0]);
	(void)close(log->pipe[1]);
}

static void go_off(void *context, struct dimp_time now)
{
	struct log *log = context;

	note(log, 't');
	log->at_us = now.us;
}

static void go_off_second(void *context, struct dimp_time now)
{
	(void)now;
	note(context, 'u');
}

static void read_pipe(void *context, struct dimp_time now)
{
	struct log *log = context;
	char octet;

	(void)now;
	if (read(log->pipe[0], &octet, 1) == 1)
		note(log, octet);
}

static void stop(void *context, struct dimp_time now)
{
	struct log *log = context;

	(void)now;
	note(log, 's');
	engine_stop(log->engine);
}

static void test_live_engine_timers_go_off_in_order_and_not_early(void)
{
	struct log log;

	start(&log);
	engine_schedule(log.engine, (struct dimp_time){2000}, go_off_second, &log);
	engine_schedule(log.engine, (struct dimp_time){1000}, go_off, &log);
	engine_cancel(log.engine,
		engine_schedule(log.engine, (struct dimp_time){1500}, go_off, &log));
	engine_run(log.engine, (struct dimp_time){3000});
	CHECK(strcmp(log.text, "tu") == 0);
	CHECK(log.at_us >= 1000);
	CHECK(engine_now(log.engine).us >= 3000);
	end(&log);
}

static void test_live_engine_hands_descriptors_over(void)
{
	struct log log;

	start(&log);
	REQUIRE(engine_live_watch(log.engine, log.pipe[0], read_pipe, &log));
	REQUIRE(write(log.pipe[1], "ab", 2) == 2);
	engine_run(log.engine, (struct dimp_time){2000});
	CHECK(strcmp(log.text, "ab") == 0);
	engine_live_unwatch(log.engine, log.pipe[0]);
	engine_live_unwatch(log.engine, log.pipe[0]);
	REQUIRE(write(log.pipe[1], "c", 1) == 1);
	engine_run(log.engine, (struct dimp_time){engine_now(log.engine).us + 1000});
	CHECK(strcmp(log.text, "ab") == 0);
	end(&log);
}

static void unwatch_both(void *context, struct dimp_time now)
{
	struct log *log = context;

	(void)now;
	note(log, 'x');
	engine_live_unwatch(log->engine, log->pipe[0]);
	engine_live_unwatch(log->engine, log->pipe[1]);
}

/* Both ends are ready in the same turn; whoever comes first ends both. */
static void test_live_engine_a_watch_ends_others_in_its_turn(void)
{
	struct log log;

	start(&log);
	REQUIRE(engine_live_watch(log.engine, log.pipe[0], unwatch_both, &log));
	REQUIRE(write(log.pipe[1], "a", 1) == 1);
	engine_run(log.engine, (struct dimp_time){1000});
	CHECK(strcmp(log.text, "x") == 0);
	REQUIRE(engine_live_watch(log.engine, log.pipe[0], read_pipe, &log));
	engine_run(log.engine, (struct dimp_time){engine_now(log.engine).us + 1000});
	CHECK(strcmp(log.text, "xa") == 0);
	end(&log);
}

static void test_live_engine_stops_at_once(void)
{
	struct log log;

	start(&log);
	engine_schedule(log.engine, (struct dimp_time){100}, stop, &log);
	engine_schedule(log.engine, (struct dimp_time){100}, go_off, &log);
	engine_run(log.engine, DIMP_NEVER);
	CHECK(strcmp(log.text, "s") == 0);
	engine_run(log.engine, DIMP_NEVER);
	CHECK(strcmp(log.text, "s") == 0);
	end(&log);
}

static void receive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	(void)port;
	(void)now;
	note(context, (char)frame.octets[0]);
}

static void send_out(void *context, struct dimp_view frame)
{
	note(context, (char)(frame.octets[0] - 'a' + 'A'));
}

static void flush_out(void *context)
{
	struct log *log = context;

	if (log->size > 0 && log->text[log->size - 1] != '.')
		note(log, '.');
}

static void test_live_engine_ports_lead_outside(void)
{
	struct log log;
	const struct live_outlet outlet = {&log, send_out, flush_out};
	const uint8_t octets[] = {'a', 'b'};

	start(&log);
	const unsigned node = engine_node_add(log.engine, "node", receive, &log);
	const struct engine_endpoint at = {node, 3};

	REQUIRE(engine_live_bind(log.engine, at, &outlet));
	engine_transmit(log.engine, at, (struct dimp_view){octets, 1});
	engine_transmit(log.engine, at, (struct dimp_view){octets + 1, 1});
	engine_transmit(log.engine, (struct engine_endpoint){node, 2},
		(struct dimp_view){octets, 1});
	engine_run(log.engine, (struct dimp_time){500});
	CHECK(strcmp(log.text, "AB.") == 0);
	engine_live_receive(log.engine, at, (struct dimp_view){octets, 1});
	CHECK(strcmp(log.text, "AB.a") == 0);
	end(&log);
}

static void test_live_engine_links_nodes_as_in_virtual_time(void)
{
	struct log log;
	const struct engine_link_config slow = {.delay_us = 1500};
	const uint8_t octets[] = {'f'};

	start(&log);
	const struct engine_endpoint one = {engine_node_add(log.engine, "one", receive, &log), 0};
	const struct engine_endpoint two = {engine_node_add(log.engine, "two", receive, &log), 0};

	CHECK_EQ(engine_link_add(log.engine, one, two, &slow), 0);
	engine_transmit(log.engine, one, (struct dimp_view){octets, 1});
	engine_run(log.engine, (struct dimp_time){1});
	CHECK(engine_now(log.engine).us >= 1500 || strcmp(log.text, "") == 0);
	engine_run(log.engine, (struct dimp_time){3000});
	CHECK(strcmp(log.text, "f") == 0);
	end(&log);
}

static const struct test_case tests[] = {
	TEST(test_live_engine_timers_go_off_in_order_and_not_early),
	TEST(test_live_engine_hands_descriptors_over),
	TEST(test_live_engine_a_watch_ends_others_in_its_turn),
	TEST(test_live_engine_stops_at_once),
	TEST(test_live_engine_ports_lead_outside),
	TEST(test_live_engine_links_nodes_as_in_virtual_time),
	TEST_END,
};

const struct test_suite suite_live_engine = {"live_engine", tests};
