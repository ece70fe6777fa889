# Makefile - builds box; `make help` lists what it can do
#
# Everything made goes to build/ (build/asan for `make asan`). CC, CROSS, APPLETS, DESTDIR and PREFIX are the knobs:
#   make APPLETS="sh ls cat"     a binary with only those
#   make CROSS=aarch64 CC=...    another architecture (CROSS names the kernel headers' directory)

VERSION := 0.1.0
BUDGET := 1240000
O := build
ARCH := $(shell uname -m)
CROSS ?=
TARGET := $(if $(CROSS),$(CROSS),$(ARCH))
ifeq ($(origin CC),default)
CC := musl-gcc
endif
HOSTCC ?= gcc
AR := $(if $(CROSS),$(CROSS)-linux-gnu-ar,ar)
NM := $(if $(CROSS),$(CROSS)-linux-gnu-nm,nm)
APPLETS ?=
MODE ?= release
LDLIBS :=

# -Wformat-nonliteral would forbid the formats that die() and its like are given.
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wwrite-strings -Wcast-qual -Wundef -Wdate-time -Wformat=2 -Wno-format-nonliteral
CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DBOX_VERSION='"$(VERSION)"' -Iinclude -I$(O)/gen
CSTD := -std=c11 -ffile-prefix-map=$(CURDIR)=. -fno-strict-aliasing

# What each flag costs and buys, as scripts/flags.sh measured it on 30 applets, 272,296 bytes, start-up 1.4 floors:
#   static PIE               +15,800 bytes, +3% start-up; both grow with the tables, whose relocations dirty a page each 100
#                            applets, where start-up is to stay under 1.5 floors. No PIE.
#   -O2 for all              +48,000 bytes. -Os, and -O2 for HOT (4,100 bytes, inner loops twice as fast)
#   LTO                      -4,100 bytes, start-up no better, links take 5 times as long, no sizes per file. No LTO.
#   section gc               -12,300 bytes
#   stack protector          start-up no worse: kept, for it is the one that costs an attacker most, in functions with
#                            arrays of characters. -strong, which is for every array and address, costs 32,200 bytes
#                            more on 160 applets, 2.5% of all there may be
#   RELRO                    +3,300 bytes and a page fault; a static non-PIE binary has 8 bytes of GOT to protect. None.
#   separate code            +8,200 bytes, +7% start-up (two more mappings); the rodata it would keep from being
#                            executable has no known use here. None.
#   hash style               nothing: a static binary has no hash table
#   identical code folding   -490 bytes with gold or lld: not worth another linker
#   unwind tables            +24,600 bytes: none
ifeq ($(MODE),release)
OPT := -Os
HOT_OPT := -O2
CPPFLAGS += -isystem $(O)/kernel
CFLAGS := -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables -fno-pie \
	-fno-plt -fomit-frame-pointer -fstack-protector -D_FORTIFY_SOURCE=0
LDFLAGS := -static -no-pie -s -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,norelro -Wl,-z,noexecstack \
	-Wl,-z,noseparate-code
ARENA := libbb/arena.c
else ifeq ($(MODE),fuzz)
CC := clang
OPT := -O1
HOT_OPT := -O1
CFLAGS := -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS := -fsanitize=fuzzer,address,undefined
LDLIBS := -lm
ARENA := libbb/arena_malloc.c
else
# The sanitizers see nothing of an arena, so this build takes each block from malloc.
CC := $(HOSTCC)
OPT := -O1
HOT_OPT := -O1
CFLAGS := -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDFLAGS := -fsanitize=address,undefined
LDLIBS := -lm
ARENA := libbb/arena_malloc.c
endif

LIBBB := $(sort $(wildcard libbb/*.c libbb/*/*.c))
LIBBB := $(filter-out libbb/arena.c libbb/arena_malloc.c,$(LIBBB)) $(ARENA)
DECLARED := $(shell grep -l '^ \* usage: ' $(sort $(wildcard applets/*/*.c applets/*/*/*.c)))
SELECTED := $(if $(APPLETS),$(shell awk -v mode=list -v select="$(APPLETS)" -f scripts/applet.awk $(DECLARED) | \
	cut -d' ' -f2 | sort -u),$(DECLARED))
# Files with a line ` * hot: WHY` at their top: inner loops that the benchmark shows are worth the bytes of -O2.
HOT := $(shell grep -l '^ \* hot: ' $(LIBBB) $(wildcard applets/*/*.c applets/*/*/*.c))
# An applet that is a folder (applets/shell/sh/sh.c) brings its other files along.
APPLET_SRC := $(sort $(SELECTED) $(foreach f,$(SELECTED),$(if $(word 4,$(subst /, ,$(f))),$(wildcard $(dir $(f))*.c))))
GEN := $(patsubst %,$(O)/gen/%.gen.h,$(basename $(notdir $(SELECTED))))
SRC := main.c $(LIBBB) $(APPLET_SRC)
# In this order, so that what every start touches is close together: page faults are most of its cost.
OBJ := $(O)/obj/main.o $(O)/obj/gen/table.o $(patsubst %.c,$(O)/obj/%.o,$(LIBBB) $(APPLET_SRC)) $(O)/obj/gen/help.o

all: $(O)/box

help:
	@sed -n 's/^# \(make [a-z]*\): /\1\t/p' Makefile | expand -t 20

# make all: the binary, build/box
$(O)/box: $(OBJ) $(O)/flags
	@$(CC) $(LDFLAGS) -Wl,-Map=$(O)/box.map -o $@ $(OBJ) $(LDLIBS)
	@[ $(MODE) != release ] || printf 'build/box: %s bytes\n' "$$(wc -c < $@)"

# The names that decide how everything is built; what depends on them is rebuilt when they change.
$(O)/flags: FORCE
	@mkdir -p $(O)
	@printf '%s\n' '$(CC) $(CPPFLAGS) $(CSTD) $(WARNINGS) $(OPT) $(HOT_OPT) $(CFLAGS) $(LDFLAGS)' | sed "s,',,g" > $@.new
	@printf '%s\n' '$(sort $(SRC))' 'APPLETS=$(APPLETS)' >> $@.new
	@cmp -s $@ $@.new && rm $@.new || mv $@.new $@

# musl-gcc does not see the kernel's headers; these links let it, and nothing of the host's libc beside them.
$(O)/kernel: | tools
	@rm -rf $@ && mkdir -p $@.part
	@for d in linux asm-generic mtd; do ln -sfn /usr/include/$$d $@.part/$$d; done
	@ln -sfn /usr/include/$(TARGET)-linux-gnu/asm $@.part/asm && mv $@.part $@

tools:
	@command -v $(CC) >/dev/null || { echo 'make: $(CC) is missing: apt-get install musl-tools' >&2; exit 1; }
	@command -v $(HOSTCC) >/dev/null || { echo 'make: $(HOSTCC) is missing: apt-get install gcc libc6-dev' >&2; exit 1; }
	@[ -f /usr/include/linux/fs.h ] || { echo 'make: kernel headers are missing: apt-get install linux-libc-dev' >&2; exit 1; }

# $(call file_of,NAME): the source that declares it
file_of = $(firstword $(filter %/$(1).c,$(DECLARED)))

$(O)/gen/%.gen.h: scripts/applet.awk Makefile
	@mkdir -p $(@D)
	@awk -v mode=header -f scripts/applet.awk $(call file_of,$*) > $@.new && mv $@.new $@

$(foreach f,$(SELECTED),$(eval $(O)/gen/$(basename $(notdir $(f))).gen.h: $(f)))

$(O)/gen/table.c: $(SELECTED) scripts/applet.awk $(O)/flags
	@mkdir -p $(@D)
	@awk -v mode=table -v select="$(APPLETS)" -f scripts/applet.awk $(SELECTED) > $@.new && mv $@.new $@

$(O)/gen/help.c: $(SELECTED) scripts/applet.awk $(O)/pack $(O)/flags
	@mkdir -p $(@D)
	@awk -v mode=help -v select="$(APPLETS)" -f scripts/applet.awk $(SELECTED) > $@.txt
	@$(O)/pack < $@.txt > $@.new && mv $@.new $@

$(O)/pack: scripts/pack.c libbb/textmodel.c libbb/textmodel.h Makefile | tools
	@mkdir -p $(@D)
	@$(HOSTCC) -O2 -Wall -Wextra -Werror -o $@ scripts/pack.c libbb/textmodel.c

compile = $(CC) $(CPPFLAGS) $(CSTD) $(WARNINGS) $(if $(filter $(1),$(HOT)),$(HOT_OPT),$(OPT)) $(CFLAGS) -MMD -MP -c -o $@ $<

$(O)/obj/%.o: %.c $(O)/flags | $(GEN) $(O)/kernel
	@mkdir -p $(@D)
	@echo '  CC $<'
	@$(call compile,$<)

$(O)/obj/gen/%.o: $(O)/gen/%.c $(O)/flags | $(GEN) $(O)/kernel
	@mkdir -p $(@D)
	@$(call compile,gen)

-include $(OBJ:.o=.d)

# make fuzz: builds the targets of tests/fuzz and runs each for FUZZ_SECONDS (default 20)
FUZZ_SECONDS ?= 20
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
fuzz:
	@$(MAKE) --no-print-directory MODE=fuzz O=$(O)/fuzz run-fuzz

run-fuzz: $(FUZZERS:%=$(O)/%)
	@for f in $(FUZZERS); do mkdir -p $(O)/corpus/$$f; echo "$$f: $(FUZZ_SECONDS) seconds"; \
	ASAN_OPTIONS=detect_leaks=0 $(O)/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 -close_fd_mask=3 \
		-artifact_prefix=$(O)/ $(O)/corpus/$$f >$(O)/$$f.log 2>&1 || { tail -40 $(O)/$$f.log; exit 1; }; done

$(O)/fuzz_%: $(O)/obj/tests/fuzz/fuzz_%.o $(filter-out $(O)/obj/main.o,$(OBJ))
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# make install: links and binary under DESTDIR/PREFIX, by scripts/install.sh
DESTDIR ?=
PREFIX ?=
install: all
	@sh scripts/install.sh --box $(O)/box "$(DESTDIR)/$(PREFIX)"

# make size: bytes per applet, per libbb module and in all, as a share of the budget; fails when over
size: all
	@sh scripts/size.sh $(O) $(BUDGET)

# make lint: formatting, static analysis, shell scripts, and no writable globals in applets
lint: all
	@MODE=$(MODE) sh scripts/lint.sh $(O) $(NM)

# make asan: the binary with AddressSanitizer and UBSan, build/asan/box
asan:
	@$(MAKE) --no-print-directory MODE=asan O=$(O)/asan

# make unit: Check tests of libbb, under the sanitizers
UNIT_SRC := $(sort $(wildcard tests/unit/*.c))
UNIT_OBJ := $(UNIT_SRC:%.c=$(O)/obj/%.o) $(O)/obj/gen/unit.o
unit: asan
	@$(MAKE) --no-print-directory MODE=asan O=$(O)/asan run-unit

run-unit: $(O)/unit
	@ASAN_OPTIONS=detect_leaks=0 $(O)/unit

# Each tests/unit/test_NAME.c has a `Suite *NAME_suite(void)`.
UNIT_NAMES := $(patsubst tests/unit/test_%.c,%,$(filter tests/unit/test_%.c,$(UNIT_SRC)))
$(O)/gen/run_suites.h: $(UNIT_SRC) Makefile
	@mkdir -p $(@D)
	@{ echo '#include <check.h>'; printf 'Suite *%s_suite(void);\n' $(UNIT_NAMES); } > $@
$(O)/gen/unit.c: $(O)/gen/run_suites.h
	@{ printf '#include <stdlib.h>\n#include "run_suites.h"\n\nint main(void)\n{\n\tSRunner *r = srunner_create(NULL);\n\n'; \
	printf '\tsrunner_add_suite(r, %s_suite());\n' $(UNIT_NAMES); \
	printf '\tsrunner_run_all(r, CK_NORMAL);\n\treturn srunner_ntests_failed(r) > 0;\n}\n'; } > $@
$(UNIT_OBJ): | $(O)/gen/run_suites.h

$(O)/unit: $(filter-out $(O)/obj/main.o,$(OBJ)) $(UNIT_OBJ)
	@$(CC) $(LDFLAGS) -o $@ $^ -lcheck -lsubunit -lrt -lm -lpthread

# make check: all tests but the container's
check: all unit
	@sh tests/run.sh --box $(O)/box

# make check-asan: the same on the sanitizers' build
check-asan: asan
	@ASAN_OPTIONS=detect_leaks=0 sh tests/run.sh --box $(O)/asan/box

# make bench: box against what is installed, and the start-up floor
bench: all
	@sh scripts/bench.sh $(O)/box

# make docs: a manual page for every applet, build/docs
docs:
	@mkdir -p $(O)/docs
	@for f in $(DECLARED); do awk -v mode=manual -f scripts/applet.awk $$f > $(O)/docs/$$(basename $$f .c).1 || exit 1; done
	@echo "$(O)/docs: $$(ls $(O)/docs | wc -l) manual pages"

# make image: the OCI image, by scripts/mkimage.sh
image: all
	@sh scripts/mkimage.sh --box $(O)/box

# make clean: removes everything made
clean:
	rm -rf build

# make print-NAME: the value of a variable of this file
print-%:
	@echo '$($*)'

FORCE:
.PHONY: all help tools install size lint asan unit run-unit check check-asan bench docs image fuzz run-fuzz clean FORCE
.DELETE_ON_ERROR:
