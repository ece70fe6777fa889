/* awk.h - values, the program in its forms, and what the stages of awk know of each other
 *
 *   lex.c       text of the program to tokens           express.c   tokens to the tree: expressions
 *   parse.c     statements, rules                       evaluate.c  the tree to instructions: expressions
 *   compile.c   statements, rules                       run.c       the machine that runs them
 *   step.c      the work of single instructions         memory.c    blocks of memory, strings
 *   value.c     values as numbers and strings           array.c     hash tables
 *   sort.c      asort(), asorti(), "sorted_in"          field.c     $0 and the fields
 *   cut.c       ways of cutting text                    record.c    where records end
 *   input.c     the main input, getline                 io.c        files, pipes, commands
 *   regexp.c    expressions, sub(), match()             chars.c     functions about characters
 *   builtin.c   the other functions                     format.c    numbers as text, printf
 *   vars.c      special variables
 */
#ifndef AWK_H
#define AWK_H

#include "libbb.h"
#include "regex.h"
#include "timefmt.h"

/* What a value is. Those from STRING on count references. */
enum type {
	UNINIT,
	NUMBER,
	SLICE, /* a string that lies in another one or in the record, for the time of one expression */
	FIELD, /* the same, from the input: a number if it looks like one */
	REGEX, /* an expression, as @/x/ */
	REF,   /* a variable of the caller of which nobody knows yet whether it is an array */
	STRING,
	STRNUM, /* from the input: a number if it looks like one */
	ARRAY,
	ITER, /* the keys of a for (k in a) */
};

struct value {
	uint32_t type;
	uint32_t len; /* of a slice; 1 for a NUMBER made by mkbool() */
	union {
		double num;
		struct str *str;
		const char *ptr;
		struct pattern *re;
		struct table *table;
		struct value *ref;
		struct iter *iter;
	};
};

enum str_flags {
	ASCII_KNOWN = 1, /* IS_ASCII holds */
	IS_ASCII = 2,
	NUM_KNOWN = 4, /* num and LOOKS_NUMERIC hold */
	LOOKS_NUMERIC = 8,
};

struct str {
	uint32_t refs;
	uint16_t class; /* size class of its block */
	uint8_t flags;
	size_t len;
	double num;
	char data[]; /* with a NUL behind it */
};

/* A key of an array: a whole number in its shortest form is kept as one. */
struct key {
	bool is_int;
	uint32_t hash;
	int64_t num;
	const char *p;
	size_t len;
	struct str *str; /* that holds it, or NULL */
};

struct entry {
	struct value value;
	union {
		int64_t num;
		struct str *str;
	} key;
	uint32_t hash;
	uint32_t kind; /* enum entry_kind */
};
enum entry_kind { GONE, INT_KEY, STR_KEY };

struct table {
	struct entry *entries; /* in the order they came */
	uint64_t *index;       /* hash << 32 | number of the entry + 1 */
	uint32_t refs, count, used, size, mask;
	uint32_t symbols; /* it is SYMTAB, whose elements are the variables */
};

struct iter {
	size_t count, at;
	struct str *keys[];
};

enum { CLASSES = 160 };

struct pool {
	struct free_block {
		struct free_block *next;
	} * free[CLASSES];
	char *at, *end;
};

/* A regular expression. Compiled when first needed, for each way of IGNORECASE. */
struct pattern {
	struct str *source;
	struct regex *re[2];
	const char *literal; /* if it is a plain string */
	size_t literal_len;
	bool typed;                                        /* @/x/ */
	enum { NO_SET, ONE_OF_SET, SOME_OF_SET } set_kind; /* it is [...] or [...]+ and nothing else */
	unsigned char *
		set; /* for each byte: not in it, in it, not known; made when the pattern was used some times */
	unsigned uses;
	struct pattern *next; /* in the cache, or of the constants */
};

/* How text is cut into fields. */
enum split_mode { SPLIT_BLANKS, SPLIT_CHAR, SPLIT_REGEX, SPLIT_EACH, SPLIT_WIDTHS, SPLIT_FPAT, SPLIT_CSV };

struct splitter {
	enum split_mode mode;
	char c;
	bool newline; /* so does a newline: RS is empty */
	struct pattern *pattern;
	const char *widths; /* FIELDWIDTHS */
};

/* Where a text stands that is being cut. */
struct cut {
	const char *at, *end, *start;
	const char *widths;
	bool done;
};

/* A redirection, the file that is read, a pipe. */
enum stream_kind { OUT_FILE, OUT_APPEND, OUT_PIPE, IN_FILE, IN_PIPE, BOTH_PIPE };

struct stream {
	struct stream *next;
	struct str *name;
	enum stream_kind kind;
	pid_t pid;          /* 0: none */
	struct writer *out; /* NULL: none, or that end is closed */
	struct writer own;
	struct reader in;     /* in.fd < 0: none */
	bool in_open, parked; /* parked: closed for a while, to be opened again for appending */
	bool eof, unbuffered;
	uint64_t used;
};

enum { STREAMS = 64, PATTERNS = 128 };

/* Instructions. Operands are offsets into the frame, or, when odd, into the globals. */
struct ins {
	uint32_t op;
	int32_t a, b, c;
};

struct func {
	const char *name;
	struct node *body;
	const char **params;
	bool *is_array, *gets_array; /* parameters: used as one, given one */
	int32_t params_count, frame;
	int32_t start;
	uint32_t place;
	bool defined, compiled;
};

struct call {
	int32_t ret; /* -1: leaves run() */
	int32_t dst;
	const struct func *func;
	struct value *frame;
	struct segment *segment;
};

/* The variables that mean something, in the order of special_names. */
enum special {
	V_ARGC,
	V_ARGIND,
	V_ARGV,
	V_BINMODE,
	V_CONVFMT,
	V_ENVIRON,
	V_ERRNO,
	V_FIELDWIDTHS,
	V_FILENAME,
	V_FNR,
	V_FPAT,
	V_FS,
	V_FUNCTAB,
	V_IGNORECASE,
	V_LINT,
	V_NF,
	V_NR,
	V_OFMT,
	V_OFS,
	V_ORS,
	V_PROCINFO,
	V_RLENGTH,
	V_RS,
	V_RSTART,
	V_RT,
	V_SUBSEP,
	V_SYMTAB,
	V_TEXTDOMAIN,
	SPECIALS
};

struct symbol {
	const char *name;
	size_t len;
	bool is_array, assigned;
	uint32_t place; /* where it first is read */
};

/* Where a function is called: what it does to its parameters concerns those of the caller. */
struct call_site {
	struct node *node;
	struct func *from;
};

struct source {
	const char *name; /* for messages: cmd. line, or the file's */
	const char *text;
	size_t len;
};

enum { NUM_TEXT = 352, NUMBER_TEXTS = 8 }; /* room for any number that is shown as a whole one, or by %.30g */

struct awk {
	/* what is used most: the beginning of a struct is reached in fewer bytes */
	struct value *globals;
	struct symbol *symbols; /* of the globals; constants have no name */
	size_t globals_count;
	struct segment *segment;
	struct value *frame, *frame_end;
	struct value *fields; /* from 1 */
	size_t nf;
	const char *rec;
	size_t rec_len;
	int32_t at;     /* the instruction, for messages */
	uint32_t place; /* while there is none */
	int rs_mode;    /* a character, or RS_PARAGRAPH ... */

	bool utf8, posix, traditional, sandbox, csv, non_decimal, ignore_case;
	int lint; /* 2: fatal */

	/* the program */
	size_t globals_size, symbols_size;
	struct table *names; /* of the globals */
	struct func **funcs;
	size_t funcs_count, funcs_size;
	struct source *sources;
	size_t sources_count, sources_size;
	struct ins *code;
	uint32_t *places; /* where each instruction comes from */
	size_t code_count, code_size, places_size;
	int32_t begin, rules, finish, begin_file, end_file; /* starts, -1 if there is none */
	int32_t begin_end, rules_end;                       /* their last instructions, for messages */
	int32_t base_frame;
	bool used[SPECIALS]; /* by the program */
	bool count_only;
	struct pattern *only; /* the pattern of the only rule */
	struct node *ast;
	struct call_site *call_sites;
	size_t call_sites_count, call_sites_size;

	/* the run */
	struct call *calls;
	size_t calls_count, calls_size;
	int nesting; /* of run_code() */
	int status;
	bool exiting, in_end, in_begin_file, running;
	int32_t phase; /* the start of the part that runs */
	void *top;     /* jmp_buf of the phase */

	/* record and fields */
	struct str *rec_str;   /* that holds it, if no buffer does */
	struct reader *rec_in; /* whose buffer holds it */
	signed char rec_ascii; /* -1: not known */
	bool rec_stale, nf_known;
	size_t fields_size;
	struct cut cut;
	struct splitter fs;

	/* input and output */
	struct stream *last_stream;
	uint64_t clock;
	bool main_open, input_done, skip_file, no_more_files;
	int64_t arg_at;
	struct pattern *rs;
	bool no_assignments; /* -E */
	struct writer *spare_writers;
	struct reader *spare_readers;
	size_t spare_writers_count, spare_writers_size, spare_readers_count, spare_readers_size;
	struct writer std_err;
	bool inplace;
	const char *inplace_temp;
	int inplace_saved;

	/* special variables in the form that is needed */
	struct str *ofs, *ors, *subsep, *convfmt, *ofmt;
	bool convfmt_plain, ofmt_plain; /* "%.6g" */
	struct pattern *patterns[PATTERNS], *constants;
	size_t patterns_count;
	struct str *empty, *newline, *missing; /* missing: the text of fields that are not there */
	struct buf format_buf, replace_buf;
	unsigned number_text;
	uint64_t random[2];
	double seed;
	struct time_zone zone, utc;
	bool warned[128];                          /* of the escape of that character */
	char number_texts[NUMBER_TEXTS][NUM_TEXT]; /* used in turn */
	struct stream main;
	struct stream *streams[STREAMS];
	struct pool pool;
};

enum { RS_PARAGRAPH = 256, RS_REGEX, RS_CSV };

/* For what is seldom done: compiled for size where the rest of its file is compiled for speed. */
#define COLD __attribute__((cold))

/* ---- memory.c ---- */
COLD void *awk_heap_alloc(struct awk *a, size_t size);
COLD void awk_heap_free(struct awk *a, void *p, size_t size);
COLD void *awk_heap_grow(struct awk *a, void *p, size_t old_size, size_t size);

/* memcpy(3) for the short texts that awk mostly has; `to` may overlap `from` from below. */
void awk_copy_text(char *to, const char *from, size_t len);

/* A string of `len` bytes to be filled in, with one reference. */
struct str *awk_str_new(struct awk *a, size_t len);
struct str *awk_str_make(struct awk *a, const char *p, size_t len);
COLD struct str *awk_str_const(struct awk *a, const char *s);
size_t awk_str_room(const struct str *s);
/* The same string with room for `len` bytes; it has one reference. */
COLD struct str *awk_str_grow(struct awk *a, struct str *s, size_t len);
void awk_release_slowly(struct awk *a, struct value *v);

void awk_str_release(struct awk *a, struct str *s);

/* A count as a number, and back: it fits in an int64_t, whose conversion is one instruction. */
static inline double count_num(size_t n)
{
	return (double)(int64_t)n;
}

static inline size_t num_count(double num)
{
	return (size_t)(int64_t)num;
}

/* What was in `v` is given up; it has to be set then. */
static inline void release(struct awk *a, struct value *v)
{
	if (v->type >= STRING)
		awk_release_slowly(a, v);
}

void awk_set_num(struct awk *a, struct value *v, double num);
/* The same where each instruction counts. */
static inline void set_num(struct awk *a, struct value *v, double num)
{
	release(a, v);
	v->type = NUMBER;
	v->len = 0;
	v->num = num;
}
/* Takes over a reference. */
void awk_set_str(struct awk *a, struct value *v, struct str *s);

/* ---- value.c ---- */

double awk_text_to_num(struct awk *a, const char *p, size_t len, bool *whole);
double awk_to_num(struct awk *a, struct value *v);
/* The same where each instruction counts. */
static inline double to_num(struct awk *a, struct value *v)
{
	return v->type == NUMBER ? v->num : awk_to_num(a, v);
}

struct text {
	const char *p;
	size_t len;
};

/* The bytes of a value; those of a number stay until a few more numbers were asked for. */
struct text awk_to_text(struct awk *a, struct value *v);
static inline const char *text_of(struct awk *a, struct value *v, size_t *len)
{
	struct text t = awk_to_text(a, v);

	*len = t.len;
	return t.p;
}
/* Room for the text of a number. */
char *awk_number_room(struct awk *a);
/* A new reference to the value as a string. */
struct str *awk_to_str(struct awk *a, struct value *v);
/* The same with a NUL behind it, in the arena; for names of files. */
COLD const char *awk_to_name(struct awk *a, struct value *v);
bool awk_truth(struct awk *a, struct value *v);
/* Whether the value is a number, or comes from the input and looks like one; *num is then it. */
bool awk_numeric(struct awk *a, struct value *v, double *num);
int awk_compare(struct awk *a, struct value *x, struct value *y);
int awk_compare_text(struct awk *a, const char *p, size_t n, const char *q, size_t m);
void awk_copy_value(struct awk *a, struct value *dst, struct value *src);
bool awk_is_ascii(const char *p, size_t len);
COLD size_t awk_count_chars(struct awk *a, const char *p, size_t len);
/* The length of the character at p. */
size_t awk_char_bytes(struct awk *a, const char *p, const char *end);
size_t awk_int_text(char *out, double num);

/* ---- array.c ---- */
COLD struct table *awk_table_new(struct awk *a);
COLD void awk_table_release(struct awk *a, struct table *t);
COLD void awk_table_clear(struct awk *a, struct table *t);
void awk_make_key(struct awk *a, struct value *v, struct key *key);
void awk_int_key(struct key *key, int64_t num);
void awk_text_key(struct key *key, const char *p, size_t len);
struct value *awk_table_find(const struct table *t, const struct key *key);
/* The element, made if it is not there. */
struct value *awk_table_get(struct awk *a, struct table *t, const struct key *key);
COLD void awk_table_delete(struct awk *a, struct table *t, const struct key *key);
struct str *awk_entry_key(struct awk *a, const struct entry *e);
COLD void awk_table_set_text(struct awk *a, struct table *t, const char *key, const char *text,
			     enum type type);
COLD void awk_table_set_num(struct awk *a, struct table *t, const char *key, double num);
/* The array of a variable, which becomes one if it was nothing. */
COLD struct table *awk_to_table(struct awk *a, struct value *v);
COLD struct table *awk_subtable(struct awk *a, struct table *t, struct value *key);

/* ---- sort.c ---- */
struct iter *awk_sorted_keys(struct awk *a, struct table *t);
void awk_iter_free(struct awk *a, struct iter *it);
void awk_sort_array(struct awk *a, struct value *dst, struct value **args, int n, bool keys);

/* ---- field.c ---- */
void awk_get_field(struct awk *a, struct value *dst, size_t n);
/* A field that is not there: an empty string that never is a number. `v` holds nothing. */
static inline void set_missing(struct awk *a, struct value *v)
{
	a->missing->refs++;
	v->type = STRNUM;
	v->str = a->missing;
}
COLD void awk_set_field(struct awk *a, size_t n, struct value *v);
COLD void awk_set_nf(struct awk *a, double n);
size_t awk_field_number(struct awk *a, double n);
void awk_split_all(struct awk *a);
COLD void awk_rebuild_record(struct awk *a);
/* A new record: of a reader's buffer, or a string whose reference is taken. */
void awk_set_record(struct awk *a, const char *p, size_t len, struct reader *in);
COLD void awk_set_record_str(struct awk *a, struct str *s);
/* Copies the record if it lies in the buffer of `in` (any, if NULL), which is about to change. */
COLD void awk_own_record(struct awk *a, const struct reader *in);
void awk_use_splitter(struct awk *a, struct value *fs, struct splitter *s);
void awk_read_fs(struct awk *a, enum special which);
void awk_cut_start(const struct splitter *s, struct cut *c, const char *p, size_t len);
bool awk_cut_next(struct awk *a, const struct splitter *s, struct cut *c, const char **p, size_t *len,
		  const char **sep, size_t *sep_len);
size_t awk_split_to(struct awk *a, const struct splitter *s, const char *p, size_t len, struct table *t,
		    struct table *seps);
/* A text with its doubled quotes made single. */
struct str *awk_single_quotes(struct awk *a, const char *p, size_t len);

/* ---- io.c ---- */
struct stream *awk_find_stream(struct awk *a, const char *name, size_t len, bool output,
			       enum stream_kind kind);
struct stream *awk_new_stream(struct awk *a, const char *name, size_t len, enum stream_kind kind);
void awk_drop_stream(struct awk *a, struct stream *s);
bool awk_open_command(struct awk *a, struct stream *s);
int awk_open_more(struct awk *a, const char *name, int flags);
int awk_special_file(const char *name);
void awk_flush_one(struct awk *a, struct stream *s);
struct stream *awk_output(struct awk *a, int kind, struct value *name);
void awk_output_failed(struct awk *a, struct stream *s, const char *what);
double awk_close_stream(struct awk *a, const char *name, size_t len, const char *how);
bool awk_flush_stream(struct awk *a, struct value *name);
void awk_flush_all(struct awk *a);
void awk_close_all(struct awk *a);
double awk_run_system(struct awk *a, const char *command);
void awk_set_errno(struct awk *a, int code);

/* ---- record.c ---- */
/* The next record of a reader; it lies in its buffer. Returns false at the end. */
bool awk_read_record(struct awk *a, struct reader *r, const char **p, size_t *len);
/* The next one of the files of the command line; NR and FNR count it. */
bool awk_main_record(struct awk *a, const char **p, size_t *len);
bool awk_next_record(struct awk *a);

/* ---- input.c ---- */
void awk_end_file(struct awk *a);
bool awk_next_file(struct awk *a);
double awk_get_line(struct awk *a, struct value *var, int kind, struct value *source);
COLD void awk_read_rs(struct awk *a);
enum getline_kind { GET_MAIN, GET_FILE, GET_PIPE, GET_BOTH };

/* ---- regexp.c ---- */
struct pattern *awk_pattern_make(struct awk *a, struct str *source);
/* Gives the memory of all expressions back, which is not the arena's. */
void awk_free_patterns(struct awk *a);
/* The expression that a value stands for. */
struct pattern *awk_to_pattern(struct awk *a, struct value *v);
bool awk_pattern_search(struct awk *a, struct pattern *p, const char *text, size_t len, size_t from,
			struct regex_span *spans, size_t count);
struct regex *awk_pattern_regex(struct awk *a, struct pattern *p);
void awk_do_match(struct awk *a, struct value *dst, struct value **args, int n);
void awk_do_sub(struct awk *a, struct value *dst, struct value **args, int n, bool global);
void awk_do_gensub(struct awk *a, struct value *dst, struct value **args, int n);

/* ---- format.c ---- */
size_t awk_format_num(struct awk *a, char *out, size_t size, const struct str *format, double num);
size_t awk_format_short(char *out, double num);
void awk_format_values(struct awk *a, struct buf *out, const char *fmt, size_t fmt_len, struct value **args,
		       int n);

/* ---- chars.c ---- */
/* What a reference to a variable refers to. */
struct value *awk_origin(struct value *v);
double awk_length_of(struct awk *a, struct value *v);
void awk_do_substr(struct awk *a, struct value *dst, struct value **args, int n, bool lasting);
/* Whether the text, which is that of `v`, is all ASCII; remembered where there is a place for it. */
bool awk_ascii_text(struct awk *a, struct value *v, const char *p, size_t len);

/* ---- builtin.c ---- */
struct builtin {
	const char *name;
	uint8_t op;
	uint8_t least, most;
	uint8_t extension; /* 1: not in POSIX awk, 2: nor in traditional mode's */
};
enum builtin_op {
	F_ATAN2,
	F_CLOSE,
	F_COS,
	F_EXP,
	F_FFLUSH,
	F_GSUB,
	F_INDEX,
	F_INT,
	F_LENGTH,
	F_LOG,
	F_MATCH,
	F_RAND,
	F_SIN,
	F_SPLIT,
	F_SPRINTF,
	F_SQRT,
	F_SRAND,
	F_SUB,
	F_SUBSTR,
	F_SYSTEM,
	F_TOLOWER,
	F_TOUPPER,
	F_AND,
	F_ASORT,
	F_ASORTI,
	F_BINDTEXTDOMAIN,
	F_COMPL,
	F_DCGETTEXT,
	F_DCNGETTEXT,
	F_GENSUB,
	F_ISARRAY,
	F_LSHIFT,
	F_MKBOOL,
	F_MKTIME,
	F_OR,
	F_PATSPLIT,
	F_RSHIFT,
	F_STRFTIME,
	F_STRTONUM,
	F_SYSTIME,
	F_TYPEOF,
	F_XOR,
	BUILTINS
};
extern const struct builtin awk_builtins[BUILTINS];
const struct builtin *awk_find_builtin(const char *name, size_t len);
void awk_call_builtin(struct awk *a, int op, struct value *dst, struct value **args, int n, bool lasting);

/* ---- vars.c ---- */
int32_t awk_global_slot(struct awk *a, const char *name, size_t len); /* its index; made if it is not there */
int32_t awk_find_global(struct awk *a, const char *name, size_t len); /* or -1 */
int32_t awk_new_global(struct awk *a, const char *name, size_t len);
void awk_make_specials(struct awk *a);
void awk_fill_specials(struct awk *a, char **args, const char *program_name);
void awk_fill_procinfo(struct awk *a);
void awk_fill_symbols(struct awk *a);
void awk_variable_changed(struct awk *a, int32_t index);
bool awk_assign_argument(struct awk *a, const char *text, bool option);
char **awk_make_environment(struct awk *a);
void awk_dump_variables(struct awk *a, const char *file);

/* ---- lex.c, parse.c ---- */
struct node;
struct source_option {
	const char *value;
	unsigned at;
	int kind; /* f, e, i, l */
};
void awk_parse_program(struct awk *a, const struct source_option *options, size_t count);
size_t awk_unescape(struct awk *a, char *out, const char *p, size_t len);

/* ---- compile.c ---- */
void awk_compile_program(struct awk *a);

/* ---- run.c ---- */
enum run_end { RUN_DONE, RUN_NEXT_FILE };
COLD int awk_run_program(struct awk *a);
COLD enum run_end awk_run_code(struct awk *a, int32_t start);
/* Calls a function with copies of `args`; its value goes to *result. */
COLD void awk_call_function(struct awk *a, const struct func *f, struct value **args, int n,
			    struct value *result);
COLD struct func *awk_find_function(struct awk *a, const char *name, size_t len);

/* ---- messages: awk.c ---- */
/* Ends awk, in an orderly way but for END and its open files. */
COLD _Noreturn void awk_quit(struct awk *a, int status);
/* `NAME: place: (FILENAME=x FNR=1) fatal: text`, and awk ends with status 2. */
COLD _Noreturn void awk_fatal(struct awk *a, const char *fmt, ...) PRINTF(2, 3);
COLD void awk_warning(struct awk *a, const char *fmt, ...) PRINTF(2, 3);
COLD void awk_lint(struct awk *a, const char *fmt, ...) PRINTF(2, 3);
/* The beginning of a message: cmd. line:1: */
const char *awk_place_text(struct awk *a, uint32_t place);
/* The name of a variable of the running program, by where it is. */
COLD const char *awk_variable_name(struct awk *a, const struct value *v);

#endif
