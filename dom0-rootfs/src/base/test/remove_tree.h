/* SPDX-License-Identifier: ISC */
#ifndef TEST_REMOVE_TREE_H
#define TEST_REMOVE_TREE_H

/* Remove a directory that a test made, with all that is in it; the test fails
 * when that does not go.  For the tests of every folder. */
void remove_tree(const char *dir);

#endif
