/* SPDX-License-Identifier: GPL-2.0-only */
/* template: the page that export_html.c fills in, html/template.html. */
#ifndef FGAGG_TEMPLATE_H
#define FGAGG_TEMPLATE_H

/* Where the data go. */
#define FGAGG_TEMPLATE_MARKER	"@FGAGG_DATA@"

extern const char fgagg_template[];

#endif /* FGAGG_TEMPLATE_H */
