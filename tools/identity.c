// SPDX-License-Identifier: GPL-2.0-only
#include "identity.h"

#include <ctype.h>
#include <jansson.h>
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

/* Settings are recorded as their files read. */
static json_t *settings_of(const struct fgagg_live *live)
{
	static const char *const files[] = {
		"functions", "roots", "pids", "cpus", "hook", "precision",
		"max_paths", "max_depth", "time", "softirq",
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
 * fgagg_identity_print - head a report with the run that it is about
 * @out: where to
 * @text: its identity; nothing is printed without one
 * @intervals: how many the report is about
 * @duration: how long they are together, in ns
 */
void fgagg_identity_print(FILE *out, const char *text, size_t intervals,
			  __u64 duration)
{
	json_t *identity, *word;
	char buf[FGAGG_PRINT_LEN];
	size_t i;

	if (!text)
		return;
	identity = json_loads(text, 0, NULL);
	fputs("# ", out);
	print_string(out, json_string_value(json_object_get(identity,
							    "machine")));
	fputs(", ", out);
	print_string(out, json_string_value(json_object_get(identity,
							    "kernel")));
	fputs(", ", out);
	print_start(out, json_integer_value(json_object_get(identity,
							    "start_ns")));
	fprintf(out, ", %zu intervals in %s\n", intervals,
		fgagg_print_time(buf, duration));
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
