/*
 * Proves that RADIUS packets are read whole or not at all, and that only who knows the secret makes
 * one that is believed: by the example of RFC 2865 7.1, the test cases of RFC 1321 and RFC 2202,
 * and packets that hostapd, FreeRADIUS and radclient made.
 */
#include "check.h"
#include "crypto/md5.h"
#include "hexed.h"
#include "net/radius_seal.h"

#include <string.h>

/* RFC 2865 7.1: User Telnet to Specified Host, secret "xyzzy5461". */
static const char example_request[] =
	"01 00 0038 0f403f9473978057bd83d5cb98f4227a 01066e656d6f"
	"02120dbe708d93d413ce3196e43f782a0aee 0406c0a80110 050600000003";
static const char example_accept[] =
	"02 00 0026 86fe220e7624ba2a1005f6bf9b55e0b2 060600000001 0f0600000000 0e06c0a80103";

/* hostapd 2.10 as client and as server, secret "radius-secret" (pcaps/real/dot1x-radius). */
static const char hostapd_request[] =
	"010300b71f715e0f3d4d5f67e1e43fff47daa1c60105766d3104060a0000fe2006656467651e1435322d"
	"35342d30302d30302d30302d30313a3d06000000130606000000021f1335322d35342d30302d43372d33"
	"452d43454d17434f4e4e45435420304d627073203830322e3131622c1245303942433145463339394241"
	"3345450c06000005784f18022e0016041071cc2ef34371aead91f95ba9aeef784818060000000150129a"
	"63cd3099ffb1f9624bc92e88d8ad2f";
static const char hostapd_accept[] =
	"0203008d72c2b8c07ba827737dd4060c7a9d08fb4f06032e00040b147065726d69742d6f776e2d616464"
	"72657373190b766d312d636c6173731b06000000061d060000000140060000000d410600000006510434"
	"325c267065726d697420696e2069702066726f6d20616e7920746f2031302e302e302e302f323450122c"
	"7d5e5067fff382285de574bd9bf6f8";

/* hostapd's accounting and radclient's request to it, secret "radsecret". */
static const char accounting_start[] =
	"040300a63286cca3c2523c24681d9f615f9e02852806000000012d060000000101096d64357573657204"
	"06c0000201200f656467652d6272696467652d411e1432452d46312d43412d46352d37462d41413a3d06"
	"000000130606000000021f1343452d44372d43462d45392d30462d46414d17434f4e4e45435420304d62"
	"7073203830322e3131622c123545414435303443343043324131343037066b028d9f290600000000";
static const char disconnect_request[] =
	"28b5001d97a48b7c09b2b4242cc6a939fd38b65e01096d643575736572";

static struct dimp_view text_view(const char *text)
{
	return (struct dimp_view){(const uint8_t *)text, strlen(text)};
}

static void test_radius_reads_the_example(void)
{
	const struct hexed octets = hexed_from(example_request);
	struct radius_packet packet;
	struct dimp_view value;
	uint32_t port = 0;

	REQUIRE(radius_read(hexed_view(&octets), &packet));
	CHECK_EQ(packet.code, RADIUS_ACCESS_REQUEST);
	CHECK_EQ(packet.identifier, 0);
	CHECK_BYTES(packet.authenticator, 16, "0f403f9473978057bd83d5cb98f4227a");
	REQUIRE(radius_find(&packet, RADIUS_USER_NAME, &value));
	CHECK_BYTES(value.octets, value.size, "6e656d6f");
	CHECK(radius_find_u32(&packet, RADIUS_NAS_PORT, &port));
	CHECK_EQ(port, 3);
	CHECK(!radius_find(&packet, RADIUS_STATE, &value));
	CHECK(!radius_find_u32(&packet, RADIUS_USER_NAME + 1, &port));
}

static void test_radius_refuses_wrong_lengths(void)
{
	static const char *const wrong[] = {
		"",
		"01 00 0014 0f403f9473978057bd83d5cb98f422",
		/* Length below the header, beyond the octets. */
		"01 00 0013 0f403f9473978057bd83d5cb98f4227a",
		"01 00 0017 0f403f9473978057bd83d5cb98f4227a 0102",
		/* An attribute of length 0, 1, and one that runs past the end. */
		"01 00 0016 0f403f9473978057bd83d5cb98f4227a 0100",
		"01 00 0016 0f403f9473978057bd83d5cb98f4227a 0101",
		"01 00 0017 0f403f9473978057bd83d5cb98f4227a 010441",
		/* One octet too many. */
		"01 00 0018 0f403f9473978057bd83d5cb98f4227a 01034101",
	};
	struct radius_packet packet;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		const struct hexed octets = hexed_from(wrong[i]);
		CHECK(!radius_read(hexed_view(&octets), &packet));
	}
	/* What is behind Length is padding (RFC 2865 3). */
	const struct hexed padded =
		hexed_from("01 00 0017 0f403f9473978057bd83d5cb98f4227a 010341 ff");
	CHECK(radius_read(hexed_view(&padded), &packet));
	CHECK_EQ(packet.octets.size, 23);
	static uint8_t long_one[RADIUS_SIZE_MAX + 1] = {1, 0, 0x10, 0x01};
	CHECK(!radius_read((struct dimp_view){long_one, sizeof long_one}, &packet));
}

/* Whether |accept| is believed as the response to |request|. */
static bool is_believed(const char *request, const struct hexed *accept, const char *secret)
{
	const struct hexed octets = hexed_from(request);
	struct radius_packet asked, answer;

	return radius_read(hexed_view(&octets), &asked) &&
		radius_read(hexed_view(accept), &answer) &&
		radius_response_is_authentic(&answer, asked.authenticator, text_view(secret));
}

static void test_radius_believes_responses_with_the_secret(void)
{
	const struct hexed example = hexed_from(example_accept);
	struct hexed hostapd = hexed_from(hostapd_accept);

	CHECK(is_believed(example_request, &example, "xyzzy5461"));
	CHECK(!is_believed(example_request, &example, "xyzzy5462"));
	CHECK(is_believed(hostapd_request, &hostapd, "radius-secret"));
	CHECK(!is_believed(hostapd_request, &hostapd, ""));
	CHECK(!is_believed(example_request, &hostapd, "radius-secret"));
	for (size_t i = 0; i < hostapd.size; i++) {
		hostapd.octets[i] ^= 1;
		CHECK(!is_believed(hostapd_request, &hostapd, "radius-secret"));
		hostapd.octets[i] ^= 1;
	}
}

static bool is_request_believed(struct dimp_view octets, const char *secret)
{
	struct radius_packet packet;

	return radius_read(octets, &packet) &&
		radius_request_is_authentic(&packet, text_view(secret));
}

static void test_radius_believes_requests_with_the_secret(void)
{
	static const struct {
		const char *octets, *secret;
		bool is_authentic;
	} rows[] = {
		{hostapd_request, "radius-secret", true},
		{hostapd_request, "radsecret", false},
		{accounting_start, "radsecret", true},
		{accounting_start, "radius-secret", false},
		{disconnect_request, "radsecret", true},
		{disconnect_request, "", false},
		/* Nothing in it tells who made it. */
		{example_request, "xyzzy5461", false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct hexed octets = hexed_from(rows[i].octets);
		CHECK_EQ(is_request_believed(hexed_view(&octets), rows[i].secret),
			rows[i].is_authentic);
	}
}

/* An EAP-Message without a Message-Authenticator is nobody's word (RFC 3579 3.1). */
static void test_radius_wants_a_message_authenticator_beside_eap(void)
{
	static const uint8_t success[] = {3, 1, 0, 4};
	uint8_t octets[64];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	const struct hexed request = hexed_from(example_request);
	struct radius_packet packet;

	radius_begin(&writer, RADIUS_ACCESS_ACCEPT, 0);
	radius_add_eap(&writer, (struct dimp_view){success, sizeof success});
	const size_t size = radius_finish(&writer, request.octets + 4);
	REQUIRE(size == 26);
	REQUIRE(radius_seal_response(octets, size, request.octets + 4, text_view("xyzzy5461")));
	REQUIRE(radius_read((struct dimp_view){octets, size}, &packet));
	CHECK(!radius_response_is_authentic(&packet, request.octets + 4, text_view("xyzzy5461")));
}

/* What is sealed again is what the real program made of it. */
static void test_radius_seals_as_real_programs_do(void)
{
	const struct hexed request = hexed_from(hostapd_request);
	struct hexed octets = hexed_from(hostapd_accept);
	const struct hexed same = octets;

	memset(octets.octets + 4, 0, 16);
	memset(octets.octets + octets.size - 16, 0, 16);
	REQUIRE(radius_seal_response(octets.octets, octets.size, request.octets + 4,
		text_view("radius-secret")));
	CHECK(memcmp(octets.octets, same.octets, same.size) == 0);
	struct hexed disconnect = hexed_from(disconnect_request);
	const struct hexed sent = disconnect;
	memset(disconnect.octets + 4, 0, 16);
	REQUIRE(radius_seal_request(disconnect.octets, disconnect.size, text_view("radsecret")));
	CHECK(memcmp(disconnect.octets, sent.octets, sent.size) == 0);
}

static void test_radius_splits_and_joins_eap(void)
{
	static uint8_t eap[600], octets[RADIUS_SIZE_MAX], joined[sizeof eap];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	struct radius_packet packet;

	for (size_t i = 0; i < sizeof eap; i++)
		eap[i] = (uint8_t)(i * 7);
	radius_begin(&writer, RADIUS_ACCESS_CHALLENGE, 9);
	radius_add_eap(&writer, (struct dimp_view){eap, sizeof eap});
	const size_t size = radius_finish(&writer, eap);
	CHECK_EQ(size, 20 + 3 * 2 + sizeof eap);
	REQUIRE(radius_read((struct dimp_view){octets, size}, &packet));
	CHECK_EQ(radius_join(&packet, RADIUS_EAP_MESSAGE, joined, sizeof joined), sizeof eap);
	CHECK(memcmp(joined, eap, sizeof eap) == 0);
	CHECK_EQ(radius_join(&packet, RADIUS_EAP_MESSAGE, joined, sizeof joined - 1), 0);
}

static void test_radius_reads_station_ids(void)
{
	static const struct {
		const char *text;
		bool is_station;
	} rows[] = {
		{"52-54-00-C7-3E-CE", true},
		{"52:54:00:c7:3e:ce", true},
		{"5254.00c7.3ece", true},
		{"525400c73ece", true},
		{"52-54-00-C7-3E", false},
		{"52-54-00-C7-3E-CE-00", false},
		{"5-254-00-C7-3E-CE", false},
		{"52-54-00-C7-3E-CG", false},
		{"", false},
	};
	struct dimp_mac mac;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		CHECK_EQ(radius_read_station(text_view(rows[i].text), &mac), rows[i].is_station);
		if (rows[i].is_station)
			CHECK_BYTES(mac.octets, 6, "525400c73ece");
	}
}

/* RFC 1321 A.5 and RFC 2202 2. */
static void test_radius_hashes_are_md5(void)
{
	uint8_t digest[MD5_SIZE];
	const struct dimp_view parts[] = {text_view("message"), text_view(" digest")};
	const struct dimp_view jefe[] = {text_view("what do ya want "), text_view("for nothing?")};

	REQUIRE(md5(parts, 2, digest));
	CHECK_BYTES(digest, sizeof digest, "f96b697d7cb7938d525a2f31aaf161d0");
	REQUIRE(md5(NULL, 0, digest));
	CHECK_BYTES(digest, sizeof digest, "d41d8cd98f00b204e9800998ecf8427e");
	REQUIRE(md5_hmac(text_view("Jefe"), jefe, 2, digest));
	CHECK_BYTES(digest, sizeof digest, "750c783e6ab0b503eaa86e310a5db738");
}

static const struct test_case tests[] = {
	TEST(test_radius_reads_the_example),
	TEST(test_radius_refuses_wrong_lengths),
	TEST(test_radius_believes_responses_with_the_secret),
	TEST(test_radius_believes_requests_with_the_secret),
	TEST(test_radius_wants_a_message_authenticator_beside_eap),
	TEST(test_radius_seals_as_real_programs_do),
	TEST(test_radius_splits_and_joins_eap),
	TEST(test_radius_reads_station_ids),
	TEST(test_radius_hashes_are_md5),
	TEST_END,
};

const struct test_suite suite_radius = {"radius", tests};
