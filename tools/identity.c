// SPDX-License-Identifier: GPL-2.0-only
#include "identity.h"

#include <ctype.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "macros.h"
#include "print.h"
#include "view.h"

/* A command may hold any bytes, JSON only characters. */
static json_t *string_of(const char *text)
{
	json_t *string = json_string(text);
	char *copy, *p;

	if (string)
		return string;
	copy = strdup(text);
	for (p = copy; p && *p; p++)
		if (!isascii((unsigned char)*p))
			*p = '?';
	string = json_string(copy ? copy : "?");
	free(copy);
	return string;
}

/* As their files read; "enable" is 1, or there is nothing to record. */
static json_t *settings_of(const struct fgagg_live *live)
{
	static const char *const files[] = {
		"functions", "roots", "pids", "cpus", "hook", "clock",
		"compensate", "precision", "max_paths", "max_depth", "time",
		"softirq",
	};
	json_t *settings = json_object();
	struct fgagg_error ignored;
	size_t i, len;
	char *text;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (fgagg_live_read(live, files[i], &text, NULL, &ignored))
			continue;
		len = strlen(text);
		while (len && text[len - 1] == '\n')
			text[--len] = '\0';
		json_object_set_new(settings, files[i], string_of(text));
		free(text);
	}
	return settings;
}

static json_t *words_of(char *const *command)
{
	json_t *words = json_array();

	for (; command && *command; command++)
		json_array_append_new(words, string_of(*command));
	return words;
}

/**
 * fgagg_identity_new - describe a run that starts now
 * @live: the module
 * @interval_ns: from one snapshot to the next
 * @command: what is run, up to a NULL; NULL if nothing is
 *
 * Return: a JSON object as text, which the caller frees; NULL without memory.
 */
char *fgagg_identity_new(const struct fgagg_live *live, __u64 interval_ns,
			 char *const *command)
{
	struct timespec now;
	struct utsname uts;
	json_t *identity;
	char *text;

	uname(&uts);
	clock_gettime(CLOCK_REALTIME, &now);
	identity = json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o}",
			     "machine", string_of(uts.nodename),
			     "kernel", string_of(uts.release),
			     "kernel_version", string_of(uts.version),
			     "arch", string_of(uts.machine),
			     "cpus", (json_int_t)sysconf(_SC_NPROCESSORS_ONLN),
			     "start_ns", (json_int_t)now.tv_sec * 1000000000 +
					 now.tv_nsec,
			     "interval_ns", (json_int_t)interval_ns,
			     "command", words_of(command),
			     "settings", settings_of(live));
	text = identity ? json_dumps(identity, JSON_COMPACT) : NULL;
	json_decref(identity);
	return text;
}

/**
 * fgagg_identity_import - describe a run that is made of logs
 * @logs: their names, at least one, up to a NULL
 *
 * The first one stands for the machine, of which nothing is known.
 *
 * Return: a JSON object as text, which the caller frees; NULL without memory.
 */
char *fgagg_identity_import(char *const *logs)
{
	const char *slash = strrchr(*logs, '/');
	json_t *identity;
	char *text;

	identity = json_pack("{s:o, s:o}",
			     "machine", string_of(slash ? slash + 1 : *logs),
			     "imported", words_of(logs));
	text = identity ? json_dumps(identity, JSON_COMPACT) : NULL;
	json_decref(identity);
	return text;
}

/* Strings of a file may hold anything, and a terminal obeys more than control characters. */
static void print_string(FILE *out, const char *text)
{
	for (; text && *text; text++)
		fputc(isprint((unsigned char)*text) ? *text : '?', out);
}

static void print_start(FILE *out, json_int_t ns)
{
	time_t seconds = ns / 1000000000;
	char buf[64];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) &&
	    strftime(buf, sizeof(buf), "%Y-%m-%d %H:%M:%S UTC", &tm))
		fprintf(out, "%s", buf);
}

/**
 * fgagg_identity_label - what a run is called
 * @text: its identity
 *
 * Return: the label that merging gave it, or the name of its machine, with no
 * character that a terminal would obey; the caller frees it.  NULL without
 * memory.
 */
char *fgagg_identity_label(const char *text)
{
	json_t *identity = json_loads(text, 0, NULL);
	const char *found;
	char *label, *p;

	found = json_string_value(json_object_get(identity, "label"));
	if (!found)
		found = json_string_value(json_object_get(identity, "machine"));
	label = strdup(found ? found : "unknown");
	json_decref(identity);
	for (p = label; p && *p; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	return label;
}

/**
 * fgagg_identity_relabel - give a run a label
 * @text: its identity
 * @label: the label
 *
 * Return: its identity with that label, which the caller frees; NULL if it is
 * not a JSON object, or without memory.
 */
char *fgagg_identity_relabel(const char *text, const char *label)
{
	json_t *identity = json_loads(text, 0, NULL);
	char *new = NULL;

	if (identity && !json_object_set_new(identity, "label",
					     string_of(label)))
		new = json_dumps(identity, JSON_COMPACT);
	json_decref(identity);
	return new;
}

static void print_logs(FILE *out, const json_t *logs)
{
	json_t *log;
	size_t i;

	json_array_foreach(logs, i, log) {
		fputs(i ? ", " : "# imported from ", out);
		print_string(out, json_string_value(log));
	}
}

/* Returns whether it was recorded, so that times mean something. */
static bool print_run(FILE *out, const char *text)
{
	json_t *identity = json_loads(text, 0, NULL), *logs;
	const char *label, *machine;

	machine = json_string_value(json_object_get(identity, "machine"));
	label = json_string_value(json_object_get(identity, "label"));
	logs = json_object_get(identity, "imported");
	if (logs) {
		print_logs(out, logs);
		json_decref(identity);
		return false;
	}
	fputs("# ", out);
	if (label && machine && strcmp(label, machine)) {
		print_string(out, label);
		fputs(": ", out);
	}
	print_string(out, machine);
	fputs(", ", out);
	print_string(out, json_string_value(json_object_get(identity,
							    "kernel")));
	fputs(", ", out);
	print_start(out, json_integer_value(json_object_get(identity,
							    "start_ns")));
	json_decref(identity);
	return true;
}

static void print_command(FILE *out, const char *text)
{
	json_t *identity = json_loads(text, 0, NULL), *word;
	size_t i;

	if (json_array_size(json_object_get(identity, "command")))
		fputc('#', out);
	json_array_foreach(json_object_get(identity, "command"), i, word) {
		fputc(' ', out);
		print_string(out, json_string_value(word));
	}
	if (i)
		fputc('\n', out);
	json_decref(identity);
}

/**
 * fgagg_identity_print - head a report with the run that it is about
 * @out: where to
 * @ivs: the run; nothing is printed without one
 * @range: the intervals that the report is about
 * @duration: how long they are together, in ns; 0 if nobody knows
 */
void fgagg_identity_print(FILE *out, const struct fgagg_intervals *ivs,
			  const struct fgagg_range *range, __u64 duration)
{
	size_t i, nr = 0, intervals = range->last - range->first + 1;
	const char *text, *last = NULL;
	char buf[FGAGG_PRINT_LEN];
	bool recorded = true;

	for (i = 0; ivs && i < fgagg_interval_runs(ivs); i++) {
		text = fgagg_interval_run(ivs, i, range);
		if (!text)
			continue;
		if (nr++)
			fputc('\n', out);
		recorded = print_run(out, text);
		last = text;
	}
	if (!nr)
		return;
	if (nr > 1)
		fprintf(out, "\n# %zu runs", nr);
	if (recorded || nr > 1)
		fprintf(out, ", %zu intervals", intervals);
	if (duration)
		fprintf(out, " in %s", fgagg_print_time(buf, duration));
	fputc('\n', out);
	if (nr == 1)
		print_command(out, last);
}
