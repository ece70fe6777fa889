/* grep.h - what the files of grep share */
#ifndef GREP_H
#define GREP_H

#include "libbb.h"
#include "regex.h"
#include "grep.gen.h"

enum binary_files { BINARY, TEXT, WITHOUT_MATCH };
enum list_files { LIST_NONE, LIST_MATCHING, LIST_OTHERS };
enum directories { READ_DIRECTORIES, RECURSE, SKIP_DIRECTORIES };
enum devices { READ_NAMED_DEVICES, READ_DEVICES, SKIP_DEVICES };

/* Select Graphic Rendition sequences; empty: none. */
struct grep_colors {
	bool on, reverse, no_erase; /* rv, ne */
	const char *selected_match, *context_match, *filename, *line, *offset, *separator;
	const char *selected_line, *context_line;
};

/* A GLOB of --include, --exclude or --exclude-from. */
struct file_glob {
	const char *pattern;
	bool include;
};

struct grep {
	struct regex *re;
	bool utf8, invert, only_matching, quiet, silent;
	bool count, line_numbers, offsets, initial_tab, null;
	int filenames; /* 1 yes, 0 no, -1 once a directory was entered */
	enum list_files list;
	enum binary_files binary;
	enum directories directories;
	enum devices devices;
	bool follow; /* -R */
	char delimiter;
	uintmax_t max; /* lines of a file */
	size_t before, after;
	const char *separator; /* of groups, or NULL */
	const char *label;
	struct grep_colors colors;
	struct file_glob *globs, *dir_globs;
	size_t globs_count, dir_globs_count;
	struct stat out_stat; /* of standard output */
	bool out_regular, out_null;
	bool selected, trouble; /* so far: any line; any error */

	/* the current file */
	const char *name;
	bool stop_early;       /* the first match decides */
	bool silent_output;    /* nothing of the lines is to be seen */
	bool had_bad_encoding; /* a line was not shown because of it */
	int offset_width;
	char *buf; /* its size holds from file to file */
	size_t buf_size;
	uintmax_t offset;        /* of buf[0] in the file */
	uintmax_t line;          /* number of the line at `counted` */
	size_t counted;          /* lines before this place in buf have been counted */
	size_t last_out;         /* end of the last line shown */
	bool shown, shown_here;  /* any line yet; of this file */
	size_t pending_at;       /* where trailing context goes on */
	size_t pending;          /* lines of trailing context that may follow */
	uintmax_t found;         /* lines selected */
	uintmax_t last_selected; /* the end of the last one in the file */
};

/* grep.c */
void grep_file_trouble(struct grep *g, int code, const char *name);

/* files.c: searches what is named on the command line. */
void grep_files(struct grep *g, char **files);

/* search.c: searches an open file. Returns the number of lines selected. */
uintmax_t search_file(struct grep *g, int fd, const struct stat *st);

/* print.c */
void colors_setup(struct grep *g, const char *when);
void color_start(const struct grep *g, const char *sgr);
void color_end(const struct grep *g, const char *sgr);
void print_filename(const struct grep *g);
void print_separator(const struct grep *g, char c);
/* Writes the line buf[start, end) with what goes before it. */
void print_line(struct grep *g, size_t start, size_t end, bool selected);

#endif
