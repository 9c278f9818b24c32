# SPDX-License-Identifier: GPL-2.0-only
#
# The reader's tests.  Its sources are compiled as they are, against the real
# headers, with the sanitizers that the Makefile sets.

TOOLS		:= ../../tools
TOOLS_LIBS	:= jansson ncursesw libzstd zlib
TOOLS_TESTS	:= test_tools_snapshot test_tools_quantile test_tools_tree \
		   test_tools_runfile test_tools_print test_tools_golden \
		   test_tools_interval test_tools_time test_tools_merge \
		   test_tools_significance test_tools_condition test_tools_diff
TOOLS_OBJS	:= $(patsubst $(TOOLS)/%.c,$(BUILD)/tools/%.o, \
			      $(wildcard $(TOOLS)/*.c))

TESTS += $(TOOLS_TESTS)

# All of the reader but main().
TOOLS_LINKED	:= $(filter-out $(BUILD)/tools/fgagg.o,$(TOOLS_OBJS))

$(TOOLS_TESTS:%=$(BUILD)/%): LDLIBS += $(shell pkg-config --libs $(TOOLS_LIBS)) -lm
$(TOOLS_TESTS:%=$(BUILD)/%): $(BUILD)/test_tools_helper.o $(TOOLS_LINKED)

# The whole reader, for the golden outputs.
TOOLS_GOLDEN	:= test_tools_golden test_tools_time test_tools_merge test_tools_diff
$(TOOLS_GOLDEN:%=$(BUILD)/%): $(BUILD)/test_tools_command.o | $(BUILD)/fgagg
$(BUILD)/fgagg: LDLIBS := $(shell pkg-config --libs $(TOOLS_LIBS)) -lm
$(BUILD)/fgagg: $(TOOLS_OBJS)
	$(CC) $(CFLAGS) $(UNIT_CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(TOOLS_TESTS:%=$(BUILD)/%.o) $(BUILD)/test_tools_helper.o \
$(BUILD)/test_tools_command.o $(TOOLS_OBJS): \
	CPPFLAGS := -MMD -MP -D_GNU_SOURCE -D__SANE_USERSPACE_TYPES__ \
		    -DFGAGG_VERSION='"test"' -I$(TOOLS) \
		    $(shell pkg-config --cflags $(TOOLS_LIBS))

$(BUILD)/tools/%.o: $(TOOLS)/%.c
	$(COMPILE)
