// SPDX-License-Identifier: GPL-2.0-only
/* Logs of function_graph, each a few lines about one thing, and what is counted. */
#include "test_tools_log.h"

#include <stdio.h>

#include "tree.h"

/*
 * struct log - a log and what it comes to
 * @name: of the test
 * @text: the log
 * @counts: calls, calls cut off, unmatched returns, calls without a duration
 * @paths: "count total self [context] a;b", total and self in ns, a line each,
 *	by context and name
 */
static const struct log {
	const char *name;
	const char *text;
	struct fgagg_funcgraph_counts counts;
	const char *paths;
} logs[] = {
	{
		"nested",
		" 6)               |  udp_sendmsg() {\n"
		" 6)   0.083 us    |    sock_tx_timestamp();\n"
		" 6)               |    sk_dst_check() {\n"
		" 6)   0.054 us    |      ipv4_dst_check();\n"
		" 6)   0.441 us    |    }\n"
		" 6)   1.000 us    |  }\n",
		{ 4, 0, 0, 0 },
		"1 1000 476 [task] udp_sendmsg\n"
		"1 441 387 [task] udp_sendmsg;sk_dst_check\n"
		"1 54 54 [task] udp_sendmsg;sk_dst_check;ipv4_dst_check\n"
		"1 83 83 [task] udp_sendmsg;sock_tx_timestamp\n",
	}, {
		"marks and large times",
		" 0) + 12.370 us   |  a();\n"
		" 0) ! 100.757 us  |  b();\n"
		" 0) # 1234.567 us |  c();\n"
		" 0) * 12345.67 us |  d();\n"
		" 0) @ 123456.7 us |  e();\n"
		" 0) $ 1234567 us |  f();\n"
		" 0) $ 999999999999 us |  g();\n",
		{ 7, 0, 0, 0 },
		"1 12370 12370 [task] a\n"
		"1 100757 100757 [task] b\n"
		"1 1234567 1234567 [task] c\n"
		"1 12345670 12345670 [task] d\n"
		"1 123456700 123456700 [task] e\n"
		"1 1234567000 1234567000 [task] f\n"
		"1 17592186044415 17592186044415 [task] g\n",
	}, {
		"two CPUs",
		" 0)               |  a() {\n"
		" 1)               |  b() {\n"
		" 0)   1.000 us    |    x();\n"
		" 1)   2.000 us    |    x();\n"
		" 0)   3.000 us    |  }\n"
		" 1)   5.000 us    |  }\n",
		{ 4, 0, 0, 0 },
		"1 3000 2000 [task] a\n"
		"1 1000 1000 [task] a;x\n"
		"1 5000 3000 [task] b\n"
		"1 2000 2000 [task] b;x\n",
	}, {
		"interrupt",
		" 0)               |  a() {\n"
		" 0)               |    b() {\n"
		" 0)   ==========> |\n"
		" 0)               |      smp_apic_timer_interrupt() {\n"
		" 0)               |        __do_softirq() {\n"
		" 0)   1.000 us    |          x();\n"
		" 0)   2.000 us    |        }\n"
		" 0)   4.000 us    |      }\n"
		" 0)   <========== |\n"
		" 0)   0.500 us    |      y();\n"
		" 0)   6.000 us    |    }\n"
		" 0)   7.000 us    |  }\n",
		{ 6, 0, 0, 0 },
		"1 7000 1000 [task] a\n"
		"1 6000 1500 [task] a;b\n"
		"1 500 500 [task] a;b;y\n"
		"1 4000 2000 [hardirq] smp_apic_timer_interrupt\n"
		"1 2000 1000 [hardirq] smp_apic_timer_interrupt;__do_softirq\n"
		"1 1000 1000 [hardirq] smp_apic_timer_interrupt;__do_softirq;x\n",
	}, {
		"an interrupt that is cut off",
		" 0)               |  a() {\n"
		" 0)   ==========> |\n"
		" 0)               |    irq() {\n"
		" 0)   1.000 us    |      x();\n"
		" 0)   <========== |\n"
		" 0)   7.000 us    |  }\n",
		{ 2, 1, 0, 0 },
		"1 7000 6000 [task] a\n"
		"0 0 0 [hardirq] irq\n"
		"1 1000 1000 [hardirq] irq;x\n",
	}, {
		"an interrupt straight above what it interrupts",
		" 15)               |  _raw_spin_unlock_bh() {\n"
		" 15)               |    __local_bh_enable_ip() {\n"
		" 15)               |    smp_reschedule_interrupt() {\n"
		" 15)   0.141 us    |      scheduler_ipi();\n"
		" 15)   0.465 us    |    }\n"
		" 15)   0.035 us    |    } /* __local_bh_enable_ip */\n"
		" 15)   1.462 us    |  }\n",
		{ 4, 0, 0, 0 },
		"1 1462 1427 [task] _raw_spin_unlock_bh\n"
		"1 35 0 [task] _raw_spin_unlock_bh;__local_bh_enable_ip\n"
		"1 465 324 [task] _raw_spin_unlock_bh;__local_bh_enable_ip;smp_reschedule_interrupt\n"
		"1 141 141 [task] _raw_spin_unlock_bh;__local_bh_enable_ip;smp_reschedule_interrupt;scheduler_ipi\n",
	}, {
		"all columns",
		"   17.849140 |   1)  capture-196   |  ...1. |               |  a() {\n"
		"   17.849160 |   1)  capture-196   |  d.h1. | + 11.964 us   |    b();\n"
		"   17.849161 |   1)  capture-196   |  ..s1. |   1.000 us    |    c();\n"
		"   17.849162 |   1)  capture-196   |  .NZ1. |   0.001 us    |    d();\n"
		"   17.849197 |   1)  capture-196   |  ..... | + 68.664 us   |  } /* a */\n",
		{ 4, 0, 0, 0 },
		"1 68664 55699 [task] a\n"
		"1 1000 1000 [softirq] c\n"
		"1 11964 11964 [hardirq] b\n"
		"1 1 1 [nmi] d\n",
	}, {
		"trace-cmd",
		"cpus=2\n"
		"            bash-246   [001] d..2.    31.291662: sched_switch:         bash:246 [120] R ==> migration/0:21 [0]\n"
		"            bash-246   [001] ...1.    31.309155: funcgraph_entry:                   |  tracee_tree() {\n"
		"   tmux: server-247    [001] ...1.    31.309156: funcgraph_entry:        1.000 us   |  other();\n"
		"            bash-246   [000] ...1.    31.309188: funcgraph_entry:        4.245 us   |    tracee_twig();\n"
		"            bash-246   [000] .....    31.309217: funcgraph_exit:       + 38.464 us  |  }\n",
		{ 3, 0, 0, 0 },
		"1 1000 1000 [task] other\n"
		"1 38464 34219 [task] tracee_tree\n"
		"1 4245 4245 [task] tracee_tree;tracee_twig\n",
	}, {
		"trace-cmd, CPU and flags in one word",
		" bash-246     0...1.    31.309155: funcgraph_entry:                   |  a() {\n"
		"rcu_pree-18   1d.s2.    31.309156: funcgraph_entry:        1.000 us   |  b();\n"
		" bash-246     1d.h1.    31.309188: funcgraph_entry:        4.245 us   |    c();\n"
		" bash-246     0.....    31.309217: funcgraph_exit:       + 38.464 us  |  }\n",
		{ 3, 0, 0, 0 },
		"1 38464 34219 [task] a\n"
		"1 1000 1000 [softirq] b\n"
		"1 4245 4245 [hardirq] c\n",
	}, {
		"trace-cmd, time since the event before",
		" bash-246   [000] ...1.    31.309155123:          funcgraph_entry:                   |  a() {\n"
		" bash-246   [000] ...1.    31.309188123: (+33000) funcgraph_entry:        4.245 us   |    b();\n"
		" bash-246   [000] .....    31.309217123: (+29000) funcgraph_exit:       + 38.464 us  |  }\n",
		{ 2, 0, 0, 0 },
		"1 38464 34219 [task] a\n"
		"1 4245 4245 [task] a;b\n",
	}, {
		"modules, arguments, results",
		" 0)               |  nf_nat_ipv4_local_fn [iptable_nat](skb=0xff, st=(union)[0x1:0x2], n=-1) {\n"
		" 0)   0.100 us    |    a [m]();\n"
		" 0)   0.200 us    |    b(x=1); /* = 0x0 */\n"
		" 0)   0.300 us    |    0xffffffffc0a01234(); /* <-c+0x1/0x2 ret=-22 */\n"
		" 0)   1.000 us    |  } /* nf_nat_ipv4_local_fn [iptable_nat] ret=0x1 */\n",
		{ 4, 0, 0, 0 },
		"1 1000 400 [task] nf_nat_ipv4_local_fn [iptable_nat]\n"
		"1 300 300 [task] nf_nat_ipv4_local_fn [iptable_nat];0xffffffffc0a01234\n"
		"1 100 100 [task] nf_nat_ipv4_local_fn [iptable_nat];a [m]\n"
		"1 200 200 [task] nf_nat_ipv4_local_fn [iptable_nat];b\n",
	}, {
		"a task that sleeps and moves",
		" 0)               |  a() {\n"
		" ------------------------------------------\n"
		" 0)    one-11      =>   Web C-12 \n"
		" ------------------------------------------\n"
		"\n"
		" 0)   1.000 us    |  b();\n"
		" ------------------------------------------\n"
		" 1)    <idle>-0    =>    one-11   \n"
		" ------------------------------------------\n"
		"\n"
		" 1)   2.000 us    |    c();\n"
		" 1)   9.000 us    |  }\n",
		{ 3, 0, 0, 0 },
		"1 9000 7000 [task] a\n"
		"1 2000 2000 [task] a;c\n"
		"1 1000 1000 [task] b\n",
	}, {
		"cut at its head",
		"dst_check();\n"
		" 6)   0.441 us    |      }\n"
		" 6)   0.500 us    |      a();\n"
		" 6)   1.000 us    |    }\n"
		" 6)   1.000 us    |    }\n"
		" 6)   2.000 us    |  } /* c */\n"
		" 6)   3.000 us    |  } /* d */\n",
		{ 1, 3, 2, 0 },
		"1 500 500 [task] a\n",
	}, {
		"cut at its end",
		" 6)               |  a() {\n"
		" 6)   0.500 us    |    b();\n"
		" 6)               |    c() {\n"
		" 6)   0.500 us    |      d()",
		{ 1, 2, 0, 0 },
		"0 0 0 [task] a\n"
		"1 500 500 [task] a;b\n",
	}, {
		"lost events",
		" 6)               |  a() {\n"
		" 7)               |  a() {\n"
		"CPU:6 [LOST 194 EVENTS]\n"
		" 6)   0.500 us    |      b();\n"
		" 6)   1.000 us    |    }\n"
		" 7)   2.000 us    |  }\n"
		"CPU:7 [1234 EVENTS DROPPED]\n"
		" 7)   1.000 us    |  }\n",
		{ 2, 3, 0, 0 },
		"1 2000 2000 [task] a\n"
		"1 500 500 [task] b\n",
	}, {
		"a name tells which call returns",
		" 0)               |  a() {\n"
		" 0)               |    b() {\n"
		" 0)   1.000 us    |    } /* x */\n"
		" 0)   2.000 us    |  } /* a */\n",
		{ 1, 1, 1, 0 },
		"1 2000 2000 [task] a\n",
	}, {
		"prose",
		"> [root@host ~]# ./funcgraph -a 'udp_sendmsg()' # (see 1) and 2) below;\n"
		"> I think that foo(); is called {once} (or twice); it takes 3.2 us | at most.\n"
		"> Tracing \"udp_sendmsg\"... Ctrl-C to end.\n"
		"#  DURATION                  FUNCTION CALLS\n"
		"#   |   |                     |   |   |   |\n"
		"               |  a() {\n"
		"  0.500 us    |    b();\n"
		"  1.000 us    |  }\n"
		"^C Ending tracing... it calls b() 1) 2) foo(); or so | sort; } and bar() { } $ \n",
		{ 2, 0, 0, 0 },
		"1 1000 500 [task] a\n"
		"1 500 500 [task] a;b\n",
	}, {
		"only the CPU",
		"# CPU               FUNCTION CALLS\n"
		"# |                 |   |   |   |\n"
		" 1) a [m]() {\n"
		" 0) c();\n"
		" 1)   b();\n"
		" 1) }\n"
		"and then foo(); is called\n",
		{ 3, 0, 0, 3 },
		"1 0 0 [task] a [m]\n"
		"1 0 0 [task] a [m];b\n"
		"1 0 0 [task] c\n",
	}, {
		"no columns",
		"$ cat trace # not foo(); nor bar(x) {\n"
		"#               FUNCTION CALLS\n"
		"#               |   |   |   |\n"
		"a [m]() {\n"
		"  b();\n"
		"  c [m]();\n"
		"} /* a [m] */\n"
		"and foo(); is prose\n",
		{ 3, 0, 0, 3 },
		"1 0 0 [task] a [m]\n"
		"1 0 0 [task] a [m];b\n"
		"1 0 0 [task] a [m];c [m]\n",
	}, {
		"comments",
		" 0)               |  a() {\n"
		" 0)               |  /* a note: x(); } b() { */\n"
		" 0)               |    /* sched_switch: prev_comm=a ==> next_comm=b */\n"
		" 0)   1.000 us    |  }\n",
		{ 1, 0, 0, 0 },
		"1 1000 1000 [task] a\n",
	}, {
		"nothing",
		"A mail about calls, say foo(bar), of 3.2 us (that is 1) or 2) { } | more.\n",
		{ 0, 0, 0, 0 },
		"",
	},
};

static void check(const struct log *log, const char *text, size_t piece)
{
	struct fgagg_counter *counter = fgagg_counter_new();
	struct fgagg_funcgraph_counts counts;
	char *paths;

	assert_non_null(counter);
	log_feed(counter, text, strlen(text), piece, &counts);
	paths = log_paths(counter);
	if (strcmp(paths, log->paths))
		print_error("--- want\n%s--- got\n%s---\n", log->paths, paths);
	assert_string_equal(paths, log->paths);
	assert_int_equal(counts.calls, log->counts.calls);
	assert_int_equal(counts.cut_off, log->counts.cut_off);
	assert_int_equal(counts.unmatched, log->counts.unmatched);
	assert_int_equal(counts.untimed, log->counts.untimed);
	free(paths);
	fgagg_counter_free(counter);
}

static void test_log(void **state)
{
	const struct log *log = *state;
	size_t piece;

	for (piece = 0; piece < 20; piece++)
		check(log, log->text, piece);
}

/* As it comes out of a mail: on one line. */
static void test_one_line(void **state)
{
	const struct log *log = *state;
	char *text = strdup(log->text), *at;

	assert_non_null(text);
	for (at = text; *at; at++)
		if (*at == '\n')
			*at = ' ';
	check(log, text, 0);
	free(text);
}

/* Hostile depth costs neither memory nor the rest of the log. */
static void test_depth(void **state)
{
	struct fgagg_counter *counter = fgagg_counter_new();
	struct fgagg_funcgraph_counts counts;
	size_t i, size, deep = 3 * FGAGG_TREE_DEPTH_MAX;
	char *text = NULL;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	for (i = 0; i < deep; i++)
		fputs(" 0) | f() {\n", out);
	for (i = 0; i < deep; i++)
		fputs(" 0) 1.000 us | }\n", out);
	fputs(" 0) 1.000 us | g();\n", out);
	fclose(out);
	log_feed(counter, text, size, 0, &counts);
	assert_int_equal(counts.calls, FGAGG_TREE_DEPTH_MAX + 1);
	assert_int_equal(counts.cut_off, deep - FGAGG_TREE_DEPTH_MAX);
	assert_int_equal(counts.unmatched, deep - FGAGG_TREE_DEPTH_MAX);
	free(text);
	text = log_paths(counter);
	assert_non_null(strstr(text, "1 1000 1000 [task] g\n"));
	free(text);
	fgagg_counter_free(counter);
}

/* Words without an end, names that are too long, bytes of all kinds. */
static void test_garbage(void **state)
{
	static const char *const starts[] = {
		"", " 0) | ", " 0) | f(", " 0) | /* ", " 0) | } /* ", " 0) 1 us | ",
		"-----------", " 0) | f [", "CPU:", " 1)",
	};
	struct fgagg_counter *counter = fgagg_counter_new();
	struct fgagg_funcgraph_counts counts;
	static char text[100000];
	size_t i, j;
	char *paths;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(starts); i++) {
		memset(text, 'x', sizeof(text));
		memcpy(text, starts[i], strlen(starts[i]));
		memcpy(text + 5000, "();\n 0) 1.000 us | g();\n", 23);
		log_feed(counter, text, sizeof(text), 0, &counts);
		assert_int_equal(counts.cut_off, i == 4);
		for (j = strlen(starts[i]); j < sizeof(text); j++)
			text[j] = j * 7919 >> (j & 7);
		log_feed(counter, text, sizeof(text), 4099, &counts);
	}
	paths = log_paths(counter);
	assert_non_null(strstr(paths, "[task] g\n"));
	free(paths);
	fgagg_counter_free(counter);
}

int main(void)
{
	struct CMUnitTest tests[2 * ARRAY_SIZE(logs) + 2] = {
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_garbage),
	};
	static char names[ARRAY_SIZE(logs)][80];
	size_t i, n = 2;

	for (i = 0; i < ARRAY_SIZE(logs); i++) {
		snprintf(names[i], sizeof(names[i]), "%s, on one line",
			 logs[i].name);
		tests[n].name = logs[i].name;
		tests[n].test_func = test_log;
		tests[n++].initial_state = (void *)&logs[i];
		tests[n].name = names[i];
		tests[n].test_func = test_one_line;
		tests[n++].initial_state = (void *)&logs[i];
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
