// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "output.h"
#include "runfile.h"

/**
 * struct label - what a host is to be called
 * @host: its label or the name of the machine in the run files
 * @host_len: characters of @host
 * @name: its label in the merged file
 * @used: there is such a host
 */
struct label {
	const char *host;
	size_t host_len;
	const char *name;
	bool used;
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @output: the merged run file
 * @labels: labels that are asked for
 * @nr_labels: number of @labels
 * @paths: the run files
 * @nr_paths: number of @paths
 */
struct options {
	struct fgagg_env *env;
	const char *output;
	struct label *labels;
	size_t nr_labels;
	const char **paths;
	size_t nr_paths;
};

enum {
	OPT_LABEL = 0x300,
};

static const struct argp_option options[] = {
	{ .name = "output", .key = 'o', .arg = "FILE",
	  .doc = "The merged run file" },
	{ .name = "label", .key = OPT_LABEL, .arg = "HOST=NAME",
	  .doc = "Call the runs of a machine NAME; may be given more than once" },
	{ 0 }
};

static error_t parse_label(struct argp_state *state, struct options *opts,
			   const char *text)
{
	const char *equals = strchr(text, '='), *p;

	if (!equals || equals == text || !equals[1])
		return fgagg_options_usage(state,
				       "--label takes HOST=NAME, as in lab1=client, not '%s'",
				       text);
	/* It is to be typed again, and may be shown on any terminal. */
	for (p = equals + 1; *p; p++)
		if (!isprint((unsigned char)*p))
			return fgagg_options_usage(state,
					       "a label has ASCII characters only, not as '%s'",
					       equals + 1);
	opts->labels[opts->nr_labels++] = (struct label) {
		.host = text,
		.host_len = equals - text,
		.name = equals + 1,
	};
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opts->env;
		return 0;
	case 'o':
		opts->output = arg;
		return 0;
	case OPT_LABEL:
		return parse_label(state, opts, arg);
	case ARGP_KEY_ARG:
		opts->paths[opts->nr_paths++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (opts->nr_paths && opts->output)
			return 0;
		return fgagg_options_usage(state,
				       "run files and --output are needed, as in 'fgagg merge lab1.fgagg lab2.fgagg -o both.fgagg'");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN... -o FILE",
	.doc = "Put run files, of one machine or of many, in one that every command reads.\n"
	       "\vNothing of them is lost: with --host a command shows one of them as if it\n"
	       "had not been merged.  Shown together, interval N is interval N of each.\n"
	       "Each run has the name of its machine as a label, unless --label gives it\n"
	       "another.  A file of the name of the output is overwritten.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg merge client.fgagg server.fgagg -o both.fgagg\n"
	       "  fgagg merge *.fgagg --label lab1=client --label lab2=server -o all.fgagg\n"
	       "  fgagg report --host client all.fgagg",
	.children = children,
};

static int open_run(const char *path, const char *output,
		    struct fgagg_run **run, struct fgagg_error *err)
{
	int fd, ret;

	if (fgagg_output_replaces(output, path))
		return fgagg_error_set(err, -EINVAL,
				       "%s would be overwritten: give --output another name",
				       path);
	fd = fgagg_runfile_find(path, err);
	ret = fd < 0 ? fd : fgagg_runfile_open(fd, run, err);
	if (ret)
		return fgagg_error_prefix(err, ret, path);
	fgagg_cmd_warn_unread(path, fgagg_runfile_damaged(*run));
	return 0;
}

/* The identity of a run with the label that it is to have. */
static char *relabel(struct options *opts, const char *identity,
		     struct fgagg_error *err)
{
	char *label = fgagg_identity_label(identity), *new;
	const char *name = label;
	size_t i;

	for (i = 0; label && i < opts->nr_labels; i++) {
		struct label *wish = &opts->labels[i];

		if (strlen(label) != wish->host_len ||
		    strncmp(label, wish->host, wish->host_len))
			continue;
		wish->used = true;
		name = wish->name;
	}
	new = label ? fgagg_identity_relabel(identity, name) : NULL;
	free(label);
	if (!new)
		fgagg_error_set(err, -EINVAL,
				"a run's identity is no JSON object, or there is no memory");
	return new;
}

/**
 * struct merging - a merged file that is being written
 * @opts: the options
 * @writer: what writes it; NULL before the first run
 */
struct merging {
	struct options *opts;
	struct fgagg_writer *writer;
};

static int begin_part(struct merging *m, const char *identity,
		      struct fgagg_error *err)
{
	char *labelled = relabel(m->opts, identity, err);
	int ret;

	if (!labelled)
		return -EINVAL;
	ret = m->writer ? fgagg_runfile_begin(m->writer, labelled, err) :
			  fgagg_runfile_replace(m->opts->output, labelled,
						&m->writer, err);
	free(labelled);
	return ret;
}

static int copy_part(struct merging *m, const struct fgagg_run *run,
		     size_t part, struct fgagg_error *err)
{
	size_t first, nr, i, size;
	const char *identity;
	void *data;
	int ret;

	identity = fgagg_runfile_part(run, part, &first, &nr);
	ret = begin_part(m, identity, err);
	for (i = first; !ret && i < first + nr; i++) {
		ret = fgagg_runfile_block(run, i, &data, &size, err);
		if (ret)
			break;
		ret = fgagg_runfile_append_block(m->writer, data, size, err);
		free(data);
	}
	return ret;
}

static int copy_all(struct merging *m, struct fgagg_run *const *runs,
		    struct fgagg_error *err)
{
	size_t i, part;
	int ret = 0;

	for (i = 0; i < m->opts->nr_paths; i++)
		for (part = 0; !ret && part < fgagg_runfile_parts(runs[i]);
		     part++)
			ret = copy_part(m, runs[i], part, err);
	return ret;
}

static int check_parts(const struct merging *m, const struct fgagg_run *run,
		       struct fgagg_error *err)
{
	size_t part, first, nr;
	const char *identity;
	char *labelled;

	for (part = 0; part < fgagg_runfile_parts(run); part++) {
		identity = fgagg_runfile_part(run, part, &first, &nr);
		labelled = relabel(m->opts, identity, err);
		if (!labelled)
			return -EINVAL;
		free(labelled);
	}
	return 0;
}

static int check_all(const struct merging *m, struct fgagg_run *const *runs,
		     struct fgagg_error *err)
{
	size_t i;
	int ret;

	for (i = 0; i < m->opts->nr_paths; i++) {
		ret = check_parts(m, runs[i], err);
		if (ret)
			return fgagg_error_prefix(err, ret, m->opts->paths[i]);
	}
	for (i = 0; i < m->opts->nr_labels; i++)
		if (!m->opts->labels[i].used)
			return fgagg_error_set(err, -EINVAL,
					       "--label: no run is of host '%.*s'",
					       (int)m->opts->labels[i].host_len,
					       m->opts->labels[i].host);
	return 0;
}

/* All that can be wrong with the input is found before anything is written. */
static int merge(struct merging *m, struct fgagg_error *err)
{
	struct fgagg_run **runs;
	size_t i;
	int ret = 0;

	runs = calloc(m->opts->nr_paths, sizeof(struct fgagg_run *));
	if (!runs)
		return fgagg_error_nomem(err);
	for (i = 0; !ret && i < m->opts->nr_paths; i++)
		ret = open_run(m->opts->paths[i], m->opts->output, &runs[i],
			       err);
	if (!ret)
		ret = check_all(m, runs, err);
	if (!ret)
		ret = copy_all(m, runs, err);
	/* Half of it would look as if it were all. */
	if (ret)
		fgagg_runfile_abort(m->writer);
	else
		ret = fgagg_runfile_close(m->writer, err);
	for (i = 0; i < m->opts->nr_paths; i++)
		fgagg_runfile_free(runs[i]);
	free(runs);
	return ret;
}

int fgagg_cmd_merge(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct merging m = { .opts = &opts };
	struct fgagg_error err;
	int status;

	/* There are not more of them than words. */
	opts.labels = calloc(argc, sizeof(*opts.labels));
	opts.paths = calloc(argc, sizeof(*opts.paths));
	if (!opts.labels || !opts.paths) {
		fgagg_error_nomem(&err);
		status = fgagg_cmd_fail(&err);
	} else if (fgagg_options_parse(&argp, 0, argc, argv, &opts, env,
				       &status)) {
		status = merge(&m, &err) ? fgagg_cmd_fail(&err) :
					   fgagg_cmd_flush();
	}
	free(opts.labels);
	free(opts.paths);
	return status;
}
