/* tsort - put names in an order that agrees with given pairs
 *
 * usage: tsort [OPTION] [FILE]
 *
 * Reads pairs of names separated by blanks, the first of which is to come before the second, and
 * writes all names in such an order. A pair of equal names only says that there is the name.
 * FILE - is standard input, and so is no FILE.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 tsort; GNU coreutils manual, "tsort invocation"
 */
#include "libbb.h"
#include "tsort.gen.h"

struct node;

struct arc {
	struct arc *next;
	struct node *to;
};

struct node {
	struct node *same; /* the next of the hash table */
	const char *name;
	struct arc *after; /* those that come after it, the last one read first */
	size_t before;     /* how many have yet to come before it */
	bool done;
	struct node *chain; /* of a search for a loop */
};

struct graph {
	struct node **nodes; /* sorted in the end */
	size_t count, size;
	struct node **table;
	size_t table_size;
};

static size_t hash(const char *p, size_t len)
{
	size_t h = 5381;

	while (len-- > 0)
		h = h * 33 ^ (unsigned char)*p++;
	return h;
}

static void grow_table(struct graph *g)
{
	size_t size = g->table_size ? 2 * g->table_size : 256;

	g->table = arena_array(struct node *, size);
	g->table_size = size;
	for (size_t i = 0; i < g->count; i++) {
		struct node *n = g->nodes[i], **slot = &g->table[hash(n->name, strlen(n->name)) & (size - 1)];

		n->same = *slot;
		*slot = n;
	}
}

/* Returns the node of a name. */
static struct node *node_of(struct graph *g, const char *name, size_t len)
{
	struct node *n, **slot;

	if (g->count >= g->table_size)
		grow_table(g);
	slot = &g->table[hash(name, len) & (g->table_size - 1)];
	for (n = *slot; n; n = n->same)
		if (strncmp(n->name, name, len) == 0 && !n->name[len])
			return n;
	n = arena_new(struct node);
	n->name = arena_memdup(name, len);
	n->same = *slot;
	*slot = n;
	g->nodes = arena_reserve(g->nodes, g->count, &g->size, sizeof(*g->nodes));
	g->nodes[g->count++] = n;
	return n;
}

static void add_pair(struct node *a, struct node *b)
{
	struct arc *arc;

	if (a == b)
		return;
	arc = arena_new(struct arc);
	*arc = (struct arc){ a->after, b };
	a->after = arc;
	b->before++;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void read_pairs(struct graph *g, const char *name)
{
	int fd = open_input(name);
	struct node *first = NULL;
	const char *p, *end;
	size_t len;

	if (fd < 0)
		die_errno("%s", quote_maybe(name));
	p = read_file(fd, &len);
	if (!p && fd == STDIN_FILENO)
		die_errno("standard input");
	if (!p)
		die_errno("%s: read error", quote_maybe(name));
	for (end = p + len;;) {
		const char *start;
		struct node *n;

		while (p < end && is_blank(*p))
			p++;
		if (p == end)
			break;
		for (start = p; p < end && !is_blank(*p); p++)
			;
		n = node_of(g, start, strnlen(start, (size_t)(p - start)));
		if (first)
			add_pair(first, n);
		first = first ? NULL : n;
	}
	if (first)
		die("%s: input contains an odd number of tokens", quote_maybe(name));
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct node *const *)a)->name, (*(struct node *const *)b)->name);
}

/* Writes all names that nothing has to come before any more, and so on. Returns how many. */
static size_t put_free(struct graph *g, struct node **queue)
{
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < g->count; i++)
		if (g->nodes[i]->before == 0 && !g->nodes[i]->done)
			queue[tail++] = g->nodes[i];
	for (; head < tail; head++) {
		struct node *n = queue[head];

		out_line(n->name);
		n->done = true;
		for (struct arc *arc = n->after; arc; arc = arc->next)
			if (--arc->to->before == 0)
				queue[tail++] = arc->to;
		if (out_failed())
			leave(1);
	}
	return head;
}

/* Finds the arc from `n` to `to`. */
static struct arc **find_arc(struct node *n, const struct node *to)
{
	struct arc **arc = &n->after;

	while (*arc && (*arc)->to != to)
		arc = &(*arc)->next;
	return *arc ? arc : NULL;
}

/* Tells a loop, which goes along the chain from `head` to `last`, and takes the arc away that closes it. */
static void break_loop(struct node *head, struct node *last)
{
	struct arc **arc = find_arc(last, head);

	for (struct node *n = head;; n = n->chain) {
		warn("%s", n->name);
		if (n == last)
			break;
	}
	head->before--;
	*arc = (*arc)->next;
}

/* Walks backwards, from a name to one that has to come before it, until one comes again. */
static void find_loop(struct graph *g)
{
	struct node *head = NULL;

	for (;;)
		for (size_t i = 0; i < g->count; i++) {
			struct node *n = g->nodes[i];

			if (n->before == 0)
				continue;
			if (!head) {
				head = n;
				continue;
			}
			if (!find_arc(n, head))
				continue;
			if (n->chain) {
				break_loop(head, n);
				for (i = 0; i < g->count; i++)
					g->nodes[i]->chain = NULL;
				return;
			}
			n->chain = head;
			head = n;
		}
}

int tsort_main(struct tsort_options *opt, char **argv)
{
	struct graph g = { 0 };
	const char *name = *argv ? *argv : "-";
	struct node **queue;
	size_t left;
	int status = 0;

	(void)opt;
	if (*argv && argv[1])
		die_extra_operand(argv[1]);
	read_pairs(&g, name);
	if (g.count)
		qsort(g.nodes, g.count, sizeof(*g.nodes), by_name);
	queue = arena_array(struct node *, g.count + 1);
	for (left = g.count; (left -= put_free(&g, queue)) > 0;) {
		warn("%s: input contains a loop:", quote_maybe(name));
		find_loop(&g);
		status = 1;
	}
	return status;
}
