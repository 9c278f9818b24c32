// SPDX-License-Identifier: GPL-2.0-only
/* What all commands have: help with examples, completion, output to pipes. */
#include "test_tools_command.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static const char attached[] =
	"hooked\tudp_sendmsg\n"
	"hooked\tudp_send_skb.isra.0\n"
	"hooked\tnf_nat_inet_fn [nf_nat]\n"
	"skipped\tudp_frob*\tno function matches\n";

static const char sets[] = "nic: napi_*\nstack: udp_* tcp_*\n";

static int setup(void **state)
{
	char path[PATH_MAX];
	struct build b;
	size_t size;
	void *bytes;

	(void)state;
	command_setup();
	snprintf(path, sizeof(path), "%s/fgagg", command_dir());
	assert_int_equal(mkdir(path, 0700), 0);
	command_write("fgagg/attached", attached, strlen(attached));
	command_write("fgagg/sets", sets, strlen(sets));
	build_init(&b);
	build_example(&b);
	bytes = build_bytes(&b, &size);
	command_write("fgagg/snapshot", bytes, size);
	free(bytes);
	build_free(&b);
	return 0;
}

/* What a shell's command prints. */
static char *shell(const char *command)
{
	char line[PATH_MAX], path[PATH_MAX], *text;

	snprintf(line, sizeof(line), "exec >$DIR/output 2>&1\n%s", command);
	assert_int_equal(system(line), 0);
	snprintf(path, sizeof(path), "%s/output", command_dir());
	assert_int_equal(fgagg_file_read(path, &text, NULL), 0);
	return text;
}

static void expect(const char *command, const char *want)
{
	char *got = shell(command);

	if (strcmp(got, want))
		fail_msg("'%s' prints\n%sinstead of\n%s", command, got, want);
	free(got);
}

/* Runs @check with each command as $1; what it prints is wrong. */
static void expect_of_commands(const char *check)
{
	char line[PATH_MAX];

	snprintf(line, sizeof(line),
		 "check() {\n%s\n}\n"
		 "commands=$($FGAGG --help | sed -n '/^Commands:/,/^$/s/^  \\([a-z]*\\) .*/\\1/p')\n"
		 "echo $commands | wc -w | grep -qv '^[0-9]$' || echo no commands\n"
		 "for command in $commands; do check $command; done\n",
		 check);
	expect(line, "");
}

static void test_examples(void **state)
{
	(void)state;
	expect_of_commands("$FGAGG $1 --help | sed '1,/^Examples:/d' |\n"
			   "grep -q \"^  .*fgagg $1\" ||\n"
			   "echo \"$1 --help has no examples: add some to its argp doc\"");
}

/* Nothing in the help is cut or wrapped where a terminal has 80 columns. */
static void test_width(void **state)
{
	(void)state;
	expect_of_commands("$FGAGG $1 --help | grep '.\\{81\\}' | sed \"s/^/$1: /\"");
}

#define COMPLETE	"${FGAGG%/*}/../complete.sh "

static void test_complete_commands(void **state)
{
	(void)state;
	expect_of_commands(COMPLETE "fgagg \"$1\" | grep -qx \"$1\" ||\n"
			   "echo \"completion lacks $1\"");
	expect(COMPLETE "fgagg rep", "report\n");
	expect(COMPLETE "fgagg --color never sta", "start\nstat\nstatus\n");
}

static void test_complete_options(void **state)
{
	(void)state;
	expect_of_commands("$FGAGG $1 --help |\n"
			   "sed -n 's/^ \\{2,6\\}\\(-., \\)\\?\\(--[a-z-]*\\).*/\\2/p' | sort >$DIR/has\n"
			   COMPLETE "fgagg $1 -- >$DIR/offered\n"
			   "comm -3 $DIR/has $DIR/offered | sed \"s/^/completion of $1: /\"");
}

static void test_complete_values(void **state)
{
	(void)state;
	expect(COMPLETE "fgagg report --sort = ''",
	       "count\nmax\np99\nself\ntotal\n");
	expect(COMPLETE "fgagg top --since r", "reset\n");
	expect(COMPLETE "fgagg tree --debugfs = $DIR --func = udp_",
	       "udp_send_skb.isra.0\nudp_sendmsg\n");
	expect(COMPLETE "fgagg --debugfs $DIR start -f @", "@nic\n@stack\n");
	expect(COMPLETE "fgagg --debugfs $DIR hist nf", "nf_nat_inet_fn\n");
	expect(COMPLETE "fgagg --debugfs $DIR hist --full -C 0 nf", "nf_nat_inet_fn\n");
	expect(COMPLETE "fgagg --debugfs $DIR heatmap -n = 3 nf", "nf_nat_inet_fn\n");
	expect(COMPLETE "fgagg --debugfs $DIR export --format = hgrm nf",
	       "nf_nat_inet_fn\n");
	expect(COMPLETE "fgagg --debugfs $DIR export -o nf.hgrm nf", "nf_nat_inet_fn\n");
	expect("cd $DIR && touch nf_run && " COMPLETE "fgagg hist -C 0 udp_sendmsg nf",
	       "nf_run\n");
}

/* After an option comes its value only if it takes one. */
static void test_complete_after_options(void **state)
{
	(void)state;
	expect_of_commands("$FGAGG $1 --help |\n"
			   "sed -n 's/^ \\{2,6\\}\\(-., \\)\\?\\(--[a-z-]*\\)\\(=\\?\\).*/\\2 \\3/p'"
			   " >>$DIR/options\n");
	expect("sort -u $DIR/options | while read -r option value; do\n"
	       "	offered=$(" COMPLETE "fgagg --debugfs $DIR hist \"$option\""
	       " ${value:+\"$DIR\"} nf)\n"
	       "	[ \"$offered\" = nf_nat_inet_fn ] || echo \"after $option: $offered\"\n"
	       "done\n"
	       "sort -u $DIR/options | wc -l | grep -qx '[3-9].' || echo no options\n", "");
}

static void test_complete_record(void **state)
{
	(void)state;
	expect("cd $DIR && touch 'a file'; " COMPLETE "fgagg record -o x -i = 1s -- ls --c", "");
	expect("cd $DIR && " COMPLETE "fgagg record ls -o 'a f'", "a file\n");
	expect(COMPLETE "fgagg record -o x -- setpri", "setpriv\n");
}

static void test_complete_paths(void **state)
{
	(void)state;
	expect(COMPLETE "fgagg --debugfs $DIR hist \"'[softirq];\"",
	       "[softirq];net_rx_action;virtnet_poll [virtio_net]\n"
	       "[softirq];net_rx_action;virtnet_poll [virtio_net];nf_hook_slow\n");
	expect(COMPLETE "fgagg --debugfs=$DIR hist '\"[task];udp_sendmsg;i'",
	       "[task];udp_sendmsg;ip_make_skb\n");
	/* What is offered is what hist takes. */
	expect("path=$(" COMPLETE "fgagg --debugfs $DIR hist \"'[task];udp_sendmsg;i\")\n"
	       "$FGAGG --debugfs $DIR hist \"$path\" | grep calls",
	       "calls 100, total 225 us, self 225 us\n");
}

/* Names are offered as they are, whatever a shell would make of them. */
static void test_complete_hostile(void **state)
{
	static const char hostile[] =
		"hooked\t*\n"
		"hooked\t$(>$DIR/pwned)\n"
		"hooked\t`>$DIR/pwned`\n"
		"hooked\tudp$HOME\n";

	(void)state;
	expect("mkdir -p $DIR/hostile/fgagg", "");
	command_write("hostile/fgagg/attached", hostile, strlen(hostile));
	expect(COMPLETE "fgagg --debugfs=$DIR/hostile hist ''",
	       "$(>$DIR/pwned)\n*\n`>$DIR/pwned`\nudp$HOME\n");
	expect("find $DIR -name pwned", "");
}

/* Without the module nothing is offered, and nothing complains. */
static void test_complete_without_module(void **state)
{
	(void)state;
	expect(COMPLETE "fgagg --debugfs /nonexistent hist udp", "");
	expect(COMPLETE "fgagg --debugfs /nonexistent hist \"'\"", "");
}

/* Who has read enough gets no complaint; who cannot write does. */
static void test_pipe(void **state)
{
	(void)state;
	expect("$FGAGG --debugfs $DIR report | true", "");
	expect("$FGAGG --debugfs $DIR tree --color=auto | grep -c \"$(printf '\\033')\" || :",
	       "0\n");
	expect("$FGAGG --debugfs $DIR report >/dev/full || echo $?",
	       "fgagg: cannot write the output: No space left on device\n1\n");
	expect("PAGER=false; export PAGER; $FGAGG --debugfs $DIR list | head -n 1",
	       "udp_sendmsg\n");
}

/* Files of the kernel can be covered by others only in a namespace of one's own. */
static void need_namespaces(void)
{
	if (system("unshare -rm true 2>/dev/null"))
		skip();
}

/* As on a kernel without ftrace: neither its sysctl nor its file systems. */
static void test_no_ftrace(void **state)
{
	(void)state;
	need_namespaces();
	expect("unshare -rm sh -c '\n"
	       "mount --bind $DIR /proc/sys/kernel\n"
	       "mount --bind /dev/null /proc/filesystems\n"
	       "$FGAGG doctor' | grep -e ' ftrace ' -e 'mount -t'",
	       "fail  ftrace       this kernel has no ftrace: use one with CONFIG_FUNCTION_TRACER, as Debian's are\n");
}

/* A kernel with its configuration in itself, and nothing there but fgagg. */
static void test_config_gz(void **state)
{
	(void)state;
	if (access("/proc/config.gz", F_OK))
		skip();
	need_namespaces();
	expect("for option in MODULES DEBUG_FS KALLSYMS KPROBES DYNAMIC_FTRACE \\\n"
	       "FUNCTION_GRAPH_TRACER; do\n"
	       "printf '\\nCONFIG_%s=y' $option\n"
	       "done | gzip >$DIR/config.gz\n"
	       "unshare -rm sh -c '\n"
	       "mount --bind $DIR/config.gz /proc/config.gz\n"
	       "mount -t tmpfs none /boot\n"
	       "PATH= $FGAGG doctor' | grep ' config '",
	       "ok    config       ftrace, function_graph, kprobes and debugfs are built in\n");
}

static void test_doctor_clock(void **state)
{
	(void)state;
	need_namespaces();
	expect("mkdir $DIR/clocks && cp -r $DIR/fgagg $DIR/clocks && cd $DIR/clocks\n"
	       "cat >try <<'END'\n"
	       "mount --bind . /sys/devices/system/clocksource/clocksource0\n"
	       "while read clock chosen available; do\n"
	       "echo clock: $clock >fgagg/stats\n"
	       "echo $chosen >fgagg/clock\n"
	       "echo hpet >current_clocksource\n"
	       "echo $available >available_clocksource\n"
	       "$FGAGG --debugfs . doctor | grep ' clock ' | cut -d ' ' -f 2-\n"
	       "done\n"
	       "END\n"
	       "unshare -rm sh try <<'END'\n"
	       "local_clock local_clock tsc\n"
	       "local_clock auto hpet\n"
	       "tsc auto hpet tsc\n"
	       "tsc auto hpet tsc-early\n"
	       "END\n",
	       "   clock        local_clock, as was asked for\n"
	       " clock        local_clock, which takes longer to read: the TSC is not invariant, or not trusted (clocksource is hpet)\n"
	       "   clock        tsc, read directly\n"
	       " clock        tsc, which the kernel does not trust: times may be wrong; 'fgagg stop', and write auto to the module's file clock\n");
}

static void test_not_root(void **state)
{
	(void)state;
	if (system("unshare -U true 2>/dev/null"))
		skip();
	expect("for command in status start stop reset list tree top report record; do\n"
	       "unshare -U $FGAGG $command\n"
	       "done 2>&1 | sort | uniq -c",
	       "      9 fgagg: only root may use fgagg: run it as root, or with sudo\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_no_ftrace),
		cmocka_unit_test(test_config_gz),
		cmocka_unit_test(test_doctor_clock),
		cmocka_unit_test(test_not_root),
		cmocka_unit_test(test_complete_commands),
		cmocka_unit_test(test_complete_options),
		cmocka_unit_test(test_complete_values),
		cmocka_unit_test(test_complete_after_options),
		cmocka_unit_test(test_complete_record),
		cmocka_unit_test(test_complete_paths),
		cmocka_unit_test(test_complete_hostile),
		cmocka_unit_test(test_complete_without_module),
		cmocka_unit_test(test_pipe),
	};

	return cmocka_run_group_tests(tests, setup, command_teardown);
}
