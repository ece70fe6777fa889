/* parse.h - the state of the parser, and what parse.c takes from express.c */
#ifndef PARSE_H
#define PARSE_H

#include "tree.h"

struct parser {
	struct lexer l;
	struct awk *a;
	struct func *func;      /* that is being read */
	struct buf locals;      /* for names of parameters */
	int rule;               /* enum rule_kind, -1 in a function */
	int loops, switches;    /* around here */
	int depth;              /* of nesting, which the stack limits */
	bool no_greater;        /* > is a redirection here */
	const char *print_list; /* where a ( may begin the list of print */
	struct node *rules, **rules_end;
};

struct node *awk_expression(struct parser *p);
struct node *awk_concatenation(struct parser *p);
struct node *awk_primary(struct parser *p, bool assign);
struct node *awk_named(struct parser *p);
struct node *awk_expression_list(struct parser *p, enum token end, int32_t *count);
struct node *awk_in_parentheses(struct parser *p, enum token end, int32_t *count);
_Noreturn void awk_unexpected(struct parser *p);
bool awk_accept(struct parser *p, enum token t);
void awk_expect(struct parser *p, enum token t);
void awk_skip_newlines(struct parser *p);
struct node *awk_new_node(struct parser *p, enum node_kind kind, struct node *a, struct node *b);
void awk_is_array(struct parser *p, const struct node *n);
void awk_is_set(struct parser *p, const struct node *n);
struct func *awk_function_named(struct parser *p, const char *name, size_t len);
void awk_deeper(struct parser *p);
struct node *awk_subscripts(struct parser *p, struct node *n);

#endif
