/* step.h - what single instructions of awk's machine do; `base` has the frame and the globals, for operands */
#ifndef STEP_H
#define STEP_H

#include "tree.h"

static inline struct value *slot(char *const base[2], int32_t operand)
{
	return (struct value *)(void *)(base[operand & 1] + operand);
}

double awk_arithmetic(struct awk *a, uint32_t op, double x, double y);
void awk_concat(struct awk *a, struct value *dst, char *const base[2], const int32_t *o, int32_t n,
		const struct str *sep);
COLD void awk_append(struct awk *a, struct value *dst, char *const base[2], const int32_t *o, int32_t n);
COLD void awk_append_value(struct awk *a, struct value *dst, struct value *v);
void awk_get_element(struct awk *a, struct value *dst, struct value *of, struct value *index, bool any);
void awk_set_element(struct awk *a, struct value *of, struct value *index, struct value *v, bool temporary);
void awk_change_element(struct awk *a, const struct ins *i, char *const base[2]);
bool awk_matches(struct awk *a, struct value *v, struct value *re);
COLD bool awk_is_case(struct awk *a, struct value *v, struct value *label);
void awk_print(struct awk *a, const struct ins *i, char *const base[2], bool formatted);
void awk_pass_argument(struct awk *a, struct value *dst, struct value *src);
void awk_call_with_operands(struct awk *a, const struct ins *i, char *const base[2]);
COLD bool awk_next_key(struct awk *a, struct value *keys, struct value *var);
struct value *awk_element(struct awk *a, struct value *of, struct value *index);

#endif
