/* sed.h - what the files of sed share */
#ifndef SED_H
#define SED_H

#include "libbb.h"
#include "regex.h"
#include "sed.gen.h"

enum { STATUS_BAD_SCRIPT = 1, STATUS_BAD_INPUT = 2, STATUS_PANIC = 4 };

/* Where lines are written to: standard output, a file that is edited, or a file of w. */
struct output {
	const char *name;
	struct writer *to;
	bool missing_newline; /* the last line written had none, and gets one before the next */
	struct output *next;
};

enum address_kind {
	NO_ADDRESS,
	LINE,       /* N */
	STEP,       /* first~step */
	LAST,       /* $ */
	REGEX,      /* also an empty one: the last used */
	LINES_MORE, /* addr1,+N */
	MULTIPLE,   /* addr1,~N */
};

struct address {
	enum address_kind kind;
	uintmax_t line, step;
	struct regex *re; /* NULL: the last used */
	const char *text; /* for --debug */
};

/* A piece of a replacement: what case it gets, literal text, then a submatch. */
enum letter_case { CASE_KEEP, CASE_UPPER, CASE_LOWER };

struct piece {
	const char *text;
	size_t len;
	int group;     /* -1: none */
	bool set_case; /* `letters` holds from here on */
	enum letter_case letters;
	enum letter_case next; /* of the next letter only */
};

struct substitution {
	struct regex *re;
	struct piece *pieces;
	size_t count, groups; /* groups: how many spans are needed */
	bool cased;
	bool global, print, eval;
	uintmax_t number;
	struct output *file;
	const char *text, *replacement; /* for --debug */
};

enum range_state { RANGE_CLOSED_NEVER, RANGE_ACTIVE, RANGE_CLOSED };

struct command {
	char name;
	bool negate;
	struct address from, to;
	enum range_state range;
	uintmax_t range_end;
	size_t target;    /* of { b t T: the command to go to */
	const char *text; /* a i c: text; : b t T: label; r R w W: file; e: command */
	size_t len;
	intmax_t number; /* l: width; q Q: status; or -1 */
	struct output *file;
	struct substitution *s;
	uint32_t *map;    /* y: by byte, or pairs of characters */
	size_t map_count; /* 0: by byte */
};

/* A text that grows. */
struct space {
	char *data;
	size_t len, size;
	bool newline; /* the line was ended by one */
};

struct appended {
	const char *text; /* or NULL: the file */
	size_t len;
	const char *file;
};

/* A file that R reads. */
struct line_file {
	const char *name;
	struct reader reader;
	bool open;
	struct line_file *next;
};

struct sed {
	const struct sed_options *opt;
	bool quiet, separate, posix, utf8, extended, in_place;
	char delimiter;
	struct command *commands;
	size_t count, size;
	struct output *outputs; /* of w */
	struct output *out;     /* where the lines go */
	struct output std;
	struct output stdout_file; /* /dev/stdout, as a file of w */
	struct line_file *line_files;
	struct regex *last_regex;
	struct space pattern, hold, scratch;
	struct regex_span *spans;
	struct appended *appended;
	size_t appended_count, appended_size;
	bool replaced;
	uintmax_t line;
	int status, line_length;
	size_t max_groups;
	struct regex *guard; /* lines without a match stay as they are, if not NULL */

	/* input */
	char **files; /* those still to come */
	const char *name, *next_name;
	struct reader reader;
	bool open, first_line;
	bool started; /* the first file was opened */

	/* the file that is edited */
	struct edit *edit;
};

/* script.c */
void read_script(struct sed *s, const struct sed_options *opt, char ***argv);
struct output *get_output(struct sed *s, const char *name);

/* execute.c */
void run_script(struct sed *s);
void space_add_slowly(struct space *sp, const void *p, size_t len);
void output_text(struct sed *s, struct output *o, const char *p, size_t len, bool newline);

/* Ends sed with a message that a write failed. */
_Noreturn void output_failed(struct sed *s, struct output *o, const char *what);

/* input.c */
void discard_edit(struct sed *s);
bool read_line(struct sed *s, struct space *to);
void skip_lines(struct sed *s);
bool is_last_line(struct sed *s);
void close_input(struct sed *s);

/* substitute.c */
void substitute(struct sed *s, struct substitution *sub);
void transliterate(struct sed *s, const struct command *c);
void run_shell(const char *command, struct space *to);
bool search(struct sed *s, struct regex *re, size_t from, struct regex_span *spans, size_t count);

/* debug.c */
void print_program(struct sed *s);
void print_command(const struct sed *s, const struct command *c);

/* Appends text, mostly little of it. */
static inline void space_add(struct space *sp, const void *text, size_t len)
{
	const char *p = text;
	char *to = sp->data + sp->len;

	if (len > 32 || sp->size - sp->len < len + 1) {
		space_add_slowly(sp, text, len);
		return;
	}
	sp->len += len;
	for (; len >= 8; len -= 8, p += 8, to += 8)
		__builtin_memcpy(to, p, 8);
	while (len--)
		*to++ = *p++;
}

#endif
