# SPDX-License-Identifier: GPL-2.0-only

KDIR	?= /lib/modules/$(shell uname -r)/build
KERNEL	?= 6.12
BUDGET	?= --cycles 1000
PREFIX	?= /usr/local

export PREFIX DESTDIR

# What is missing ends in one line that names the Debian package.
need_program	= $(if $(shell command -v $(1)),,$(error \
		  no $(1): install the package $(2)))
need_file	= $(if $(wildcard $(1)),,$(error \
		  no $(1): install the package $(2)))
need_library	= $(if $(shell pkg-config --exists $(1) && echo yes),,$(error \
		  no library $(1): install the package $(2)))
need_for_tools	= $(call need_program,$(CC),gcc) \
		  $(call need_file,/usr/include/stdio.h,libc6-dev) \
		  $(call need_program,pkg-config,pkgconf) \
		  $(call need_library,jansson,libjansson-dev) \
		  $(call need_library,ncursesw,libncurses-dev) \
		  $(call need_library,libzstd,libzstd-dev) \
		  $(call need_library,zlib,zlib1g-dev)
need_headers	= $(if $(wildcard $(KDIR)/Makefile),,$(error \
		  no kernel headers in $(KDIR): install the package \
		  linux-headers-$(shell uname -r), or name others by KDIR=DIR))

need_ftrace	= $(if $(shell grep -sx CONFIG_FUNCTION_GRAPH_TRACER=y \
			$(KDIR)/include/config/auto.conf),,$(error \
		  the kernel of $(KDIR) has no function graph tracing \
		  (CONFIG_FUNCTION_GRAPH_TRACER): fgagg cannot work there))

MODULE		= $(MAKE) -C $(KDIR) M=$(CURDIR)/kmod
RELEASE		= $(shell $(MAKE) -s -C $(KDIR) kernelrelease)

.PHONY: all module tools unit vm check ibt torture bench demo install uninstall \
	clean distclean help

all: module tools

module:
	$(call need_program,$(CC),gcc)
	$(need_headers)
	$(need_ftrace)
	$(MODULE) modules

tools:
	$(need_for_tools)
	$(MAKE) -C tools

unit:
	$(need_for_tools)
	$(call need_library,cmocka,libcmocka-dev)
	$(call need_program,python3,python3)
	$(call need_program,tmux,tmux)
	$(call need_program,zstd,zstd)
	$(MAKE) -C selftests/unit check

vm:
	selftests/vm/setup
	selftests/vm/selftest --kernel $(KERNEL)

check:
	@selftests/vm/check

ibt:
	@selftests/ibt/run --kernel $(KERNEL)

torture:
	selftests/vm/setup
	selftests/torture/run --kernel $(KERNEL) $(BUDGET)

bench:
	selftests/vm/setup
	selftests/bench/run

demo:
	selftests/vm/setup
	selftests/vm/run --kernel 6.12 -- selftests/demo.sh

# Not by modules_install, which would sign with a key that nobody has.
install: module tools
	$(call need_program,depmod,kmod)
	install -D -m 644 kmod/fgagg.ko \
		$(DESTDIR)/lib/modules/$(RELEASE)/updates/fgagg.ko
	$(if $(DESTDIR),,depmod $(RELEASE))
	$(MAKE) -C tools install

uninstall:
	$(need_headers)
	$(RM) $(DESTDIR)/lib/modules/$(RELEASE)/updates/fgagg.ko \
		$(DESTDIR)$(PREFIX)/bin/fgagg \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/fgagg \
		$(DESTDIR)$(PREFIX)/share/man/man1/fgagg.1 \
		$(DESTDIR)$(PREFIX)/share/man/man4/fgagg.4
	$(if $(DESTDIR),,depmod $(RELEASE))

clean:
	$(MAKE) -C tools clean
	$(MAKE) -C selftests/unit clean
	$(MAKE) -C selftests/fuzz clean
	$(MAKE) -C selftests/net clean
	$(MAKE) -C selftests/torture clean
	find kmod selftests/tracee selftests/bench/peers \( -name '*.o' -o -name '*.ko' \
		-o -name '*.s' -o -name offsets.h -o -name '*.mod' -o -name '*.mod.c' -o -name '.*.cmd' \
		-o -name Module.symvers -o -name modules.order \) -delete
	$(RM) -r build

distclean: clean
	selftests/vm/root --drop
	$(RM) -r tools/html/node_modules selftests/html/node_modules

help:
	@echo "make            module and reader"
	@echo "make module     kmod/fgagg.ko, for the running kernel or KDIR=DIR"
	@echo "make tools      the reader, tools/fgagg"
	@echo "make unit       build and run the unit tests"
	@echo "make vm         run the tests in a guest with KERNEL=6.1, 6.12 or 7.2"
	@echo "make check      install what is needed, and run all tests on all kernels"
	@echo "make ibt        test with indirect branch tracking, KERNEL=6.12 or 7.2"
	@echo "make torture    storms on KERNEL, each for BUDGET='--cycles N' or '--seconds S'"
	@echo "make bench      measure what it costs, and what others do, on all kernels"
	@echo "make demo       install what is needed, and show it at work in a guest"
	@echo "make install    module to /lib/modules, reader to PREFIX=$(PREFIX)"
	@echo "make uninstall  remove both"
	@echo "make clean      remove what was built"
	@echo "make distclean  remove what was downloaded as well"
