# SPDX-License-Identifier: GPL-2.0-only
#
# The reader's tests.  Its sources are compiled as they are, against the real
# headers, with the sanitizers that the Makefile sets.

TOOLS		:= ../../tools
TOOLS_LIBS	:= jansson ncursesw libzstd zlib
TOOLS_TESTS	:= test_tools_snapshot test_tools_quantile test_tools_tree \
		   test_tools_runfile test_tools_delta test_tools_print test_tools_golden \
		   test_tools_interval test_tools_time test_tools_merge \
		   test_tools_top test_tools_screen test_tools_manners \
		   test_tools_export test_tools_protobuf \
		   test_tools_funcgraph test_tools_import test_tools_html \
		   test_tools_significance test_tools_condition test_tools_diff
TOOLS_OBJS	:= $(patsubst $(TOOLS)/%.c,$(BUILD)/tools/%.o, \
			      $(wildcard $(TOOLS)/*.c))

TESTS += $(TOOLS_TESTS)

# All of the reader but main().
TOOLS_LINKED	:= $(filter-out $(BUILD)/tools/fgagg.o,$(TOOLS_OBJS))

$(TOOLS_TESTS:%=$(BUILD)/%): LDLIBS += $(shell pkg-config --libs $(TOOLS_LIBS)) -lm
$(TOOLS_TESTS:%=$(BUILD)/%): $(BUILD)/test_tools_helper.o $(TOOLS_LINKED)

# The whole reader, for the golden outputs.
TOOLS_GOLDEN	:= test_tools_golden test_tools_time test_tools_merge \
		   test_tools_screen test_tools_manners test_tools_export \
		   test_tools_import test_tools_diff test_tools_html
$(TOOLS_GOLDEN:%=$(BUILD)/%): $(BUILD)/test_tools_command.o | $(BUILD)/fgagg
$(BUILD)/test_tools_screen: $(BUILD)/test_tools_terminal.o
$(BUILD)/test_tools_top: $(BUILD)/test_tools_large.o
TOOLS_LOGS	:= test_tools_funcgraph test_tools_import
$(TOOLS_LOGS:%=$(BUILD)/%): $(BUILD)/test_tools_log.o
$(BUILD)/fgagg: LDLIBS := $(shell pkg-config --libs $(TOOLS_LIBS)) -lm
$(BUILD)/fgagg: $(TOOLS_OBJS)
	$(CC) $(CFLAGS) $(UNIT_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(TOOLS_TESTS:%=$(BUILD)/%.o) $(BUILD)/test_tools_helper.o \
$(BUILD)/test_tools_command.o $(BUILD)/test_tools_terminal.o \
$(BUILD)/test_tools_large.o $(BUILD)/test_tools_log.o $(TOOLS_OBJS): \
	CPPFLAGS := -MMD -MP -D_GNU_SOURCE -D__SANE_USERSPACE_TYPES__ \
		    -DFGAGG_VERSION='"test"' -I$(TOOLS) \
		    $(shell pkg-config --cflags $(TOOLS_LIBS))
$(BUILD)/test_tools_runfile.o: \
	CPPFLAGS += -DCORPUS='"$(abspath ../fuzz/corpus)"'

# What it includes is named as from the directory of the sources.
$(BUILD)/tools/template.o: UNIT_CFLAGS += -Wa,-I$(TOOLS)
$(BUILD)/tools/template.o: $(TOOLS)/html/template.html

$(BUILD)/tools/%.o: $(TOOLS)/%.c
	$(COMPILE)

# How long reading takes, without sanitizers.
.PHONY: bench
bench:
	@$(MAKE) -s BUILD=$(BUILD)/bench CFLAGS=-O2 UNIT_CFLAGS=-std=gnu11 \
		$(BUILD)/bench/test_tools_top
	@$(BUILD)/bench/test_tools_top 2>&1 | sed -n 's/^# first/first/p'
