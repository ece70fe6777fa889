/* parse.h - between the lexer and the parser */
#ifndef PARSE_H
#define PARSE_H

#include "sh.h"

/* Text pushed before the rest of the input: an alias, the inside of backquotes.
 */
struct segment {
	struct segment *below;
	const char *p, *end; /* of the text below, to go on with */
	struct command *alias;
	bool barrier; /* does not go on below by itself */
	unsigned line;
};

struct pending_here {
	struct pending_here *next;
	struct redirect *redirect;
};

enum token {
	T_EOF,
	T_NEWLINE,
	T_WORD,
	T_REDIRECT, /* with op and fd */
	T_AND_AND,
	T_OR_OR,
	T_AND,
	T_PIPE,
	T_PIPE_ALL, /* |& */
	T_SEMI,
	T_DSEMI,     /* ;; */
	T_SEMI_AND,  /* ;& */
	T_DSEMI_AND, /* ;;& */
	T_OPEN,
	T_CLOSE,
};

struct parser {
	struct shell *sh;
	struct pool *pool;
	struct input *in;
	const char *p, *end;
	struct segment *segment;
	unsigned line;

	/* the token that was read last, if `have` */
	bool have;
	enum token token;
	unsigned token_line;
	struct word *word;
	uint8_t redirect_op;
	bool redirect_strip;
	int redirect_fd;
	struct var *redirect_var;
	const char *redirect_sub;

	bool assignments; /* a word may be an assignment */
	bool alias_next;  /* an alias that ends in a blank came */
	bool regex;       /* the next word is a regular expression */
	bool extglob;     /* in [[ ]] */
	unsigned trials;  /* that failed: too many, and what looks like an expression is no longer tried */
	struct pending_here *pending, **pending_tail;
	bool quiet; /* do not report errors */
	jmp_buf failed;
};

enum { TRIALS = 100 };

/* A place to come back to. */
struct place_in_text {
	struct segment *segment;
	const char *p;
	size_t offset;
	unsigned line;
};

void sh_parser_open(struct parser *ps, struct shell *sh, struct input *in, struct pool *pool);
enum token sh_next_token(struct parser *ps);
_Noreturn void sh_syntax_error(struct parser *ps, const char *fmt, ...) PRINTF(2, 3);
_Noreturn void sh_unexpected(struct parser *ps);
void sh_read_here_documents(struct parser *ps);
struct place_in_text sh_remember_place(struct parser *ps);
void sh_return_to_place(struct parser *ps, struct place_in_text place);
/* The commands up to `)`, which is consumed, or to the end of the segment. */
struct node *sh_parse_inner(struct parser *ps, bool until_paren);
void sh_push_segment(struct parser *ps, const char *text, size_t len, struct command *alias, bool barrier);
void sh_pop_segment(struct parser *ps);
/* Text up to the matching )) of an arithmetic command; NULL (and nothing
 * consumed) if there is none. */
struct arith *sh_read_arith_command(struct parser *ps);
struct arith *sh_read_arith_until(struct parser *ps, char end, char *found);
int sh_look_char(struct parser *ps);
char *sh_pool_text(struct pool *p, const char *s, size_t len);

#endif
