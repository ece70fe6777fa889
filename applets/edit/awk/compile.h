/* compile.h - the state of the compiler, and what compile.c takes from evaluate.c */
#ifndef COMPILE_H
#define COMPILE_H

#include "ops.h"
#include "tree.h"

enum { ANY = INT32_MIN, NONE = -1, DEEPEST = 8000 };

/* A place in the code to which jumps go, perhaps before it is known. */
struct label {
	int32_t at, chain; /* -1: not known, no jumps wait for it */
};

struct loop {
	struct loop *outer;
	struct label *end, *again; /* again: NULL in a switch */
};

struct compiler {
	struct awk *a;
	const struct func *func;
	int32_t top, most; /* temporaries in use; the most there were */
	uint32_t place;
	struct loop *loop;
	int32_t zero, one;
	int depth; /* of the tree, which the stack limits */
};

int32_t awk_emit(struct compiler *c, int op, int32_t x, int32_t y, int32_t z);
void awk_emit_operands(struct compiler *c, const int32_t *o, int32_t n);
void awk_put_label(struct compiler *c, struct label *l);
void awk_jump_to(struct compiler *c, int op, int32_t x, int32_t y, struct label *l);
int32_t awk_temporary(struct compiler *c);
int32_t awk_value(struct compiler *c, struct node *n, int32_t want);
void awk_effect(struct compiler *c, struct node *n);
void awk_jump_if(struct compiler *c, struct node *n, bool when, struct label *l);
int32_t awk_hold(struct compiler *c, const struct node *n, int32_t operand, bool later);
int32_t *awk_operands(struct compiler *c, struct node *list, int32_t n);
int32_t awk_array(struct compiler *c, struct node *n);
int32_t awk_key(struct compiler *c, struct node *list, int32_t count);
void awk_assigned(struct compiler *c, int32_t slot);
struct label awk_new_label(void);

#endif
