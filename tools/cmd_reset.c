// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

int fgagg_cmd_reset(struct fgagg_env *env, int argc, char **argv)
{
	static const char doc[] =
		"Set all counts to zero. Tracing goes on if it was on.\n"
		"\vExamples:\n"
		"  fgagg reset && ./load-test && fgagg report";
	int status;

	if (!fgagg_options_parse_plain(doc, argc, argv, env, &status))
		return status;
	return fgagg_cmd_write(env, "reset", "1");
}
