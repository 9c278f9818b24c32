/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver set: patterns for the drivers of all network devices that there
 * are, and that come later.
 */
#ifndef FGAGG_DRIVERS_H
#define FGAGG_DRIVERS_H

int fgagg_drivers_init(void (*changed)(void));
void fgagg_drivers_uninit(void);
char *fgagg_drivers_patterns(void);

#endif /* FGAGG_DRIVERS_H */
