/* patch.h - what the files of patch share */
#ifndef PATCH_H
#define PATCH_H

#include "libbb.h"
#include "backup.h"
#include "strmap.h"
#include "patch.gen.h"

enum patch_format {
	FORMAT_CONTEXT,
	FORMAT_NEW_CONTEXT,
	FORMAT_UNIFIED,
	FORMAT_NORMAL,
	FORMAT_ED,
	FORMAT_GIT /* nothing but a header */
};

/* Lines, each with its newline if it has one; in a hunk, whether the other side has it not. In what is put together for
 * writing, any number of lines. */
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
	const char *function;      /* what follows the second @@ or the asterisks */
	size_t function_len;
};

/* What the header of a patch says of one of the two files. */
struct header_name {
	const char *name; /* stripped, or NULL */
	const char *time; /* what follows the name, or NULL */
	bool null;        /* it is /dev/null, or as old as can be: there is no such file */
	mode_t mode;      /* of git; 0 if not told */
};

/* The patch file, at one of its lines. */
struct patch_input {
	const char *begin, *next, *end; /* of this line, of the next, of all */
	const char *s;                  /* this line without indentation and newline, NULL at the end */
	size_t len;
	size_t line;   /* its number */
	size_t indent; /* blanks before each line that are no part of it */
	bool returns;  /* lines end in \r\n, which is taken for \n */
};

/* What is to become of a file. */
struct outcome {
	const char *file, *source;
	struct lines text; /* the new contents */
	size_t len;
	mode_t mode;             /* that the patch asks for, with its type, or 0 */
	bool exists, keeps_mode; /* only the permissions to execute change */
	bool removes, moves, backup, has_time;
	struct timespec time;
	struct stat st; /* of what was read, if it `exists` */
};

/* What is used most stands first: its addresses are the shortest. */
struct patch {
	struct patch_input in;
	const struct patch_options *opt;
	bool reverse, silent, verbose, posix;
	bool git, rename, copy, binary_diff;  /* of the current patch */
	bool skip, invalid;                   /* invalid: the file's name leads out of the directory */
	bool mismatch, apply_anyway, checked; /* of the file being patched */
	bool found_any, backup_always, backup_mismatch;

	/* the file being patched */
	const char **starts; /* of its lines, and its end */
	size_t lines;
	size_t copied;    /* lines of it that are in the output */
	ptrdiff_t growth; /* lines that were added so far */
	ptrdiff_t offset; /* of the last hunk that matched */
	size_t hunks, failed;
	struct buf rejects;
	struct outcome o;

	/* the current patch */
	enum patch_format format;
	struct header_name names[3]; /* old, new, Index: */
	const char *prerequisite;
	struct patch_input header; /* where the text leading up to it begins */

	const char *given; /* the file, by the user */
	int strip;         /* -1: all directories */
	int status;
	size_t fuzz;
	enum quoting_style quoting;
	struct backup backup;
	struct strmap saved, rejected, written; /* files that have their backup; that were begun */
	struct outcome *pending;                /* by git's patches: all of one are made at once */
	size_t pending_count, pending_size;
};

/* read.c */

/* Goes to the next line. */
void patch_advance(struct patch *p);
/* Finds the next patch and reads its header. Returns false if there is none. */
bool patch_next(struct patch *p);
/* Reads the next hunk of the current patch. Returns false if there is none. */
bool patch_next_hunk(struct patch *p, struct hunk *h);
/* Reads digits at *s. Returns false if there are none. */
bool patch_number(const char **s, const char *end, size_t *n);
/* A copy of a line with a newline after it. */
const char *patch_with_newline(const char *text, size_t len);
void patch_add(struct lines *l, const char *text, size_t len, bool changed);

/* apply.c */

/* Applies a hunk, or keeps it as a reject. */
void patch_apply(struct patch *p, struct hunk *h);
/* Puts lines into the output, and those of the file up to `line`. */
void patch_put(struct patch *p, const char *text, size_t len);
void patch_copy(struct patch *p, size_t line);
/* Whether a patch that fits the other way round is to be reversed; p->skip tells whether it is to be left out. */
bool patch_reversed(struct patch *p, const char *what);

/* merge.c */
void patch_merge(struct patch *p, struct hunk *h);

/* ed.c */
void patch_run_ed(struct patch *p);

/* write.c */

/* Whether symbolic links make a name lead out of the directory. */
bool patch_leads_outside(const char *name);
/* Takes p->o for what is to be done; does it all. */
void patch_finish(struct patch *p);
void patch_flush(struct patch *p);
/* Tells how many hunks failed, and saves them. */
void patch_save_rejects(struct patch *p);

/* patch.c */

/* `**** ` and a message, the end. */
_Noreturn void patch_fatal(const char *fmt, ...) PRINTF(1, 2);
/* The same: `Can't DO file NAME : reason`. */
_Noreturn void patch_cannot(const struct patch *p, const char *what, const char *name);
/* Tells the user something, on standard output; unless silent. */
void patch_say(const struct patch *p, const char *fmt, ...) PRINTF(2, 3);
/* Asks a question on the terminal. Returns the answer. */
const char *patch_ask(const char *question);
const char *patch_quote(const struct patch *p, const char *name);
/* The status is to be 1 at least. */
void patch_failed(struct patch *p);

#endif
