// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

int fgagg_cmd_stop(struct fgagg_env *env, int argc, char **argv)
{
	static const char doc[] =
		"Stop tracing. What was counted stays until 'fgagg reset'.\n"
		"\vExamples:\n"
		"  fgagg stop && fgagg tree";
	int status;

	if (!fgagg_options_parse_plain(doc, argc, argv, env, &status))
		return status;
	return fgagg_cmd_write(env, "enable", "0");
}
