/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Function sets: names for groups of patterns.
 */
#ifndef FGAGG_SETS_H
#define FGAGG_SETS_H

#define FGAGG_SET_NAMES	"nic netfilter xfrm driver stack"
#define FGAGG_SET_DRIVER "driver"

/* What is traced unless the user says otherwise. */
#define FGAGG_SET_DEFAULT "@nic @netfilter @xfrm @driver"

/**
 * struct fgagg_set - a function set
 * @name: its name, without the @
 * @patterns: its patterns; those of the driver set come from drivers.c
 */
struct fgagg_set {
	const char *name;
	const char *patterns;
};

/* Ends with an entry without a name. */
extern const struct fgagg_set fgagg_sets[];

const struct fgagg_set *fgagg_set_find(const char *name);

#endif /* FGAGG_SETS_H */
