/* regex_internal.h - what the parts of the regular expression engine share
 *
 * A pattern is parsed to a tree of nodes (parse.c, parse_perl.c), the tree is compiled to programs of instructions
 * over bytes (program.c). A program is run by a lazily built automaton (dfa.c), by a simulation of all threads
 * that also keeps submatches (pike.c), or by backtracking where there are back-references and what Perl has
 * (backtrack.c).
 */
#ifndef REGEX_INTERNAL_H
#define REGEX_INTERNAL_H

#include <stdint.h>
#include "regex.h"

/* Memory that is given back as a whole. */
struct pool {
	struct pool_chunk *chunks;
	size_t used, size; /* of the newest chunk */
};

void *pool_alloc(struct pool *pool, size_t size); /* zeroed; dies */
void pool_free(struct pool *pool);

/* realloc(3) that dies; for arrays that grow: room for more than `count` elements of `size` bytes. */
void *memory_resize(void *old, size_t size);
void *memory_reserve(void *old, size_t count, size_t *capacity, size_t size);

/* The classes of characters, by their bits. The first twelve in the order of set_class_names. */
enum class {
	CLASS_ALPHA,
	CLASS_DIGIT,
	CLASS_ALNUM,
	CLASS_UPPER,
	CLASS_LOWER,
	CLASS_SPACE,
	CLASS_BLANK,
	CLASS_PUNCT,
	CLASS_PRINT,
	CLASS_GRAPH,
	CLASS_CNTRL,
	CLASS_XDIGIT,
	CLASS_WORD,
	CLASS_ANY,
	CLASS_LETTER, /* \p{L} and, below, other properties of Perl's */
	CLASS_NUMBER,
	CLASS_SYMBOL, /* \p{P} and \p{S}, which our tables do not tell apart beyond ASCII */
	CLASS_HSPACE,
};

struct range {
	uint32_t low, high;
};

/* A set of characters. Beyond ASCII it is not listed but asked. */
struct set {
	uint32_t bits[8]; /* of ASCII, or of all bytes */
	enum { HIGH_NONE, HIGH_ALL, HIGH_SOME } high;
	bool bytes, negate, icase;
	uint32_t classes, not_classes;
	struct range *ranges;
	size_t count;
};

struct set *set_new(struct pool *pool, bool bytes);
void set_add(struct pool *pool, struct set *s, uint32_t low, uint32_t high);
void set_finish(struct set *s); /* after the last change: makes bits and high */
bool set_has(const struct set *s, uint32_t cp);
int set_class_number(const char *name, size_t len); /* -1 if there is none */

/* Returns another character that is the same but for its case, `n`th of all, or 0. */
uint32_t case_variant(uint32_t cp, int n);

static inline bool set_has_byte(const struct set *s, unsigned char b)
{
	return s->bits[b / 32] >> b % 32 & 1;
}

/* Conditions on a place between two characters. */
enum assertion {
	AT_LINE_START, /* ^ */
	AT_LINE_END,   /* $ */
	AT_TEXT_START, /* \` */
	AT_TEXT_END,   /* \' */
	AT_LAST_LINE,  /* Perl's $ and \Z: the end, or before a newline there */
	AT_WORD_EDGE,  /* \b */
	AT_NO_WORD_EDGE,
	AT_WORD_START,  /* \< */
	AT_WORD_END,    /* \> */
	NO_WORD_BEFORE, /* what -w asks for */
	NO_WORD_AFTER,
	AT_SEARCH_START, /* \G */
};

enum node_kind {
	NODE_EMPTY,
	NODE_CHAR, /* the bytes of a character */
	NODE_SET,
	NODE_CAT,
	NODE_ALT,
	NODE_REPEAT,
	NODE_GROUP,
	NODE_ASSERT,
	NODE_BACKREF,
	NODE_ANY_BYTE, /* \C */
	NODE_FAIL,
	/* Perl's */
	NODE_LOOK,
	NODE_ATOMIC,
	NODE_COND, /* children: yes, no; `first` is a NODE_LOOK or else `index` a group */
	NODE_CALL,
	NODE_KEEP,
};

enum { NO_LIMIT = -1, REPEAT_MAX = 32767 };

struct node {
	uint8_t kind;
	uint8_t len;     /* of a character */
	char text[4];    /* its bytes */
	bool lazy;       /* REPEAT */
	bool negate;     /* LOOK */
	bool behind;     /* LOOK */
	bool icase;      /* BACKREF */
	int min, max;    /* REPEAT; LOOK behind: how many characters back */
	uint32_t index;  /* GROUP, BACKREF, CALL, COND: its number; ASSERT: enum assertion */
	struct set *set; /* SET */
	struct node *first, *next;
	struct node *test; /* COND */
};

/* What a pattern is found to need. */
enum needs {
	NEEDS_BACKTRACK = 1, /* the automaton accepts too much: back-references, lookaround */
	NEEDS_WORD = 2,      /* word edges */
	NEEDS_LINES = 4,     /* ^ or $ within the text */
	NEEDS_LAST_LINE = 8,
	NEEDS_FIRST_MATCH = 16, /* Perl's rules: the first that matches, not the longest */
	NEEDS_ASCII_WORDS = 32, /* letters of words are ASCII only: Perl's \b */
};

/* A pattern being parsed. */
struct parser {
	struct pool *pool;
	const char *pattern;
	size_t pos, end; /* what is left of it */
	enum regex_syntax syntax;
	unsigned flags;
	unsigned needs;
	uint32_t groups, base; /* so far; of those before the current line of REGEX_LINES */
	uint64_t closed;       /* groups of the line that are complete, by bit */
	int depth;
	size_t branch_start; /* where the current alternative began */
	const char *error;
	struct regex_names *names; /* Perl's named groups */
	char *warnings;            /* with REGEX_GREP: see regex_warnings() */
	size_t warning_len;
	unsigned modes; /* Perl's (?imsx) */
};

struct node *node_new(struct parser *p, enum node_kind kind);
struct node *node_char(struct parser *p, uint32_t cp);
struct node *node_byte(struct parser *p, unsigned char b);
struct node *node_class(struct parser *p, int class, bool negate);
struct node *node_assert(struct parser *p, enum assertion what);
struct node *node_repeat(struct parser *p, struct node *what, int min, int max);

/* Joins two nodes as NODE_CAT or NODE_ALT; either may be NULL. */
struct list_of_nodes {
	struct node *first, *last;
};
void list_add(struct list_of_nodes *l, struct node *n);
struct node *list_node(struct parser *p, const struct list_of_nodes *l, enum node_kind kind);

/* Read a character of the pattern at p->pos, which is before p->end; *cp is -1 for a byte that is part of none. */
size_t parser_char(const struct parser *p, int64_t *cp);
struct node *parser_literal(struct parser *p);

struct node *parse_posix(struct parser *p);
struct node *parse_perl(struct parser *p);
struct set *parse_bracket(struct parser *p); /* behind the [; NULL with p->error */

enum op {
	OP_BYTE,
	OP_SET,
	OP_CONT,      /* in the middle of a character of a set; made while running */
	OP_BACK_CONT, /* the same in a program that runs backwards */
	OP_ANY_BYTE,
	OP_SPLIT, /* to `next`, and with less priority to `other` */
	OP_SAVE,
	OP_ASSERT,
	OP_MATCH,
	OP_FAIL,
	/* only in programs for backtracking */
	OP_BACKREF,
	OP_LOOK,   /* `other` is the body, ended by OP_MATCH */
	OP_ATOMIC, /* the same */
	OP_COND,
	OP_CALL,
	OP_KEEP,
	OP_LOOP, /* a repetition's head: as OP_SPLIT, but not again at the same place; `arg` is its register */
};

struct inst {
	uint8_t op;
	uint8_t byte; /* BYTE; CONT: bytes still to come (BACK_CONT: seen) */
	uint8_t flag; /* BACKREF: icase; LOOK: 1 negate, 2 behind; CONT: any byte will do */
	uint32_t next;
	uint32_t other; /* SPLIT; for SET and CONT: the first of the CONTs made for it */
	uint32_t arg;   /* SAVE, ASSERT, BACKREF: number; CONT: bits of the character so far */
	uint32_t owner; /* CONT: the SET it belongs to */
	const struct set *set;
};

struct program {
	struct inst *code;
	size_t count, size;
	uint32_t start;
	uint32_t *group_start; /* for backtracking: where each group begins */
	size_t registers;      /* for backtracking: of OP_LOOP and OP_COUNT */
	bool backward, bytes;
};

enum { NO_INST = UINT32_MAX };

/* How a tree is compiled. */
enum compile_mode { COMPILE_FORWARD, COMPILE_BACKWARD, COMPILE_BACKTRACK };

/* Compiles a tree. Returns false if it gets too big. */
bool program_make(struct program *prog, const struct node *tree, size_t groups, enum compile_mode mode);
void program_free(struct program *prog);

/* Finds which bytes make no difference to the program: fills re->classes. */
void program_classes(struct regex *re);

/* What is around a place in the text. */
enum context {
	BEFORE_TEXT = 1, /* nothing before: the text begins here */
	BEFORE_NEWLINE = 2,
	BEFORE_WORD = 4,
	AFTER_TEXT = 8,
	AFTER_NEWLINE = 16,
	AFTER_WORD = 32,
	AFTER_LAST_NEWLINE = 64,
	NOT_LINE_START = 128, /* REGEX_NOT_BOL, at 0 */
	NOT_LINE_END = 256,
};

bool assertion_holds(unsigned what, unsigned context, bool lines);

/* Whether a condition can be told from what is before (behind) the place alone. */
bool assertion_needs_after(unsigned what);
bool assertion_needs_before(unsigned what);

/* Returns where the thread at `pc` goes with byte `b`, or NO_INST. May add OP_CONTs. */
uint32_t program_step(struct program *prog, uint32_t pc, unsigned char b);

struct dfa;
struct prefilter;

enum dfa_kind {
	DFA_LINES,    /* is there a match in this line? over a text of lines */
	DFA_ANY,      /* is there a match at all */
	DFA_LEFTMOST, /* where does the leftmost-longest match end */
	DFA_ANCHORED, /* where does the longest match from here end */
	DFA_BACKWARD, /* where does the leftmost match that ends here begin */
	DFA_KINDS,
};

struct regex {
	struct pool pool;
	struct node *tree;
	enum regex_syntax syntax;
	unsigned flags, needs;
	size_t groups;
	bool utf8;
	char *warnings;
	const char *input;   /* the name of what is searched, for a message */
	const char *literal; /* that any match contains, or NULL */
	size_t literal_len;
	bool exact; /* the literal is all there is */
	bool first_known;
	uint32_t first[8]; /* bytes that a match may begin with, by bit, if known */
	struct prefilter *prefix;
	struct program forward, backward, backtrack;
	struct dfa *dfas[DFA_KINDS];
	int delimiter; /* of dfas[DFA_LINES] */
	uint8_t classes[256];
	size_t classes_count;
	uint8_t class_byte[256]; /* one byte of each class */
	struct one_pass *one_pass;
	bool one_pass_tried;
	struct pike *pike;
	struct backtrack *backtracker;
	bool backward_made;
};

/* dfa.c */
struct dfa *dfa_new(struct regex *re, enum dfa_kind kind, int delimiter);
void dfa_free(struct dfa *d);

/* Runs from `from` to `len` (backward: down to `limit`). Returns where the match ends (begins), -1 if there is none, -2 if it cannot
 * tell. */
ptrdiff_t dfa_run(struct dfa *d, const char *text, size_t len, size_t from, size_t limit, unsigned where);
ptrdiff_t dfa_lines(struct dfa *d, const char *text, size_t len, size_t from);

/* pike.c: all threads at once. Where the match that begins at or after `from` (at `from` if anchored) is; `end` if not -1 is where it must end. */
bool pike_search(struct regex *re, const char *text, size_t len, size_t from, ptrdiff_t end, bool anchored,
		 unsigned where, struct regex_span *spans, size_t count);
void pike_free(struct pike *p);

/* The context of a place in a text. */
unsigned text_context(const struct regex *re, const char *text, size_t len, size_t at, unsigned where);

/* onepass.c: the submatches of the match spans[0]. Returns false, with the others undefined, if it cannot tell. */
struct one_pass *one_pass_make(struct regex *re); /* NULL if there are too many groups */
void one_pass_free(struct one_pass *o);
bool one_pass_run(struct regex *re, const char *text, struct regex_span *spans, size_t count);

/* backtrack.c */
bool backtrack_search(struct regex *re, const char *text, size_t len, size_t from, ptrdiff_t end,
		      unsigned where, struct regex_span *spans, size_t count);
void backtrack_free(struct backtrack *b);

/* prefilter.c */
void find_literal(struct regex *re);
void find_prefix(struct regex *re);
void prefix_free(struct prefilter *x);
/* Returns the first place in [p, end) where a match may begin, or NULL. */
const uint8_t *prefix_next(const struct prefilter *x, const uint8_t *p, const uint8_t *end);

#endif
