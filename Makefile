# dmmd: distributed mobility management (RFC 8885) for Linux routers.
#
#   make            the daemon and its tools, in build/release
#   make demo       a node that keeps its connections while it moves, on a real kernel
#   make check      every test; fetches what it needs
#   make help       all targets

VERSION := 0.1.0

BUILD  ?= release
O      ?= build
OUT    := $(O)/$(BUILD)
PREFIX ?= /usr
SYSCONFDIR ?= /etc
SBINDIR ?= $(PREFIX)/sbin
BINDIR  ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
UNITDIR ?= $(PREFIX)/lib/systemd/system
INSTALL ?= install

CXX        ?= g++
PKG_CONFIG ?= pkg-config
CLANGXX    ?= clang++-19
TIDY       ?= clang-tidy-19
FORMAT     ?= clang-format

# As many jobs as there are processors, unless -j says otherwise; inner calls share them.
JOBS := $(shell nproc 2>/dev/null || echo 2)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif
MAKEFLAGS += --no-print-directory
ifneq ($(V),1)
QUIET = @printf '%-5s %s\n' '$(1)' '$(@:$(OUT)/%=%)';
endif

# Debian ships no .pc file for libev.
LIBEV_LIBS ?= -lev
MNL_CFLAGS := $(shell $(PKG_CONFIG) --cflags libmnl 2>/dev/null)
MNL_LIBS   := $(shell $(PKG_CONFIG) --libs libmnl 2>/dev/null || echo -lmnl)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast \
    -Wcast-align -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum -Wformat=2
GCC_WARNINGS := -Wduplicated-cond -Wduplicated-branches -Wlogical-op
ifeq ($(CI),true)
WERROR ?= 1
endif
ifeq ($(WERROR),1)
WARNINGS += -Werror
endif

HARDENING := -fstack-protector-strong -fPIE
FLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS $(HARDENING) $(GCC_WARNINGS)
# For flash memory: everything is compiled as one, what nobody calls is left out, and so are the
# tables and landing pads of exceptions. Nothing here catches any (the compiler refuses it in this
# build); what the library throws ends the program with its words, with or without them.
ONE_UNIT      := -flto=auto -ffunction-sections -fdata-sections -fvisibility=hidden \
    -fno-exceptions -fno-asynchronous-unwind-tables
FLAGS_small   := -Os -g1 $(ONE_UNIT) -fno-threadsafe-statics -D_FORTIFY_SOURCE=2 $(HARDENING) \
    -include lib/base/small_asserts.h
FLAGS_debug   := -O0 -g -D_GLIBCXX_ASSERTIONS -DDMM_CHECK_INVARIANTS $(GCC_WARNINGS)
SANITIZE      := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_asan     = -O0 -g1 -D_GLIBCXX_ASSERTIONS -DDMM_CHECK_INVARIANTS $(SANITIZE) $(GCC_WARNINGS)
# With the faults of lib/core/mutant.h, asleep; it plays thousands of worlds.
FLAGS_mutants := -O2 -g1 -D_GLIBCXX_ASSERTIONS -DDMM_CHECK_INVARIANTS -DDMM_MUTANTS $(GCC_WARNINGS)
FLAGS_fuzz    := -O1 -g -D_GLIBCXX_ASSERTIONS -DDMM_CHECK_INVARIANTS $(SANITIZE) \
    -fsanitize=fuzzer-no-link
LINK_release  := -pie -Wl,-z,relro,-z,now
LINK_small    := -pie -Wl,-z,relro,-z,now -Wl,-z,noseparate-code -Wl,--gc-sections -Wl,--as-needed \
    -Os $(ONE_UNIT) -flto-partition=one
LINK_debug    :=
LINK_asan     := -fsanitize=address,undefined
LINK_mutants  :=
LINK_fuzz     := -fsanitize=address,undefined,fuzzer
ifeq ($(FLAGS_$(BUILD)),)
$(error BUILD=$(BUILD): there is release, small, debug, asan, mutants and fuzz)
endif
ifeq ($(BUILD)$(origin AR),smalldefault)
# Archives of what is compiled as one need an index that only the compiler can make.
AR := gcc-ar
endif
ifeq ($(BUILD),fuzz)
# Also over what the command line says of CXX: only clang has libFuzzer.
override CXX := $(CLANGXX)
endif

ALL_CXXFLAGS = -std=c++23 -I. -DDMM_VERSION='"$(VERSION)"' $(WARNINGS) $(FLAGS_$(BUILD)) \
    $(MNL_CFLAGS) $(CXXFLAGS)
ALL_LDFLAGS  = $(LINK_$(BUILD)) $(LDFLAGS)

# One static library per folder of lib/, so that the linker too sees the layers.
LIBS := base model wire core kernel config control
lib_file    = $(OUT)/libdmm-$(1).a
# From the top layer down, as a linker wants it.
LINK_ORDER := $(foreach l,core config control kernel wire model base,$(call lib_file,$(l)))

# A source that defines main() is a program of its own; the rest of its folder is a library, so
# that the programs of a folder and the unit tests share it.
sources  = $(sort $(wildcard $(addsuffix /*.cc,$(1))))
MAINS   := $(shell grep -lsE '^int main\>' agent/*.cc tools/*/*.cc tests/*/*.cc)
parts    = $(filter-out $(MAINS),$(call sources,$(1)))
objects  = $(patsubst %.cc,$(OUT)/obj/%.o,$(1))
PARTS   := agent dmmctl dmmreplay demo test-support test-kernel test-sim test-bench test-crash
FOLDER_agent        := agent
FOLDER_dmmctl       := tools/dmmctl
FOLDER_dmmreplay    := tools/dmmreplay
FOLDER_demo         := tools/demo
FOLDER_test-support := tests/support
FOLDER_test-kernel  := tests/kernel
FOLDER_test-sim     := tests/sim
FOLDER_test-bench   := tests/bench
FOLDER_test-crash   := tests/crash

# tests/kernel/NAME.cc with a main() is the program NAME; the contract suite goes by its subject.
KERNEL_PROGRAMS := $(patsubst tests/kernel/%.cc,$(OUT)/%,$(filter-out \
    tests/kernel/netns_main.cc,$(filter tests/kernel/%,$(MAINS)))) \
    $(if $(wildcard tests/kernel/netns_main.cc),$(OUT)/kernel-contract)
FUZZ_SOURCES := $(shell grep -ls LLVMFuzzerTestOneInput tests/fuzz/*.cc | grep -v /replay.cc)
FUZZ_NAMES   := $(patsubst tests/fuzz/%.cc,%,$(FUZZ_SOURCES))
FUZZ_PARTS    = $(filter-out $(FUZZ_SOURCES) tests/fuzz/replay.cc,$(call sources,tests/fuzz))

.PHONY: all
all: $(OUT)/dmmd $(OUT)/dmmctl $(OUT)/dmmreplay ## the daemon and its tools (default)

# ---- compiling and linking

# Written anew only when it changes: new flags or another compiler rebuild everything, an added or
# removed file remakes what is put together from several.
$(OUT)/flags: export STAMP = $(CXX) $(ALL_CXXFLAGS)
$(OUT)/parts: export STAMP = $(ALL_LDFLAGS) $(call sources,lib/* agent tools/* tests/*)
$(OUT)/flags $(OUT)/parts: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' "$$STAMP" | cmp -s - $@ || printf '%s\n' "$$STAMP" >$@

.PHONY: FORCE
FORCE:

# What is tested is sanitized; the test cases themselves, long as they are, compile in half the time
# without.
$(OUT)/obj/tests/unit/%.o: private SANITIZE :=

$(OUT)/obj/%.o: %.cc $(OUT)/flags
	@mkdir -p $(@D)
	$(call QUIET,CXX)$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

define library # NAME FOLDER
$(call lib_file,$(1)): $(call objects,$(call parts,$(2))) $(OUT)/parts
	@rm -f $$@
	$$(call QUIET,AR)$$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(LIBS),$(eval $(call library,$(l),lib/$(l))))
$(foreach l,$(PARTS),$(eval $(call library,$(l),$(FOLDER_$(l)))))

link = $(call QUIET,LINK)$(CXX) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^)

$(OUT)/dmmd: $(OUT)/obj/agent/main.o $(call lib_file,agent) $(LINK_ORDER)
	$(link) $(MNL_LIBS) $(LIBEV_LIBS)

$(OUT)/dmmctl: $(OUT)/obj/tools/dmmctl/main.o $(call lib_file,dmmctl) \
    $(foreach l,control wire model base,$(call lib_file,$(l)))
	$(link)

# Of the agent it takes what is pure: the engine behind one face and the form of recordings.
$(OUT)/dmmreplay: $(OUT)/obj/tools/dmmreplay/main.o \
    $(foreach l,dmmreplay agent,$(call lib_file,$(l))) $(LINK_ORDER)
	$(link)

$(OUT)/dmm-demo: $(OUT)/obj/tools/demo/main.o $(call lib_file,demo) \
    $(foreach l,model base,$(call lib_file,$(l)))
	$(link)

$(OUT)/crash-tests: $(OUT)/obj/tests/crash/main.o \
    $(foreach l,test-crash demo model base,$(call lib_file,$(l)))
	$(link)

$(OUT)/unit-tests: $(call objects,$(call sources,tests/unit)) \
    $(foreach l,test-bench test-sim test-kernel test-support dmmreplay agent dmmctl demo,$(call lib_file,$(l))) \
    $(LINK_ORDER)
	$(link) $(MNL_LIBS) $(LIBEV_LIBS)

$(OUT)/scenario-tests: $(call objects,$(call sources,tests/scenarios))
$(OUT)/scenario-tests: $(call lib_file,test-support) $(LINK_ORDER)
	$(link) $(MNL_LIBS)
$(OUT)/benchmarks: $(OUT)/obj/tests/bench/main.o \
    $(foreach l,test-bench test-kernel test-support agent,$(call lib_file,$(l))) $(LINK_ORDER)
	$(link) $(MNL_LIBS) $(LIBEV_LIBS)
$(OUT)/sim-tests: $(OUT)/obj/tests/sim/main.o $(call lib_file,test-sim) \
    $(call lib_file,test-support) $(LINK_ORDER)
	$(link) $(MNL_LIBS)

$(OUT)/kernel-contract: $(OUT)/obj/tests/kernel/netns_main.o
$(filter-out $(OUT)/kernel-contract,$(KERNEL_PROGRAMS)): $(OUT)/%: $(OUT)/obj/tests/kernel/%.o
$(KERNEL_PROGRAMS): $(foreach l,test-kernel kernel model base,$(call lib_file,$(l)))
	$(link) $(MNL_LIBS)

# The same targets twice: under libFuzzer to look for inputs, under a plain main() to try known ones.
FUZZ_LIBS = $(call objects,$(FUZZ_PARTS)) \
    $(foreach l,dmmctl dmmreplay agent test-support test-kernel,$(call lib_file,$(l))) $(LINK_ORDER)
$(OUT)/fuzz-%: $(OUT)/obj/tests/fuzz/%.o $(FUZZ_LIBS)
	$(link) $(MNL_LIBS)
$(OUT)/replay-%: $(OUT)/obj/tests/fuzz/%.o $(OUT)/obj/tests/fuzz/replay.o $(FUZZ_LIBS)
	$(link) $(MNL_LIBS)

.PHONY: test-programs kernel-programs
.SECONDARY:
test-programs: $(OUT)/unit-tests $(OUT)/scenario-tests $(FUZZ_NAMES:%=$(OUT)/replay-%)
kernel-programs: $(OUT)/dmmd $(OUT)/dmmctl $(OUT)/dmmreplay $(OUT)/crash-tests $(KERNEL_PROGRAMS)

-include $(shell find $(OUT)/obj -name '*.d' 2>/dev/null)

# ---- testing; tests/run knows the tiers and builds what each needs

.PHONY: check demo unit scenarios fuzz-replay netns vm vm-selftest install-test
check: ## every test, in order; ends with one line of counts
	@tools/setup test
	@tests/run

demo: ## a node that moves between three routers while its connections live on; MODE=relay|locator|proxy
	@tools/setup test
	@$(MAKE) BUILD=release kernel-programs $(O)/release/dmm-demo
	@DMM_BIN=$(abspath $(O)/release) tools/demo/demo $(if $(MODE),--mode $(MODE)) $(ARGS)

unit: ## unit tests, under the address and undefined behaviour sanitizers
fuzz-replay: ## the fuzz targets on the inputs kept in tests/fuzz/corpus
netns: ## the kernel tests on this machine's kernel, in namespaces of their own
vm: ## the kernel tests on Debian's kernel in a virtual machine
vm-selftest: ## the test of the virtual machine bench itself
install-test: ## what `make install` puts where
unit fuzz-replay netns vm vm-selftest install-test:
	@tests/run --verbose $@

scenarios: ## the protocol's scenarios; UPDATE=1 records their transcripts anew
ifeq ($(UPDATE),1)
	@$(MAKE) BUILD=asan $(O)/asan/scenario-tests
	@$(O)/asan/scenario-tests --update tests/scenarios/*.dmm
else
	@tests/run --verbose $@
endif

.PHONY: sim mutants bench fuzz
SEEDS ?= 200
sim: ## random worlds with faults; SEEDS=200 MODE=relay|locator|proxy|all ARGS='--hostile --crashes'
ifneq ($(wildcard tests/sim/*.cc),)
	@$(MAKE) BUILD=release $(O)/release/sim-tests
	@$(O)/release/sim-tests --seeds $(SEEDS) --mode $(or $(MODE),all) $(ARGS)
else
	@echo "there is no simulator in tests/sim"; exit 1
endif

MUTANT_SEEDS ?= 500
mutants: ## deliberate faults, and which test sees each; MUTANT_SEEDS=500 in each mode
	@$(MAKE) BUILD=mutants $(O)/mutants/sim-tests $(O)/mutants/scenario-tests
	@tests/sim/mutants.sh $(O)/mutants $(MUTANT_SEEDS) $(ARGS)

bench: ## what all of it costs beside its floors, as a table and in build/bench.json; ONLY=cmd VM=1
	@$(MAKE) BUILD=release $(O)/release/dmmd $(O)/release/benchmarks $(if $(VM),kernel-programs $(O)/release/dmm-demo)
	@$(O)/release/benchmarks --dmmd $(O)/release/dmmd --json $(O)/bench.json $(if $(ONLY),--only $(ONLY)) \
	    $(if $(VM),--vm 1)

SECONDS ?= 60
fuzz: ## looks for inputs that break a parser or an engine, with libFuzzer; SECONDS=60 for each target
	@tools/setup fuzz
	@$(MAKE) BUILD=fuzz fuzz-each
.PHONY: fuzz-each
fuzz-each: $(FUZZ_NAMES:%=$(OUT)/fuzz-%)
	@tests/support/fuzz.sh $(OUT) $(SECONDS) $(FUZZ_NAMES)

# ---- form

.PHONY: lint tidy format format-check man
lint: ## every rule that a program can check
	@tools/setup lint
	@tests/run --verbose lint-layers lint-words lint-shell lint-man lint-views lint-events lint-headers lint-pure
	@$(MAKE) format-check tidy

CXX_FILES = $(sort $(wildcard lib/*/*.cc agent/*.cc tools/*/*.cc tests/*/*.cc))
CXX_HEADERS = $(sort $(wildcard lib/*/*.h agent/*.h tools/*/*.h tests/*/*.h))
FILES ?= $(wildcard lib/*/*.cc agent/*.cc tools/*/*.cc)
tidy: ## clang-tidy on the product's sources; FILES='a.cc b.cc' for some
	@printf '%s\n' $(FILES) | xargs -P $(JOBS) -I{} sh -c 'echo "TIDY  {}"; \
	    $(TIDY) --quiet {} -- -std=c++23 -I. -DDMM_VERSION="\"0\"" 2>/dev/null'

format: ## clang-format on all C++ sources
	$(FORMAT) -i $(CXX_FILES) $(CXX_HEADERS)

format-check: ## says which C++ sources `make format` would change
	@$(FORMAT) --dry-run -Werror $(CXX_FILES) $(CXX_HEADERS)

man: ## the manual pages as text, in build/man
	@mkdir -p $(O)/man
	@for page in man/*.[1-9]; do mandoc -T utf8 $$page >$(O)/man/$${page##*/}.txt || exit 1; done
	@ls $(O)/man/*.txt

# ---- installing

MAN_PAGES   := $(sort $(wildcard man/*.[1-9]))
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
UNITS       := $(sort $(wildcard systemd/*.service))
EXAMPLES    := $(sort $(wildcard tools/examples/*.json))
COMPLETIONS := $(sort $(wildcard tools/completion/*.bash))
man_path     = $(DATADIR)/man/man$(patsubst .%,%,$(suffix $(1)))/$(notdir $(1))
INSTALLED   := $(SBINDIR)/dmmd $(BINDIR)/dmmctl $(BINDIR)/dmmreplay \
    $(foreach f,$(MAN_PAGES),$(call man_path,$(f))) \
    $(foreach f,$(UNITS),$(UNITDIR)/$(notdir $(f))) $(SYSUSERSDIR)/dmmd.conf $(TMPFILESDIR)/dmmd.conf \
    $(foreach f,$(EXAMPLES),$(DATADIR)/doc/dmmd/examples/$(notdir $(f))) \
    $(foreach f,$(COMPLETIONS),$(DATADIR)/bash-completion/completions/$(basename $(notdir $(f)))) \
    $(DATADIR)/zsh/site-functions/_dmmctl

.PHONY: install uninstall
install: all ## below DESTDIR, with PREFIX=/usr and SYSCONFDIR=/etc
	$(INSTALL) -d $(DESTDIR)$(SYSCONFDIR)/dmm
	$(INSTALL) -D -m 755 $(OUT)/dmmd $(DESTDIR)$(SBINDIR)/dmmd
	$(INSTALL) -D -m 755 $(OUT)/dmmctl $(DESTDIR)$(BINDIR)/dmmctl
	$(INSTALL) -D -m 755 $(OUT)/dmmreplay $(DESTDIR)$(BINDIR)/dmmreplay
	$(foreach f,$(MAN_PAGES),$(INSTALL) -D -m 644 $(f) $(DESTDIR)$(call man_path,$(f)) &&) :
	$(foreach f,$(EXAMPLES),$(INSTALL) -D -m 644 $(f) \
	    $(DESTDIR)$(DATADIR)/doc/dmmd/examples/$(notdir $(f)) &&) :
	$(foreach f,$(COMPLETIONS),$(INSTALL) -D -m 644 $(f) \
	    $(DESTDIR)$(DATADIR)/bash-completion/completions/$(basename $(notdir $(f))) &&) :
	$(INSTALL) -D -m 644 systemd/dmmd.sysusers $(DESTDIR)$(SYSUSERSDIR)/dmmd.conf
	$(INSTALL) -D -m 644 systemd/dmmd.tmpfiles $(DESTDIR)$(TMPFILESDIR)/dmmd.conf
	$(INSTALL) -D -m 644 tools/completion/_dmmctl $(DESTDIR)$(DATADIR)/zsh/site-functions/_dmmctl
	$(foreach f,$(UNITS),$(INSTALL) -d $(DESTDIR)$(UNITDIR) && \
	    sed -e 's|/usr/sbin/dmmd|$(SBINDIR)/dmmd|g' -e 's|/etc/dmm|$(SYSCONFDIR)/dmm|g' $(f) \
	    >$(OUT)/$(notdir $(f)) && $(INSTALL) -m 644 $(OUT)/$(notdir $(f)) $(DESTDIR)$(UNITDIR)/ &&) :

uninstall: ## removes what install put there; the configuration stays
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	-rmdir $(DESTDIR)$(DATADIR)/doc/dmmd/examples $(DESTDIR)$(DATADIR)/doc/dmmd 2>/dev/null

DEB_VERSION ?= $(VERSION)-1
.PHONY: deb
deb: ## a Debian package, in build/deb; DEB_MAINTAINER='Name <address>'
	@rm -rf $(O)/deb
	@$(MAKE) -s BUILD=release DESTDIR=$(O)/deb/stage PREFIX=/usr SYSCONFDIR=/etc install
	@tools/debian/build $(DEB_VERSION) $(O)/deb/stage $(O)/deb

# ---- the rest

.PHONY: size
size: ## what the programs take in flash memory, built for it and stripped; fails above the goals
	@$(MAKE) BUILD=small $(O)/small/dmmd $(O)/small/dmmctl
	@tools/size $(O)/small

.PHONY: setup clean help
setup: ## installs Debian's packages for all of this
	@tools/setup all

clean: ## removes what was built; the virtual machine's kernel stays (rm -r build for all)
	rm -rf $(foreach b,release small debug asan fuzz mutants man deb tests,$(O)/$(b))

help: ## this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo "  BUILD=release|small|debug|asan|mutants|fuzz  O=build  CXX=g++  WERROR=1  V=1 (show the commands)"
