// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>

#include "file.h"
#include "print.h"
#include "quantile.h"
#include "stats.h"

/* Several times what any kernel's configuration takes. */
#define CONFIG_MAX	0x100000

enum level {
	LEVEL_OK,
	LEVEL_WARN,
	LEVEL_FAIL,
};

/**
 * struct doctor - what the checks find out for each other
 * @env: the common options
 * @uts: the kernel
 * @debugfs: where it is mounted, empty if it is not
 * @tracefs: likewise
 * @failed: a check failed
 */
struct doctor {
	struct fgagg_env *env;
	struct utsname uts;
	char debugfs[PATH_MAX];
	char tracefs[PATH_MAX];
	bool failed;
};

static __printf(4, 5)
void say(struct doctor *doc, enum level level, const char *what,
	 const char *fmt, ...)
{
	static const char *const names[] = { "ok", "warn", "fail" };
	va_list ap;

	printf("%-5s %-12s ", names[level], what);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	if (level == LEVEL_FAIL)
		doc->failed = true;
}

/* A file's content, without a newline at the end; NULL if it is not there. */
static char *read_text(const char *dir, const char *name)
{
	char path[2 * PATH_MAX];
	char *text;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (fgagg_file_read(path, &text, &len))
		return NULL;
	if (len && text[len - 1] == '\n')
		text[len - 1] = '\0';
	return text;
}

/* Not every kernel has its configuration in /boot. */
static char *read_config_gz(void)
{
	gzFile gz = gzopen("/proc/config.gz", "re");
	char *text = gz ? calloc(1, CONFIG_MAX) : NULL;

	if (text && gzread(gz, text, CONFIG_MAX - 1) <= 0) {
		free(text);
		text = NULL;
	}
	gzclose(gz);
	return text;
}

static bool config_has(const char *config, const char *option)
{
	char line[64];

	snprintf(line, sizeof(line), "\n%s=", option);
	return strstr(config, line);
}

static void check_config(struct doctor *doc)
{
	static const char *const options[] = {
		"CONFIG_MODULES", "CONFIG_DEBUG_FS", "CONFIG_KALLSYMS",
		"CONFIG_KPROBES", "CONFIG_DYNAMIC_FTRACE",
		"CONFIG_FUNCTION_GRAPH_TRACER",
	};
	char path[PATH_MAX], *config;
	size_t i, missing = 0;

	snprintf(path, sizeof(path), "config-%s", doc->uts.release);
	config = read_text("/boot", path);
	if (!config)
		config = read_config_gz();
	if (!config) {
		say(doc, LEVEL_WARN, "config",
		    "neither /boot/config-%s nor /proc/config.gz can be read: cannot tell what the kernel has",
		    doc->uts.release);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		if (config_has(config, options[i]))
			continue;
		say(doc, LEVEL_FAIL, "config",
		    "%s is off: use a kernel that has it, as Debian's do",
		    options[i]);
		missing++;
	}
	if (!missing)
		say(doc, LEVEL_OK, "config",
		    "ftrace, function_graph, kprobes and debugfs are built in");
	free(config);
}

static void check_kernel(struct doctor *doc)
{
	uname(&doc->uts);
	say(doc, LEVEL_OK, "kernel", "%s %s", doc->uts.release,
	    doc->uts.machine);
	check_config(doc);
}

static void check_ftrace_enabled(struct doctor *doc)
{
	char *value = read_text("/proc/sys/kernel", "ftrace_enabled");

	if (!value)
		say(doc, LEVEL_FAIL, "ftrace",
		    "this kernel has no ftrace: use one with CONFIG_FUNCTION_TRACER, as Debian's are");
	else if (strcmp(value, "1"))
		say(doc, LEVEL_FAIL, "ftrace",
		    "switched off: sysctl kernel.ftrace_enabled=1");
	else
		say(doc, LEVEL_OK, "ftrace", "switched on");
	free(value);
}

static void check_access(struct doctor *doc)
{
	char *lockdown = read_text("/sys/kernel/security", "lockdown");

	if (geteuid())
		say(doc, LEVEL_FAIL, "user",
		    "not root: run fgagg as root, or with sudo");
	else
		say(doc, LEVEL_OK, "user", "root");
	if (lockdown && !strstr(lockdown, "[none]"))
		say(doc, LEVEL_FAIL, "lockdown",
		    "the kernel is locked down: switch Secure Boot off, or boot with lockdown=none");
	else
		say(doc, LEVEL_OK, "lockdown", "none");
	free(lockdown);
}

static void check_mounts(struct doctor *doc)
{
	if (doc->env->debugfs)
		snprintf(doc->debugfs, sizeof(doc->debugfs), "%s",
			 doc->env->debugfs);
	else
		fgagg_live_mount("debugfs", doc->debugfs,
				 sizeof(doc->debugfs));
	if (*doc->debugfs)
		say(doc, LEVEL_OK, "debugfs", "at %s", doc->debugfs);
	else if (!fgagg_live_knows("debugfs"))
		say(doc, LEVEL_FAIL, "debugfs",
		    "this kernel has none: use one with CONFIG_DEBUG_FS, as Debian's are");
	else
		say(doc, LEVEL_FAIL, "debugfs",
		    "not mounted: mount -t debugfs none /sys/kernel/debug");
	fgagg_live_mount("tracefs", doc->tracefs, sizeof(doc->tracefs));
	if (*doc->tracefs)
		say(doc, LEVEL_OK, "tracefs", "at %s", doc->tracefs);
	else if (fgagg_live_knows("tracefs"))
		say(doc, LEVEL_WARN, "tracefs",
		    "not mounted, so other tracers cannot be seen: mount -t tracefs none /sys/kernel/tracing");
}

static bool before_6_12(const struct doctor *doc)
{
	unsigned int major, minor;

	if (sscanf(doc->uts.release, "%u.%u", &major, &minor) != 2)
		return false;
	return major < 6 || (major == 6 && minor < 12);
}

static void check_hook(struct doctor *doc, const char *stats)
{
	char hook[32], reason[128];

	fgagg_stats_text(stats, "hook", hook, sizeof(hook));
	fgagg_stats_text(stats, "hook_reason", reason, sizeof(reason));
	if (!strcmp(hook, "graph") && before_6_12(doc))
		say(doc, LEVEL_WARN, "hook",
		    "graph; before 6.12 the kernel has room for one user of function graph, so function_graph cannot trace beside it");
	else if (!strcmp(hook, "graph"))
		say(doc, LEVEL_OK, "hook",
		    "graph; this kernel shares function graph among users, so function_graph can trace beside it");
	else
		say(doc, LEVEL_OK, "hook", "%s: %s", hook, reason);
}

#define CLOCKSOURCE	"/sys/devices/system/clocksource/clocksource0"

/* The kernel does not offer a TSC that it does not trust. */
static bool tsc_is_offered(void)
{
	char *sources = read_text(CLOCKSOURCE, "available_clocksource");
	char *word, *rest = sources;
	bool offered = !sources;

	while ((word = strsep(&rest, " ")))
		offered |= !strcmp(word, "tsc");
	free(sources);
	return offered;
}

static void check_clock(struct doctor *doc, const char *stats)
{
	char *source = read_text(CLOCKSOURCE, "current_clocksource");
	char *chosen = read_text(doc->debugfs, "fgagg/clock");
	char clock[32];

	fgagg_stats_text(stats, "clock", clock, sizeof(clock));
	if (!strcmp(clock, "tsc") && !tsc_is_offered())
		say(doc, LEVEL_WARN, "clock",
		    "tsc, which the kernel does not trust: times may be wrong; 'fgagg stop', and write auto to the module's file clock");
	else if (!strcmp(clock, "tsc"))
		say(doc, LEVEL_OK, "clock", "tsc, read directly");
	else if (chosen && strcmp(chosen, "auto"))
		say(doc, LEVEL_OK, "clock", "%s, as was asked for", clock);
	else
		say(doc, LEVEL_WARN, "clock",
		    "%s, which takes longer to read: the TSC is not invariant, or not trusted (clocksource is %s)",
		    clock, source ? source : "unknown");
	free(chosen);
	free(source);
}

static void check_cost(struct doctor *doc, const char *stats)
{
	char in[FGAGG_PRINT_LEN], out[FGAGG_PRINT_LEN];
	__u64 inside, outside, khz;

	if (!fgagg_stats_number(stats, "cost_inside", &inside) ||
	    !fgagg_stats_number(stats, "cost_outside", &outside) ||
	    !fgagg_stats_number(stats, "clock_khz", &khz) ||
	    !(inside || outside))
		return;
	say(doc, LEVEL_OK, "cost",
	    "tracing a call takes %s of its time and %s of its caller's, which is taken off",
	    fgagg_print_time(in, fgagg_quantile_ns(inside, khz)),
	    fgagg_print_time(out, fgagg_quantile_ns(outside, khz)));
}

static void check_losses(struct doctor *doc, const char *stats)
{
	__u64 entered, lost = 0, n;
	unsigned int i;
	char key[32];

	for (i = 0; i < FGAGG_LOST_NR; i++) {
		snprintf(key, sizeof(key), "lost_%s", fgagg_tree_loss(i));
		fgagg_stats_number(stats, key, &n);
		lost += n;
	}
	fgagg_stats_number(stats, "entered", &entered);
	say(doc, lost ? LEVEL_WARN : LEVEL_OK, "losses",
	    "%llu of %llu calls%s", lost, entered,
	    lost ? ": 'fgagg status' says why" : "");
}

static void check_module(struct doctor *doc)
{
	struct fgagg_live *live = NULL;
	struct fgagg_error err;
	char *stats, state[32];

	if (!*doc->debugfs)
		return;
	if (fgagg_live_open(doc->debugfs, &live, &err) ||
	    fgagg_live_read(live, "stats", &stats, NULL, &err)) {
		say(doc, LEVEL_FAIL, "module", "%s", err.text);
		fgagg_live_free(live);
		return;
	}
	fgagg_live_free(live);
	fgagg_stats_text(stats, "state", state, sizeof(state));
	say(doc, LEVEL_OK, "module", "loaded, tracing is %s", state);
	check_hook(doc, stats);
	check_clock(doc, stats);
	check_cost(doc, stats);
	check_losses(doc, stats);
	free(stats);
}

static void check_tracer(struct doctor *doc)
{
	char *tracer = read_text(doc->tracefs, "current_tracer");

	if (!tracer)
		return;
	if (strcmp(tracer, "nop"))
		say(doc, LEVEL_WARN, "tracer",
		    "%s is on and adds to the times: echo nop > %s/current_tracer",
		    tracer, doc->tracefs);
	else
		say(doc, LEVEL_OK, "tracer", "none is on");
	free(tracer);
}

/* "p:GROUP/NAME ...", "r8:...", "f:...": a kprobe, a kretprobe, an fprobe. */
static bool event_is_on(const struct doctor *doc, char *line)
{
	char path[PATH_MAX], *name = strchr(line, ':'), *value;
	bool on;

	if (!name || !strchr("prf", *line))
		return false;
	name++;
	name[strcspn(name, " ")] = '\0';
	snprintf(path, sizeof(path), "events/%s/enable", name);
	value = read_text(doc->tracefs, path);
	on = value && *value == '1';
	free(value);
	return on;
}

static void check_events(struct doctor *doc)
{
	char *events = read_text(doc->tracefs, "dynamic_events");
	char *rest = events, *line;
	unsigned int on = 0;

	if (!events)
		return;
	while ((line = strsep(&rest, "\n")))
		on += event_is_on(doc, line);
	if (on)
		say(doc, LEVEL_WARN, "probes",
		    "%u kprobe or fprobe events are on and add to the times: see %s/dynamic_events",
		    on, doc->tracefs);
	else
		say(doc, LEVEL_OK, "probes", "no kprobe or fprobe event is on");
	free(events);
}

int fgagg_cmd_doctor(struct fgagg_env *env, int argc, char **argv)
{
	static const char help[] =
		"Check what tracing needs on this machine, and what else traces.\n"
		"\vThe exit status is 1 if a check fails.\n"
		"\n"
		"Examples:\n"
		"  fgagg doctor || echo 'cannot trace here'";
	struct doctor doc = { .env = env };
	int status;

	if (!fgagg_options_parse_plain(help, argc, argv, env, &status))
		return status;
	check_kernel(&doc);
	check_ftrace_enabled(&doc);
	check_access(&doc);
	check_mounts(&doc);
	check_module(&doc);
	if (*doc.tracefs) {
		check_tracer(&doc);
		check_events(&doc);
	}
	status = fgagg_cmd_flush();
	return doc.failed ? FGAGG_EXIT_FAILED : status;
}
