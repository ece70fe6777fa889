/* bc.h - the parts of bc and what they share
 *
 * lex.c makes tokens of the input, parse.c statements of tokens, run.c runs them, mathlib.c has the functions of -l.
 * A statement is run as soon as its line is complete, and its tree is then given back; a function keeps its own.
 */
#ifndef BC_H
#define BC_H

#include "libbb.h"
#include <setjmp.h>
#include "decimal.h"

/* --- the tree -------------------------------------------------------------------------------------------------------- */

enum kind {
	/* expressions */
	CONSTANT,
	VARIABLE, /* index */
	ELEMENT,  /* index, a: the subscript */
	ARRAY,    /* index; only as an argument */
	SCALE,
	IBASE,
	OBASE,
	LAST,
	ASSIGN,    /* a: where to, b; op: '=' or that of op= */
	INCREMENT, /* a; op: '+' or '-'; after: the value is the old one */
	NEGATE,
	NOT,
	AND,
	OR,
	RELATION, /* op */
	OPERATE,  /* op: + - * / % ^ */
	CALL,     /* index, a: list of arguments */
	LENGTH,
	ROOT,
	SCALE_OF,
	READ,
	RANDOM,
	/* statements */
	SHOW,   /* a: print its value */
	DO,     /* a: a value that is not printed */
	STRING, /* text: printed as it is */
	PRINT,  /* a: list of expressions and STRINGs */
	BLOCK,  /* a: list */
	IF,     /* a: condition, b: then, c: else */
	WHILE,  /* a: condition, b: body */
	FOR,    /* a b c: what is in the parentheses, body */
	BREAK,
	CONTINUE,
	RETURN, /* a: value or NULL */
	HALT,
};

enum operator{
	EQUAL = 'e',
	DIFFERENT = 'n',
	LESS = '<',
	LESS_EQUAL = 'l',
	GREATER = '>',
	GREATER_EQUAL = 'g',
};

struct node {
	uint8_t kind; /* enum kind */
	char op;
	bool after;
	bool inside; /* in parentheses */
	unsigned index;
	struct node *a, *b, *c, *body;
	struct node *next; /* in a list */
	const char *text;  /* of a constant or string */
	size_t len;
	struct dec *value; /* of a constant, in the base `base` */
	unsigned base;
};

/* Memory of a tree. */
struct tree {
	struct chunk *chunks;
	char *at, *end;
	struct node *constants; /* by their `body` */
};

/* --- what is named --------------------------------------------------------------------------------------------------- */

/* An array: pages of elements that are made when they are first set. */
struct array {
	unsigned refs;
	struct dec *block; /* that it is in */
	struct dec *table; /* of pages */
	size_t pages;
};

struct variable {
	const char *name;
	struct dec *value; /* NULL: 0 */
	struct array *array;
};

enum passing { BY_VALUE, ARRAY_COPIED, ARRAY_SHARED };
struct local {
	struct local *next;
	unsigned index;
	enum passing passing;
};

struct bc;
typedef struct dec *math_function(struct bc *bc, const struct dec *x, const struct dec *n);

struct function {
	const char *name;
	bool defined, is_void;
	struct local *parameters, *autos;
	struct node *body;
	struct tree tree;
	math_function *math; /* of the library, until the name is defined anew */
	unsigned running;
};

/* A variable's value while a function has one of its own. */
struct saved {
	unsigned index;
	bool array;
	struct dec *value;
	struct array *elements;
};

/* --- the input --------------------------------------------------------------------------------------------------------- */

enum token {
	T_END = 256,
	T_NEWLINE,
	T_NUMBER,
	T_NAME,
	T_STRING,
	T_ASSIGN, /* op */
	T_RELATION,
	T_INCREMENT,
	T_AND,
	T_OR,
	T_ERROR,   /* told already */
	T_KEYWORD, /* keyword */
};

enum keyword {
	K_AUTO,
	K_BREAK,
	K_CONTINUE,
	K_DEFINE,
	K_ELSE,
	K_FOR,
	K_HALT,
	K_IBASE,
	K_IF,
	K_LAST,
	K_LENGTH,
	K_LIMITS,
	K_OBASE,
	K_PRINT,
	K_QUIT,
	K_RANDOM,
	K_READ,
	K_RETURN,
	K_SCALE,
	K_SQRT,
	K_VOID,
	K_WARRANTY,
	K_WHILE,
};

struct lexer {
	char **files; /* those to come; NULL after them: standard input */
	bool at_stdin, done;
	const char *name; /* of the file, for messages */
	struct reader input;
	struct reader numbers; /* standard input, for read() in a file */
	char *line;
	size_t at, len;
	unsigned number; /* of the line */
	/* the current token */
	int token; /* a character or enum token */
	char op;
	enum keyword keyword;
	struct buf text;
};

/* --- the whole ----------------------------------------------------------------------------------------------------------- */

enum flow { FLOW_NEXT, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN };

struct bc {
	struct dec_pool pool;
	struct lexer lex;
	bool standard, warn, interactive;
	/* parsing */
	struct tree tree; /* of what is being read */
	struct chunk *chunks;
	struct function *defining;
	unsigned loops, fors; /* around what is being read */
	bool spoilt;          /* an error was told for this line */
	jmp_buf failed;
	/* names */
	struct variable *variables;
	size_t variables_count, variables_size;
	struct function **functions;
	size_t functions_count, functions_size;
	/* values */
	struct dec *zero, *one, *last;
	size_t scale;
	unsigned ibase;
	intmax_t obase;
	unsigned constant_base; /* ibase as it was when the function was called */
	/* running */
	struct saved *saved;
	size_t saved_count, saved_size;
	const char *function; /* the name of the one that runs */
	struct dec *result;
	char *stack_low;
	jmp_buf error;
	/* output */
	size_t column, width;
	struct buf number;
	uint32_t random;
};

/* lex.c */
void bc_lex_open(struct bc *bc, char **files);
int bc_next_token(struct bc *bc);
/* Drops the rest of the line. */
void bc_skip_line(struct bc *bc);
/* Tells of an error in the input, with its place. */
void bc_complain(struct bc *bc, const char *fmt, ...) PRINTF(2, 3);
/* Reads one number for read(): digits up to what is none. */
struct dec *bc_read_number(struct bc *bc);

/* parse.c */
/* Reads the next line, or more if it goes on, and runs it. Returns false at the end. */
bool bc_read_and_run(struct bc *bc);
/* The function of a name, made if need be, and its number. */
struct function *bc_function_named(struct bc *bc, const char *name, unsigned *index);

/* run.c */
enum flow bc_run(struct bc *bc, struct node *n);
void bc_init(struct bc *bc);
_Noreturn void bc_error(struct bc *bc, const char *fmt, ...) PRINTF(2, 3);
void bc_put(struct bc *bc, const char *s, size_t len);
/* Gives up all calls in progress. */
void bc_unwind(struct bc *bc);
/* Whether little of the C stack is left. */
bool bc_stack_full(const struct bc *bc);

/* mathlib.c */
struct math_entry {
	const char *name;
	math_function *run;
	int arguments;
};
extern const struct math_entry bc_mathlib[6];

#endif
