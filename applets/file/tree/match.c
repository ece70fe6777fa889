/* match.c - tree: patterns, and the files .gitignore and .info */
#include "glob.h"
#include "tree.h"

bool tree_match(const struct tree_job *job, const char *pattern, const char *path)
{
	unsigned flags = GLOB_PATHNAME | GLOB_DEPTH | (job->opt->ignore_case ? GLOB_ICASE : 0u) |
			 (job->utf8 ? GLOB_UTF8 : 0u);

	for (const char *end;; pattern = end + 1) {
		size_t slash;

		for (end = pattern; *end && *end != '|'; end++)
			end += *end == '\\' && end[1];
		/* a slash at the end is about directories, which others see to */
		slash = end > pattern + 1 && end[-1] == '/';
		if (glob_match_range(pattern, end - slash, path, path + strlen(path), flags))
			return true;
		if (!*end)
			return false;
	}
}

bool tree_listed(const struct option_list *patterns, const struct tree_job *job, const struct tree_node *node)
{
	for (size_t i = 0; i < patterns->count; i++) {
		const char *pattern = patterns->items[i].value;
		size_t len = strlen(pattern);

		if (len > 1 && pattern[len - 1] == '/' && !node->directory)
			continue;
		if (tree_match(job, pattern, node->name))
			return true;
	}
	return false;
}

/* Cuts blanks off the end of a line. */
static void trim(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\r' || line[len - 1] == '\t') &&
	       !(len > 1 && line[len - 2] == '\\'))
		line[--len] = 0;
}

static struct tree_rule make_rule(char *line, bool infos)
{
	struct tree_rule rule = { 0 };
	size_t len;

	if (!infos && *line == '!') {
		rule.negated = true;
		line++;
	}
	len = strlen(line);
	if (len > 1 && line[len - 1] == '/') {
		rule.only_directories = true;
		line[len - 1] = 0;
	}
	rule.anchored = strchr(line, '/') != NULL;
	rule.pattern = line + (*line == '/');
	return rule;
}

struct tree_rules *tree_read_rules(const char *file, const char *base, const struct tree_rules *outer,
				   bool infos)
{
	struct tree_rules *rules = arena_new(struct tree_rules);
	int fd = open_input(file);
	size_t len, first = 0;
	char *text, *line;
	bool commented = false;

	rules->outer = outer;
	rules->base = base;
	if (fd < 0 || !(text = read_file(fd, &len)))
		return rules;
	close_file(fd);
	while ((line = strsep(&text, "\n"))) {
		if (infos && *line == '\t') {
			for (size_t i = first; i < rules->count; i++) {
				struct tree_rule *rule = &rules->rules[i];

				rule->comment = rule->comment
							? arena_printf("%s\n%s", rule->comment, line + 1)
							: line + 1;
			}
			commented = true;
			continue;
		}
		if (commented)
			first = rules->count;
		commented = false;
		trim(line);
		if (*line == '#' || !*line)
			continue;
		rules->rules = arena_reserve(rules->rules, rules->count, &rules->size, sizeof(*rules->rules));
		rules->rules[rules->count++] = make_rule(line, infos);
	}
	return rules;
}

static bool rule_matches(const struct tree_job *job, const struct tree_rule *rule, const char *base,
			 const char *path, bool directory)
{
	const char *below = path + strlen(base) + 1, *name = strrchr(path, '/');

	if (rule->only_directories && !directory)
		return false;
	return tree_match(job, rule->pattern, rule->anchored || !name ? below : name + 1);
}

bool tree_ignored(const struct tree_job *job, const struct tree_rules *rules, const char *path,
		  bool directory)
{
	for (; rules; rules = rules->outer)
		for (size_t i = rules->count; i-- > 0;)
			if (rule_matches(job, &rules->rules[i], rules->base, path, directory))
				return !rules->rules[i].negated;
	return false;
}

const char *tree_comment(const struct tree_job *job, const struct tree_rules *rules, const char *path)
{
	for (; rules; rules = rules->outer)
		for (size_t i = 0; i < rules->count; i++)
			if (rule_matches(job, &rules->rules[i], rules->base, path, true))
				return rules->rules[i].comment;
	return NULL;
}
