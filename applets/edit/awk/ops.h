/* ops.h - the instructions of awk's machine, for compile.c and run.c
 *
 * a is where the result goes unless something else is said; b and c are operands.
 */
#ifndef OPS_H
#define OPS_H

enum op {
	OP_NONE,
	OP_MOVE, /* a = b, a slice becomes a string */
	OP_ARG,  /* the same for an argument: arrays are passed on, variables of unknown kind as references */
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_POW,
	OP_NEG,
	OP_NUM,
	OP_NOT,
	OP_LT,
	OP_LE,
	OP_EQ,
	OP_NE,
	OP_GT,
	OP_GE, /* comparisons: each three in this order */
	OP_JLT,
	OP_JLE,
	OP_JEQ,
	OP_JNE,
	OP_JGT,
	OP_JGE, /* if a < b go to c */
	OP_NJLT,
	OP_NJLE,
	OP_NJEQ,
	OP_NJNE,
	OP_NJGT,
	OP_NJGE, /* if not */
	OP_JUMP,
	OP_JT,
	OP_JF,       /* go to c, if a is true, false */
	OP_JNOT_POS, /* if the number a is not over 0 */
	OP_INC,
	OP_DEC, /* a++ */
	OP_POST_INC,
	OP_POST_DEC,  /* a = b++ */
	OP_FIELD,     /* a = $b */
	OP_FIELDK,    /* b is the number itself */
	OP_SET_FIELD, /* $b = c */
	OP_NF,        /* makes NF known */
	OP_SET_NF,    /* after an assignment */
	OP_CHANGED,   /* the global number a was assigned to */
	OP_CONCAT,    /* a = c operands that follow */
	OP_APPEND,    /* the same behind a itself */
	OP_JOIN,      /* the same with SUBSEP in between */
	OP_GET,       /* a = b[c] */
	OP_GET_ANY,   /* the same, it may be an array */
	OP_SET,       /* a[b] = c */
	OP_SET_TEMP,  /* the same, c is not needed any more */
	OP_SUBARRAY,  /* a = b[c], which is an array */
	OP_ELEMENT, /* a = b[c] op= x: the next one has the instruction in a, x in b, whether the old value is wanted in c */
	OP_APPEND_ELEMENT, /* a[b] = a[b] c */
	OP_IN,
	OP_DELETE,
	OP_DELETE_ALL,
	OP_MATCH,        /* a = b ~ c */
	OP_MATCH_RECORD, /* a = $0 ~ c */
	OP_CALL,         /* a = function c with its arguments from b on */
	OP_INDIRECT,     /* the same; the next has the name in a, count of arguments in b */
	OP_BUILTIN,      /* a = function b, c operands follow; b has 256 if a string operand lasts */
	OP_GETLINE,      /* a = status, b = variable or none (-1); the next one has kind in a, source in b */
	OP_PRINT,        /* c operands follow; a: kind of redirection + 1 or 0, b: its operand */
	OP_PRINTF,
	OP_FOR_IN,   /* a = keys of b */
	OP_NEXT_KEY, /* b = the next key of a, or go to c */
	OP_RETURN,
	OP_RETURN_NOTHING,
	OP_RECORD, /* reads the next record, or goes to c */
	OP_NEXT,
	OP_NEXTFILE,
	OP_EXIT,    /* a: operand or -1 */
	OP_STOP,    /* the end of a part of the program */
	OP_CASE,    /* a = b is the case c */
	OP_CLEAR,   /* a becomes nothing */
	OP_SCALAR,  /* a is about to be assigned to: it must not be an array */
	OP_DIVISOR, /* a is about to be a divisor, in /= or, if b, %= */
};

#endif
