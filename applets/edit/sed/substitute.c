/* substitute.c - s and y
 *
 * hot: s///g
 */
#include <spawn.h>
#include <sys/wait.h>
#include "sed.h"

extern char **environ;

bool search(struct sed *s, struct regex *re, size_t from, struct regex_span *spans, size_t count)
{
	if (!re) {
		re = s->last_regex;
		if (!re)
			die("-e expression #1, char 0: no previous regular expression");
	}
	s->last_regex = re;
	return regex_search(re, s->pattern.data, s->pattern.len, from, 0, spans, count);
}

/* Adds text with its letters in the case that is asked for. */
static void add_cased(struct sed *s, const char *p, size_t len, enum letter_case letters,
		      enum letter_case *next)
{
	const char *end = p + len;

	while (p < end) {
		uint32_t cp = (unsigned char)*p;
		int n = s->utf8 ? utf8_decode(p, (size_t)(end - p), &cp) : 1;
		enum letter_case how = *next ? *next : letters;
		char out[4];

		*next = CASE_KEEP;
		if (n <= 0 || (!s->utf8 && cp >= 0x80)) {
			space_add(&s->scratch, p, 1);
			p++;
			continue;
		}
		if (how != CASE_KEEP)
			cp = how == CASE_UPPER ? char_upper(cp) : char_lower(cp);
		space_add(&s->scratch, out, (size_t)utf8_encode(cp, out));
		p += n;
	}
}

static void add_replacement(struct sed *s, const struct substitution *sub, const struct regex_span *spans)
{
	enum letter_case letters = CASE_KEEP, next = CASE_KEEP;
	const char *text = s->pattern.data;

	for (size_t i = 0; i < sub->count; i++) {
		const struct piece *p = &sub->pieces[i];
		const struct regex_span *m = p->group >= 0 && spans[p->group].start >= 0 ? &spans[p->group]
											 : NULL;

		if (!sub->cased) {
			space_add(&s->scratch, p->text, p->len);
			if (m)
				space_add(&s->scratch, text + m->start, (size_t)(m->end - m->start));
			continue;
		}
		if (p->set_case)
			letters = p->letters;
		if (p->set_case || p->next)
			next = p->next;
		add_cased(s, p->text, p->len, letters, &next);
		if (m)
			add_cased(s, text + m->start, (size_t)(m->end - m->start), letters, &next);
	}
}

/* The length of the character at `at`. */
static size_t char_len(const struct sed *s, size_t at)
{
	uint32_t cp;
	int n = 1;

	if (s->utf8 && (unsigned char)s->pattern.data[at] >= 0x80)
		n = utf8_decode(s->pattern.data + at, s->pattern.len - at, &cp);
	return n > 0 ? (size_t)n : 1;
}

void run_shell(const char *command, struct space *to)
{
	char sh[] = "sh", c[] = "-c", *text = arena_strdup(command), *argv[] = { sh, c, text, NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], status;
	char block[4096];
	ssize_t n;
	pid_t pid;

	out_flush();
	if (pipe(ends) < 0)
		die_status_errno(STATUS_PANIC, "error subprocess");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	if (posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ) != 0)
		die_status(STATUS_PANIC, "error subprocess");
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	while ((n = read_some(ends[0], block, sizeof block)) > 0)
		space_add(to, block, (size_t)n);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
}

static void swap_spaces(struct space *a, struct space *b)
{
	struct space t = *a;

	*a = *b;
	*b = t;
}

static void finish(struct sed *s, const struct substitution *sub)
{
	if (sub->eval) {
		space_add(&s->pattern, "", 1);
		s->scratch.len = 0;
		run_shell(s->pattern.data, &s->scratch);
		s->scratch.newline = s->pattern.newline;
		if (s->scratch.len && s->scratch.data[s->scratch.len - 1] == s->delimiter)
			s->scratch.len--;
		swap_spaces(&s->pattern, &s->scratch);
	}
	if (sub->print)
		output_text(s, s->out, s->pattern.data, s->pattern.len, s->pattern.newline);
	if (sub->file)
		output_text(s, sub->file, s->pattern.data, s->pattern.len, s->pattern.newline);
}

void substitute(struct sed *s, struct substitution *sub)
{
	struct regex_span *spans = s->spans;
	size_t from = 0, done = 0;
	uintmax_t count = 0, wanted = sub->number ? sub->number : 1;
	bool replaced = false;
	ptrdiff_t last_end = -1;

	while (from <= s->pattern.len && search(s, sub->re, from, spans, sub->groups)) {
		size_t start = (size_t)spans[0].start, end = (size_t)spans[0].end;

		if (start == end && (ptrdiff_t)start == last_end) {
			/* nothing right behind a match is not another one */
			from = start < s->pattern.len ? start + char_len(s, start) : start + 1;
			last_end = -1;
			continue;
		}
		last_end = (ptrdiff_t)end;
		from = end > start ? end : end < s->pattern.len ? end + char_len(s, end) : end + 1;
		if (++count < wanted)
			continue;
		if (!replaced)
			s->scratch.len = 0;
		replaced = true;
		space_add(&s->scratch, s->pattern.data + done, start - done);
		add_replacement(s, sub, spans);
		done = end;
		if (!sub->global)
			break;
	}
	if (!replaced)
		return;
	space_add(&s->scratch, s->pattern.data + done, s->pattern.len - done);
	s->scratch.newline = s->pattern.newline;
	swap_spaces(&s->pattern, &s->scratch);
	s->replaced = true;
	if (sub->eval || sub->print || sub->file)
		finish(s, sub);
}

void transliterate(struct sed *s, const struct command *c)
{
	char *p = s->pattern.data, *end = p + s->pattern.len;

	if (c->map_count == 0) {
		for (; p < end; p++)
			*p = (char)c->map[(unsigned char)*p];
		return;
	}
	s->scratch.len = 0;
	while (p < end) {
		uint32_t cp = 0;
		int n = utf8_decode(p, (size_t)(end - p), &cp);
		char out[4];
		size_t i = 0;

		if (n <= 0)
			cp = 0x110000 + (unsigned char)*p;
		while (i < c->map_count && c->map[2 * i] != cp)
			i++;
		cp = i < c->map_count ? c->map[2 * i + 1] : cp;
		out[0] = (char)(cp - 0x110000);
		space_add(&s->scratch, out, cp >= 0x110000 ? 1 : (size_t)utf8_encode(cp, out));
		p += n > 0 ? n : 1;
	}
	s->scratch.newline = s->pattern.newline;
	swap_spaces(&s->pattern, &s->scratch);
}
