/* elementary.h - sine, logarithm and the like, of double precision
 *
 * As sin(3), cos(3), atan2(3), exp(3), log(3) and pow(3), special values as ISO C has them (its annex F.10); errno is not set.
 * The tables of the C library's take 23 KB; on x86-64 the processor's own instructions are used, whose 64 bits leave an error
 * of little more than half of the last place.
 */
#ifndef ELEMENTARY_H
#define ELEMENTARY_H

double elementary_sin(double x);
double elementary_cos(double x);
double elementary_atan2(double y, double x);
double elementary_exp(double x);
double elementary_log(double x);
double elementary_pow(double x, double y);

#endif
