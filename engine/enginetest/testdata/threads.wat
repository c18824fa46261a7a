;; A shared memory, and what threads do with it.
(module
  (memory (export "memory") 1 8 shared)
)
