/* sh.h - what the parts of the shell share */
#ifndef SH_H
#define SH_H

#include "libbb.h"
#include "sh.gen.h"

/* ---- the parse tree; words are kept as written, quotes and all, and expanded when they are used ---- */

enum node_kind {
	NODE_SIMPLE,     /* assigns, words */
	NODE_PIPE,       /* a | b */
	NODE_AND,        /* a && b */
	NODE_OR,         /* a || b */
	NODE_NOT,        /* ! a */
	NODE_SEQUENCE,   /* a ; b */
	NODE_BACKGROUND, /* a & */
	NODE_GROUP,      /* { a } */
	NODE_SUBSHELL,   /* ( a ) */
	NODE_IF,         /* if a then b else c */
	NODE_WHILE,      /* while a do b */
	NODE_UNTIL,      /* until a do b */
	NODE_FOR,        /* for name in words do a; `in_args` without the `in` */
	NODE_CASE,       /* case name in items */
	NODE_FUNCTION,   /* name() a */
};

enum redirect_op {
	REDIRECT_IN,
	REDIRECT_OUT,
	REDIRECT_CLOBBER,
	REDIRECT_APPEND,
	REDIRECT_BOTH,
	REDIRECT_DUP,
	REDIRECT_TEXT
};

struct redirect {
	struct redirect *next;
	enum redirect_op op;
	int fd;
	char *target; /* a word: a file, a number for DUP; the body of a here-document for TEXT */
	bool literal; /* TEXT: the body is not expanded */
};

struct words {
	char **list; /* NULL-terminated once one was added */
	size_t count, capacity;
};

struct case_item {
	struct case_item *next;
	struct words patterns;
	struct node *body; /* or NULL */
};

struct node {
	enum node_kind kind;
	unsigned line;
	struct node *a, *b, *c;
	char *name;
	struct words assigns, words;
	struct redirect *redirects;
	struct case_item *items;
	bool in_args;
};

/* ---- state ---- */

enum { VAR_EXPORT = 1, VAR_READONLY = 2 };

struct variable {
	struct variable *next;
	char *name;
	char *value; /* NULL: not set, but exported or readonly */
	unsigned flags;
};

struct function {
	struct function *next;
	char *name;
	struct node *body;
};

/* Why commands are being skipped: to get out of loops, a function, a file, the shell. */
enum flow { FLOW_NONE, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN, FLOW_ABORT, FLOW_EXIT };

enum { VARIABLE_BUCKETS = 64, SIGNALS = 65 };

struct shell {
	struct variable *variables[VARIABLE_BUCKETS];
	struct function *functions;
	unsigned definitions; /* functions defined so far: their bodies must stay in the arena */
	char *name;           /* $0 */
	char **args;          /* $1 ..., NULL-terminated */
	bool args_owned;      /* they are one block of malloc's, made by `set` */
	struct local *locals; /* what `local` hides */
	int getopts_at;       /* how far getopts is in its argument */
	int status;           /* $? */
	pid_t pid;            /* $$ */
	pid_t background;     /* $! or 0 */
	enum flow flow;
	int levels;                /* loops still to be left */
	int loops, functions_deep; /* how many the current command is in */
	unsigned line;
	bool errexit, nounset, xtrace, noglob, noexec, verbose, allexport, noclobber, pipefail, interactive;
	bool unconditional; /* errexit applies to the command being run */
	bool subshell;
	int substitution_status; /* of the last command substitution, or -1 */
	char *traps[SIGNALS];    /* NULL: default; "": ignored; 0 is EXIT */
	dev_t self_device;       /* the file of this very binary */
	ino_t self_inode;
};

/* ---- sh_vars.c ---- */

/* Return the value of a variable, or NULL if it is not set. */
const char *var_get(const struct shell *sh, const char *name);
/* Sets one; false with a message if it is readonly. NULL for the value leaves it as it is and only adds the flags. */
bool var_set(struct shell *sh, const char *name, const char *value, unsigned flags);
bool var_unset(struct shell *sh, const char *name);
struct variable *var_find(const struct shell *sh, const char *name);
/* The exported variables as NAME=value, for execve(2); in the arena. */
char **var_environment(const struct shell *sh);
/* How many bytes of `s` are a name. */
size_t name_length(const char *s);

/* A value hidden by `local`, to be put back at the end of the function. */
struct local {
	struct local *next;
	int depth;
	char *name, *value; /* malloc'ed; value NULL if it was not set */
	unsigned flags;
};
/* Puts back what the innermost function made local. */
void restore_locals(struct shell *sh);

/* ---- sh_parse.c ---- */

struct source {
	char *text;
	size_t len, at;
	unsigned line;
	int fd; /* lines are read from it as they are needed, or -1 */
	bool interactive;
};

/* Returns the next complete command of the source in the arena. NULL at the end of it, or, with *failed set, after
 * a syntax error, which has been reported. An empty line is no command, but ends an interactive one: *empty. */
struct node *parse_command(struct shell *sh, struct source *src, bool *failed);

/* Returns the length of the quoted or expanded thing that begins at `s` ('...', "...", `...`, $(...), ${...}, \c, $'...'),
 * or 0 if it is not closed. 1 for any other character. */
size_t span_length(const char *s, bool in_double);

void words_add(struct words *w, char *word);

/* ---- sh_expand.c ---- */

/* Expand words to fields; a word without splitting and globbing; a word to a pattern for fnmatch(3). In the arena. */
void expand_words(struct shell *sh, char **words, struct words *out);
char *expand_string(struct shell *sh, const char *word);
char *expand_pattern(struct shell *sh, const char *word);
char *expand_heredoc(struct shell *sh, const char *text);
/* Evaluates an arithmetic expression (after expansion). Reports errors and makes the shell abort the command. */
intmax_t arithmetic(struct shell *sh, const char *text);
/* Reports `message` for the current line, sets the status to 2 and makes the shell give up what it is doing. */
void shell_error(struct shell *sh, const char *fmt, ...) PRINTF(2, 3);

/* ---- sh_exec.c ---- */

int run_node(struct shell *sh, struct node *n);
/* Runs all commands of a source. */
int run_source(struct shell *sh, struct source *src);
int run_string(struct shell *sh, char *text);
/* Runs the command in a forked shell and returns what it prints, without the newlines at the end. */
char *command_output(struct shell *sh, const char *text);
/* Ends the process after the EXIT trap. */
_Noreturn void end_shell(struct shell *sh);
void run_traps(struct shell *sh);
/* Where PATH finds a command, in the arena; NULL if nowhere. A name with a slash is itself. */
char *find_command(struct shell *sh, const char *name);
/* The applet of a command that the other shells have built in, so that PATH is not asked; else NULL. */
const struct applet *built_in_applet(const char *name);
bool apply_redirects(struct shell *sh, const struct redirect *r, struct buf *saved);
void restore_redirects(struct buf *saved);

/* ---- sh_builtins.c ---- */

typedef int builtin_function(struct shell *sh, char **argv);
struct builtin {
	const char *name;
	builtin_function *run;
	bool special; /* POSIX special built-in: its errors end a script, its assignments stay */
};
const struct builtin *find_builtin(const char *name);
bool is_keyword(const char *word);

#endif
