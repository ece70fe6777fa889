/* tree.h - the tokens and the tree of an awk program, for lex.c, parse.c and compile.c */
#ifndef TREE_H
#define TREE_H

#include "awk.h"

enum token {
	T_END,
	T_NEWLINE,
	T_SEMICOLON,
	T_LBRACE,
	T_RBRACE,
	T_LPAREN,
	T_RPAREN,
	T_LBRACKET,
	T_RBRACKET,
	T_COMMA,
	T_NUMBER,
	T_STRING,
	T_REGEX,
	T_NAME,
	T_FUNC_NAME, /* a name right before ( */
	T_BUILTIN,
	T_AT,
	T_PLUS,
	T_MINUS,
	T_STAR,
	T_SLASH,
	T_PERCENT,
	T_POWER,
	T_NOT,
	T_GREATER,
	T_LESS,
	T_GE,
	T_LE,
	T_EQ,
	T_NE,
	T_MATCH,
	T_NO_MATCH,
	T_AND,
	T_OR,
	T_QUESTION,
	T_COLON,
	T_INCR,
	T_DECR,
	T_DOLLAR,
	T_PIPE,
	T_PIPE_BOTH,
	T_APPEND,
	T_ASSIGN,
	T_ADD_ASSIGN,
	T_SUB_ASSIGN,
	T_MUL_ASSIGN,
	T_DIV_ASSIGN,
	T_MOD_ASSIGN,
	T_POW_ASSIGN,
	/* words, in the order of `words` in lex.c */
	T_BEGIN,
	T_BEGINFILE,
	T_END_RULE,
	T_ENDFILE,
	T_BREAK,
	T_CASE,
	T_CONTINUE,
	T_DEFAULT,
	T_DELETE,
	T_DO,
	T_ELSE,
	T_EXIT,
	T_FOR,
	T_FUNC,
	T_FUNCTION,
	T_GETLINE,
	T_IF,
	T_IN,
	T_NEXT,
	T_NEXTFILE,
	T_PRINT,
	T_PRINTF,
	T_RETURN,
	T_SWITCH,
	T_WHILE
};

enum node_kind {
	N_CONST,  /* slot */
	N_REGEX,  /* slot: a match of $0 unless it is an operand that wants an expression */
	N_VAR,    /* slot */
	N_FIELD,  /* $a */
	N_INDEX,  /* a[b, ...] */
	N_GROUP,  /* (a, ...) */
	N_ASSIGN, /* a op= b; op is 0 or an instruction */
	N_COND,   /* a ? b : c */
	N_AND,
	N_OR,
	N_NOT,
	N_IN,    /* (list a) in b */
	N_MATCH, /* a ~ b */
	N_NO_MATCH,
	N_BINARY, /* op */
	N_COMPARE,
	N_CONCAT, /* list a */
	N_NEGATE,
	N_PLUS,
	N_INCR,     /* ++a and such: op is the instruction, post */
	N_CALL,     /* func(list a) */
	N_INDIRECT, /* @b(list a) */
	N_BUILTIN,  /* op(list a) */
	N_GETLINE,  /* a: source, b: variable; op: enum getline_kind */
	/* statements */
	N_EXPR,
	N_PRINT,
	N_PRINTF, /* list a, to b; op: enum stream_kind */
	N_IF,
	N_WHILE,
	N_DO,
	N_FOR,    /* a; b; c) d */
	N_FOR_IN, /* a in b) d */
	N_BLOCK,  /* list a */
	N_NEXT,
	N_NEXTFILE,
	N_EXIT,
	N_RETURN,
	N_BREAK,
	N_CONTINUE,
	N_DELETE,
	N_SWITCH, /* a; list b of N_CASE */
	N_CASE,   /* a: value, NULL for default; list b */
	N_RULE,   /* pattern a, to b; action c, NULL for print; op: enum rule_kind */
};

enum rule_kind { RULE_BEGIN, RULE_MAIN, RULE_END, RULE_BEGIN_FILE, RULE_END_FILE };

struct node {
	uint8_t kind;
	bool impure; /* it, or a part of it, may change a variable, a field or $0 */
	bool paren, post;
	uint8_t op;
	uint32_t place;
	int32_t slot; /* operand of a variable or a constant */
	int32_t count;
	struct func *func;
	struct node *a, *b, *c, *d, *next;
};

/* A text of the program that is being read; @include stacks them. */
struct input {
	struct input *outer;
	const char *text, *at, *end;
	uint32_t source, line;
};

struct lexer {
	struct awk *a;
	struct input *in;
	const struct source_option *options;
	size_t options_count, option_at;
	enum token token, before;
	uint32_t place;
	const char *start, *before_start; /* of the token, and of the one before */
	const char *name;
	size_t name_len;
	double num;
	struct buf text;
	const char *module; /* @namespace */
	bool was_newline;
	const char **included;
	size_t included_count, included_size;
};

void awk_lex_start(struct lexer *l);
void awk_lex_next(struct lexer *l);
/* Reads an expression whose first / is the token. */
void awk_lex_regex(struct lexer *l);
_Noreturn void awk_lex_error(struct lexer *l, const char *fmt, ...) PRINTF(2, 3);
/* An error that has no place in the text. */
_Noreturn void awk_program_error(struct awk *a, uint32_t place, const char *fmt, ...) PRINTF(3, 4);
/* Begins to read the file of @include or -i. */
void awk_lex_include(struct lexer *l, const char *name, bool once);

int32_t awk_constant_num(struct awk *a, double num);
int32_t awk_constant_str(struct awk *a, const char *p, size_t len);
int32_t awk_constant_regex(struct awk *a, const char *p, size_t len, bool typed);

/* Operands: the byte offset of a value in the frame, or, odd, in the globals. */
static inline int32_t global_operand(int32_t index)
{
	return index * (int32_t)sizeof(struct value) + 1;
}

static inline int32_t frame_operand(int32_t index)
{
	return index * (int32_t)sizeof(struct value);
}

static inline bool is_global(int32_t operand)
{
	return operand & 1;
}

static inline int32_t operand_index(int32_t operand)
{
	return operand / (int32_t)sizeof(struct value);
}

#endif
