/* patch.h - what the files of patch share */
#ifndef PATCH_H
#define PATCH_H

#include "libbb.h"
#include "backup.h"
#include "strmap.h"
#include "patch.gen.h"

enum patch_format {
	FORMAT_UNKNOWN,
	FORMAT_CONTEXT,
	FORMAT_NEW_CONTEXT,
	FORMAT_UNIFIED,
	FORMAT_NORMAL,
	FORMAT_ED,
	FORMAT_GIT
};

/* A line of a text, its newline included if it has one; in a hunk, whether the other side has it not. */
struct line {
	const char *text;
	size_t len;
	bool changed;
};

struct lines {
	struct line *at;
	size_t count, size;
};

/* One side of a hunk: the lines `first` (from 1; 0: before the first) and on. */
struct hunk_side {
	size_t first, count; /* as the patch says */
	struct lines lines;
};

struct hunk {
	struct hunk_side sides[2]; /* old and new, exchanged for -R */
	size_t before, after;      /* lines of context at both ends */
	const char *function;      /* what follows the second @@ or the asterisks, or "" */
	size_t function_len;
};

/* What the header of a patch says of one of the two files. */
struct header_name {
	const char *name; /* stripped, or NULL */
	const char *raw;  /* not stripped */
	const char *time; /* what follows the name, or "" */
	bool null;        /* it is /dev/null, or as old as can be: there is no such file */
	mode_t mode;      /* of git; 0 if not told */
};

/* Where the patch is being read. */
struct patch_input {
	const char *text, *end;
	const char *at; /* the next line */
	size_t line;    /* its number */
	size_t indent;  /* blanks before each line that are no part of it */
	bool returns;   /* lines end in \r\n, and it is taken off */
	bool found_any;
};

struct patch {
	const struct patch_options *opt;
	struct patch_input in;
	int strip; /* -1: all directories */
	size_t fuzz;
	bool reverse, dry_run, force, batch, forward, silent, verbose, posix, binary;
	enum quoting_style quoting;
	struct backup backup;
	bool backup_always, backup_mismatch;
	struct strmap saved, rejected; /* files that have their backup; reject files that were begun */
	int status;

	/* the current patch */
	enum patch_format format;
	struct header_name names[3]; /* old, new, Index: */
	const char *prerequisite;
	bool git, rename, copy, binary_diff, was_reversed, apply_anyway, no_reverse_check;
	const char *header; /* the text leading up to it */
	size_t header_line;
	bool given;         /* the user named the file */
	bool invalid;       /* its name leads out of the directory: nothing is written */
	const char *file;   /* to be patched */
	const char *source; /* it is read from, if that is another */
	struct stat st;
	bool exists;
	size_t start_line; /* of the patch, for messages */

	/* the file being patched */
	struct lines old;
	char *text;
	size_t copied;    /* lines of it that are in the output */
	ptrdiff_t offset; /* of the last hunk that matched */
	ptrdiff_t growth; /* lines that were added so far */
	struct writer out;
	bool mismatch;
	struct buf rejects;
	size_t hunks, failed;
	bool skip;
	bool newline_missing;
};

/* read.c */
bool patch_next(struct patch *p);
bool patch_next_hunk(struct patch *p, struct hunk *h);
const char *patch_line(struct patch *p, size_t *len);
bool patch_peek(const struct patch *p, const char **text, size_t *len);
void patch_add_line(struct lines *l, const char *text, size_t len, bool changed);
void patch_swap(struct hunk *h);
_Noreturn void patch_fatal(const char *fmt, ...) PRINTF(1, 2);

/* apply.c */
void patch_apply_hunk(struct patch *p, struct hunk *h, size_t number);
void patch_copy_until(struct patch *p, size_t line);
void patch_put(struct patch *p, const struct line *l);
size_t patch_locate(struct patch *p, const struct hunk *h, size_t fuzz, bool *found);
bool patch_ok_to_reverse(struct patch *p, const char *fmt, ...) PRINTF(2, 3);
void patch_reject(struct patch *p, const struct hunk *h);

/* merge.c */
bool patch_merge_hunk(struct patch *p, struct hunk *h, size_t number);

/* ed.c */
void patch_run_ed(struct patch *p);

/* Tells the user something, on standard output. */
void patch_say(const struct patch *p, const char *fmt, ...) PRINTF(2, 3);
/* Asks a question on the terminal; the answer's first character, or 0. */
char *patch_ask(struct patch *p, const char *fmt, ...) PRINTF(2, 3);
const char *patch_quote(const struct patch *p, const char *name);

#endif
