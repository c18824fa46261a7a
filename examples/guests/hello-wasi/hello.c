// hello-wasi is a command for WASI preview 1 that shows what it was granted. It
// reads its arguments from left to right:
//
//   WORD         prints "argument WORD"
//   --env        prints the environment, one "NAME=value" on each line
//   --stdin      reads standard input and prints "stdin N bytes"
//   --read FILE  prints the file
//   --write FILE TEXT
//                writes TEXT to the file
//   --list DIR   prints the names in the folder, sorted
//   --stderr TEXT
//                prints TEXT to standard error
//   --sleep MS   sleeps
//   --exit CODE  ends with the code
//   --abort      ends by a trap
//
// What does not work is said on standard error and ends it with code 1.

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void stop(const char *what, const char *which) {
  fflush(stdout);
  fprintf(stderr, "hello-wasi: %s %s: %s\n", what, which, strerror(errno));
  exit(1);
}

static void print_environment(void) {
  for (char **entry = environ; *entry != NULL; entry++) puts(*entry);
}

static void print_input_size(void) {
  char buffer[4096];
  size_t size = 0, n;
  while ((n = fread(buffer, 1, sizeof buffer, stdin)) > 0) size += n;
  if (ferror(stdin)) stop("read", "stdin");
  printf("stdin %zu bytes\n", size);
}

static void print_file(const char *name) {
  char buffer[4096];
  size_t n;
  FILE *file = fopen(name, "r");
  if (file == NULL) stop("open", name);
  while ((n = fread(buffer, 1, sizeof buffer, file)) > 0) fwrite(buffer, 1, n, stdout);
  if (ferror(file)) stop("read", name);
  fclose(file);
}

static void write_file(const char *name, const char *text) {
  FILE *file = fopen(name, "w");
  if (file == NULL || fputs(text, file) == EOF || fclose(file) == EOF) stop("write", name);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void list_folder(const char *name) {
  struct dirent **entries;
  int n = scandir(name, &entries, NULL, by_name);
  if (n < 0) stop("list", name);
  for (int i = 0; i < n; i++) {
    const char *entry = entries[i]->d_name;
    if (strcmp(entry, ".") != 0 && strcmp(entry, "..") != 0) puts(entry);
  }
}

static void sleep_for(const char *milliseconds) {
  long ms = atol(milliseconds);
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  if (nanosleep(&time, NULL) != 0) stop("sleep", milliseconds);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    int left = argc - i - 1;
    if (strcmp(word, "--env") == 0) print_environment();
    else if (strcmp(word, "--stdin") == 0) print_input_size();
    else if (strcmp(word, "--read") == 0 && left >= 1) print_file(argv[++i]);
    else if (strcmp(word, "--write") == 0 && left >= 2) i += 2, write_file(argv[i - 1], argv[i]);
    else if (strcmp(word, "--list") == 0 && left >= 1) list_folder(argv[++i]);
    else if (strcmp(word, "--stderr") == 0 && left >= 1) fflush(stdout), fprintf(stderr, "%s\n", argv[++i]);
    else if (strcmp(word, "--sleep") == 0 && left >= 1) sleep_for(argv[++i]);
    else if (strcmp(word, "--exit") == 0 && left >= 1) exit(atoi(argv[++i]));
    else if (strcmp(word, "--abort") == 0) abort();
    else printf("argument %s\n", word);
    fflush(stdout);
  }
}
