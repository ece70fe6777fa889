/* sh.h - the stages of the shell and what they share
 *
 * A script goes through: lexer.c (characters to words) and parser.c (words to a
 * tree), expand.c with param.c, pattern.c and arith.c (words to fields),
 * redirect.c and exec.c (running the tree), jobs.c and trap.c (processes,
 * signals), vars.c (variables), the sh_builtins; lineedit.c, history.c and
 * complete.c serve an interactive shell.
 *
 * Memory: a tree lives in a pool of its own, kept as long as a function in it
 * may be called; what a command needs while it runs comes from the shell's
 * stack, which is put back when the command ends; what outlives it is
 * malloc'ed. Errors that end a command are thrown: sh_throw() undoes what is in
 * progress and jumps to the innermost catcher.
 */
#ifndef SH_H
#define SH_H

#include "libbb.h"
#include <setjmp.h>
#include "glob.h"

struct shell;
struct node;
struct word;
struct part;
struct arith;

/* The byte that quotes the next one in a pattern, where quotes have been. */
#define ESC GLOB_QUOTED

/* ---- memory ---- */

/* A growable string of malloc's; zero it to begin. */
struct sbuf {
	char *p;
	size_t len, cap;
};
void sh_sbuf_room(struct sbuf *b, size_t more);
void sh_sbuf_mem(struct sbuf *b, const void *p, size_t len);
void sh_sbuf_str(struct sbuf *b, const char *s);
void sh_sbuf_fmt(struct sbuf *b, const char *fmt, ...) PRINTF(2, 3);
/* All that `fd` has yet to give; closes it. */
void sh_sbuf_read(struct sbuf *b, int fd);
/* The text with a NUL, "" if there is none. */
const char *sh_sbuf_text_of(struct sbuf *b);
void sh_sbuf_char(struct sbuf *b, char c);
/* The text with a NUL behind it. */
char *sh_sbuf_text(struct sbuf *b);

/* The shell's stack. A mark remembers its top; release puts it back. */
struct block {
	struct block *below;
	size_t size;
};
struct mark {
	struct block *block;
	char *at;
};
void *sh_stack_more(struct shell *sh, size_t size);
void sh_stack_release(struct shell *sh, struct mark m);

/* A parse tree's memory, counted by who uses it. */
struct pool_chunk {
	struct pool_chunk *next;
	size_t room;
};

struct pool {
	unsigned uses;
	struct shell *sh;
	struct pool_chunk *chunks;
	char *at, *end;
};
struct pool *sh_pool_new(struct shell *sh);
void *sh_tree_alloc(struct pool *p, size_t size); /* zeroed */
void sh_pool_drop(struct shell *sh, struct pool *p);

void *sh_xmalloc(size_t size);
void *sh_xrealloc(void *p, size_t size);
char *sh_xstrdup(const char *s);
char *sh_xmemdup(const char *s, size_t len);

/* ---- variables ---- */

enum var_flags {
	VAR_SET = 1,        /* has a value */
	VAR_EXPORT = 2,     /* -x */
	VAR_READONLY = 4,   /* -r */
	VAR_INTEGER = 8,    /* -i */
	VAR_LOWER = 16,     /* -l */
	VAR_UPPER = 32,     /* -u */
	VAR_NAMEREF = 64,   /* -n */
	VAR_ARRAY = 128,    /* -a */
	VAR_ASSOC = 256,    /* -A */
	VAR_NUMBER = 512,   /* `number` is the value */
	VAR_NO_TEXT = 1024, /* and `text` does not have it yet */
	VAR_DYNAMIC = 2048, /* the value is computed: $RANDOM and the like */
	VAR_HOOK = 4096,    /* setting it has an effect: PATH, IFS ... */
	VAR_TRACE = 8192,   /* -t, which does nothing for variables */
	VAR_LOCAL = 16384,  /* belongs to a function in progress */
	VAR_ATTRIBUTES = VAR_EXPORT | VAR_READONLY | VAR_INTEGER | VAR_LOWER | VAR_UPPER | VAR_NAMEREF |
			 VAR_TRACE,
};

/* One element of an array; `key` only in associative ones. */
struct element {
	intmax_t index;
	char *key, *value;
};
struct array {
	struct element *items; /* indexed: by ascending index; associative: in order of arrival */
	size_t count, cap;
	uint32_t *slots; /* associative: hash to position + 1 */
	size_t slots_size;
};

/* A name. Once made it stays, set or not, so that trees can point to it. */
struct var {
	struct var *next;
	const char *name;
	uint32_t hash;
	uint32_t flags;  /* enum var_flags */
	uint8_t special; /* which dynamic one or hook */
	char *text;
	size_t len, cap; /* of text */
	intmax_t number;
	struct array *array;
};

/* Looks a name up, making it if need be. */
struct var *sh_var_named(struct shell *sh, const char *name, size_t len);
/* The same, or NULL if it is not there. */
struct var *sh_var_known(struct shell *sh, const char *name);
/* The value as text (of an array, element 0), or NULL if not set. It stays
 * until the variable changes. */
const char *sh_var_text(struct shell *sh, struct var *v);
/* Whether POSIXLY_CORRECT is set for what runs here. */
bool sh_var_posixly(struct shell *sh);
const char *sh_var_get(struct shell *sh, const char *name);
/* The variable a nameref leads to (v itself if it is none); a subscript in the
 * target is put in *sub, else NULL. */
struct var *sh_var_target(struct shell *sh, struct var *v, char **sub);
/* Set the value, in all ways that assignments do. Throw if the variable is
 * readonly. */
void sh_var_set(struct shell *sh, struct var *v, const char *value, size_t len);
void sh_var_append(struct shell *sh, struct var *v, const char *value, size_t len);
void sh_var_set_number(struct shell *sh, struct var *v, intmax_t n);
void sh_var_set_name(struct shell *sh, const char *name, const char *value);
/* Set past readonly and hooks' checks, for the shell's own. */
void sh_var_put(struct shell *sh, const char *name, const char *value, unsigned flags);
/* Unset; false if it is readonly, with a message. */
bool sh_var_unset(struct shell *sh, struct var *v);
void sh_var_clear(struct var *v);
/* Throws `NAME: readonly variable` if it is. */
void sh_var_check(struct shell *sh, const struct var *v);
/* Whether it has a value, or elements. */
bool sh_var_is_set(struct shell *sh, struct var *v);
char **sh_var_environment(struct shell *sh);
/* Brings a computed variable up to date. */
void sh_var_refresh(struct shell *sh, struct var *v);
void sh_vars_init(struct shell *sh);
void sh_vars_import(struct shell *sh);
size_t sh_name_length(const char *s);
bool sh_is_name(const char *s);
/* Names in order, those for which `want` of the flags is set (0: all set);
 * NULL-terminated, on the stack. */
struct var **sh_vars_sorted(struct shell *sh, unsigned want);

/* Arrays. Elements by index or key (as text, evaluated as arithmetic if the
 * array is indexed). */
void sh_array_make(struct shell *sh, struct var *v, bool assoc);
const char *sh_element_get(struct shell *sh, struct var *v, const char *sub);
void sh_element_set(struct shell *sh, struct var *v, const char *sub, const char *value, bool append);
bool sh_element_unset(struct shell *sh, struct var *v, const char *sub);
const char *sh_array_at(const struct array *a, intmax_t index);
void sh_array_put(struct array *a, intmax_t index, const char *value, size_t len);
const char *sh_assoc_get(const struct array *a, const char *key);
void sh_assoc_put(struct array *a, const char *key, const char *value);
void sh_array_clear(struct array *a);
/* Makes v an indexed array of these values. */
void sh_array_set_list(struct shell *sh, struct var *v, char **values, size_t count);

/* Scopes: a function call, or the assignments before a command. */
struct saved_var {
	struct saved_var *next;
	struct var *var;
	struct var was;
};
struct scope {
	struct scope *outer;
	struct saved_var *saved;
	bool function;
	char *options; /* `local -`: the options to put back */
};
/* Hides a variable until the scope ends; keeps its value if `inherit`. */
void sh_scope_hide(struct shell *sh, struct scope *s, struct var *v, bool inherit);
void sh_scope_end(struct shell *sh, struct scope *s);
struct scope *sh_function_scope(struct shell *sh);

/* ---- the tree ---- */

enum part_kind { PART_TEXT, PART_PARAM, PART_COMMAND, PART_ARITH, PART_TILDE, PART_PROCESS, PART_BAD };

/* A piece of a word. */
struct part {
	struct part *next;
	uint8_t kind;
	bool quoted;
	bool glob; /* TEXT, unquoted: has pattern characters; PROCESS: >( ) */
	union {
		struct {
			char *text;
			size_t len;
		};
		struct param *param;
		struct substitution *command;
		struct arith *arith;
	};
};

enum word_flags {
	WORD_QUOTED = 1, /* has quotes: no keyword, no alias */
	WORD_GLOB = 2,   /* unquoted pattern characters in literal text */
	WORD_LIST = 4,   /* has $@ or the like */
	WORD_BRACES = 8, /* may have brace expansions */
};

/* A word, analysed. */
struct word {
	struct part *parts;
	char *plain; /* the text of a word without expansions */
	size_t plain_len;
	uint8_t flags;         /* enum word_flags */
	bool keyword;          /* may be one: it is a keyword's text, unquoted */
	struct assign *assign; /* it is an assignment */
	const char *raw;       /* as written */
	size_t raw_len;
};

enum param_kind { PARAM_VAR, PARAM_NUMBER, PARAM_SPECIAL };
enum param_op {
	OP_NONE,
	OP_DEFAULT, /* - */
	OP_ASSIGN,  /* = */
	OP_ERROR,   /* ? */
	OP_OTHER,   /* + */
	OP_LENGTH,  /* # */
	OP_CUT_FRONT,
	OP_CUT_FRONT_LONG,
	OP_CUT_END,
	OP_CUT_END_LONG,
	OP_REPLACE,       /* /   */
	OP_REPLACE_ALL,   /* //  */
	OP_REPLACE_FRONT, /* /#  */
	OP_REPLACE_END,   /* /%  */
	OP_SLICE,         /* :off:len */
	OP_CASE,          /* ^ ^^ , ,, ~ ~~ */
	OP_TRANSFORM,     /* @X */
	OP_NAMES,         /* ${!prefix*} */
	OP_KEYS,          /* ${!array[@]} */
};

/* A parameter and what is to be done with its value. */
struct param {
	uint8_t kind;  /* enum param_kind */
	uint8_t op;    /* enum param_op */
	bool colon;    /* :- and the like */
	bool indirect; /* ${!x} */
	char letter;   /* of a special one; of OP_TRANSFORM; of OP_CASE */
	char list;     /* '@' or '*': $@, a[*], !prefix@ */
	bool twice;    /* ^^ ,, */
	int number;    /* of a positional one */
	struct var *var;
	struct word *sub; /* subscript */
	struct arith *sub_arith;
	struct word *word, *word2; /* operands */
	struct arith *offset, *length;
	char transform;
};

/* A command substitution. */
struct substitution {
	struct node *body; /* NULL: empty */
	bool simple;       /* the body could run without a process */
	struct word *file; /* $(<file) */
};

struct assign {
	struct assign *next;
	struct var *var;
	struct word *sub; /* subscript or NULL */
	struct arith *sub_arith;
	struct word *value;
	bool append;
	bool compound;        /* name=( ... ) */
	struct assign *items; /* of it; var is NULL; sub NULL for the next index */
	struct part *rest;    /* s="$s..." is s+=...: what to append, if it is that */
};

enum redirect_op {
	REDIR_IN,
	REDIR_OUT,
	REDIR_CLOBBER,
	REDIR_APPEND,
	REDIR_BOTH,
	REDIR_DUP_IN,
	REDIR_DUP_OUT,
	REDIR_HERE,
	REDIR_STRING,
	REDIR_ALL,        /* &> */
	REDIR_ALL_APPEND, /* &>> */
};
struct redirect {
	struct redirect *next;
	uint8_t op;
	bool strip, quoted; /* here-document: <<-; delimiter was quoted */
	int fd;
	struct var *var;   /* {name}> */
	const char *sub;   /* {name[sub]}>, else NULL */
	struct word *word; /* target, or the body of a here-document */
	char *delimiter;
};

enum node_kind {
	NODE_SIMPLE,
	NODE_PIPE, /* list */
	NODE_AND,  /* list of two */
	NODE_OR,
	NODE_LIST,     /* list */
	NODE_ASYNC,    /* a & */
	NODE_NOT,      /* ! a */
	NODE_TIME,     /* time a; a may be NULL */
	NODE_GROUP,    /* { a } */
	NODE_SUBSHELL, /* ( a ) */
	NODE_IF,       /* a b c */
	NODE_WHILE,    /* a b */
	NODE_UNTIL,
	NODE_FOR, /* var words a */
	NODE_SELECT,
	NODE_FOR3, /* arith[3] a */
	NODE_CASE,
	NODE_FUNCTION,
	NODE_ARITH, /* (( )) */
	NODE_COND,  /* [[ ]] */
	NODE_COPROC,
};

struct case_item {
	struct case_item *next;
	struct word **patterns; /* NULL-terminated */
	struct node *body;
	char end; /* ';' for ;;  '&' for ;&  'c' for ;;& */
};

struct node {
	uint8_t kind;     /* enum node_kind */
	uint8_t harmless; /* 1: may run in this process where a subshell is asked for;
                       2: not; 0: not known yet */
	bool flag;        /* TIME: -p; FOR: no `in`; a pipe with |& */
	unsigned line;
	struct redirect *redirects;
	union {
		struct {
			struct assign *assigns;
			struct word **words; /* NULL-terminated */
			unsigned count;
			struct command *command; /* of a literal first word */
			bool declares;           /* export and the like: arguments may be assignments */
		} simple;
		struct {
			struct node **items;
			unsigned count;
		} list;
		struct {
			struct node *a, *b, *c;
			struct var *var;
			struct word **words;
			const char *name;
		};
		struct {
			struct node *body;
			struct arith *arith[3];
		} for3;
		struct {
			struct word *word;
			struct case_item *items;
		} select;
		struct {
			const char *name;
			struct node *body;
			struct pool *pool;
			const char *text; /* of a long one that stands by itself, else NULL */
			size_t text_len;
		} function;
		struct arith *arith;
		struct cond *cond;
	};
};

/* ---- commands by name ---- */

typedef int builtin_function(struct shell *sh, int argc, char **argv);
struct builtin {
	const char *name;
	builtin_function *run; /* NULL: an applet that is built in */
	uint8_t flags;
	const char *help;
};
enum builtin_flags {
	BUILTIN_SPECIAL = 1,  /* POSIX special built-in */
	BUILTIN_DECLARES = 2, /* its arguments may be assignments */
	BUILTIN_HARMLESS = 4, /* changes no state of the shell, reads nothing */
	BUILTIN_BASH = 8,     /* not in POSIX */
};

struct function {
	unsigned uses;
	struct pool *pool;
	struct node *body;   /* NULL until the first call, if there is `text` */
	char *text;          /* the definition */
	bool extglob, posix; /* options it was read with */
	char *file;
	unsigned line;
	bool exported, readonly, traced;
};

/* All that is known of a command name. Once made it stays. */
struct command {
	struct command *next;
	const char *name;
	uint32_t hash;
	struct function *function;
	const struct builtin *builtin;
	const struct applet *applet;
	bool disabled; /* enable -n */
	bool keyword;
	char *path;         /* where PATH has it */
	unsigned path_made; /* generation of PATH for which `path` is right */
	unsigned hits;
	bool hashed; /* by `hash -p`: also shown */
	bool self;   /* path is this binary */
	char *alias;
	bool alias_used;
	struct completion *completion; /* what `complete` said */
};
struct command *sh_command_named(struct shell *sh, const char *name, size_t len);
struct command **sh_commands_sorted(struct shell *sh, bool (*want)(const struct command *));

/* ---- state ---- */

enum flow { FLOW_NONE, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN };
/* DISCARD: a command line is given up; a script that is not POSIX goes on with
 * the next. */
enum throw { THROW_NONE, THROW_ERROR, THROW_DISCARD, THROW_INTERRUPT, THROW_EXIT };

/* Something in progress that must be undone when it ends, in either way. */
struct undo {
	struct undo *outer;
	void (*run)(struct shell *sh, struct undo *self);
};
static inline void *undo_first(void *p)
{
	return p;
}

struct catcher {
	jmp_buf env;
	struct catcher *outer;
	struct undo *undo;
	struct mark mark;
	struct arena_mark arena;
	unsigned buffers;
	int loops, untested;
};

enum { SIGNALS = 65, TRAP_ERR = 65, TRAP_DEBUG, TRAP_RETURN, TRAPS };
enum { REGEXES = 8 };

/* The options of `set`, by their place in sh_option_names. */
enum option {
	O_ALLEXPORT,
	O_NOTIFY,
	O_NOCLOBBER,
	O_ERREXIT,
	O_NOGLOB,
	O_HASHALL,
	O_KEYWORD,
	O_MONITOR,
	O_NOEXEC,
	O_PRIVILEGED,
	O_ONECMD,
	O_NOUNSET,
	O_VERBOSE,
	O_XTRACE,
	O_BRACE,
	O_ERRTRACE,
	O_FUNCTRACE,
	O_HISTEXPAND,
	O_PHYSICAL,
	O_EMACS,
	O_VI,
	O_IGNOREEOF,
	O_NOLOG,
	O_PIPEFAIL,
	O_POSIX,
	O_HISTORY,
	O_COUNT,
};
/* Of `shopt`, in the order of its list. */
enum shopt {
	S_AUTOCD,
	S_ASSOC_EXPAND_ONCE,
	S_CDABLE_VARS,
	S_CDSPELL,
	S_CHECKHASH,
	S_CHECKJOBS,
	S_CHECKWINSIZE,
	S_CMDHIST,
	S_COMPLETE_FULLQUOTE,
	S_DIREXPAND,
	S_DIRSPELL,
	S_DOTGLOB,
	S_EXECFAIL,
	S_EXPAND_ALIASES,
	S_EXTDEBUG,
	S_EXTGLOB,
	S_EXTQUOTE,
	S_FAILGLOB,
	S_FORCE_FIGNORE,
	S_GLOBASCIIRANGES,
	S_GLOBSKIPDOTS,
	S_GLOBSTAR,
	S_GNU_ERRFMT,
	S_HISTAPPEND,
	S_HISTREEDIT,
	S_HISTVERIFY,
	S_HOSTCOMPLETE,
	S_HUPONEXIT,
	S_INHERIT_ERREXIT,
	S_INTERACTIVE_COMMENTS,
	S_LASTPIPE,
	S_LITHIST,
	S_LOCALVAR_INHERIT,
	S_LOCALVAR_UNSET,
	S_LOGIN_SHELL,
	S_MAILWARN,
	S_NO_EMPTY_CMD_COMPLETION,
	S_NOCASEGLOB,
	S_NOCASEMATCH,
	S_NOEXPAND_TRANSLATION,
	S_NULLGLOB,
	S_PATSUB_REPLACEMENT,
	S_PROGCOMP,
	S_PROGCOMP_ALIAS,
	S_PROMPTVARS,
	S_RESTRICTED_SHELL,
	S_SHIFT_VERBOSE,
	S_SOURCEPATH,
	S_VARREDIR_CLOSE,
	S_XPG_ECHO,
	S_COUNT,
};
struct option_name {
	const char *name;
	char letter;
};
extern const struct option_name sh_option_names[O_COUNT];
extern const char *const sh_shopt_names[S_COUNT];

/* A call of a function or a sourced file, for FUNCNAME and the like. */
struct call {
	struct call *outer;
	const char *function; /* "source" for a file */
	const char *file;     /* that it is in */
	unsigned line;        /* of the call */
};

struct shell {
	/* what is used most: the beginning of a struct is reached in fewer bytes */
	bool opt[O_COUNT];
	bool interactive, login, from_stdin, command_string;
	bool utf8;
	bool env_stale;
	bool capturing;   /* standard output is caught in memory */
	bool job_control; /* set -m in effect here */
	enum flow flow;
	int status; /* $? */
	unsigned line;
	int loops;    /* around the current command */
	int untested; /* > 0: errexit does not apply */
	int terminal; /* fd of it for job control, or -1 */
	int args_count;
	char **args; /* $1 ... */
	struct undo *undo;
	struct call *call;
	char *stack_at;
	unsigned buffers_used;
	bool shopt[S_COUNT];

	/* memory */
	char *stack_end;
	struct block *stack_block, *stack_spare;
	struct pool_chunk *chunks; /* to be used again */
	unsigned chunks_count;
	struct sbuf **buffers;
	unsigned buffers_made;
	const char *stack_low; /* the C stack must not go below */

	/* what runs */
	int levels;              /* of break, continue */
	int substitution_status; /* of the last command substitution; -1: none */
	struct catcher *catcher;
	enum throw thrown;
	int functions_deep, sources_deep, evals_deep;
	bool redirects_stay; /* those of `command exec` */
	bool subshell;       /* a forked shell */
	int subshells;       /* BASH_SUBSHELL */
	bool exiting;
	bool started; /* options that have effects may have them */
	bool monitor_given;

	/* parameters */
	const char *name;     /* $0 */
	char **args_block;    /* to be freed */
	bool args_shared;     /* belongs to the caller */
	const char *script;   /* the file that is run, for messages; NULL for -c and stdin */
	const char *label;    /* sh */
	struct node *command; /* BASH_COMMAND */
	const char *execution_string;

	/* tables */
	struct var **vars;
	size_t vars_count, vars_size;
	struct command **commands;
	size_t commands_count, commands_size;
	struct scope *scope;
	unsigned char ifs[256]; /* 1: white, 2: other */
	unsigned char odd[256]; /* not to be taken as it is in an unquoted expansion */
	char ifs_first;         /* joins "$*"; 0: nothing */
	bool ifs_none;          /* IFS is empty */
	unsigned path_made;
	char **env;
	size_t env_count;
	struct var *v_path, *v_home, *v_pwd, *v_oldpwd, *v_optind, *v_optarg, *v_underscore, *v_posix;

	bool no_shortcuts; /* everything the long way: BOX_SH_PLAIN */
	unsigned getopts_at;
	int getopts_index;
	bool getopts_reset;
	uint32_t random;
	time_t seconds_base;
	intmax_t seconds_offset;
	const char *last_arg;

	/* processes */
	pid_t pid, background; /* $$, $! */
	pid_t own_pid;         /* BASHPID */
	struct job *jobs;
	pid_t shell_group;
	struct coproc *coproc;
	struct termios *modes; /* of the terminal, for the shell */
	int trap_came;
	bool background_forgotten; /* the jobs in the list are the parent's */
	bool told_stopped;
	int pipestatus_count;
	int pipestatus_small[8];
	int *pipestatus_many; /* when there are more than 8 */
	struct process_fd *process_fds;
	pid_t last_process; /* of a process substitution */

	/* traps */
	char *traps[TRAPS];
	unsigned char signal_was[SIGNALS]; /* 1: ignored on entry, 2: asked */
	bool traps_any;                    /* some signal is caught */
	char *parent_traps[TRAPS];         /* shown in a subshell until it sets its own */
	bool trap_pending;
	int trap_running;
	bool in_debug, in_err;
	int trap_status, trap_depth; /* $? before it; functions around it */

	/* input */
	struct input *input;
	bool dirty_stdin; /* a script on standard input has been read ahead */
	dev_t self_dev;
	ino_t self_ino;

	char **dirs; /* pushd */
	size_t dirs_count;
	struct history *history;
	struct sbuf killed; /* text, for C-y */
	struct binding *bindings;
	unsigned completing; /* options that compopt may change */
	struct read_ahead {
		int fd;    /* whose it is */
		bool pipe; /* what was peeked at, to be consumed when it has been used */
		bool any;
		bool once, hungry, interrupted;
		char *buf;
		size_t at, len;
		int copy[2]; /* a pipe to peek through */
	} ahead;
	struct assign **declare_assigns; /* assignments among the arguments of the
                                      builtin being run */
	mode_t mask;
	struct users users;
	struct re *regexes[REGEXES];
	unsigned regexes_next;
	bool no_aliases, any_aliases;
	bool cond_match; /* extended patterns count: [[ ]] */
};

void *sh_stack_alloc(struct shell *sh, size_t size);
static inline struct mark stack_mark(const struct shell *sh)
{
	return (struct mark){ sh->stack_block, sh->stack_at };
}
char *sh_stack_text(struct shell *sh, const char *s, size_t len);
char *sh_stack_printf(struct shell *sh, const char *fmt, ...) PRINTF(2, 3);
/* Buffers for text in the making: taken and given back in turn. */
struct sbuf *sh_buffer_take(struct shell *sh);
static inline void buffer_drop(struct shell *sh)
{
	sh->buffers_used--;
}

/* A growing list of strings on the stack, NULL-terminated. */
struct fields {
	char **v;
	size_t count, cap;
};
void sh_fields_grow(struct shell *sh, struct fields *f);
void sh_fields_add(struct shell *sh, struct fields *f, char *s);

/* A shell in the arena, as it is when it begins under that name. */
struct shell *sh_shell_new(const char *name);

/* ---- errors (sh.c) ---- */

/* `sh: line 3: message` on standard error. */
void sh_warn(struct shell *sh, const char *fmt, ...) PRINTF(2, 3);
void sh_warn_errno(struct shell *sh, const char *fmt, ...) PRINTF(2, 3);
/* sh_warn(), then the command is given up with this status: a script ends, an
 * interactive shell prompts. */
_Noreturn void sh_error(struct shell *sh, int status, const char *fmt, ...) PRINTF(3, 4);
/* The same for errors that end only the current line, except in POSIX mode. */
_Noreturn void sh_discard(struct shell *sh, const char *fmt, ...) PRINTF(2, 3);
_Noreturn void sh_throw(struct shell *sh, enum throw what);
/* Ends the shell, or the subshell that is being imitated. */
_Noreturn void sh_exit(struct shell *sh, int status);
/* Throws if the C stack is nearly used up. */
void sh_check_depth(struct shell *sh);
void sh_catch_begin(struct shell *sh, struct catcher *c);
void sh_catch_end(struct shell *sh, struct catcher *c);
void sh_catch_unwind(struct shell *sh, struct catcher *c);
void sh_undo_to(struct shell *sh, struct undo *u);
static inline void undo_push(struct shell *sh, struct undo *u, void (*run)(struct shell *, struct undo *))
{
	u->outer = sh->undo;
	u->run = run;
	sh->undo = u;
}
static inline void undo_pop(struct shell *sh)
{
	struct undo *u = sh->undo;

	sh->undo = u->outer;
	u->run(sh, u);
}

/* ---- lexer.c, parser.c ---- */

/* Where text comes from: memory, a file, a terminal. */
struct input {
	struct input *outer;
	int fd;        /* -1: memory alone */
	bool borrowed; /* the text is not ours to free */
	bool shared;   /* standard input, which commands read too */
	bool terminal; /* lines are edited */
	bool eof;
	char *text;
	size_t len, cap;
	size_t at; /* where the current command begins */
	unsigned line;
	const char *file; /* for messages */
	bool keep_lines;  /* do not count */
	unsigned lines_read;
	int eofs;     /* how often the end came at a terminal */
	bool aliased; /* an alias was replaced in the last command */
};
void sh_input_text(struct input *in, const char *text, size_t len, unsigned line);
/* Forgets the text that has been run. */
void sh_input_trim(struct input *in);
void sh_input_close(struct input *in);
/* Puts the offset of a shared input where the next command begins. */
void sh_input_sync(struct shell *sh);

enum parsed { PARSED_END, PARSED_EMPTY, PARSED_COMMAND, PARSED_ERROR };
/* Reads the next complete command in a new pool. A syntax error is reported. */
enum parsed sh_parse_next(struct shell *sh, struct input *in, struct pool **pool, struct node **out);
bool sh_is_keyword(const char *word);
extern const char *const sh_keywords[];
/* Parses text as a word in the manner of double quotes (PS1 and the like); on
 * the stack's pool. */
struct word *sh_parse_double_quoted(struct shell *sh, struct pool *pool, const char *text);
/* Reads $'...' from `s` up to the quote; returns what is behind it. */
const char *sh_dollar_quote(const char *s, const char *end, struct sbuf *out, bool in_quotes);

/* ---- expand.c, param.c ---- */

enum expand_mode {
	EXPAND_FIELDS,  /* splitting and pathnames */
	EXPAND_STRING,  /* one string */
	EXPAND_PATTERN, /* one string, in pattern form */
	EXPAND_REGEX,   /* one string, quoted parts escaped for a regular expression */
};
void sh_expand_words(struct shell *sh, struct word **words, struct fields *out);
void sh_expand_word(struct shell *sh, struct word *w, struct fields *out);
/* On the stack, or the tree's own; not to be written to. */
char *sh_expand_string(struct shell *sh, struct word *w, size_t *len);
char *sh_expand_pattern(struct shell *sh, struct word *w);
char *sh_expand_regex(struct shell *sh, struct word *w);
/* Appends the expansion of parts in a string's way to `b`. */
void sh_expand_append(struct shell *sh, struct part *parts, struct sbuf *b);
/* Expands text as double quotes would. */
char *sh_expand_text(struct shell *sh, const char *text);
/* Takes the ESCs out, in place; returns the length. */
size_t sh_unescape(char *s);

/* The value of a parameter before the operator. */
struct value {
	const char *text; /* NULL: not set */
	size_t len;
	bool list;
	char **items;
	size_t count;
	char digits[NUM_SIZE];
};
void sh_param_value(struct shell *sh, struct param *p, struct value *v);
/* The same with the operator applied; false if the operand word stands for it
 * (then *operand). */
bool sh_param_expand(struct shell *sh, struct param *p, struct value *v, struct word **operand);
/* Words quoted so that they can be read back, as bash does: 'a b', $'a\n';
 * `always` even if there is no need. */
void sh_quote_single(struct sbuf *b, const char *s);
void sh_quote_word(struct sbuf *b, const char *s);
void sh_quote_backslash(struct sbuf *b, const char *s);
void sh_quote_double(struct sbuf *b, const char *s);
/* Length in characters. */
size_t sh_text_length(const struct shell *sh, const char *s, size_t len);

/* ---- pattern.c ---- */

bool sh_pattern_match(struct shell *sh, const char *pattern, const char *s, bool fold);
bool sh_pattern_match_range(struct shell *sh, const char *pattern, const char *s, const char *end, bool fold);
/* The longest (or shortest) beginning or end that matches; -1 if none. */
ptrdiff_t sh_pattern_prefix(struct shell *sh, const char *pattern, const char *s, size_t len, bool longest);
ptrdiff_t sh_pattern_suffix(struct shell *sh, const char *pattern, const char *s, size_t len, bool longest);
/* Finds the first match at or after `from`, longest; returns its start, *end
 * gets its end. -1 if none. */
ptrdiff_t sh_pattern_search(struct shell *sh, const char *pattern, const char *s, size_t len, size_t from,
			    size_t *end);
bool sh_pattern_has_glob(const struct shell *sh, const char *pattern);
/* Adds the names that match, sorted; returns how many. */
size_t sh_pattern_glob(struct shell *sh, const char *pattern, struct fields *out);

/* ---- arith.c ---- */

/* Compiles parts of text and expansions; never fails: errors show when it is
 * evaluated. */
struct arith *sh_arith_compile(struct shell *sh, struct pool *pool, struct part *parts);
intmax_t sh_arith_value(struct shell *sh, struct arith *a);
intmax_t sh_arith_text(struct shell *sh, const char *text);
/* Whether it has an assignment, or might have one when it is parsed. */
bool sh_arith_changes(const struct arith *a);
/* Appends it as it was written, if that can be told. */
void sh_arith_show(const struct arith *a, struct sbuf *b);

/* ---- cond.c ---- */

enum cond_kind { COND_AND, COND_OR, COND_NOT, COND_UNARY, COND_BINARY, COND_WORD };
struct cond {
	uint8_t kind;
	char op[4];
	struct cond *a, *b;
	struct word *left, *right;
};
bool sh_cond_binary_operator(const char *s);
int sh_cond_run(struct shell *sh, struct cond *c);
bool sh_option_is_set(struct shell *sh, const char *name);
/* Whether NAME or NAME[subscript] is. */
bool sh_element_is_set(struct shell *sh, const char *name);
/* test and [ for the common cases; -1 to leave it to the applet. */
int sh_test_quickly(struct shell *sh, int argc, char **argv);

/* ---- redirect.c ---- */

/* What redirections replaced. */
struct saved_fd {
	int fd, copy; /* -1: it was closed */
};
struct redirected {
	struct undo undo;
	struct saved_fd *saved;
	size_t count, cap;
	bool keep; /* exec: do not put back */
};
/* Makes redirections; returns false after a message. With `saved` they can be
 * undone by undo_pop(). */
bool sh_redirect(struct shell *sh, struct redirect *r, struct redirected *saved);
void sh_redirect_begin(struct shell *sh, struct redirected *saved);
/* Moves an fd of the shell's own out of the way of the user's. */
int sh_move_fd(int fd);
/* The same for one that the user will see. */
int sh_move_low(int fd);
/* Closes what a forked applet must not keep open. */
void sh_close_own_fds(struct shell *sh);
int sh_here_document(struct shell *sh, const char *text, size_t len);

/* ---- exec.c ---- */

enum { RUN_LAST = 1 }; /* this is the last thing that the process does */
int sh_run_node(struct shell *sh, struct node *n, int flags);
/* Runs all of an input. */
int sh_run_input(struct shell *sh, struct input *in, bool last);
int sh_run_text(struct shell *sh, const char *text, const char *file, unsigned line);
int sh_run_file(struct shell *sh, const char *path, int argc, char **argv);
/* Runs a command that is given by words, as `command` and `exec` do. */
int sh_run_words(struct shell *sh, char **argv, int argc, unsigned how);
enum run_how { HOW_NO_FUNCTION = 1, HOW_DEFAULT_PATH = 2, HOW_ONLY_BUILTIN = 4, HOW_COMMAND = 8 };
int sh_run_function(struct shell *sh, struct command *c, int argc, char **argv);
_Noreturn void sh_exec_program(struct shell *sh, char **argv, const char *path, char **env);
/* Where PATH has a command, on the stack; NULL if nowhere. */
char *sh_find_in_path(struct shell *sh, const char *name, const char *path, bool executable);
/* Fills in where a command is. */
void sh_command_locate(struct shell *sh, struct command *c);
const struct applet *sh_command_applet(struct shell *sh, struct command *c);
void sh_function_drop(struct shell *sh, struct function *f);
/* The tree of a function, parsed at its first use if it was put off. */
struct node *sh_function_body(struct shell *sh, struct function *f);
void sh_command_output(struct shell *sh, struct substitution *s, struct sbuf *out);
char *sh_process_substitution(struct shell *sh, struct part *p);
_Noreturn void sh_run_applet_and_exit(struct shell *sh, const struct applet *a, char **argv);
void sh_close_process_fds(struct shell *sh, struct process_fd *until);
void sh_xtrace_words(struct shell *sh, char **words);
void sh_xtrace_text(struct shell *sh, const char *text);
void sh_set_args(struct shell *sh, int argc, char **argv);
bool sh_node_harmless(struct shell *sh, struct node *n);
void sh_assign_run(struct shell *sh, struct assign *a);
/* Runs an applet here; the second passes its output on when it ends, through the shell's own writer, which is quicker for a little. */
int sh_run_applet_inside(struct shell *sh, const struct applet *a, int argc, char **argv);
int sh_run_applet_caught(struct shell *sh, const struct applet *a, int argc, char **argv);

/* ---- jobs.c ---- */

enum process_state { PROCESS_RUNNING, PROCESS_STOPPED, PROCESS_DONE };
struct process {
	pid_t pid;
	int status; /* of waitpid */
	enum process_state state;
};
struct job {
	struct job *next;
	int number;
	pid_t group;
	struct process *processes;
	size_t count;
	char *text;
	bool foreground, told, controlled, disowned, no_hup, waited;
	struct termios *modes;
	unsigned used; /* when it was last current */
};
/* Forks; the child is a shell of its own. `text` names the job. */
enum fork_how { FORK_FOREGROUND, FORK_BACKGROUND, FORK_QUIET };
pid_t sh_fork_shell(struct shell *sh, struct job *j, enum fork_how how);
/* What a subshell resets. */
void sh_become_subshell(struct shell *sh, struct job *j, enum fork_how how);
struct job *sh_job_new(struct shell *sh, const char *text, size_t len);
void sh_job_add(struct shell *sh, struct job *j, pid_t pid);
int sh_job_wait(struct shell *sh, struct job *j); /* in the foreground; returns the status; frees
                                   it unless it stopped */
/* Waits for all processes; `statuses` gets those of `count` ones from `from`
 * on. Negative, -status, if it stopped. */
int sh_job_wait_all(struct shell *sh, struct job *j, int *statuses, int from, unsigned count);
void sh_job_free(struct shell *sh, struct job *j);
void sh_job_background(struct shell *sh, struct job *j);
struct job *sh_job_named(struct shell *sh, const char *spec, bool quiet);
void sh_jobs_poll(struct shell *sh);
void sh_jobs_notify(struct shell *sh);
void sh_jobs_forget(struct shell *sh);
bool sh_jobs_stopped(struct shell *sh);
void sh_job_control_set(struct shell *sh, bool on);
int sh_wait_pid(struct shell *sh, pid_t pid);
int sh_status_of(int wait_status);
pid_t sh_start_program(struct shell *sh, const char *path, char **argv, char **env, struct job *j);
/* Whether a file that execve() did not know may be a script. */
bool sh_may_be_script(const char *path);
/* The words that run one, on the stack: sh, its path, its arguments. */
char **sh_script_words(struct shell *sh, const char *path, char **argv);
int builtin_wait(struct shell *sh, int argc, char **argv);
int builtin_jobs(struct shell *sh, int argc, char **argv);
int builtin_fg(struct shell *sh, int argc, char **argv);
int builtin_bg(struct shell *sh, int argc, char **argv);
int builtin_disown(struct shell *sh, int argc, char **argv);
int builtin_kill(struct shell *sh, int argc, char **argv);
int builtin_suspend(struct shell *sh, int argc, char **argv);

/* ---- trap.c ---- */

void sh_traps_run(struct shell *sh);
void sh_traps_reset(struct shell *sh);
void sh_trap_run(struct shell *sh, int which);
void sh_trap_exit(struct shell *sh);
void sh_traps_start(struct shell *sh);
int builtin_trap(struct shell *sh, int argc, char **argv);
bool sh_traps_waiting(struct shell *sh);
void sh_signals_for_child(struct shell *sh);

/* ---- sh_builtins ---- */

const struct builtin *sh_find_builtin(const char *name);
extern const struct builtin sh_builtins[];
extern const size_t sh_builtins_count;
/* Letters of options in the arguments, one at a time; 0 at the end, '?' after
 * an error was reported. */
struct letters {
	char **argv;
	int argc, index;
	const char *at;
	char *arg;
	char sign;
};
int sh_next_letter(struct shell *sh, struct letters *l, const char *spec);
#define LETTERS(argc_, argv_) ((struct letters){ .argv = (argv_), .argc = (argc_), .index = 1, .sign = '-' })
int sh_usage_error(struct shell *sh, const char *name, const char *fmt, ...) PRINTF(3, 4);
int sh_set_option(struct shell *sh, int option, bool on);
bool sh_set_option_named(struct shell *sh, const char *name, bool on);
bool sh_set_option_letter(struct shell *sh, char letter, bool on);
void sh_options_flags(struct shell *sh, char *out);
char *sh_logical_path(struct shell *sh, const char *path);
/* Appends a command as text, at this depth of indentation. */
void sh_show_node(struct sbuf *b, const struct node *n, int indent);
void sh_show_function(struct shell *sh, struct sbuf *b, const char *name, struct function *f);
void sh_show_declaration(struct shell *sh, struct sbuf *b, struct var *v);

builtin_function builtin_alias, builtin_unalias, builtin_bind, builtin_break, builtin_builtin, builtin_caller,
	builtin_cd, builtin_command, builtin_compgen, builtin_complete, builtin_compopt, builtin_declare,
	builtin_dirs, builtin_echo, builtin_enable, builtin_eval, builtin_exec, builtin_exit, builtin_export,
	builtin_fc, builtin_getopts, builtin_hash, builtin_help, builtin_history, builtin_let, builtin_local,
	builtin_logout, builtin_mapfile, builtin_popd, builtin_printf, builtin_pushd, builtin_pwd,
	builtin_read, builtin_return, builtin_set, builtin_shift, builtin_shopt, builtin_source, builtin_test,
	builtin_times, builtin_true, builtin_false, builtin_type, builtin_ulimit, builtin_umask,
	builtin_unset;

/* Puts back what `read` has read ahead. */
void sh_read_sync(struct shell *sh);

/* ---- interactive ---- */

/* Reads a line (with its newline) at a prompt, beginning with `text`. Returns NULL at the end of
 * input. */
char *sh_edit_line(struct shell *sh, const char *prompt, const char *text, size_t *len);
/* The prompt's escapes and expansions. */
char *sh_prompt_text(struct shell *sh, const char *name);
/* Puts text in a new temporary file. Returns its name, on the stack, or NULL with errno set. */
char *sh_temporary_file(struct shell *sh, const char *text, size_t len);
void sh_history_start(struct shell *sh);
void sh_history_add(struct shell *sh, const char *line);
void sh_history_save(struct shell *sh);
size_t sh_history_count(const struct shell *sh);
const char *sh_history_get(const struct shell *sh, size_t at);
/* !-expansion: returns NULL if the line is as it was; "" after an error. */
char *sh_history_expand(struct shell *sh, const char *line);
size_t sh_history_number(const struct shell *sh);

/* What completing found out about the word before the cursor. */
struct completed {
	size_t start; /* where it begins */
	char quote;   /* the quote that is open in it */
	bool files;   /* candidates are names of files */
	bool raw;     /* not to be quoted */
	bool nospace; /* no blank behind a whole one */
};
/* Finds what the word that ends at `at` may become. */
void sh_complete_line(struct shell *sh, const char *line, size_t at, struct completed *how,
		      struct fields *out);
/* The beginning of a candidate as it is to stand on the line; `whole` if it is all of the only one. */
char *sh_completion_text(struct shell *sh, const struct completed *how, const char *text, size_t len,
			 bool whole);

#endif
