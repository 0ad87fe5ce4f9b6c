# DIMP: the only makefile. `make help` lists the targets; everything built lands in build/.
#
# VARIANT chooses compiler and flags, and its own folder, so that variants live side by side:
#   make                      build/              CC (gcc unless given), -O2, hardened
#   make VARIANT=asan         build/asan          gcc, AddressSanitizer and UBSan: what tests run on
#   make VARIANT=lto          build/lto           optimised across files: what speed is measured on
#   make VARIANT=clang-O3     build/clang-O3      COMPILER-OLEVEL: gcc-O0, gcc-O2, clang-O0, ...
#   make VARIANT=fuzz|afl|cover|plain             libFuzzer; AFL++; gcov; bare -O2 for the symbol check
# V=1 shows whole commands. CFLAGS, CPPFLAGS and LDFLAGS are appended to ours.

VARIANT ?=
comma := ,
BUILD := build$(addprefix /,$(VARIANT))
ifeq ($(origin CC),default)
CC := gcc
endif
CXX = $(subst clang,clang++,$(subst gcc,g++,$(CC)))

# What each variant adds. FORTIFY needs optimisation and gets in the sanitizers' way.

SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
HARDENING = -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 \
	$(call supported,-fstack-clash-protection) $(call supported,-fcf-protection)

ifeq ($(VARIANT),)
VARIANT_CFLAGS = -O2 $(HARDENING_MEMO)
else ifeq ($(VARIANT),asan)
VARIANT_CFLAGS = -O1 $(SANITIZERS)
else ifeq ($(VARIANT),cover)
VARIANT_CFLAGS = -O0 --coverage
else ifeq ($(VARIANT),fuzz)
CC := clang
VARIANT_CFLAGS = -O1 -fsanitize=fuzzer-no-link $(SANITIZERS)
else ifeq ($(VARIANT),afl)
CC := afl-clang-fast
VARIANT_CFLAGS = -O1 $(SANITIZERS)
else ifeq ($(VARIANT),lto)
AR := gcc-ar
VARIANT_CFLAGS = -O2 -flto=auto $(HARDENING_MEMO)
else ifeq ($(VARIANT),plain)
VARIANT_CFLAGS = -O2 -fno-stack-protector -U_FORTIFY_SOURCE
else ifneq ($(filter gcc-O% clang-O%,$(VARIANT)),)
CC := $(firstword $(subst -O, ,$(VARIANT)))
VARIANT_CFLAGS = -O$(lastword $(subst -O, ,$(VARIANT)))
else
$(error VARIANT=$(VARIANT): none such; one of afl asan cover fuzz lto plain gcc-O<level> clang-O<level>)
endif

supported = $(shell $(CC) -Werror $(1) -x c -c /dev/null -o /dev/null 2>/dev/null && echo '$(1)')
# Asked of compiler and pkg-config once, at first use: neither may be there before install-deps.
HARDENING_MEMO = $(eval HARDENING_MEMO := $$(HARDENING))$(HARDENING_MEMO)

WARNINGS = -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wswitch-enum -Wmissing-prototypes \
	-Wcast-qual -Werror
BASE_CFLAGS = -std=c11 -g -MMD -MP -ffp-contract=off $(WARNINGS) $(VARIANT_CFLAGS)
BASE_LDFLAGS = $(VARIANT_CFLAGS) -pie -Wl,-z,relro,-z,now

LIBRARIES = libcrypto libpcap yaml-0.1 jansson sqlite3 cunit
LIBRARY_CFLAGS = $(eval LIBRARY_CFLAGS := $$(shell pkg-config --cflags $$(LIBRARIES)))$(LIBRARY_CFLAGS)
LIBRARY_LIBS = $(eval LIBRARY_LIBS := $$(shell pkg-config --libs $$(LIBRARIES)))$(LIBRARY_LIBS)

# A layer sees only what it may include. -iquote where a plain -I would put our limits.h before
# the system's <limits.h>.
MODEL_PATHS = -iquote model -Imodel/include -iquote model/registry
HARNESS_PATHS = -Imodel/include -iquote model/registry -iquote harness
CONFORMANCE_PATHS = $(HARNESS_PATHS) -iquote conformance
INSIDE_PATHS = $(HARNESS_PATHS) -iquote model -iquote conformance
# Wireshark's headers are the system's: our warnings are not for them.
WIRESHARK_CFLAGS = $(eval WIRESHARK_CFLAGS := $$(patsubst -I%,-isystem %, \
	$$(shell pkg-config --cflags wireshark)))$(WIRESHARK_CFLAGS)
DISSECTOR_PATHS = -iquote model/registry $(WIRESHARK_CFLAGS)
POSIX = -D_DEFAULT_SOURCE

# Sources are found, never listed.

find_c = $(sort $(shell find $(1) -name '*.c' 2>/dev/null))
MODEL_SOURCES := $(call find_c,model)
OUTSIDE := harness/spin/% harness/mpi/% harness/engine/ns3/% harness/unit/% harness/fuzz/% harness/bench/% harness/lab/% harness/tools/%
HARNESS_SOURCES := $(filter-out $(OUTSIDE) harness/cli/dimp.c,$(call find_c,harness))
CONFORMANCE_SOURCES := $(filter-out conformance/shims/%,$(call find_c,conformance))
UNIT_SOURCES := $(call find_c,harness/unit)
FUZZ_SOURCES := $(wildcard harness/fuzz/fuzz_*.c)
FUZZ_PARTS := $(filter-out $(FUZZ_SOURCES),$(wildcard harness/fuzz/*.c))
BENCH_SOURCES := $(wildcard harness/bench/*.c)
BENCH_PARTS := $(wildcard harness/bench/parts/*.c)
DISSECTOR_SOURCES := $(call find_c,dissector)
MAIN_SOURCE := $(wildcard harness/cli/dimp.c)

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
MODEL_OBJECTS := $(call objects,$(MODEL_SOURCES))
HARNESS_OBJECTS := $(call objects,$(HARNESS_SOURCES) $(CONFORMANCE_SOURCES))
UNIT_OBJECTS := $(call objects,$(UNIT_SOURCES)) $(BUILD)/obj/unit_suites.o
ALL_OBJECTS := $(MODEL_OBJECTS) $(HARNESS_OBJECTS) $(UNIT_OBJECTS) \
	$(call objects,$(FUZZ_SOURCES) $(FUZZ_PARTS) $(BENCH_SOURCES) $(BENCH_PARTS) $(MAIN_SOURCE)) \
	$(call objects,harness/tools/tests/check_selftest.c $(wildcard conformance/shims/*.c))
DISSECTOR_OBJECTS := $(call objects,$(DISSECTOR_SOURCES))
DEPENDENCIES := $(ALL_OBJECTS:.o=.d) $(DISSECTOR_OBJECTS:.o=.d)

LIBRARY_FILES := $(BUILD)/libdimp.a $(BUILD)/libdimp.so
PROGRAM := $(if $(MAIN_SOURCE),$(BUILD)/dimp)
FUZZERS := $(patsubst harness/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_SOURCES))
BENCHES := $(patsubst harness/bench/%.c,$(BUILD)/bench/%,$(BENCH_SOURCES))

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '%-6s %s\n'
endif
MAKEFLAGS += --no-print-directory --no-builtin-rules
export UBSAN_OPTIONS ?= print_stacktrace=1
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

# Debian 12 packages, the one list: what builds, and what tests besides.

BUILD_PACKAGES := gcc libc6-dev pkg-config libssl-dev libpcap-dev libyaml-dev libjansson-dev \
	libsqlite3-dev libcunit1-dev
DEMO_PACKAGES := $(BUILD_PACKAGES)
LAB_PACKAGES := hostapd wpasupplicant dnsmasq-base udhcpc tcpdump iproute2 procps socat ethtool python3 \
	python3-cryptography libnl-genl-3-dev libnl-route-3-dev isc-dhcp-client
TEST_PACKAGES := clang libclang-rt-14-dev clang-format tshark hostapd wpasupplicant \
	freeradius freeradius-utils \
	dnsmasq-base udhcpc dhcpcd-base isc-dhcp-client isc-dhcp-server isc-dhcp-relay lldpad tcpdump iproute2 iputils-ping procps socat openssl ethtool python3 \
	python3-scapy python3-cryptography python3-jsonschema libnl-genl-3-dev libnl-route-3-dev \
	mandoc spin valgrind wireshark-dev libgcrypt20-dev cmake openmpi-bin libopenmpi-dev g++ libns3-dev
BENCH_PACKAGES := $(BUILD_PACKAGES) python3 valgrind libprotobuf-c-dev protobuf-c-compiler libnanopb-dev nanopb libmsgpack-dev libcbor-dev g++ libns3-dev

##@ Build

.PHONY: all
all: $(LIBRARY_FILES) $(PROGRAM) ## build/libdimp.a, build/libdimp.so and build/dimp (default)

.PHONY: help
help: ## this list
	@awk -f harness/tools/help.awk Makefile

.PHONY: install-deps
install-deps: ## install the Debian packages that are missing (as root)
	@harness/tools/install-deps.sh $(BUILD_PACKAGES) $(TEST_PACKAGES)

.PHONY: demo
demo: ## a migration to look at, on a machine with only git and make
	@harness/tools/install-deps.sh $(DEMO_PACKAGES)
	@$(MAKE) all
	@if [ -f harness/tools/demo.sh ]; then BUILD=$(BUILD) harness/tools/demo.sh; \
	else echo 'demo: harness/tools/demo.sh is not here'; exit 1; fi

.PHONY: clean
clean: ## remove build/
	rm -rf build

.PHONY: dissector
dissector: $(BUILD)/dimp.so ## the Wireshark plugin, build/dimp.so (needs wireshark-dev)

.PHONY: mpi
mpi: $(BUILD)/dimp-mpi.so ## the module for campaigns under mpirun (needs libopenmpi-dev)

.PHONY: ns3
ns3: $(BUILD)/dimp-ns3.so ## the module for dimp run --engine ns3, and C bindings for ns-3 (needs g++ libns3-dev)

##@ Check

CHECK_STEPS := install-deps format-check tidy clauses conformance-facts layering compilers selftest test ns3-bindings drills conformance mutants-short verify-good verify-doctored determinism \
	scenarios ns3-equivalence-short scenario-coverage transparency campaign planted canary-short captures live live-bridge conformance-bridge-short lab-short interop reader-conforms docs-fresh readme-fresh man-lint bounds hardened real-peers macsec-wire replay-truth every-capture \
	fuzz-short fuzz-planted alloc-failures-short secrets-left valgrind-short instructions spin-short spin-ablation dissector-test scapy-layer \
	pcaps-fresh three-way comparison-fresh
# Steps whose object is not written yet. What is taken off this list never passes for being gone.
MAY_BE_ABSENT :=

.PHONY: check
check: ## all that CI runs: every step below it, a line for each, then the totals
	@MAKE='$(MAKE)' MAY_BE_ABSENT='$(MAY_BE_ABSENT)' harness/tools/check.sh $(CHECK_STEPS)

.PHONY: test
test: ## unit tests under ASan and UBSan; T=name runs those whose name contains it
	@$(MAKE) VARIANT=asan build/asan/unit
	@$(if $(T),build/asan/unit $(T),harness/tools/at-once.sh 'build/asan/unit "" 0 2' 'build/asan/unit "" 1 2')

.PHONY: ns3-bindings
ns3-bindings: ## the C bindings for ns-3: tests under ASan and UBSan, header in C and C++, the example; T=name filters
	@$(MAKE) VARIANT=asan build/asan/ns3_unit build/asan/ns3_example build/asan/dimp
	@$(MAKE) ns3
	@CC='$(CC)' CXX='$(CXX)' harness/engine/ns3/tests/ns3_bindings.sh build/asan $(T)

.PHONY: drills
drills: ## protocol tests as text, under ASan and UBSan; T=name runs those whose path contains it
	@$(MAKE) VARIANT=asan build/asan/dimp
	@build/asan/dimp drill harness/drills conformance/cases $(if $(T),--filter $(T),--coverage)

CONFORMANCE_ROUNDS := 2
.PHONY: conformance conformance-random conformance-live conformance-bridge conformance-bridge-short
conformance: all ## the suite judges the reference, in process and behind shims, and those that must fail
	@$(MAKE) $(IUTS) $(IUTS:=.so) $(BUILD)/live_iut
	@$(MAKE) VARIANT=asan $(IUTS:$(BUILD)/%=build/asan/%) $(IUTS:$(BUILD)/%=build/asan/%.so) build/asan/dimp
	@PYTHONDONTWRITEBYTECODE=1 conformance/tests/conformance_test.py $(BUILD) build/asan $(CONFORMANCE_ROUNDS)

conformance-live: all ## the whole suite over a veth between two network namespaces, in real time, as root: four minutes
	@$(MAKE) build/live_iut
	@harness/tools/conformance-live.sh $(BUILD) speaker

conformance-bridge: all ## the same against the process that dimp bridge is
	@harness/tools/conformance-live.sh $(BUILD) bridge

# Of each section some; what takes no time, as time goes by for all of it.
BRIDGE_CASES := 3-BV-01 4.1-BI-01 5.2-BV-01 5.4-BV-01 5.6-BV-01 6.2-BI-01 6.3-BV-01 7.2-BI-01 8.0-BV-01 8.3-BV-01 8.5-BV-02 9.1-BO-50 9.2-BV-01 \
	9.2-BV-10 9.3-BV-01 9.3-BV-36 9.6-BV-01 9.7-BV-01 9.8-BV-01 9.9-BV-01
conformance-bridge-short: ## some cases of each section, under ASan and UBSan (as root)
	@$(MAKE) VARIANT=asan build/asan/dimp
	@LIMIT=20 harness/tools/conformance-live.sh build/asan bridge $(BRIDGE_CASES)

conformance-random: all ## 1,000 rounds of the suite in random order come to the same: half an hour
	@$(PROGRAM) conform run --random-order --repeat 1000 --evidence ''

.PHONY: clauses
clauses: ## each obligation of docs/spec is cited by a test; VERBOSE=1 lists which
	@harness/tools/clauses.py $(if $(VERBOSE),--table)

.PHONY: verify-good verify-doctored
verify-good: all ## dimp verify finds nothing in good captures, whole, cut, with frames missing or twice
	@PYTHONDONTWRITEBYTECODE=1 conformance/tests/verify_good.py $(PROGRAM)

verify-doctored: all ## dimp verify finds each planted violation, and nothing else; VERBOSE=1 lists them
	@PYTHONDONTWRITEBYTECODE=1 conformance/tests/verify_doctored.py $(PROGRAM) $(if $(VERBOSE),--list)

.PHONY: conformance-facts
conformance-facts: ## requirements, cases and docs/spec fit together; VERBOSE=1 lists which case is for which requirement
	@conformance/tools/conformance_facts.py $(if $(VERBOSE),--table)

.PHONY: selftest
selftest: ## prove that the tools which judge the code do say no
	@$(MAKE) VARIANT=asan build/asan/check_selftest build/asan/spec_tables build/asan/frame_reader
	@harness/tools/tests/run.sh

.PHONY: format
format: ## lay out every .c and .h, or F='those', with the pinned clang-format
	@harness/tools/format.sh write $(F)

.PHONY: format-check
format-check: ## fail if `make format` would change anything
	@harness/tools/format.sh check $(F)

.PHONY: tidy
tidy: ## sizes, banned calls, markers, names: one awk pass
	@harness/tools/tidy.sh

.PHONY: lint
lint: ## clang-tidy with .clang-tidy (not part of check: slow)
	@clang-tidy --quiet $(MODEL_SOURCES) -- -std=c11 $(MODEL_PATHS)
	@clang-tidy --quiet $(HARNESS_SOURCES) $(MAIN_SOURCE) -- -std=c11 $(POSIX) $(HARNESS_PATHS) \
		$(LIBRARY_CFLAGS)

.PHONY: layering
layering: ## includes, headers on their own, and the model's undefined symbols
	@$(MAKE) VARIANT=plain model-objects
	@CC='$(CC)' LIBRARY_CFLAGS='$(LIBRARY_CFLAGS)' MODEL_PATHS='$(MODEL_PATHS)' \
	HARNESS_PATHS='$(HARNESS_PATHS)' INSIDE_PATHS='$(INSIDE_PATHS)' \
	DISSECTOR_PATHS='$(DISSECTOR_PATHS)' CONFORMANCE_PATHS='$(CONFORMANCE_PATHS)' \
	FLAGS='-std=c11 $(WARNINGS)' POSIX='$(POSIX)' harness/tools/layering.sh

.PHONY: model-objects
model-objects: $(MODEL_OBJECTS)

# What determinism runs afterwards; gcc -O2 is the build itself.
DETERMINISM_VARIANTS := gcc-O0 clang-O3
.PHONY: compilers
compilers: ## compile everything with gcc and clang, warnings being errors
	@for variant in $(DETERMINISM_VARIANTS); do \
	$(MAKE) VARIANT=$$variant objects build/$$variant/dimp-ns3.so || exit 1; done

.PHONY: objects
objects: $(ALL_OBJECTS) all dissector

# Both compilers and both ends of optimisation in two; determinism-all has the other two as well.
.PHONY: determinism determinism-all
determinism: ## the same scenario and seed give the same digest in every variant
	@for variant in $(DETERMINISM_VARIANTS); do \
	$(MAKE) VARIANT=$$variant all || exit 1; done
	@harness/tools/determinism.sh \
		$(if $(MAIN_SOURCE),$(patsubst %,build/%/dimp,$(DETERMINISM_VARIANTS)))

determinism-all: ## the same with gcc and clang, each with -O0 and -O3
	@$(MAKE) determinism DETERMINISM_VARIANTS='gcc-O0 gcc-O3 clang-O0 clang-O3'

MACSEC_RUNS := move suite-256 suite-xpn-128 extended offset-30 offset-50 integrity-only \
	integrity-only-xpn group-of-three key-server-changes rotation suspended

.PHONY: macsec-wire
macsec-wire: all ## what our SecYs protect, alone and in runs, Scapy and python3-cryptography open, and the other way round
	@$(MAKE) VARIANT=asan build/asan/macsec_wire
	@harness/tools/macsec_wire.py build/asan/macsec_wire
	@harness/tools/macsec_runs.py $(BUILD)/dimp $(MACSEC_RUNS:%=harness/scenarios/mka-%.yaml)

.PHONY: real-peers
real-peers: ## verify pcaps/real and record short ones anew from real programs (as root)
	@pcaps/real/record/record.sh --recipes
	@pcaps/real/record/verify_real.py
	@pcaps/real/record/verify_real.py --mutants
	@$(MAKE) VARIANT=asan build/asan/kay_wire build/asan/vdp_wire build/asan/dimp
	@harness/tools/at-once.sh 'pcaps/real/record/record.sh --quick' \
		'harness/tools/real-kay.sh build/asan/kay_wire && harness/tools/real-vdp.sh build/asan/vdp_wire' \
		'harness/tools/real-kay-group.sh build/asan/kay_wire && \
			/usr/bin/python3 harness/tools/mdb_random.py build/asan/dimp 5'

.PHONY: mdb-random
mdb-random: all ## N=40 random runs of IGMP and MLD to Linux bridges, whose mdb must be what is learned here (as root)
	@/usr/bin/python3 harness/tools/mdb_random.py build/dimp $(or $(N),40) $(or $(FIRST),1)

.PHONY: record-truth
record-truth: ## record pcaps/real anew from real programs, or T='NAME...' (as root, 4 minutes)
	@pcaps/real/record/record.sh $(or $(T),all)

.PHONY: replay-truth
replay-truth: ## what dimp replay learns from captures, against what others say of them
	@$(MAKE) VARIANT=asan build/asan/dimp
	@harness/tools/replay_truth.py build/asan/dimp

.PHONY: every-capture
every-capture: ## every capture is survived under ASan, and read field by field as tshark reads it; VERBOSE=1 lists them
	@$(MAKE) VARIANT=asan build/asan/dimp build/asan/frame_reader build/asan/macsec_peer
	@harness/tools/captures/scapy_macsec.py build/asan/macsec_peer
	@harness/tools/captures/every_capture.py build/asan/dimp build/asan/frame_reader $(if $(VERBOSE),--list)

FLOWS := flow-dynamic-acl flow-macsec
.PHONY: docs
docs: all $(BUILD)/spec_tables ## rewrite the generated tables of docs
	@$(BUILD)/spec_tables docs/spec/*.md docs/SCRIPT.md
	@harness/tools/scenario-docs.sh $(PROGRAM)
	@harness/tools/planted.py --docs docs/PLANTED.md
	@harness/tools/fuzz_planted.py --docs docs/PLANTED.md
	@for flow in $(FLOWS); do PYTHONDONTWRITEBYTECODE=1 harness/tools/sequence_chart.py $(PROGRAM) \
		harness/scenarios/$$flow.yaml docs/flows/$$flow.svg docs/FLOWS.md || exit 1; done

.PHONY: readme-fresh
readme-fresh: all ## the output that README shows is what the commands print
	@BUILD=$(BUILD) harness/tools/readme-fresh.sh

.PHONY: docs-fresh
docs-fresh: ## fail if `make docs` would change docs, or the guides name what is not there
	@MAKE='$(MAKE)' harness/tools/docs-fresh.sh
	@harness/tools/doc_names.py README.md $(wildcard docs/*.md) conformance/README.md \
		pcaps/README.md pcaps/real/README.md
	@harness/tools/threats.py docs/THREATS.md
	@harness/tools/threats.py docs/WRAPS.md
	@harness/tools/wraps.py docs/WRAPS.md
	@harness/tools/fuzz_readers.py

.PHONY: hardened
hardened: all dissector ns3 ## programs and libraries have what their flags promise, by readelf
	@harness/tools/hardening.sh $(BUILD) $(BUILD)/libdimp.so $(PROGRAM) $(BUILD)/dimp.so $(BUILD)/dimp-ns3.so

.PHONY: man-lint
man-lint: all ## lint the manual pages, which tell all verbs and their options
	@BUILD=$(BUILD) harness/tools/man-lint.sh

.PHONY: captures
captures: all ## stock tshark reads every frame of captured runs without a malformed mark
	@BUILD=$(BUILD) harness/tools/captures.sh

.PHONY: dissector-test
dissector-test: all dissector ## the plugin on captures of runs, cut, broken and wrapped, under ASan too
	@$(MAKE) VARIANT=asan dissector
	@BUILD=$(BUILD) dissector/tests/dissector-test.sh

ROUNDS := 1000
.PHONY: dissector-fuzz
dissector-fuzz: all dissector ## broken frames and payloads, ROUNDS=1000, through the plugin under ASan
	@$(MAKE) VARIANT=asan dissector
	@BUILD=$(BUILD) dissector/tests/dissector-test.sh --fuzz $(ROUNDS)

.PHONY: dissector-captures
dissector-captures: all dissector ## what the plugin finds wrong in every capture of pcaps/scenarios: what is wrong by design
	@BUILD=$(BUILD) dissector/tests/dissector-test.sh --captures

.PHONY: dissector-speed
dissector-speed: dissector ## the plugin beside tshark's LLDP, 200,000 frames each
	@scratch=$$(mktemp -d) && chmod 755 $$scratch && BUILD=$(BUILD) PYTHONDONTWRITEBYTECODE=1 \
	/usr/bin/python3 dissector/tests/dissector_speed.py $$scratch; code=$$?; rm -rf $$scratch; exit $$code

.PHONY: pictures
pictures: dissector ## take docs/pictures anew: Wireshark on captures of pcaps (needs wireshark, xvfb, xdotool; as root)
	@PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 dissector/tests/take_pictures.py $(BUILD) docs/pictures

.PHONY: spec-facts
spec-facts: ## rewrite what the Scapy layer knows of the tables of docs/spec
	@pcaps/tools/read_spec.py

.PHONY: scapy-layer
scapy-layer: ## pcaps/dimp_scapy agrees with every worked example of docs/spec
	@pcaps/tools/read_spec.py --check
	@PYTHONDONTWRITEBYTECODE=1 pcaps/tests/scapy_layer_test.py

.PHONY: pcaps
pcaps: all ## make pcaps/fixtures and pcaps/scenarios anew
	@WRITE=1 pcaps/tools/pcaps_fresh.sh $(BUILD)

.PHONY: evacuation
evacuation: all ## measure how five hundred VMs leave a server, into docs/EVACUATION.md (three minutes)
	@harness/tools/evacuation.py $(PROGRAM) --docs docs/EVACUATION.md

.PHONY: pcaps-fresh
pcaps-fresh: all ## pcaps/fixtures and pcaps/scenarios are what their makers write, octet for octet
	@pcaps/tools/pcaps_fresh.sh $(BUILD)

THREE_WAY := 2000
THREE_WAY_SEED := 1
.PHONY: three-way
three-way: all dissector ## Scapy layer, codec and dissector agree; THREE_WAY=10000 random messages is long
	@PYTHONDONTWRITEBYTECODE=1 pcaps/tools/three_way.py $(BUILD) $(THREE_WAY) $(THREE_WAY_SEED)

.PHONY: live
live: ## three processes speak DIMP over loopback UDP and Ethernet, and what hooks rely on, under ASan and UBSan (as root)
	@$(MAKE) VARIANT=asan build/asan/dimp
	@harness/tools/at-once.sh 'harness/tools/live-udp.sh build/asan/dimp' 'harness/tools/live-station.sh build/asan/dimp' \
		'harness/tools/libvirt-hook.sh build/asan/dimp'

.PHONY: live-bridge
live-bridge: ## two bridges on veth pairs move a VM with real frames, and one with real services, under ASan and UBSan (as root)
	@$(MAKE) VARIANT=asan build/asan/dimp
	@harness/tools/at-once.sh 'harness/tools/live-bridge.sh build/asan/dimp' 'harness/tools/live-services.sh build/asan/dimp' \
		'/usr/bin/python3 harness/tools/live_ctl.py build/asan/dimp' \
		'harness/tools/live-bridge.sh build/asan/dimp live_field.py'

.PHONY: live-soak
live-soak: all ## N=1000 moves back and forth between two live bridges, which are killed now and then; SEED repeats (as root, 2 s each)
	@harness/tools/live-bridge.sh $(BUILD)/dimp live_soak.py $(or $(N),1000) $(SEED)

.PHONY: live-bulk
RECORDS ?= 1000000
# The largest that a record may be is 1200; 22 is a lease.
OCTETS ?= 1190
live-bulk: ## RECORDS=1000000 of OCTETS=1190 move between two live bridges, beside a TCP stream on the same veth pair (as root, 3 minutes)
	@harness/tools/install-deps.sh iperf3 ethtool iproute2
	@$(MAKE) VARIANT=lto build/lto/dimp
	@harness/tools/live-bridge.sh build/lto/dimp live_bulk.py $(RECORDS) $(OCTETS) $(or $(MTU),1500) $(or $(REPEATS),3)

LAB_WAYS := meters-50 meters-200 middlebox authentication authentication-again groups groups-again \
	bridge-dot1x bridge-dhcp bridge-groups bridge-macsec bridge-portal bridge-acl bridge-ipv6 bridge bridge-again dimp \
	dimp-macsec dimp-lossy dimp-udp dimp-policy dimp-ipv6 dimp-evacuation
.PHONY: lab lab-short
lab: ## a VM with real services moves between bridges, and its receivers tell what they missed; T='WAY...' (as root, 2 minutes)
	@harness/tools/install-deps.sh $(BUILD_PACKAGES) $(LAB_PACKAGES)
	@$(MAKE) all $(BUILD)/lab_cable
	@KEEP=$(BUILD)/lab harness/lab/lab.sh $(BUILD) $(BUILD)/lab.json $(or $(T),$(LAB_WAYS))

.PHONY: lab-soak
lab-soak: all $(BUILD)/lab_cable ## N=1000 moves between live bridges that are killed at random moments; SEED=1 (as root, 4 s a move)
	@harness/lab/lab_soak.py $(BUILD) $(or $(N),1000) $(or $(SEED),1)

lab-short: all $(BUILD)/lab_cable ## a move of the lab with DIMP, and one that the meters are proved by (as root)
	@harness/lab/lab.sh $(BUILD) $(BUILD)/lab.json meters-50 dimp

.PHONY: interop
interop: ## migrate with the speaker of conformance/reader, written from docs/spec alone
	@$(MAKE) VARIANT=asan build/asan/dimp
	@harness/tools/interop.sh build/asan/dimp

.PHONY: reader-conforms
reader-conforms: all ## the suite judges the speaker of conformance/reader: no MUST of any role fails
	@PYTHONDONTWRITEBYTECODE=1 conformance/tests/reader_conforms.py $(PROGRAM)

.PHONY: scenarios
scenarios: all ## run every shipped scenario; an unmet expectation fails
	@harness/tools/scenarios.sh $(PROGRAM)

# A world of each sort: one move, hosts that hold frames, UDP, a crash, loss, an attacker, a slow link.
NS3_SHORT := main-job authority-consent-once binding-udp cancel-while-solicited fault-crash-destination-committing \
	hold-frames chain-of-moves attack-flood congestion-newreno
.PHONY: ns3-equivalence ns3-equivalence-short
ns3-equivalence: all ns3 ## every scenario by the native engine and over ns-3: the same protocol digest, or outcome where links are not ideal
	@harness/tools/ns3_equivalence.py $(PROGRAM) $(T:%=harness/scenarios/%.yaml)

ns3-equivalence-short: ## a few of them, and a campaign over ns-3
	@$(MAKE) ns3-equivalence T='$(NS3_SHORT)'
	@$(PROGRAM) campaign --engine ns3 --seeds 15 --regressions /dev/null -q

.PHONY: ns3-speed
ns3-speed: ns3 ## frames and timers a second, native and over ns-3 with each scheduler; what the bindings cost over plain C++
	@$(MAKE) $(NS3_SPEED)
	@harness/tools/ns3_speed.py $(BUILD)

.PHONY: scenario-coverage
scenario-coverage: all ## list what of the protocol no scenario shows; VERBOSE=1: which one shows what
	@/usr/bin/python3 harness/tools/scenario_coverage.py $(PROGRAM) $(if $(VERBOSE),-v)

.PHONY: spin spin-short spin-ablation
spin: $(BUILD)/spin/machines.pml ## model-check the rows of the machines: the long set, half an hour
	@harness/spin/spin.sh l

spin-short: $(BUILD)/spin/machines.pml ## the same, the configurations that take a second or two
	@harness/spin/spin.sh s

spin-ablation: $(BUILD)/spin/machines.pml ## the model with a rule taken away: spin must find it
	@harness/spin/spin.sh ablation

# With those before, which run under sanitizers, the quicker program's make 2,000 migrations and more.
CAMPAIGN_SEEDS := 120
CAMPAIGN_MORE := 140
.PHONY: campaign
campaign: ## regressions, then random worlds with random faults, each twice; a planted bug is found
	@$(MAKE) VARIANT=asan build/asan/dimp
	@$(MAKE) all mpi
	@harness/tools/campaign.sh build/asan/dimp $(PROGRAM) $(CAMPAIGN_SEEDS) $(CAMPAIGN_MORE)

# How tools build the program with a few of its sources changed.
BUILD_CHANGED = BUILD='$(BUILD)' COMPILE_MODEL='$(MODEL_COMPILE)' COMPILE_HARNESS='$(HARNESS_COMPILE)' \
	LINK='$(LINK) $(WATCHED)' LIBRARIES='$(LIBRARY_LIBS)' PYTHONDONTWRITEBYTECODE=1
.PHONY: planted
planted: all ## each bug of harness/planted is caught by what it names; T=name filters
	@$(BUILD_CHANGED) harness/tools/planted.py $(T)

# Those that are found soonest: two owners, a replay, a life that lasts too long, a message that is lost.
CANARIES := 10- 13- 36- 61-
.PHONY: canary canary-short
canary: all ## random worlds find the bugs of harness/planted within their seeds; T=name, MEASURE=1000 (minutes)
	@$(BUILD_CHANGED) harness/tools/canary.py $(if $(MEASURE),--measure $(MEASURE)) $(T)

canary-short: ## the same for those that are found soonest
	@$(MAKE) canary T='$(CANARIES)'

LINK_IUT = $(CC) $(filter-out -pie,$(BASE_LDFLAGS)) -shared -Wl,-Bsymbolic $(LDFLAGS)
MUTANTS = $(BUILD_CHANGED) LINK_IUT='$(LINK_IUT)' conformance/tools/mutants.py
.PHONY: mutants mutants-short
mutants: all $(BUILD)/libdimp_iut.so ## mutants of the model, which the conformance suite must find; T=name, ARGS=--publish (half an hour)
	@$(MUTANTS) $(ARGS) $(T)

mutants-short: all $(BUILD)/libdimp_iut.so ## a handful of them
	@$(MUTANTS) --short

N := 1000
FIRST := 1
.PHONY: soak
soak: all ## N=1000 seeds of the campaign from FIRST=1 on; LEDGER=FILE keeps them, to go on
	@$(PROGRAM) campaign --seeds $(N) --first $(FIRST) $(if $(LEDGER),--ledger $(LEDGER))

.PHONY: comparison
comparison: all ## servers without DIMP, with workarounds and with DIMP, measured anew: some minutes, gnuplot
	@PYTHONDONTWRITEBYTECODE=1 harness/tools/comparison.py $(PROGRAM)

.PHONY: comparison-fresh
comparison-fresh: all ## the short runs of the comparison give what docs/comparison says, its bars hold
	@PYTHONDONTWRITEBYTECODE=1 harness/tools/comparison.py $(PROGRAM) --check

.PHONY: transparency
transparency: all ## nobody can tell a move from none (I13): each DI type with and without
	@harness/tools/transparency.sh $(PROGRAM)

SECONDS := 600
.PHONY: fuzz
fuzz: ## libFuzzer on each harness/fuzz/fuzz_*.c; SECONDS=600 each, T=name filters
	@$(MAKE) VARIANT=fuzz fuzzers
	@harness/tools/fuzz.sh $(SECONDS) $(T)

.PHONY: fuzz-short
fuzz-short: ## two seconds of each fuzzer
	@$(MAKE) fuzz SECONDS=2

MUTATED = $(sort $(basename $(notdir $(shell grep -lE 'LLVMFuzzerCustomMutator|STEP_FUZZER' $(FUZZ_SOURCES)))))
.PHONY: fuzz-gain fuzz-twins
fuzz-gain: ## each fuzzer with mutations of its own beside itself without, SECONDS each; T=name filters
	@$(MAKE) VARIANT=fuzz fuzzers fuzz-twins
	@harness/tools/fuzz_gain.sh $(SECONDS) '$(T)' $(MUTATED)

fuzz-twins: $(MUTATED:%=$(BUILD)/fuzz-plain/%)

.PHONY: fuzz-planted fuzz-planted-here
fuzz-planted: ## fuzz_migration finds planted bugs; T=name, MEASURE=120 looks anew, so many seconds each
	@$(MAKE) VARIANT=fuzz fuzz-planted-here

fuzz-planted-here: $(BUILD)/fuzz/fuzz_migration
	@$(BUILD_CHANGED) harness/tools/fuzz_planted.py $(if $(MEASURE),--measure $(MEASURE)) $(T)

.PHONY: fuzz-corpus
fuzz-corpus: ## make harness/fuzz/corpus anew, as small as it can be, from what is committed, found and in the tree
	@$(MAKE) VARIANT=fuzz fuzzers
	@harness/tools/fuzz_corpus.sh $(T)

AFL_SOURCES = $(sort $(if $(T),$(foreach name,$(T),$(wildcard harness/fuzz/fuzz_*$(name)*.c)),$(FUZZ_SOURCES)))
.PHONY: fuzz-afl
fuzz-afl: ## AFL++ on the same programs, SECONDS=600 each; T='name name' filters (needs afl++)
	@command -v afl-fuzz >/dev/null || { echo 'fuzz-afl: install afl++'; exit 2; }
	@AFL_QUIET=1 $(MAKE) VARIANT=afl $(patsubst harness/fuzz/%.c,build/afl/fuzz/%,$(AFL_SOURCES))
	@harness/tools/fuzz_afl.sh $(SECONDS) $(T)

.PHONY: fuzzers
fuzzers: $(FUZZERS)

# The program with memory refused to it, and a folder for what it writes; what is left of it tells of a failure.
MEMORY_REFUSED = $(MAKE) VARIANT=asan build/asan/dimp_failing && scratch=$$(mktemp -d) && \
	harness/tools/memory/failing_memory.py build/asan/dimp_failing $$scratch --jobs 2 $(1); code=$$?; \
	rm -rf $$scratch; exit $$code

.PHONY: alloc-failures alloc-failures-short
alloc-failures: ## each request for memory refused in turn, in a score of commands; T=name filters (an hour)
	@$(call MEMORY_REFUSED,$(if $(T),--only $(T)))

alloc-failures-short: ## three of these for each command, others each day
	@$(call MEMORY_REFUSED,--sample 3)

.PHONY: bounds bounds-proved
bounds: ## each bound of the registry has a test that reaches it, by name
	@harness/tools/bounds.py

bounds-proved: all $(BUILD)/unit ## each is moved by one: its tests notice
	@$(BUILD_CHANGED) harness/tools/bounds.py --prove $(T)

.PHONY: valgrind valgrind-short
valgrind: all $(BUILD)/unit $(BUILD)/same_time ## unit tests, drills and scenarios under memcheck (half an hour)
	@harness/tools/memory/valgrind.sh long $(BUILD)

valgrind-short: all $(BUILD)/same_time ## a few of them; no jump depends on what secrets are compared
	@harness/tools/memory/valgrind.sh short $(BUILD)

SECRET_RUNS := harness/tools/memory/every-client.yaml harness/tools/memory/every-fault.yaml \
	$(patsubst %,harness/scenarios/%.yaml,mka-rekey-copying mka-crash fail-transfer-retry closed-while-copying)
.PHONY: secrets-left
secrets-left: all $(BUILD)/run_and_stop ## no key is left in memory when all that used it is gone
	@harness/tools/memory/secrets_left.py $(BUILD) $(SECRET_RUNS)

.PHONY: cover
cover: ## branches of model/ that unit tests, drills and scenarios take; each missed one has its reason
	@rm -rf build/cover/gcov
	@find build/cover -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) VARIANT=cover build/cover/unit build/cover/dimp
	@build/cover/unit
	@build/cover/dimp drill harness/drills conformance/cases -q
	@for scenario in harness/scenarios/*.yaml; do build/cover/dimp run $$scenario -q || exit 1; done
	@harness/tools/cover.py build/cover

# live_forwarding needs two interfaces, which its script makes: `make bench-live`. The others print rows for bench.py.
BENCH_PROGRAMS := $(filter-out %/live_forwarding %/hot_paths,$(BENCHES))
BENCH_NS3 := $(patsubst harness/bench/peers/%.cc,$(BUILD)/bench/%,$(wildcard harness/bench/peers/*.cc))
.PHONY: bench bench-growth bench-live
bench: ## figures beside named peers (docs/BENCH.md); T='NAME...' filters, ROUNDS=7, LONG=1 has the large worlds, DOCS=1 renews the tables there
	@harness/tools/install-deps.sh $(BENCH_PACKAGES)
	@$(MAKE) all $(BENCH_PROGRAMS) $(BENCH_NS3)
	@BENCH_LONG=$(LONG) harness/bench/bench.py --rounds $(or $(ROUNDS),7) $(T:%=--only %) $(if $(DOCS),--docs) $(BENCH_PROGRAMS)

.PHONY: instructions
instructions: all $(BUILD)/bench/hot_paths ## instructions of hot paths grow by no more than 5 %; UPDATE=1 writes harness/bench/instructions.txt
	@harness/bench/hot_paths.py $(BUILD)/bench/hot_paths harness/bench/instructions.txt $(if $(UPDATE),--update)

bench-growth: ## growth curves of docs/BENCH.md, drawn from its results (gnuplot)
	@harness/bench/growth.py

bench-live: all $(BUILD)/bench/live_forwarding ## frames a second through dimp bridge and the kernel's bridge (as root)
	@BUILD=$(BUILD) harness/bench/live_forwarding.sh

##@ Install

prefix ?= /usr/local
includedir ?= $(prefix)/include/dimp
libdir ?= $(prefix)/lib
mandir ?= $(prefix)/share/man
MANUALS := $(wildcard docs/man/*.[1-9])
MANUAL_SECTIONS := $(sort $(subst .,,$(suffix $(MANUALS))))

# Modules that were built (make ns3, make mpi) go where the program looks for them.
MODULES = $(wildcard $(BUILD)/dimp-ns3.so $(BUILD)/dimp-mpi.so)
.PHONY: install
install: all ## into $(DESTDIR)$(prefix), with the modules that were built
	install -d $(DESTDIR)$(prefix)/bin $(DESTDIR)$(libdir)/pkgconfig $(DESTDIR)$(includedir)
	$(if $(PROGRAM),install -m 755 $(PROGRAM) $(DESTDIR)$(prefix)/bin)
	install -m 644 $(LIBRARY_FILES) $(DESTDIR)$(libdir)
	$(if $(wildcard model/include/*.h),install -m 644 $(wildcard model/include/*.h \
		model/registry/*.h model/registry/*.def) $(DESTDIR)$(includedir))
	install -m 644 conformance/iut.h $(DESTDIR)$(includedir)
	$(if $(MODULES),install -d $(DESTDIR)$(prefix)/lib/dimp && \
		install -m 644 $(MODULES) $(DESTDIR)$(prefix)/lib/dimp)
	$(if $(filter %-ns3.so,$(MODULES)),install -d $(DESTDIR)$(includedir)/engine/ns3 && \
		install -m 644 harness/engine/ns3/ns3_bindings.h $(DESTDIR)$(includedir)/engine/ns3)
	install -d $(DESTDIR)$(prefix)/share/dimp/cases
	install -m 644 conformance/cases/* $(DESTDIR)$(prefix)/share/dimp/cases
	$(foreach section,$(MANUAL_SECTIONS),install -d $(DESTDIR)$(mandir)/man$(section) && \
		install -m 644 $(filter %.$(section),$(MANUALS)) $(DESTDIR)$(mandir)/man$(section) &&) :
	printf 'Name: dimp\nDescription: Dynamic Information Migration Protocol\nVersion: 0\n%s\n%s\n' \
		'Cflags: -I$(includedir)' 'Libs: -L$(libdir) -ldimp' \
		> $(DESTDIR)$(libdir)/pkgconfig/dimp.pc

.PHONY: install-dissector
install-dissector: dissector ## the plugin and its profile, for all users as root, else for this one
	@dissector/install.sh $(BUILD)/dimp.so $(DESTDIR)

# Rules. Objects depend on the flags they were compiled with, archives on the list of their members.

.PHONY: FORCE
FORCE:

# $(call remember,TEXT): write TEXT to the target unless it already says so
remember = @mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || \
	printf '%s\n' '$(subst ','\'',$(1))' > $@

$(BUILD)/flags: FORCE
	$(call remember,$(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS))

$(BUILD)/members: FORCE
	$(call remember,$(MODEL_SOURCES) $(HARNESS_SOURCES) $(CONFORMANCE_SOURCES) $(UNIT_SOURCES))

MODEL_COMPILE = $(CC) $(BASE_CFLAGS) -fPIC $(MODEL_PATHS) $(CPPFLAGS) $(CFLAGS)

$(BUILD)/obj/model/%.o: model/%.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(MODEL_COMPILE) -c $< -o $@

INSIDE_OBJECTS := $(BUILD)/obj/harness/unit/%.o $(BUILD)/obj/harness/fuzz/%.o $(BUILD)/obj/harness/bench/%.o
PATHS = $(if $(filter $(INSIDE_OBJECTS),$@),$(INSIDE_PATHS),$(HARNESS_PATHS))
HARNESS_COMPILE = $(CC) $(BASE_CFLAGS) -fPIC $(POSIX) $(PATHS) $(LIBRARY_CFLAGS) \
	$(CPPFLAGS) $(CFLAGS)

$(BUILD)/obj/harness/%.o: harness/%.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(HARNESS_COMPILE) -c $< -o $@

$(BUILD)/obj/conformance/%.o: PATHS = $(CONFORMANCE_PATHS)
$(BUILD)/obj/conformance/%.o: conformance/%.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(HARNESS_COMPILE) -c $< -o $@

$(BUILD)/obj/dissector/%.o: dissector/%.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE_CFLAGS) -fPIC $(DISSECTOR_PATHS) $(CPPFLAGS) $(CFLAGS) -c $< -o $@

# Wireshark finds it in a folder named after its version: there it can be run without an install.
WIRESHARK_RELEASE = $(shell pkg-config --modversion wireshark | cut -d. -f1,2)
$(BUILD)/dimp.so: $(DISSECTOR_OBJECTS)
	$(say) LD $@
	$(Q)$(CC) $(filter-out -pie,$(BASE_LDFLAGS)) -shared $(LDFLAGS) $^ \
		$$(pkg-config --libs wireshark) -lgcrypt -o $@
	@mkdir -p $(BUILD)/wireshark/$(WIRESHARK_RELEASE)/epan
	@ln -f $@ $(BUILD)/wireshark/$(WIRESHARK_RELEASE)/epan/dimp.so

$(BUILD)/libdimp.a: $(MODEL_OBJECTS) $(BUILD)/members
	$(say) AR $@
	@rm -f $@
	$(Q)ar rcs $@ $(MODEL_OBJECTS)

$(BUILD)/libharness.a: $(HARNESS_OBJECTS) $(BUILD)/members
	$(say) AR $@
	@rm -f $@
	$(Q)ar rcs $@ $(HARNESS_OBJECTS)

$(BUILD)/libdimp.so: $(MODEL_OBJECTS) $(BUILD)/members
	$(say) LD $@
	$(Q)$(CC) $(filter-out -pie,$(BASE_LDFLAGS)) -shared -Wl,-soname,libdimp.so $(LDFLAGS) \
		$(MODEL_OBJECTS) -o $@

# Of Open MPI only the C library: its wrapper would choose the compiler. Its headers are the system's.
MPI_CFLAGS = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags ompi-c))
$(BUILD)/dimp-mpi.so: harness/mpi/mpi_bus.c harness/campaign/bus.h $(BUILD)/flags
	$(say) LD $@
	$(Q)$(CC) $(BASE_CFLAGS) -fPIC $(HARNESS_PATHS) $(MPI_CFLAGS) $(CPPFLAGS) $(CFLAGS) \
		$(filter-out -pie,$(BASE_LDFLAGS)) -shared $(LDFLAGS) $< \
		$$(pkg-config --libs ompi-c) -o $@

# C++ for ns-3 alone, whose pkg-config files are broken in Debian: its libraries by name.
CXX_WARNINGS := $(filter-out -Wmissing-prototypes,$(WARNINGS))
CXX_FLAGS = -std=c++17 $(patsubst -std=c11,,$(filter-out $(WARNINGS),$(BASE_CFLAGS))) $(CXX_WARNINGS) -fPIC
NS3_LIBS := $(addprefix -lns3-,bridge csma point-to-point network core)
NS3_OBJECTS := $(patsubst %.cc,$(BUILD)/obj/%.o,$(sort $(wildcard harness/engine/ns3/*.cc)))
DEPENDENCIES += $(NS3_OBJECTS:.o=.d)

$(BUILD)/obj/harness/engine/ns3/%.o: harness/engine/ns3/%.cc $(BUILD)/flags
	$(say) CXX $<
	@mkdir -p $(@D)
	$(Q)$(CXX) $(CXX_FLAGS) $(HARNESS_PATHS) $(CPPFLAGS) -c $< -o $@

$(BUILD)/dimp-ns3.so: $(NS3_OBJECTS)
	$(say) LD $@
	$(Q)$(CXX) $(filter-out -pie,$(BASE_LDFLAGS)) -shared -Wl,-soname,dimp-ns3.so $(LDFLAGS) $^ $(NS3_LIBS) -o $@

LINK = $(CC) $(BASE_LDFLAGS) $(LDFLAGS)

NS3_TESTS := $(wildcard harness/engine/ns3/tests/*.c)
NS3_TEST_OBJECTS := $(call objects,$(NS3_TESTS)) $(BUILD)/obj/ns3_suites.o $(BUILD)/obj/test_native_over_ns3.o
NS3_EXAMPLE_OBJECTS := $(call objects,harness/engine/ns3/examples/ns3_example.c)
DEPENDENCIES += $(NS3_TEST_OBJECTS:.o=.d) $(NS3_EXAMPLE_OBJECTS:.o=.d)
NS3_LINK = $(LINK) -Wl,-rpath,'$$ORIGIN'
$(BUILD)/ns3_suites.c: $(NS3_TESTS) harness/tools/unit-suites.sh
	$(say) GEN $@
	@mkdir -p $(@D)
	$(Q)harness/tools/unit-suites.sh $(patsubst test_%.c,%,$(filter test_%.c,$(notdir $(NS3_TESTS)))) > $@

$(BUILD)/obj/ns3_suites.o: $(BUILD)/ns3_suites.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(HARNESS_COMPILE) -c $< -o $@

# The native engine's tests, on the other engine.
$(BUILD)/obj/test_native_over_ns3.o: PATHS = $(INSIDE_PATHS) -iquote harness/unit
$(BUILD)/obj/test_native_over_ns3.o: harness/unit/test_native.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(HARNESS_COMPILE) -Dengine_native_create=create_over_ns3 -Dsuite_native=suite_native_over_ns3 -c $< -o $@

$(BUILD)/ns3_unit: $(NS3_TEST_OBJECTS) $(call objects,harness/unit/main.c harness/unit/check.c) $(BUILD)/libharness.a $(BUILD)/libdimp.a \
		$(BUILD)/dimp-ns3.so
	$(say) LD $@
	$(Q)$(NS3_LINK) $^ $(LIBRARY_LIBS) -lm -o $@

$(BUILD)/ns3_example: $(NS3_EXAMPLE_OBJECTS) $(BUILD)/dimp-ns3.so
	$(say) LD $@
	$(Q)$(NS3_LINK) $^ -o $@

NS3_SPEED := $(addprefix $(BUILD)/ns3_,engine_speed shim_speed plain_speed)
NS3_SPEED_OBJECTS := $(call objects,$(wildcard harness/engine/ns3/bench/*.c))
DEPENDENCIES += $(NS3_SPEED_OBJECTS:.o=.d)
$(BUILD)/ns3_engine_speed: $(BUILD)/obj/harness/engine/ns3/bench/engine_speed.o $(BUILD)/libharness.a $(BUILD)/libdimp.a
	$(say) LD $@
	$(Q)$(LINK) $^ $(LIBRARY_LIBS) -lm -o $@

$(BUILD)/ns3_shim_speed: $(BUILD)/obj/harness/engine/ns3/bench/shim_speed.o $(BUILD)/dimp-ns3.so
	$(say) LD $@
	$(Q)$(NS3_LINK) $^ -o $@

$(BUILD)/ns3_plain_speed: $(BUILD)/obj/harness/engine/ns3/bench/plain_speed.o
	$(say) LD $@
	$(Q)$(CXX) $(BASE_LDFLAGS) $(LDFLAGS) $^ -lns3-network -lns3-core -o $@

ARCHIVES := $(BUILD)/libharness.a $(BUILD)/libdimp.a

# What the harness asks for memory passes harness/cli/watched_memory.c.
WATCHED := $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc strdup fopen fdopen open_memstream)

$(BUILD)/dimp: $(BUILD)/obj/harness/cli/dimp.o $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $(WATCHED) $^ $(LIBRARY_LIBS) -lm -o $@

NOUNS := $(patsubst test_%.c,%,$(filter test_%.c,$(notdir $(UNIT_SOURCES))))

$(BUILD)/unit_suites.c: $(BUILD)/members harness/tools/unit-suites.sh
	$(say) GEN $@
	$(Q)harness/tools/unit-suites.sh $(NOUNS) > $@

$(BUILD)/obj/unit_suites.o: $(BUILD)/unit_suites.c $(BUILD)/flags
	$(say) CC $<
	@mkdir -p $(@D)
	$(Q)$(HARNESS_COMPILE) -c $< -o $@

$(BUILD)/unit: $(UNIT_OBJECTS) $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $^ $(LIBRARY_LIBS) -lm -o $@

# The unit runner with the one suite in which each check is made to fail.
$(BUILD)/obj/harness/tools/tests/%.o: PATHS = $(INSIDE_PATHS)
SELFTEST_OBJECTS := $(filter-out $(BUILD)/obj/harness/unit/test_%,$(call objects,$(UNIT_SOURCES))) \
	$(BUILD)/obj/harness/tools/tests/check_selftest.o
$(BUILD)/check_selftest: $(SELFTEST_OBJECTS) $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $^ $(LIBRARY_LIBS) -lm -o $@

# Rows become Promela; an action without an inline, or an inline without a row, stops it here.
SPIN_OBJECTS := $(call objects,harness/spin/rows_to_promela.c)
DEPENDENCIES += $(SPIN_OBJECTS:.o=.d)
$(BUILD)/spin/rows_to_promela: $(SPIN_OBJECTS)
	$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(LINK) $^ -o $@

$(BUILD)/spin/machines.pml: $(BUILD)/spin/rows_to_promela harness/spin/dimp.pml
	$(Q)$< harness/spin/dimp.pml > $@

SPEC_OBJECTS := $(call objects,$(wildcard harness/tools/docs/*.c))
DEPENDENCIES += $(SPEC_OBJECTS:.o=.d)
$(BUILD)/spec_tables: $(SPEC_OBJECTS) $(BUILD)/libdimp.a
	$(say) LD $@
	$(Q)$(LINK) $^ -o $@

# dimp, with malloc and its kin in front of AddressSanitizer's, which calls them before it is ready to watch them.
$(BUILD)/obj/harness/tools/memory/failing_memory.o: CFLAGS += -fno-sanitize=all
MEMORY_OBJECTS := $(call objects,harness/tools/memory/failing_memory.c)
DEPENDENCIES += $(MEMORY_OBJECTS:.o=.d)
$(BUILD)/dimp_failing: $(BUILD)/obj/harness/cli/dimp.o $(MEMORY_OBJECTS) $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $(WATCHED) $^ $(LIBRARY_LIBS) -lm -o $@

# The one tool here that looks inside the model.
$(BUILD)/obj/harness/tools/memory/same_time.o: PATHS = $(INSIDE_PATHS)
TIME_OBJECTS := $(call objects,harness/tools/memory/same_time.c)
DEPENDENCIES += $(TIME_OBJECTS:.o=.d)
$(BUILD)/same_time: $(TIME_OBJECTS) $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $^ $(LIBRARY_LIBS) -lm -o $@

STOP_OBJECTS := $(call objects,harness/tools/memory/run_and_stop.c)
DEPENDENCIES += $(STOP_OBJECTS:.o=.d)
$(BUILD)/run_and_stop: $(STOP_OBJECTS) $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $^ $(LIBRARY_LIBS) -lm -o $@

PEER_OBJECTS := $(call objects,$(wildcard harness/tools/peers/*.c))
DEPENDENCIES += $(PEER_OBJECTS:.o=.d)
$(BUILD)/kay_wire $(BUILD)/vdp_wire $(BUILD)/macsec_wire: $(BUILD)/%: $(BUILD)/obj/harness/tools/peers/%.o $(BUILD)/obj/harness/tools/peers/raw_port.o $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $^ $(LIBRARY_LIBS) -lm -o $@

LAB_OBJECTS := $(call objects,$(wildcard harness/lab/*.c))
DEPENDENCIES += $(LAB_OBJECTS:.o=.d)
$(BUILD)/lab_cable: $(BUILD)/obj/harness/lab/lab_cable.o
	$(say) LD $@
	$(Q)$(LINK) $^ -o $@

# Implementations under test: each a shared object for so:FILE and a program for shim:COMMAND.
SHIM_OBJECTS := $(call objects,$(wildcard conformance/shims/*.c))
DEPENDENCIES += $(SHIM_OBJECTS:.o=.d)
$(BUILD)/obj/conformance/shims/%.o: PATHS = $(CONFORMANCE_PATHS)
IUTS := $(BUILD)/libdimp_iut $(BUILD)/broken_iut $(BUILD)/first_hour
$(IUTS): $(BUILD)/%: $(BUILD)/obj/conformance/shims/%.o $(BUILD)/obj/conformance/shims/iut_main.o $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $(filter %.o,$^) $(ARCHIVES) $(LIBRARY_LIBS) -lm -o $@
$(BUILD)/live_iut: $(addprefix $(BUILD)/obj/conformance/shims/,live_main.o libdimp_iut.o) $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $(filter %.o,$^) $(ARCHIVES) $(LIBRARY_LIBS) -lm -o $@
$(IUTS:=.so): $(BUILD)/%.so: $(BUILD)/obj/conformance/shims/%.o $(ARCHIVES)
	$(say) LD $@
	$(Q)$(CC) $(filter-out -pie,$(BASE_LDFLAGS)) -shared -Wl,-Bsymbolic $(LDFLAGS) $(filter %.o,$^) \
		$(ARCHIVES) $(LIBRARY_LIBS) -o $@

CAPTURE_OBJECTS := $(call objects,$(wildcard harness/tools/captures/*.c))
DEPENDENCIES += $(CAPTURE_OBJECTS:.o=.d)
$(BUILD)/frame_reader: $(BUILD)/obj/harness/tools/captures/frame_fields.o $(BUILD)/obj/harness/tools/captures/field_line.o
$(BUILD)/frame_reader $(BUILD)/macsec_peer: $(BUILD)/%: $(BUILD)/obj/harness/tools/captures/%.o $(ARCHIVES)
	$(say) LD $@
	$(Q)$(LINK) $(filter %.o,$^) $(ARCHIVES) $(LIBRARY_LIBS) -lm -o $@

$(BUILD)/fuzz/%: $(BUILD)/obj/harness/fuzz/%.o $(call objects,$(FUZZ_PARTS)) $(ARCHIVES)
	$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(LINK) -fsanitize=fuzzer $^ $(LIBRARY_LIBS) -lm -o $@

# The same without its own mutations, to measure what they are worth.
$(BUILD)/fuzz-plain/%: harness/fuzz/%.c $(call objects,$(FUZZ_PARTS)) $(ARCHIVES)
	$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(HARNESS_COMPILE) $(INSIDE_PATHS) -DLLVMFuzzerCustomMutator=plain_mutator \
		-DLLVMFuzzerCustomCrossOver=plain_cross_over -c $< -o $@.o
	$(Q)$(LINK) -fsanitize=fuzzer $@.o $(filter-out %.c,$^) $(LIBRARY_LIBS) -lm -o $@

# Peers of the codec, and what their generators make of the registry: only where their packages are.
PEER_SOURCES := $(wildcard harness/bench/peers/*.c)
PEER_PARTS := $(BUILD)/bench/gen/wirec.pb-c.o $(BUILD)/bench/gen/wiren.pb.o
$(BUILD)/bench/gen/%.proto: harness/bench/peers/proto.py model/registry/di.def
	@mkdir -p $(@D)
	$(Q)$< $* $(@D)

$(BUILD)/bench/gen/%.pb-c.c: $(BUILD)/bench/gen/%.proto
	$(say) GEN $@
	$(Q)protoc-c --proto_path=$(@D) --c_out=$(@D) $(<F)

$(BUILD)/bench/gen/%.pb.c: $(BUILD)/bench/gen/%.proto
	$(say) GEN $@
	$(Q)cd $(@D) && nanopb_generator.py --quiet $(<F)

$(PEER_PARTS): $(BUILD)/bench/gen/%.o: $(BUILD)/bench/gen/%.c $(BUILD)/flags
	$(say) CC $<
	$(Q)$(CC) -std=c11 -g $(VARIANT_CFLAGS) -c $< -o $@

CODEC_PEERS := $(call objects,$(PEER_SOURCES))
DEPENDENCIES += $(CODEC_PEERS:.o=.d)
$(CODEC_PEERS): CPPFLAGS += -isystem $(BUILD)/bench/gen
$(CODEC_PEERS): $(PEER_PARTS)
$(BUILD)/bench/codec $(BUILD)/bench/path: $(CODEC_PEERS) $(PEER_PARTS)
$(BUILD)/bench/codec $(BUILD)/bench/path: BENCH_LIBRARIES := -lprotobuf-c -lprotobuf-nanopb -lmsgpackc -lcbor

# ns-3's own flags name libraries that its packages do not bring.
$(BENCH_NS3): $(BUILD)/bench/%: harness/bench/peers/%.cc
	$(say) CXX $@
	@mkdir -p $(@D)
	$(Q)$(CXX) -O2 -Wall -Wextra -Werror $< $(NS3_LIBS) -o $@

$(BUILD)/bench/%: $(BUILD)/obj/harness/bench/%.o $(call objects,$(BENCH_PARTS)) $(ARCHIVES)
	$(say) LD $@
	@mkdir -p $(@D)
	$(Q)$(LINK) $(filter-out %.a,$^) $(filter %.a,$^) $(BENCH_LIBRARIES) $(LIBRARY_LIBS) -lm -o $@

-include $(DEPENDENCIES)
