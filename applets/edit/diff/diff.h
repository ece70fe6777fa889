/* diff.h - what the files of diff share */
#ifndef DIFF_H
#define DIFF_H

#include "libbb.h"
#include "linediff.h"
#include "regex.h"
#include "timefmt.h"
#include "diff.gen.h"

/* Files that may well be the same are compared in blocks of this size. */
#define BLOCK 65536

enum { STATUS_SAME, STATUS_DIFFERENT, STATUS_TROUBLE };

enum style {
	STYLE_NONE,
	STYLE_NORMAL,
	STYLE_CONTEXT,
	STYLE_UNIFIED,
	STYLE_ED,
	STYLE_FORWARD_ED,
	STYLE_RCS,
	STYLE_SIDE,
	STYLE_MERGED
};

/* What --line-format and its like say, or NULL. */
enum format { FORMAT_OLD, FORMAT_NEW, FORMAT_UNCHANGED, FORMAT_CHANGED, FORMATS };

/* Colors by what they are for, and `rs`, which ends them all. */
enum color_use { USE_RESET, USE_HEADER, USE_ADDED, USE_DELETED, USE_PLACE, COLOR_USES };

/* One of the two files that are compared. */
struct input {
	const char *name; /* as it is shown */
	int fd;
	bool absent; /* to be taken for an empty file */
	bool is_stdin;
	struct stat st;
};

/* Directories that are being compared, and those they were found in. */
struct level {
	const struct level *above;
	struct input dirs[2];
};

/* What is used most stands first: its addresses are the shortest. */
struct diff {
	const struct diff_options *opt;
	enum style style;
	unsigned flags; /* enum linediff_flags */
	size_t context, tabsize, width, horizon;
	struct regex *ignored, *function;
	bool color;
	bool fold; /* file names are compared without case */
	const struct level *level;
	bool nested;     /* found in directories: a line says which */
	bool begun;      /* something was printed of these files */
	bool *ignorable; /* by change; NULL if none is */
	const char *labels[2];
	struct linediff d;

	struct input inputs[2]; /* being compared */
	const char *line_formats[FORMATS], *group_formats[FORMATS];
	const char *colors[COLOR_USES];
	char **excluded;          /* patterns, NULL-terminated */
	const char *options_text; /* for the line `diff OPTIONS A B` */
	char *blocks;             /* two of them, for a glance at both files */
	int saved_stdout, pager;  /* -l: what standard output was; the process of pr */
	struct writer later;      /* -l: lines for after the pages */
	bool posix_times;         /* times as asctime(3) has them */
	struct time_zone zone;
};

/* files.c */
int diff_names(struct diff *d, const char *a, const char *b);

/* hunks.c */

/* Prints `first,last`, or one number for one line or none (then it is that of the line before). */
void diff_put_range(size_t at, size_t count, char comma);

/* Prints what stands before the first difference. */
void diff_begin(struct diff *d);
void diff_end(struct diff *d);
void diff_print(struct diff *d);
/* A file name for a header: in double quotes if it needs them. */
const char *diff_quoted(const char *name);
void diff_color(const struct diff *d, enum color_use use);

/* The next change from `i` on that is not to be ignored, or the count. */
size_t diff_next_change(const struct diff *d, size_t i);

/* Prints the line `i` of a side after `prefix`, which is printed again after a carriage return if tabs are expanded. */
void diff_put_line(const struct diff *d, int side, size_t i, const char *prefix);

/* The text of a line; *len without its newline. Returns whether there is one. */
static inline bool diff_line(const struct diff *d, int side, size_t i, const char **text, size_t *len)
{
	const struct linediff_side *s = &d->d.sides[side];
	const char *end = linediff_line(s, i + 1);
	bool newline;

	*text = linediff_line(s, i);
	newline = end > *text && end[-1] == '\n';
	*len = (size_t)(end - *text) - newline;
	return newline;
}

/* ed.c */
void diff_print_ed(struct diff *d);

/* side.c */
void diff_print_side(struct diff *d);

/* format.c */
void diff_read_formats(struct diff *d);
void diff_print_merged(struct diff *d);

#endif
